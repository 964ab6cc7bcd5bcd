/**
 * A word at every path that a schema marks as secret, found by walking `schemas/` and not by names: no command, in no
 * format, prints one, also where the value has the wrong kind or breaks the grammar of YAML.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { run as main } from '../../../compiler/cli/program.ts';
import { FORMATS } from '../../../compiler/cli/report/report.ts';
import { hoverAt } from '../../../compiler/cli/lsp/hover.ts';
import { Analysis } from '../../../compiler/cli/lsp/analysis.ts';
import { nodeHost, type Host } from '../../../compiler/host/host.ts';
import { convert } from '../../../compiler/phases/6-model/convert.ts';
import { schemas } from '../../../compiler/phases/6-model/schemas.ts';
import { parseSource } from '../../../compiler/phases/1-parse/parse.ts';
import { SourceFile } from '../../../compiler/source/node.ts';

const test = suite('places');

interface Schema {
  readonly [keyword: string]: unknown;
  readonly $ref?: string;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
}

/** Steps from a parameter to a secret: a name, or `[]` for an item of a list. */
type Path = readonly string[];

const read = (path: string): Schema => JSON.parse(readFileSync(path, 'utf8')) as Schema;

/** All paths to secrets below a schema. */
function secretsOf(schema: Schema): readonly Path[] {
  const mark = schema['x-secret'];
  if (mark === true) return schema['type'] === 'object' ? [['any'], ['.env', 'any']] : [[]];
  if (Array.isArray(mark)) return mark.map((name: string) => [name]);
  if (schema.$ref !== undefined) return secretsOf(read(`schemas/defs/${schema.$ref.replace(/^.*\//, '')}`));
  const below = (step: string, inner: Schema | undefined): Path[] =>
    inner === undefined ? [] : secretsOf(inner).map((path) => [step, ...path]);
  return [
    ...(schema.anyOf ?? []).flatMap(secretsOf),
    ...below('[]', schema.items),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => below(name, inner)),
    ...Object.entries(schema.patternProperties ?? {}).flatMap(([pattern, inner]) => below(pattern.slice(1), inner)),
    ...(typeof schema.additionalProperties === 'object' ? below('chosen', schema.additionalProperties) : []),
  ];
}

const PATHS: readonly Path[] = readdirSync('schemas/params').flatMap((file) =>
  Object.entries(read(`schemas/params/${file}`).properties ?? {}).flatMap(([name, schema]) =>
    secretsOf(schema).map((path) => [name, ...path]),
  ),
);

