/** What changes of settings need stands in one table a file, and host, plan and files agree with it. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseManifest } from '../../../compiler/phases/9-bundle/manifest.ts';
import { SETTINGS } from '../../../compiler/phases/7-plan/settings.ts';
import { changedSettings, settingsIn } from '../../../compiler/review/impact/file-settings.ts';
import { RUNTIME_PARTS } from '../../../emitters/host/library.ts';
import { idleNames, linesOf, needOf, type FileSettings } from '../../../emitters/settings.ts';

const test = suite('settings');

const { hosts } = parseManifest(readFileSync('out/manifest.json', 'utf8'))!;
/** Texts of the example's files, by the table that each names. */
const texts = new Map<string, string[]>();
for (const { name, files } of hosts)
  for (const { settings, bundle } of files)
    if (settings !== undefined)
      texts.set(settings, [...(texts.get(settings) ?? []), readFileSync(`out/hosts/${name}/files/${bundle}`, 'utf8')]);
const table = (name: string): FileSettings => SETTINGS.find((one) => one.name === name)!;

test('each table is that of a file, and each file has one', () => {
  assert.equal([...texts.keys()].sort(), SETTINGS.map(({ name }) => name).sort());
});

/** Only Citus has groups, and these are no members of one. */
const ELSEWHERE = ['PG_GROUP', 'citus.group'];

test('the names of a table are names that its files have', () => {
  let count = 0;
  for (const { name, needs, asArguments = {}, server = [] } of SETTINGS) {
    const known = texts.get(name)!.flatMap((text) => [...settingsIn(text).keys()]);
    const exact = [...Object.keys(needs), ...Object.keys(asArguments)].filter((one) => !ELSEWHERE.includes(one));
    for (const one of exact) {
      const found = one.endsWith('*') ? known.some((key) => key.startsWith(one.slice(0, -1))) : known.includes(one);
      assert.ok(found, `${name} has ${one}`);
      count++;
    }
    assert.ok(server.length === 0 || server.some((above) => known.some((key) => key.startsWith(above))), name);
  }
  assert.ok(count > 20);
});

test('what the host takes for the identity of data needs new data', () => {
  const text = RUNTIME_PARTS.map((part) => readFileSync(part, 'utf8')).join('\n');
  const known = [...text.matchAll(/^ {2}know_as \w+ \S+ (.+)$/gm)].map(([, expression]) =>
    expression!.replace(/^'(.*)'$/, '$1').replace(/^\[\[:space:\]\]\+(?:- )?/, ''),
  );
  assert.is(known.length, 9);
  const needy = SETTINGS.flatMap(({ needs }) =>
    Object.entries(needs).flatMap(([name, need]) => (need === 'new data' ? [name.split('.').at(-1)!] : [])),
  );
  for (const name of known) assert.ok(needy.includes(name), name);
  assert.ok(needy.includes('MINIO_VOLUMES') && text.includes('MINIO_VOLUMES'));
});

test('the host gets what it needs of a table as expressions; the longest name that fits counts', () => {
  assert.is(linesOf(table('pgbouncer'), 'restart'), '^(listen_addr|listen_port|unix_socket_dir) *=');
  assert.is(idleNames(table('etcd')), '^initial-cluster');
  assert.is(idleNames(table('patroni')), '^bootstrap');
  assert.is(idleNames(table('pgbouncer')), undefined);
  const patroni = table('patroni');
  assert.is(needOf(patroni, 'bootstrap.initdb.locale'), 'first start');
  assert.is(needOf(patroni, 'bootstrap.initdb.encoding'), 'new data');
  assert.is(needOf(patroni, 'bootstrap.dcs.ttl'), 'nothing');
  assert.is(needOf(patroni, 'restapi.listen'), undefined);
});

test('settings are told apart by what is above them; quotes and places in the file say nothing', () => {
  const before =
    "scope: a\npostgresql:\n  port: 1\n  parameters:\n    port: 5\n    wal_level: 'replica'\nlist:\n  - x: 1\n";
  const after =
    'list:\n  - x: 2\npostgresql:\n  parameters:\n    wal_level: replica\n    port: 5\n  port: 2\nscope: a\n';
  const settings: FileSettings = { name: 'x', separator: ':', needs: {}, server: ['postgresql.parameters.'] };
  assert.equal(
    changedSettings(settings, before, after).map(({ name, server }) => [name, server]),
    [
      ['postgresql.port', false],
      ['list.x', false],
    ],
  );
  const server = changedSettings(settings, before, before.replace("'replica'", 'logical'));
  assert.equal(server, [{ name: 'wal_level', need: 'restart', server: true, before: 'replica', after: 'logical' }]);
});

test.run();
