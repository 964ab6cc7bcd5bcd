/** What commands print as JSON is what schemas/output/ says, with nothing besides. */
import { readFileSync, readdirSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COMMANDS } from '../../../compiler/cli/program.ts';
import { FORMATS } from '../../../compiler/cli/report/report.ts';
import type { JsonSchema } from '../../../compiler/codegen/schemas.ts';
import { closed } from '../../support/closed.ts';
import { Desk } from '../../support/desk.ts';
import { filesBelow } from '../../support/golden.ts';
import '../../package-text.ts';

const SITE = 'fixtures/ok/reference/pigsty.yml';
const LET_IN = ['--user', 'dbuser_meta', '--db', 'meta'];

/** Form → command lines that print it. */
const RUNS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  access: [
    ['access', SITE, ...LET_IN, '--from', '10.10.10.11', '--json'],
    ['access', SITE, ...LET_IN, '--from', '10.10.10.11', '--via', 'primary', '--json'],
    ['access', SITE, '--user', 'nobody', '--db', 'meta', '--from', 'local', '--json'],
  ],
  adopt: [['adopt', SITE, '--offline', '--json']],
  'access-matrix': [['access', SITE, '--matrix', '--json']],
  connections: [['services', SITE, '--url', '--json']],
  defaults: [['defaults', SITE, '--since', 'v2.0', '--json']],
  diff: [
    ['diff', 'changed.yml', '--json', '--base', 'former.yml'],
    ['diff', 'changed.yml', '--format', 'json', '--base', 'former.yml'],
  ],
  'dump-files': [['dump', SITE, '--phase', '1']],
  'dump-inventory': ['2', '3', '4'].map((phase) => ['dump', SITE, '--phase', phase]),
  'dump-model': [['dump', SITE, '--phase', '6']],
  'dump-steps': [['dump', SITE, '--phase', '7']],
  'explain-code': [['explain', 'PIG1203', '--json']],
  'explain-extension': ['postgis', 'timescaledb', 'aux_mysql'].map((name) => ['explain', name, '--json']),
  'explain-parameter': [
    'pg_version',
    'pg_users',
    'pg_admin_password',
    'pgbackrest_method',
    'vip_address',
    'pg_cluster',
  ].map((name) => ['explain', name, '--json']),
  'explain-setting': ['work_mem', 'wal_level', 'search_path'].map((name) => ['explain', name, '--json']),
  'explain-value': [
    ...['pg_version', 'pg_users', 'pg_admin_password', 'pgbackrest_method', 'vip_address', 'pg_cluster'],
    'node_timezone',
  ].map((name) => ['explain', '10.10.10.11', name, '-i', 'changed.yml', '--json']),
  findings: [
    ['check', 'mistaken.yml', '--format', 'json', '--show-allowed'],
    ['build', 'mistaken.yml', '--format', 'json'],
    ['dump', 'mistaken.yml', '--phase', '5'],
  ],
  'list-clusters': [['list', 'clusters', SITE, '--json']],
  'list-groups': [['list', 'groups', SITE, '--json']],
  'list-hosts': [['list', 'hosts', SITE, '--json']],
  pki: [['pki', 'list', SITE, '--json']],
  ports: [['ports', SITE, '--json']],
  services: [['services', SITE, '--json']],
};

const inventory = readFileSync(SITE, 'utf8');
const OTHERS = {
  'former.yml': inventory.replace('log_min_duration_statement: 500', 'max_connections: 123'),
  'changed.yml': inventory
    .replace('log_min_duration_statement: 500', 'max_connections: 321')
    .replace(/pg_version: 17/, "pg_version: 18\n    own_zone: Europe\n    node_timezone: '{{ own_zone }}/London'"),
  'mistaken.yml': inventory
    .replace('pg_seq: 2', 'pg_seq: 1')
    .replace('pg_databases:', 'pg_databses:')
    .replace('pg_role: offline }', 'pg_role: offline } # pigstyc: allow PIG5413 it is meant'),
};

const schemaOf = (form: string): JsonSchema =>
  JSON.parse(readFileSync(`schemas/output/${form}.schema.json`, 'utf8')) as JsonSchema;
