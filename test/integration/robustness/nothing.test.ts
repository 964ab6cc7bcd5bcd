/** A key without a value, for each parameter and each field: one error at its line, or the same build as without the key. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { objectOf, parameters } from '../../../compiler/schema/table.ts';
import {
  buildAnyway,
  checkText,
  errorLines,
  everything,
  objectPlaces,
  plant,
  watching,
  write,
  type Values,
} from '../../support/everything.ts';
import { check, findings } from '../../unit/check/run.ts';

/** Lists that other settings of the inventory refer to: they are blamed for what is missing. */
const REFERRED = new Set(['pg_users', 'vip_vrid']);
/** What makes a host a member of a cluster; the rule of the cluster reports them, some where the host is. */
const IDENTITIES = new Set([...parameters().values()].filter(({ identity }) => identity).map(({ name }) => name));

/** Errors of an inventory with nothing at a path that are not there, or what its build says when there are none. */
function verdict(settings: Values, path: readonly (string | number)[]): readonly string[] {
  const { text, lineOf } = write(plant(settings, path, null));
  const checked = checkText(text);
  const lines = errorLines(checked.diagnostics);
  // A field that is needed only beside others is missed by their object.
  if (lines.includes(lineOf(path)) || (path.length > 1 && lines.includes(lineOf(path.slice(0, -1))))) return [];
  if (lines.length > 0) return [`errors at ${lines.join()}, not ${lineOf(path)}`];
  const errors = buildAnyway(checked).found.filter(({ severity }) => severity === 'error');
  return errors.map(({ message }) => message);
}

test('parameters', () => {
  const wrong: string[] = [];
  let tried = 0;
  for (const { name, emits } of parameters().values()) {
    if (!emits || IDENTITIES.has(name) || REFERRED.has(name)) continue;
    wrong.push(...verdict(everything(), [name]).map((what) => `${name}: ${what}`));
    tried++;
  }
  assert.equal(wrong, []);
  assert.ok(tried > 300, `${tried}`);
});

test('fields', () => {
  const wrong: string[] = [];
  const tried = new Set<string>();
  for (const settings of [everything(), watching()]) {
    for (const { path, object } of objectPlaces(settings)) {
      if (tried.has(object)) continue;
      tried.add(object);
      for (const { name } of objectOf(object)!.fields)
        wrong.push(...verdict(settings, [...path, name]).map((what) => `${object}.${name}: ${what}`));
    }
  }
  assert.equal(wrong, []);
  assert.ok(tried.size > 15, [...tried].join());
});

test('items of lists and free maps', () => {
  const wrong: string[] = [];
  for (const { name, emits, type, object } of parameters().values()) {
    if (!emits) continue;
    const settings = everything();
    if (type.endsWith('[]'))
      wrong.push(...verdict({ ...settings, [name]: [] }, [name, 0]).map((what) => `${name}: ${what}`));
    if (type === 'object' && object === undefined && !name.endsWith('_parameters'))
      wrong.push(...verdict({ ...settings, [name]: {} }, [name, 'some_key']).map((what) => `${name}: ${what}`));
  }
  assert.equal(wrong, []);
});

test('a word that names an anchor is told', () => {
  const cluster = (user: string): string => `pg-test:
  hosts: { 10.10.10.11: { pg_seq: 1, pg_role: primary } }
  vars: { pg_cluster: pg-test, ${user} }
`;
  const [found] = check(cluster('pg_admin_password: &SomeWord')).filter(({ slug }) => slug === 'no-value');
  assert.match(found?.help ?? '', /anchor/);
  assert.equal(findings(cluster('pg_users: [{ name: app, comment: &crm, login: false }]')), [
    'anchor-not-value @ comment',
  ]);
  assert.equal(
    findings(cluster('pg_users: &list [{ name: app, comment: , login: false }], pgb_hba_rules: &none []')),
    [],
  );
});

test.run();
