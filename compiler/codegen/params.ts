/** schemas/ → compiler/model/params.gen.ts: one readonly interface per module and object, camelCase. */
import { Project, type OptionalKind, type PropertySignatureStructure } from 'ts-morph';
import { camelCase, pascalCase } from '../schema/names.ts';
import { refName, schemaFiles, type JsonSchema } from './schemas.ts';

/** Source text of params.gen.ts. */
export function generateParams(root: string): string {
  const file = new Project({ useInMemoryFileSystem: true }).createSourceFile('params.gen.ts');
  file.addImportDeclaration({ moduleSpecifier: './secret.ts', namedImports: ['Secret'], isTypeOnly: true });
  for (const { name, schema } of schemaFiles(root, 'defs')) {
    if (schema['x-open-map'] === true) {
      file.addTypeAlias({
        name: defName(name),
        isExported: true,
        docs: docs(schema),
        type: 'ReadonlyMap<string, string | number | boolean | Secret>',
      });
      continue;
    }
    file.addInterface({
      name: defName(name),
      isExported: true,
      docs: docs(schema),
      properties: properties(schema, true),
    });
  }
  const modules: string[] = [];
  for (const { name: module, schema } of schemaFiles(root, 'params')) {
    const name = `${pascalCase(module)}Params`;
    modules.push(name);
    file.addInterface({ name, isExported: true, docs: docs(schema), properties: properties(schema, false) });
  }
  file.addInterface({
    name: 'Params',
    isExported: true,
    extends: modules,
    docs: ['Every active parameter of one host, defaults applied.'],
  });
  return `// Generated from schemas/ by \`npm run gen\`. Do not edit.\n${file.getFullText()}`;
}

/** Source text of parameter-names.gen.ts. */
export function generateParameterNames(root: string): string {
  const names = schemaFiles(root, 'params').flatMap(({ schema }) => Object.keys(schema.properties ?? {}));
  return [
    '// Generated from schemas/ by `npm run gen`. Do not edit.',
    '/** Name of each parameter in the inventory, and in the typed parameters of a host. */',
    'export interface ParameterNames {',
    ...names.map((name) => `  readonly ${name}: '${camelCase(name)}';`),
    '}',
    '',
    '/** Name of a parameter in the inventory. */',
    'export type ParameterName = keyof ParameterNames;',
    '',
  ].join('\n');
}

function defName(name: string): string {
  return `${pascalCase(name)}Spec`;
}

function docs(schema: JsonSchema): string[] {
  return schema.description ? [schema.description] : [];
}

function properties(schema: JsonSchema, isObject: boolean): OptionalKind<PropertySignatureStructure>[] {
  return Object.entries(schema.properties ?? {})
    .filter(([name]) => /^[a-z]\w*$/.test(name))
    .map(([name, property]) => {
      const present = property.default !== undefined || (isObject && schema.required?.includes(name));
      return {
        name: camelCase(name),
        isReadonly: true,
        docs: docs(property),
        type: typeOf(property) + (present ? '' : ' | undefined'),
      };
    });
}

function typeOf(schema: JsonSchema): string {
  if (schema['x-secret'] === true && schema.type !== 'object' && schema.type !== 'array') return 'Secret';
  if (schema.$ref !== undefined) return defName(refName(schema.$ref));
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' | ');
  const types = schema.type === undefined ? [] : typeof schema.type === 'string' ? [schema.type] : schema.type;
  if (types.length === 0) return 'unknown';
  return types.map((type) => primitive(type, schema)).join(' | ');
}

function primitive(type: string, schema: JsonSchema): string {
  switch (type) {
    case 'boolean':
      return 'boolean';
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return schema.items === undefined ? 'readonly unknown[]' : `readonly (${typeOf(schema.items)})[]`;
    case 'object': {
      const values = schema.additionalProperties;
      return typeof values === 'object' ? `ReadonlyMap<string, ${typeOf(values)}>` : 'ReadonlyMap<string, unknown>';
    }
    case 'null':
      return 'undefined';
    default:
      return 'string';
  }
}
