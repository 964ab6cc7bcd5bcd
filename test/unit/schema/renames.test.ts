import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  carriedValue,
  fieldRenames,
  parameterRenames,
  renamedField,
  renamedParameter,
  renamedValue,
  valueRenames,
} from '../../../compiler/schema/renames.ts';
import { objectOf, objects, parameter, parameters } from '../../../compiler/schema/table.ts';
import { validateParameter } from '../../../compiler/schema/validators.gen.js';

test('old names are not active, new ones are', () => {
  assert.is(new Set(parameterRenames.map(({ old }) => old)).size, parameterRenames.length);
  for (const rename of parameterRenames) {
    assert.is(parameter(rename.old), undefined, rename.old);
    if (rename.new !== null) assert.ok(parameter(rename.new) !== undefined, rename.new);
    assert.match(rename.since, /^v\d+\.\d+\.\d+$/);
    assert.match(rename.note, /^\S.*\.$/);
    assert.is(rename.values !== undefined, rename.carries === 'mapped', rename.old);
    if (rename.new === null) assert.is(rename.carries, 'nothing', rename.old);
  }
});

test('mapped values fit the new parameter', () => {
  for (const rename of parameterRenames) {
    for (const { to } of rename.values ?? []) assert.ok(validateParameter(rename.new!)!(to), `${rename.old} → ${to}`);
  }
  for (const { parameter: name, values = [], ranges = [] } of valueRenames) {
    for (const { to } of [...values, ...ranges]) assert.ok(validateParameter(name)!(to), `${name} → ${to}`);
  }
});

test('renamed fields exist under the new name only', () => {
  for (const rename of fieldRenames) {
    const fields = objectOf(rename.object)!.fields.map(({ name }) => name);
    assert.not.ok(fields.includes(rename.old), rename.old);
    if (rename.new !== null) assert.ok(fields.includes(rename.new), `${rename.object}.${rename.new}`);
  }
});

test('former names mentioned by the schemas are known', () => {
  for (const info of parameters().values()) {
    for (const alias of info.aliases) assert.is(renamedParameter(alias)?.new, info.name, alias);
  }
  for (const { name, fields } of objects().values()) {
    for (const field of fields)
      for (const alias of field.aliases) assert.is(renamedField(name, alias)?.new, field.name, `${name}.${alias}`);
  }
});

test('chains of renames end at the present name', () => {
  assert.is(renamedParameter('dcs_clean')!.new, 'etcd_rm_data');
  assert.is(renamedParameter('nginx_indexes')!.new, 'infra_services');
  assert.is(renamedParameter('mongo_port')!.new, null);
  assert.is(renamedParameter('pg_port'), undefined);
});

test('values are mapped, kept or left to the author', () => {
  assert.equal(carriedValue(renamedParameter('node_disable_firewall')!, true), { value: 'off' });
  assert.is(carriedValue(renamedParameter('node_disable_selinux')!, false), undefined);
  assert.equal(carriedValue(renamedParameter('patroni_citus_db')!, 'app'), { value: 'app' });
  assert.is(carriedValue(renamedParameter('loki_retention')!, '15d'), undefined);
  assert.equal(
    [10, 20, 30, 31, 600].map((seconds) => renamedValue('pg_rto', seconds)?.to),
    ['fast', 'fast', 'norm', 'safe', 'wide'],
  );
  assert.is(renamedValue('pg_rto', 'norm'), undefined);
  assert.is(renamedValue('patroni_watchdog_mode', false)?.to, 'off');
});

test.run();
