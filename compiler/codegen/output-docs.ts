/** schemas/output/ → docs/json.md. */
import { schemaFiles, type JsonSchema } from './schemas.ts';

/** Text of docs/json.md. */
export function generateOutputDocs(root: string): string {
  const forms = schemaFiles(root, 'output');
  return [
    '# JSON',
    '',
    'Generated from `schemas/output/` by `npm run gen`. Do not edit.',
    '',
    'What commands print for programs. `pigstyc schema NAME` prints the JSON Schema (draft 07) of a form; every ' +
      'form is tested against it. A field without *always* is',
    'left out where there is nothing to say. No field goes or changes its meaning without a line in ' +
      'CHANGELOG.md; new ones may come: a program ignores those it does not know.',
    '',
    '| name | command | what |',
    '|---|---|---|',
    ...forms.map(
      ({ name, schema }) =>
        `| [${name}](#${name}) | \`${schema.title}\` | ${firstSentence(schema.description ?? '')} |`,
    ),
    ...forms.flatMap(({ name, schema }) => section(name, schema)),
    '',
  ].join('\n');
}

function section(name: string, schema: JsonSchema): readonly string[] {
  const fields = [...fieldsOf(schema, '')];
  const table = ['', '| field | type | | |', '|---|---|---|---|', ...fields];
  return [
    '',
    `## ${name}`,
    '',
    `\`${schema.title}\``,
    '',
    schema.description ?? '',
    ...(fields.length > 0 ? table : []),
  ];
}

/** One row a field; `[]` stands for each entry of a list, `*` for each key of a map. */
function* fieldsOf(schema: JsonSchema, above: string): Iterable<string> {
  if (schema.items !== undefined) yield* fieldsOf(schema.items, `${above}[]`);
  if (typeof schema.additionalProperties === 'object') {
    const path = above === '' ? '*' : `${above}.*`;
    if (schema.additionalProperties.description !== undefined) yield fieldRow(path, schema.additionalProperties, false);
    yield* fieldsOf(schema.additionalProperties, path);
  }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const path = above === '' || above === '[]' ? `${above}${above === '' ? '' : '.'}${name}` : `${above}.${name}`;
    yield fieldRow(path, property, schema.required?.includes(name) ?? false);
    yield* fieldsOf(property, path);
  }
}

function fieldRow(path: string, schema: JsonSchema, always: boolean): string {
  return `| \`${path}\` | ${typeOf(schema)} | ${always ? 'always' : ''} | ${(schema.description ?? '').replaceAll('|', '\\|')} |`;
}

function typeOf({ type, enum: values, const: only }: JsonSchema): string {
  if (only !== undefined) return `\`${only}\``;
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(' ');
  return type === undefined ? 'any' : [type].flat().join(' or ');
}

function firstSentence(text: string): string {
  return /^.*?[.](?= |$)/.exec(text)?.[0] ?? text;
}
