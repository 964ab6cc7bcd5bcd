import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Desk } from '../../support/desk.ts';
import '../../package-text.ts';

const SITE = `all:
  children:
    infra: { hosts: { 10.1.1.1: { infra_seq: 1 } } }
    etcd: { hosts: { 10.1.1.1: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }
    pg-app:
      hosts:
        10.1.1.1: { pg_seq: 1, pg_role: primary }
        10.1.1.2: { pg_seq: 2, pg_role: replica }
      vars:
        pg_cluster: pg-app
        pg_vip_enabled: true
        pg_vip_address: 10.1.1.9/24
        pg_users:
          - { name: app, password: 'a:b@c/d e%', pgbouncer: true, roles: [dbrole_readwrite] }
          - { name: direct, password: Direct.1, roles: [dbrole_readonly] }
          - { name: nobody, login: false }
          - { name: gone, state: absent }
        pg_databases:
          - { name: app, owner: app }
          - { name: mine, owner: app, revokeconn: true }
          - { name: old, state: absent }
    pg-bare:
      hosts: { 10.1.1.3: { pg_seq: 1, pg_role: primary } }
      vars:
        pg_cluster: pg-bare
        haproxy_enabled: false
        pg_users: [ { name: bare, password: Bare.1, pgbouncer: true, roles: [dbrole_readwrite] } ]
        pg_databases: [ { name: bare } ]
  vars: { admin_ip: 10.1.1.1, version: v4.5.0, region: default }
`;

async function services(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const desk = new Desk();
  desk.system.writeFile('pigsty.yml', SITE, 0o600);
  return desk.pigstyc(['services', '--url', ...args]);
}

interface Row {
  readonly service: string;
  readonly user: string;
  readonly database: string;
  readonly uri: string;
  readonly jdbc: string;
}

async function rows(...args: readonly string[]): Promise<readonly Row[]> {
  const { code, out, err } = await services('--json', ...args);
  assert.is(code, 0, err);
  return JSON.parse(out) as readonly Row[];
}

test('each user has a line for every service and database that lets it in, and no other', async () => {
  const found = (await rows()).map(({ service, user, database }) => `${service} ${user} ${database}`);
  assert.ok(found.includes('pg-app-primary app app'));
  assert.ok(found.includes('pg-app-primary app mine'));
  assert.ok(found.includes('pg-app-default direct app'));
  assert.not.ok(found.includes('pg-app-primary direct app'), 'the pool does not know it');
  assert.not.ok(
    found.some((line) => line.endsWith('direct mine')),
    'only its owner may connect',
  );
  assert.not.ok(found.some((line) => /nobody|gone|old/.test(line)));
  assert.not.ok(
    found.some((line) => line.includes('pg-bare')),
    'no balancer offers it',
  );
});

test('hosts are tried in order, the virtual address first, and passwords are left out', async () => {
  const { out } = await services('--user', 'app', '--db', 'app', '--cluster', 'pg-app');
  const [head, first] = out.split('\n');
  assert.match(head!, /^SERVICE +USER +DATABASE +URI$/);
  assert.match(first!, / postgresql:\/\/app@10\.1\.1\.9:5433,10\.1\.1\.1:5433,10\.1\.1\.2:5433\/app$/);
  const jdbc = await services('--user', 'app', '--db', 'app', '--for', 'jdbc');
  assert.match(jdbc.out, 'jdbc:postgresql://10.1.1.9:5433,10.1.1.1:5433,10.1.1.2:5433/app?user=app\n');
  const file = await services('--user', 'direct', '--for', 'service');
  assert.match(
    file.out,
    '[pg-app-default.direct.app]\nhost=10.1.1.9,10.1.1.1,10.1.1.2\nport=5436\nuser=direct\ndbname=app\n',
  );
  for (const text of [out, jdbc.out, file.out]) assert.not.match(text, /Direct|a:b|a%3A|password/);
});

test('--reveal puts the passwords in, spelled as each form reads them', async () => {
  const [row] = await rows('--reveal', '--user', 'app', '--db', 'app');
  assert.is(decodeURIComponent(/^postgresql:\/\/app:([^@]*)@/.exec(row!.uri)![1]!), 'a:b@c/d e%');
  assert.is(new URLSearchParams(row!.jdbc.split('?')[1]).get('password'), 'a:b@c/d e%');
  const { out } = await services('--reveal', '--user', 'app', '--for', 'service');
  assert.match(out, '\npassword=a:b@c/d e%\n');
});

test('what names nothing is said', async () => {
  const none = await services('--user', 'who');
  assert.is(none.code, 1);
  assert.match(none.err, 'no user');
  const desk = new Desk();
  desk.system.writeFile('pigsty.yml', SITE, 0o600);
  const wrong = await desk.pigstyc(['services', '--reveal']);
  assert.is(wrong.code, 2);
  assert.match(wrong.err, '--reveal is for --url');
});

test.run();