const seen = new Map<string, Set<string>>(Object.keys(RUNS).map((form) => [form, new Set()]));

const validators = new Map<string, ValidateFunction>(
  readdirSync('schemas/output').map((file) => {
    const form = file.replace('.schema.json', '');
    return [form, new Ajv({ allowUnionTypes: true, allErrors: true }).compile(closed(schemaOf(form)))];
  }),
);

const desk = new Desk();
// A clone has neither authority nor key: the build below makes them.
for (const file of filesBelow('fixtures/ok/reference').filter((path) => !/^(?:expected|pki|[.]pigstyc)[/]/.test(path)))
  desk.system.writeFile(`fixtures/ok/reference/${file}`, readFileSync(`fixtures/ok/reference/${file}`), 0o600);
for (const [name, text] of Object.entries(OTHERS)) desk.system.writeFile(name, text, 0o600);

test('the site is built', async () => {
  const { code, err } = await desk.pigstyc(['build', SITE, '-o', 'built', '--demo']);
  assert.is(code, 0, err);
});

for (const [form, lines] of Object.entries(RUNS)) {
  test(`${form} is what its schema says`, async () => {
    for (const line of lines) {
      const { out, err } = await desk.pigstyc(line);
      assert.is.not(out, '', `${line.join(' ')}: ${err}`);
      const printed: unknown = JSON.parse(out);
      assert.ok(Object.keys(printed as object).length > 0, line.join(' '));
      for (const path of pathsOf(printed)) seen.get(form)!.add(path);
      const validate = validators.get(form)!;
      const problems = validate(printed)
        ? []
        : validate.errors!.map(({ instancePath, message, params }) => ({ instancePath, message, params }));
      assert.equal(problems, [], line.join(' '));
    }
  });
}

/** Paths of fields, `[]` for entries of a list. */
function* fieldsOf(schema: JsonSchema, above = ''): Iterable<string> {
  if (schema.items !== undefined) yield* fieldsOf(schema.items, `${above}[]`);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    yield `${above}.${name}`;
    yield* fieldsOf(property, `${above}.${name}`);
  }
}

function* pathsOf(value: unknown, above = ''): Iterable<string> {
  if (Array.isArray(value)) for (const one of value) yield* pathsOf(one, `${above}[]`);
  else if (typeof value === 'object' && value !== null)
    for (const [name, one] of Object.entries(value)) {
      yield `${above}.${name}`;
      yield* pathsOf(one, `${above}.${name}`);
    }
}

/** Needs an inventory in a database; hosts that answer (adopt.test.ts). */
const ELSEWHERE = /^findings.*\.table$|^adopt\.(?:hosts|silent|passwords)\[\]|^adopt\.ssh/;

test('every described field is printed by one of the runs', () => {
  const unseen = [...validators.keys()].flatMap((form) =>
    [...fieldsOf(schemaOf(form))].filter((path) => !seen.get(form)!.has(path)).map((path) => form + path),
  );
  assert.equal(
    unseen.filter((path) => !ELSEWHERE.test(path)),
    [],
  );
});

test('every form has a schema, and every command that prints JSON a form', () => {
  assert.equal([...validators.keys()].sort(), Object.keys(RUNS).sort());
  const printing = COMMANDS.filter(
    ({ options, formats = FORMATS }) =>
      options.includes('json') || (options.includes('format') && (formats as readonly string[]).includes('json')),
  ).map(({ usage }) => usage.split(' ')[0]!);
  // `cmdb` prints the findings of `check`, of an inventory in a database.
  const tried = new Set(['cmdb', ...Object.values(RUNS).flatMap((lines) => lines.map(([command]) => command!))]);
  assert.equal(
    printing.filter((command) => !tried.has(command)),
    [],
  );
});

test('`schema FORM` prints it, and knows what was meant', async () => {
  const { out } = await desk.pigstyc(['schema', 'diff']);
  assert.is(
    out,
    `${JSON.stringify(JSON.parse(readFileSync('schemas/output/diff.schema.json', 'utf8')), undefined, 2)}\n`,
  );
  const { code, err } = await desk.pigstyc(['schema', 'dif']);
  assert.is(code, 2);
  assert.match(err, 'did you mean `diff`?');
});

test.run();