/** A tree with a value at the end of a path. */
function planted([step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  return step === '[]' ? [planted(rest, value)] : { name: 'one', [step]: planted(rest, value) };
}

const CANARY = /Kn7\w+/;
const WORD = 'Kn7Gate';

/** A host whose only inventory is a text. */
function hostOf(text: string, say: (text: string) => void): Host {
  const real = nodeHost();
  return {
    ...real,
    env: { NO_COLOR: '1' },
    stdout: say,
    stderr: say,
    readFile: (path) => (path === 'pigsty.yml' ? Buffer.from(text) : real.readFile(path)),
    stat: (path) => (path === 'pigsty.yml' ? { kind: 'file', mode: 0o644, size: text.length } : undefined),
  };
}

async function printed(text: string, ...args: readonly string[]): Promise<string> {
  let said = '';
  await main(
    args,
    hostOf(text, (more) => (said += more)),
  );
  assert.ok(said !== '', args.join(' '));
  return said;
}

function inventoryOf(vars: unknown, more = ''): string {
  return `all:
  children:
    pg-a: { hosts: { 10.0.0.1: { pg_seq: 1, pg_role: primary } }, vars: { pg_cluster: pg-a } }
  vars:
    admin_ip: 10.0.0.1
${Object.entries(vars as object)
  .map(([key, value]) => `    ${key}: ${JSON.stringify(value, undefined, 2).replaceAll('\n', '\n      ')}\n`)
  .join('')}${more}`;
}

/** The variables of all paths, those of one parameter merged. */
function all(value: unknown): Readonly<Record<string, unknown>> {
  const vars: Record<string, unknown> = {};
  for (const [name, ...path] of PATHS) vars[name!] = merge(vars[name!], planted(path, value));
  return vars;
}

function merge(a: unknown, b: unknown): unknown {
  if (Array.isArray(a) && Array.isArray(b)) return [merge(a[0], b[0])];
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return b;
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const of = (map: object, key: string): unknown => (map as Record<string, unknown>)[key];
  return Object.fromEntries(keys.map((key) => [key, merge(of(a, key), of(b, key) ?? of(a, key))]));
}

test('there are such paths, of every form', () => {
  const written = PATHS.map((path) => path.join('.'));
  for (const known of ['pg_admin_password', 'nginx_users.chosen', 'pg_users.[].password', 'proxy_env.http_proxy'])
    assert.ok(written.includes(known), known);
  assert.ok(written.length > 45, String(written.length));
});

const VALUES: Readonly<Record<string, unknown>> = {
  text: WORD,
  list: [WORD],
  map: { inner: WORD, more: { deep: [WORD] } },
  expression: `{{ '${WORD}' }}`,
};

for (const [kind, value] of Object.entries(VALUES))
  test(`no command prints one: ${kind}`, async () => {
    const text = inventoryOf(all(value));
    const runs = [
      ...FORMATS.map((format) => ['check', '--format', format, '--show-allowed']),
      ...[1, 2, 3, 4, 5, 6].map((phase) => ['dump', '--phase', String(phase)]),
      ...[...new Set(PATHS.map(([name]) => name!))].flatMap((name) => [
        ['explain', '10.0.0.1', name],
        ['explain', '10.0.0.1', name, '--json'],
      ]),
      ['secrets', 'gen', '--dry-run'],
    ];
    for (const args of runs) assert.not.match(await printed(text, ...args), CANARY, args.join(' '));
  });

test('the editor shows none', () => {
  const text = inventoryOf(all(WORD));
  const analysis = new Analysis(
    hostOf(text, () => undefined),
    { files: ['pigsty.yml'] },
  );
  for (const { index } of text.matchAll(/[A-Za-z_"]\w+"?:/g)) {
    const shown = JSON.stringify(hoverAt(analysis, 'pigsty.yml', index + 1) ?? '');
    assert.not.match(shown, CANARY, text.slice(index, index + 40));
  }
  for (const diagnostic of analysis.diagnostics) assert.not.match(`${diagnostic.message} ${diagnostic.help}`, CANARY);
});

test('the model holds secrets, and nothing else, at these paths', () => {
  for (const [name, ...path] of PATHS) {
    const [tree] = parseSource(new SourceFile('x', JSON.stringify(planted(path, WORD))));
    const model = convert(tree, schemas().params.get(name!)!, name!);
    assert.not.match(
      JSON.stringify(model, (_, v: unknown) => (v instanceof Map ? [...v] : v)),
      CANARY,
      name,
    );
    assert.match(
      JSON.stringify(model, (_, v: unknown) => (v instanceof Map ? [...v] : v)),
      '<secret:',
      name,
    );
  }
});

/** Values that break the grammar, end too early, or are taken for something else. */
const BROKEN = [
  'Kn7a,Kn7b',
  '*Kn7a',
  '!Kn7a Kn7b',
  '|Kn7a',
  '>Kn7a',
  '&Kn7a Kn7b: Kn7c',
  '"Kn7a"Kn7b',
  "'Kn7a'Kn7b",
  '{Kn7a',
  '[Kn7a',
  'Kn7a}Kn7b',
  'Kn7a]Kn7b',
  'Kn7a: Kn7b',
  'Kn7a: Kn7b: Kn7c',
  '@Kn7a',
  '%Kn7a',
  '`Kn7a',
  '"Kn7a',
  "'Kn7a",
  '"Kn7a\\q"',
  '- Kn7a',
  '? Kn7a',
  '{{ Kn7a }}',
  '{{Kn7a',
  'Kn7a\tKn7b: Kn7c',
  'Kn7a\n        Kn7b: Kn7c',
  '|\n     Kn7a\n       Kn7b: x\n   \n      Kn7c*',
];

/** The value at the end of a path in braces and brackets, as it is. */
function flow([step, ...rest]: Path, value: string): string {
  if (step === undefined) return value;
  return step === '[]' ? `[ ${flow(rest, value)} ]` : `{ name: one, ${step}: ${flow(rest, value)}, region: two }`;
}

test('where the grammar is broken nothing of one is told', async () => {
  for (const [name, ...path] of [...PATHS, ['my_passwrd']])
    for (const [i, broken] of BROKEN.entries()) {
      const text = inventoryOf({}, `    ${name}: ${flow(path, broken)}\n    region: default\n# end\n`);
      for (const format of i % 2 === 0 ? ['pretty', 'json'] : ['pretty'])
        assert.not.match(await printed(text, 'check', '--format', format), CANARY, text);
    }
});

test.run();
