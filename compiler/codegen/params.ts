/** schemas/ → compiler/model/params.gen.ts: one readonly interface per module and object, camelCase. */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Project, type OptionalKind, type PropertySignatureStructure } from 'ts-morph';
import { camelCase, pascalCase } from './names.ts';

interface Schema {
  readonly $ref?: string;
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly description?: string;
  readonly default?: unknown;
  readonly required?: readonly string[];
  /** An option map passed through in the order written: known keys are documented, others are allowed. */
  readonly 'x-open-map'?: true;
  readonly 'x-secret'?: true | readonly string[];
}

/** Source text of params.gen.ts. */
export function generateParams(schemaDir: string): string {
  const file = new Project({ useInMemoryFileSystem: true }).createSourceFile('params.gen.ts');
  file.addStatements('// Generated from schemas/ by `npm run gen`. Do not edit.');
  file.addImportDeclaration({ moduleSpecifier: './secret.ts', namedImports: ['Secret'], isTypeOnly: true });
  const modules: string[] = [];
  for (const path of list(join(schemaDir, 'defs'))) {
    const schema = read(path);
    if (schema['x-open-map']) {
      file.addTypeAlias({ name: defName(path), isExported: true, docs: docs(schema), type: 'ReadonlyMap<string, string | number | boolean | Secret>' });
      continue;
    }
    file.addInterface({ name: defName(path), isExported: true, docs: docs(schema), properties: properties(schema, true) });
  }
  for (const path of list(join(schemaDir, 'params'))) {
    const schema = read(path);
    const name = `${pascalCase(basename(path, '.schema.json'))}Params`;
    modules.push(name);
    file.addInterface({ name, isExported: true, docs: docs(schema), properties: properties(schema, false) });
  }
  file.addInterface({ name: 'Params', isExported: true, extends: modules, docs: ['Every active parameter of one host, defaults applied.'] });
  return file.getFullText();
}

function list(dir: string): string[] {
  return readdirSync(dir).filter((f) => f.endsWith('.schema.json')).sort().map((f) => join(dir, f));
}

function read(path: string): Schema {
  return JSON.parse(readFileSync(path, 'utf8')) as Schema;
}

function defName(path: string): string {
  return `${pascalCase(basename(path, '.schema.json'))}Spec`;
}

function docs(schema: Schema): string[] {
  return schema.description ? [schema.description] : [];
}

function properties(schema: Schema, isObject: boolean): OptionalKind<PropertySignatureStructure>[] {
  return Object.entries(schema.properties ?? {})
    .filter(([name]) => /^[a-z]\w*$/.test(name))
    .map(([name, property]) => {
      const present = property.default !== undefined || (isObject && schema.required?.includes(name));
      return { name: camelCase(name), isReadonly: true, docs: docs(property), type: typeOf(property) + (present ? '' : ' | undefined') };
    });
}

function typeOf(schema: Schema): string {
  if (schema['x-secret'] === true && schema.type !== 'object' && schema.type !== 'array') return 'Secret';
  if (schema.$ref !== undefined) return defName(schema.$ref);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' | ');
  const types = schema.type === undefined ? [] : typeof schema.type === 'string' ? [schema.type] : schema.type;
  if (types.length === 0) return 'unknown';
  return types.map((type) => primitive(type, schema)).join(' | ');
}

function primitive(type: string, schema: Schema): string {
  switch (type) {
    case 'boolean': return 'boolean';
    case 'integer':
    case 'number': return 'number';
    case 'array': return schema.items === undefined ? 'readonly unknown[]' : `readonly (${typeOf(schema.items)})[]`;
    case 'object': {
      const values = schema.additionalProperties;
      return typeof values === 'object' ? `ReadonlyMap<string, ${typeOf(values)}>` : 'ReadonlyMap<string, unknown>';
    }
    case 'null': return 'undefined';
    default: return 'string';
  }
}
