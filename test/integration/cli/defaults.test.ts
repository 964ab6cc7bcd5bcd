import { test } from 'uvu';
import * as assert from 'uvu/assert';
import former from '../../../schemas/former-defaults.json' with { type: 'json' };
import { releaseOf } from '../../../compiler/schema/former-defaults.ts';
import { parameters } from '../../../compiler/schema/table.ts';
import { Desk } from '../../support/desk.ts';
import '../../package-text.ts';

const SITE = `all:
  children:
    infra: { hosts: { 10.1.1.1: { infra_seq: 1 } } }
    etcd: { hosts: { 10.1.1.1: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }
    pg-meta: { hosts: { 10.1.1.1: { pg_seq: 1, pg_role: primary } }, vars: { pg_cluster: pg-meta, pg_fs_main: /data } }
  vars: { admin_ip: 10.1.1.1, version: v4.1.0, region: default, pg_crontab: [] }
`;

async function defaults(...args: readonly string[]): ReturnType<Desk['pigstyc']> {
  const desk = new Desk();
  desk.system.writeFile('pigsty.yml', SITE, 0o600);
  return desk.pigstyc(['defaults', ...args]);
}

interface Row {
  readonly parameter: string;
  readonly kind: string;
  readonly since: string;
  readonly was?: unknown;
  readonly now?: unknown;
}

async function rows(since: string): Promise<ReadonlyMap<string, Row>> {
  const { code, out, err } = await defaults('--since', since, '--json');
  assert.is(code, 0, err);
  return new Map((JSON.parse(out) as readonly Row[]).map((row) => [row.parameter, row]));
}

test('what changed after the release is listed with both values, what came before it or is written is not', async () => {
  const found = await rows('v3.2');
  assert.equal(found.get('pg_version'), {
    parameter: 'pg_version',
    since: 'v3.7.0',
    kind: 'changed',
    was: 17,
    now: 18,
  });
  assert.equal([found.get('node_firewall_mode')?.was, found.get('node_firewall_mode')?.now], ['none', 'zone']);
  assert.not.ok(found.has('pg_fs_main'), 'written');
  assert.not.ok(found.has('pg_checksum'), 'changed before');
  assert.is((await rows('v3.0')).get('pg_checksum')?.since, 'v3.1.0');
  assert.is((await rows('v2.5')).get('pg_version')?.was, 15, 'what it was in that release, not later');
  assert.not.ok(found.has('npm_packages'), 'it is back at what it was');
  assert.not.ok(found.has('redis_fs_main'), 'there is no Redis');
});

test('what is new is listed where the inventory does not say it', async () => {
  const found = await rows('v3.2');
  assert.equal([found.get('vmalert_port')?.kind, found.get('vmalert_port')?.now], ['new', 8880]);
  assert.not.ok(found.has('pg_crontab'), 'written');
  for (const { kind, since } of found.values()) assert.ok(kind === 'changed' || String(releaseOf(since)) > '3,2,0');
  assert.not.ok([...found.values()].some(({ now }) => JSON.stringify(now ?? '').includes('DBUser')));
});

test('the release is the one of the inventory, where none is given', async () => {
  assert.is((await defaults()).out, (await defaults('--since', '4.1.0')).out);
  assert.match((await defaults()).out, /^vip_interface +v4\.4\.0 +eth0 +auto$/m);
  assert.not.match((await defaults()).out, 'node_firewall_mode');
  assert.match((await defaults('--since', 'v99')).out, 'nothing that the inventory leaves to defaults has changed');
  const { code, err } = await defaults('--since', 'banana');
  assert.is(code, 2);
  assert.match(err, '`banana` is no release: write v3.2 or v3.2.0');
});

test('former defaults are of parameters that exist, oldest first', () => {
  for (const [name, changes] of Object.entries(former)) {
    assert.ok(parameters().has(name), name);
    const releases = changes.map(({ until }) => releaseOf(until)!);
    assert.ok(releases.every((release, i) => i === 0 || String(release) > String(releases[i - 1])));
  }
});

test.run();
