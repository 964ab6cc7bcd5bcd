/** schemas/ → docs/parameters.md. */
import { parameterRenames } from '../schema/renames.ts';
import { schemaFiles, type JsonSchema } from './schemas.ts';
import { objectInfo, parameterInfo } from './table.ts';
import type { FieldInfo, ObjectInfo, ParameterInfo } from '../schema/table.ts';

const levelNames = { G: 'global', C: 'cluster', I: 'instance', A: 'argument' } as const;

/** Text of docs/parameters.md. */
export function generateParameterDocs(root: string): string {
  const modules = schemaFiles(root, 'params').map(({ schema }) => ({ schema, parameters: parametersOf(schema) }));
  const objects = schemaFiles(root, 'defs').map(({ name, schema }) => objectInfo(name, schema));
  return [
    '# Parameters',
    '',
    'Generated from `schemas/` by `npm run gen`. Do not edit.',
    '',
    'A parameter is set under `vars` of a group or on a host. *Level* says where it belongs: on everything (global), on the group of a',
    'cluster, on a host (instance), or only as an argument of one operation. A secret is never shown in output, logs or reviewable files.',
    'The parameters of [objects](#objects) such as users and services have fields of their own. From those marked',
    '*no effect* nothing is made.',
    '',
    ...modules.map(
      ({ schema }) => `- [${schema.title}](#${(schema.title ?? '').toLowerCase()}): ${schema.description}`,
    ),
    '- [Objects](#objects)',
    '- [Old names](#old-names)',
    ...modules.flatMap(({ schema, parameters }) => moduleSection(schema, parameters)),
    '',
    '## Objects',
    ...objects.flatMap(objectSection),
    ...oldNames(),
    '',
  ].join('\n');
}

function parametersOf(schema: JsonSchema): readonly ParameterInfo[] {
  return Object.entries(schema.properties ?? {}).map(([name, property]) =>
    parameterInfo(name, property, schema.title ?? ''),
  );
}

function moduleSection(schema: JsonSchema, parameters: readonly ParameterInfo[]): string[] {
  const sections = [...new Set(parameters.map(({ section }) => section))];
  return [
    '',
    `## ${schema.title}`,
    '',
    schema.description ?? '',
    ...sections.flatMap((section) => [
      '',
      `### ${section}`,
      '',
      '| parameter | type | level | default | |',
      '|---|---|---|---|---|',
      ...parameters.filter((info) => info.section === section).map(parameterRow),
    ]),
  ];
}

function parameterRow(info: ParameterInfo): string {
  const levels = info.levels.map((level) => levelNames[level]).join(', ');
  const marks = [
    info.required ? 'required' : info.requiredIf === undefined ? undefined : `required if ${code(info.requiredIf)}`,
  ];
  return row([code(info.name), type(info), levels, defaultOf(info), describe(info, marks)]);
}

function objectSection(info: ObjectInfo): string[] {
  return [
    '',
    `### Object ${info.name}`,
    '',
    `${info.description} Used by ${info.usedBy.map(code).join(', ')}.`,
    '',
    '| field | type | default | |',
    '|---|---|---|---|',
    ...info.fields.map((field) =>
      row([
        code(field.name),
        type(field),
        defaultOf(field),
        describe(field, [field.required ? 'required' : undefined]),
      ]),
    ),
  ];
}

function oldNames(): string[] {
  return [
    '',
    '## Old names',
    '',
    'Names of earlier versions are accepted with a warning.',
    '',
    '| old name | until | now | |',
    '|---|---|---|---|',
    ...[...parameterRenames]
      .sort((a, b) => (a.old < b.old ? -1 : 1))
      .map((rename) =>
        row([code(rename.old), rename.since, rename.new === null ? 'removed' : code(rename.new), rename.note]),
      ),
  ];
}

/** True when the value, or a field of it without a description of its own, is secret. */
function holdsSecrets({ secret, object }: FieldInfo): boolean {
  return secret !== undefined && object === undefined;
}

function describe(info: FieldInfo, marks: readonly (string | undefined)[]): string {
  const silent = info.noEffect === undefined ? undefined : 'no effect';
  const all = [silent, ...marks, holdsSecrets(info) ? 'secret' : undefined].filter((mark) => mark !== undefined);
  const instead = info.noEffect === undefined ? '' : ` Here: ${info.noEffect}.`;
  const known =
    info.examples === undefined ? '' : ` Usual: ${info.examples.map((value) => code(String(value))).join(', ')}.`;
  const old = info.aliases.length === 0 ? '' : ` Formerly ${info.aliases.map(code).join(', ')}.`;
  return `${all.length === 0 ? '' : `**${all.join(', ')}** `}${info.description}${known}${old}${instead}`;
}

function type(info: FieldInfo): string {
  if (info.object !== undefined) {
    const link = `[${info.object.name}](#object-${info.object.name})`;
    return { object: link, list: `list of ${link}`, map: `map of ${link}` }[info.object.container];
  }
  return info.enum === undefined ? info.type : info.enum.map((value) => code(String(value))).join(' ');
}

/** Long defaults are left to the schema. */
function defaultOf(info: FieldInfo): string {
  if (info.inherits) return "the host's";
  if (info.default === undefined) return info.defaultNote === undefined ? '' : info.defaultNote;
  const text = JSON.stringify(info.default);
  return text.length <= 60
    ? code(text)
    : Array.isArray(info.default)
      ? `${info.default.length} entries`
      : code(`${text.slice(0, 57)}…`);
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replace(/\|/g, '\\|').replace(/\n/g, ' ')).join(' | ')} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}
