/** What rules read: the types of the schemas, also where the inventory is wrong. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { kindOf } from '../../../compiler/phases/5-check/typed.ts';
import { parameter, parameters } from '../../../compiler/schema/table.ts';
import { schemas } from '../../../compiler/phases/6-model/schemas.ts';
import { filesBelow } from '../../support/golden.ts';
import { contextOf } from './run.ts';

const RULES = 'compiler/phases/5-check';

const TYPES: Readonly<Record<string, string>> = {
  boolean: 'flag',
  integer: 'integer',
  number: 'number',
  array: 'list',
  object: 'tree',
};

test('a parameter is read as the type its schema has', () => {
  assert.ok(parameters().size > 300);
  for (const info of parameters().values()) {
    const schema = schemas().params.get(info.name)!;
    const type = schema.$ref === undefined ? schema.type : 'object';
    const expected = typeof type === 'string' ? (TYPES[type] ?? 'text') : 'text';
    assert.is(kindOf(info).replace('objects', 'list'), expected, info.name);
  }
});

test('a wrong value is not there, and hides nothing else', () => {
  const context = contextOf(
    'a:\n  hosts:\n    10.10.10.11:\n      pg_port: many\n' +
      '      pg_users: [~, { name: dbuser_app, roles: [app, { name: reader }] }, 7]\n' +
      '      pgbouncer_enabled: "no"\n      pg_databases: all\n      pg_role: ~\n',
  );
  const params = context.of(context.hosts[0]!);
  assert.is(params.pgPort.value, undefined);
  assert.is(params.pgPort.text, 'many');
  assert.is(params.pgbouncerEnabled.value, false);
  assert.equal(params.pgDatabases.value, []);
  assert.is(params.pgRole.node, undefined);
  assert.is(params.pgRole.traced?.name, 'pg_role');
  const [user, number] = params.pgUsers.value;
  assert.is(user!.fields.name.value, 'dbuser_app');
  assert.equal(
    user!.fields.roles.value.map(({ text, fields }) => [text, fields.name.value, fields.state.value]),
    [
      ['app', '', 'grant'],
      ['', 'reader', 'grant'],
    ],
  );
  assert.is(number!.fields.name.value, '');
  assert.is(user!.fields.name.node?.kind, 'scalar');
});

test('what is not written has its default, and is missing at its host', () => {
  const context = contextOf('a:\n  hosts: { 10.10.10.11: {} }\n');
  const host = context.hosts[0]!;
  const { pgPort, pgDefaultServices } = context.of(host);
  assert.is(pgPort.value, 5432);
  assert.is(pgPort.span, host.key.span);
  assert.is(context.parameter(host, 'pg_port').value, 5432);
  assert.equal(
    pgDefaultServices.value.map(({ node, fields }) => [node, fields.name.value, fields.port.value]).slice(0, 2),
    [
      [undefined, 'primary', 5433],
      [undefined, 'replica', 5434],
    ],
  );
});

test('rules read declared parameters by their typed names', () => {
  const files = filesBelow(RULES).filter((file) => file.endsWith('.ts'));
  assert.ok(files.length > 50);
  for (const file of files) {
    const text = readFileSync(`${RULES}/${file}`, 'utf8');
    for (const [read, name] of text.matchAll(/(?:\.parameter\([^()]*, |\.vars\.get\()'(\w+)'\)/g))
      assert.is(file === 'context.ts' ? undefined : parameter(name!), undefined, `${file}: ${read}`);
  }
});

test.run();
