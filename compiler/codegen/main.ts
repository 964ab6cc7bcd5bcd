/** `npm run gen`: writes every generated file; `--check` writes nothing and fails with the list of those that drifted. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateCatalog } from './catalog.ts';
import { generateParams } from './params.ts';
import { generateTable } from './table.ts';

/** A generated file: path from the root of the repository, and its whole text. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

export interface Generator {
  readonly name: string;
  readonly run: (root: string) => readonly GeneratedFile[] | Promise<readonly GeneratedFile[]>;
}

/** In order: a later generator may import what an earlier one wrote. */
export const generators: readonly Generator[] = [
  { name: 'catalog', run: generateCatalog },
  { name: 'params', run: (root) => [{ path: 'compiler/model/params.gen.ts', text: generateParams(join(root, 'schemas')) }] },
  { name: 'table', run: (root) => [{ path: 'compiler/schema/table.gen.ts', text: generateTable(root) }] },
];

/** Runs all generators; returns the files whose text on disk differs (or is missing), after writing them unless `check`. */
export async function generate(root: string, check: boolean): Promise<readonly string[]> {
  const drifted: string[] = [];
  for (const generator of generators) {
    for (const file of await generator.run(root)) {
      const path = join(root, file.path);
      if (existsSync(path) && readFileSync(path, 'utf8') === file.text) continue;
      drifted.push(file.path);
      if (check) continue;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, file.text);
    }
  }
  return drifted;
}

async function main(): Promise<number> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const check = process.argv.includes('--check');
  const drifted = await generate(root, check);
  for (const path of drifted) console.log(`${check ? 'out of date' : 'wrote'}: ${path}`);
  if (check && drifted.length > 0) console.log('run `npm run gen` and commit the result');
  return check && drifted.length > 0 ? 1 : 0;
}

if (process.argv[1] !== undefined && relative(process.argv[1], fileURLToPath(import.meta.url)) === '') process.exitCode = await main();
