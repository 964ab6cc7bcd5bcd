/** schemas/ → compiler/model/params.gen.ts: one readonly interface per module and object, camelCase. */
import {
  Project,
  StructureKind,
  type InterfaceDeclarationStructure,
  type OptionalKind,
  type PropertySignatureStructure,
  type TypeAliasDeclarationStructure,
} from 'ts-morph';
import { camelCase, pascalCase } from '../schema/names.ts';
import { refName, schemaFiles, type JsonSchema } from './schemas.ts';

/** Source text of params.gen.ts; all statements at once, for each insertion parses the file again. */
export function generateParams(root: string): string {
  const objects = schemaFiles(root, 'defs').map(({ name, schema }) => objectType(defName(name), schema));
  const modules = schemaFiles(root, 'params').map(({ name, schema }) =>
    interfaceOf(`${pascalCase(name)}Params`, schema, false),
  );
  const params: InterfaceDeclarationStructure = {
    kind: StructureKind.Interface,
    name: 'Params',
    isExported: true,
    extends: modules.map(({ name }) => name),
    docs: ['Every active parameter of one host, defaults applied.'],
  };
  const file = new Project({ useInMemoryFileSystem: true }).createSourceFile('params.gen.ts');
  file.addImportDeclaration({ moduleSpecifier: './secret.ts', namedImports: ['Secret'], isTypeOnly: true });
  file.addStatements([...objects, ...modules, params]);
  return `// Generated from schemas/ by \`npm run gen\`. Do not edit.\n${file.getFullText()}`;
}

function objectType(name: string, schema: JsonSchema): InterfaceDeclarationStructure | TypeAliasDeclarationStructure {
  if (schema['x-open-map'] !== true) return interfaceOf(name, schema, true);
  const type = 'ReadonlyMap<string, string | number | boolean | Secret>';
  return { kind: StructureKind.TypeAlias, name, isExported: true, docs: docs(schema), type };
}

function interfaceOf(name: string, schema: JsonSchema, isObject: boolean): InterfaceDeclarationStructure {
  const fields = properties(schema, isObject);
  return { kind: StructureKind.Interface, name, isExported: true, docs: docs(schema), properties: fields };
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
      if (typeof values !== 'object') return 'ReadonlyMap<string, unknown>';
      return `ReadonlyMap<string, ${typeOf(values)}${Array.isArray(schema['x-secret']) ? ' | Secret' : ''}>`;
    }
    case 'null':
      return 'undefined';
    default:
      return 'string';
  }
}
