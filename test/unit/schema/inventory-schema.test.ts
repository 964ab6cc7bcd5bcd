import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { packageRoot } from '../../../compiler/package/package-files.ts';
import { inventorySchema } from '../../../compiler/schema/inventory-schema.ts';
import { parameterRenames } from '../../../compiler/schema/renames.ts';
import { parameters } from '../../../compiler/schema/table.ts';

const schema = inventorySchema();
const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);

function errors(inventory: unknown): string[] {
  return validate(inventory) ? [] : validate.errors!.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
}

test('is one document: every reference stays inside', () => {
  const references = [...JSON.stringify(schema).matchAll(/"\$ref":"([^"]*)"/g)].map((match) => match[1]!);
  assert.ok(references.length > 20);
  for (const reference of references) {
    const name = /^#\/definitions\/([a-z-]+)$/.exec(reference)?.[1];
    assert.ok(name !== undefined && name in (schema['definitions'] as object), reference);
  }
});

test('describes every parameter, and old names as deprecated', () => {
  const { properties } = (
    schema['definitions'] as Record<
      string,
      { properties: Record<string, { description: string; deprecated?: boolean }> }
    >
  )['vars']!;
  assert.is(Object.keys(properties).length, parameters().size + parameterRenames.length);
  for (const { name, description } of parameters().values()) assert.is(properties[name]!.description, description);
  assert.is(properties['patroni_citus_db']!.deprecated, true);
});

test('accepts the reference scenario', () => {
  assert.equal(errors(parse(readFileSync(join(packageRoot(), 'fixtures/ok/reference/pigsty.yml'), 'utf8'))), []);
});

test('finds mistakes anywhere in the tree of groups', () => {
  const inventory = (vars: object): unknown => ({
    all: { children: { 'pg-test': { hosts: { '10.10.10.11': vars }, vars: { pg_cluster: 'pg-test' } } } },
  });
  assert.equal(errors(inventory({ pg_seq: '01', pg_role: 'primary' })), []);
  assert.equal(errors(inventory({ pg_sequence: 1 })), ['/all/children/pg-test/hosts/10.10.10.11 additionalProperties']);
  assert.equal(errors(inventory({ pg_databases: [{ name: 'a', ownr: 'b' }] })), [
    '/all/children/pg-test/hosts/10.10.10.11/pg_databases/0 additionalProperties',
  ]);
  assert.equal(errors({ all: { host: {} } }), ['/all additionalProperties']);
});

test.run();
