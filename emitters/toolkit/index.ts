export * from './quote/index.ts';
export { environmentFile } from './env.ts';
export { iniDocument } from './ini.ts';
export { Lines } from './lines.ts';
export { alignedTable } from './table.ts';
export { yamlDocument, yamlString } from './yaml.ts';
