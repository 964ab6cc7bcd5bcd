import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import type { CallStep, FileStep, Step } from '../../../emitters/api.ts';
import { pgsqlEmitter } from '../../../emitters/pgsql/index.ts';
import type { Site } from '../../../compiler/model/site.ts';
import { MARKERS, PLAIN, testSite, threeMembers } from './site.ts';

const test = suite('steps of an instance');

const plan = (site: Site, host = '10.10.10.11'): readonly Step[] => pgsqlEmitter.plan(site, site.hostByName.get(host)!);
const files = (steps: readonly Step[]): readonly FileStep[] =>
  steps.filter((step): step is FileStep => step.kind === 'file');
const calls = (steps: readonly Step[]): readonly string[] =>
  steps.filter((step): step is CallStep => step.kind === 'call').map((step) => [step.fn, ...step.args].join(' '));
const text = (site: Site, path: string, host?: string): string =>
  files(plan(site, host))
    .find((step) => step.path === path)!
    .render(PLAIN);
const position = (steps: readonly Step[], wanted: (step: Step) => boolean): number => {
  const found = steps.findIndex(wanted);
  assert.ok(found >= 0);
  return found;
};

test('a host without an instance has no steps', () => assert.equal(plan(threeMembers(), '10.10.10.10'), []));

test('nothing is in the data directory before the cluster is created', () => {
  for (const host of ['10.10.10.11', '10.10.10.12']) {
    const steps = plan(threeMembers({ pg_databases: [{ name: 'app' }] }), host);
    const bootstrap = position(steps, (step) => step.kind === 'call' && step.fn === 'patroni_bootstrap');
    for (const [i, step] of steps.entries())
      if (step.kind === 'file' && step.path.startsWith('/pg/data/')) assert.ok(i > bootstrap, step.path);
    assert.ok(bootstrap > position(steps, (step) => step.kind === 'file' && step.path.startsWith('/pg/conf/')));
    assert.ok(
      bootstrap < position(steps, (step) => step.kind === 'unit' && step.unit === 'patroni' && step.enabled === true),
      'half an instance does not start with its host',
    );
    assert.ok(
      position(steps, (step) => step.kind === 'user') < position(steps, (step) => step.kind === 'package'),
      'the account has its uid before a package makes one',
    );
  }
});

test('every member can provision, only the declared primary owns the settings in the DCS', () => {
  const site = threeMembers({
    pg_users: [{ name: 'u' }, { name: 'gone', state: 'absent' }],
    pg_databases: [{ name: 'app' }],
  });
  const [primary, replica] = ['10.10.10.11', '10.10.10.12'].map((host) => calls(plan(site, host)));
  assert.equal(primary, [
    'ssh_key_ensure postgres',
    'file_reserve /pg/dummy 64MiB',
    'pg_home postgres /var/lib/pgsql .pgpass .psqlrc',
    'patroni_bootstrap default',
    'patroni_dcs /pg/conf/pg-test-1.dcs.yml',
    'pg_run_sql postgres /pg/tmp/pg-init-roles.sql',
    'pg_run_sql template1 /pg/tmp/pg-init-template.sql',
    'pg_run_sql postgres /pg/tmp/pg-init-template.sql',
    'pg_provision_role u /pg/tmp/pg-user-u.sql',
    'pg_provision_database app /pg/tmp/pg-db-app.sql',
    'pg_provision_role gone absent',
    'pgbackrest_stanza local full',
  ]);
  assert.equal(
    replica,
    primary!.filter((call) => !call.startsWith('patroni_dcs')),
  );
});

test('SQL is the same on every member, so that a failover changes nothing', () => {
  const site = threeMembers({ pg_users: [{ name: 'u', password: 'p' }], pg_databases: [{ name: 'app', owner: 'u' }] });
  const sql = (host: string): readonly (readonly string[])[] =>
    files(plan(site, host))
      .filter((step) => step.path.endsWith('.sql'))
      .map((step) => [step.path, step.render(PLAIN)]);
  assert.is(sql('10.10.10.11').length, 4);
  assert.equal(sql('10.10.10.12'), sql('10.10.10.11'));
});

test('a standby cluster provisions nothing and leaves a remote repository to its upstream', () => {
  const site = (method: string): Site =>
    testSite([
      { name: '10.0.0.1', groups: ['a'], vars: { pg_cluster: 'a', pg_seq: 1, pg_role: 'primary' } },
      {
        name: '10.0.0.2',
        groups: ['b'],
        vars: {
          pg_cluster: 'b',
          pg_seq: 1,
          pg_role: 'primary',
          pg_upstream: '10.0.0.1',
          pg_databases: [{ name: 'app' }],
          pgbackrest_method: method,
        },
      },
    ]);
  const provisioning = (method: string): readonly string[] =>
    calls(plan(site(method), '10.0.0.2')).filter((call) => /^pg_(run|prov)|^pgbackrest/.test(call));
  assert.equal(provisioning('local'), ['pgbackrest_stanza local skip']);
  assert.equal(provisioning('minio'), []);
});

test('Patroni removed: the bare server is enabled instead', () => {
  const steps = plan(threeMembers({ patroni_mode: 'remove' }));
  assert.equal(
    steps.flatMap((step) => (step.kind === 'unit' && step.guarded === true ? [[step.unit, step.enabled]] : [])),
    [
      ['patroni', false],
      ['postgres', true],
    ],
  );
  assert.ok(calls(steps).includes('patroni_bootstrap remove'));
  assert.not.ok(calls(steps).some((call) => call.startsWith('patroni_dcs')));
});

test('switched off parts leave nothing behind', () => {
  const paths = files(
    plan(threeMembers({ pgbouncer_enabled: false, pgbackrest_enabled: false, pg_dbsu_sudo: 'none' })),
  ).map((step) => step.path);
  assert.not.ok(paths.some((path) => /pgbouncer|pgbackrest|vip-manager|sudoers|crontabs/.test(path)));
});

test('the crontab where the platform keeps it, lines as written', () => {
  const vars = { pg_crontab: ['00 01 * * * /pg/bin/pg-backup full >/dev/null 2>&1; date +\\%F'] };
  const step = files(plan(threeMembers(vars))).find((file) => file.path === '/var/spool/cron/crontabs/postgres')!;
  assert.equal([step.owner, step.group, step.mode], ['postgres', 'crontab', 0o600]);
  assert.match(step.render(PLAIN), /\n00 01 \* \* \* \/pg\/bin\/pg-backup full >\/dev\/null 2>&1; date \+\\%F\n$/);
});

test('Debian is kept from creating a cluster of its own', () => {
  const steps = plan(threeMembers());
  assert.ok(
    position(steps, (step) => step.kind === 'file' && step.path.endsWith('createcluster.conf')) <
      position(steps, (step) => step.kind === 'package'),
  );
});

test('PgBouncer: databases and users in their lists', () => {
  const site = threeMembers({
    pg_users: [
      { name: 'a', password: 'x', pgbouncer: true, pool_mode: 'session', pool_connlimit: 9 },
      { name: 'b', password: 'x' },
      { name: 'c', pgbouncer: true, pool_connlimit: -1 },
      { name: 'd', state: 'absent', pgbouncer: true, password: 'x', pool_mode: 'session' },
    ],
    pg_databases: [
      { name: 'app', pool_size: 5, pool_reserve: 2, pool_connlimit: 7, pool_auth_user: 'a' },
      { name: 'hidden', pgbouncer: false },
      { name: 'gone', state: 'absent' },
    ],
  });
  assert.is(
    text(site, '/etc/pgbouncer/database.txt'),
    `# databases of pg-test\n${'app'.padEnd(27)} = host=/var/run/postgresql auth_user=a pool_size=5 reserve_pool=2 max_db_connections=7\n`,
  );
  const users = text(site, '/etc/pgbouncer/useropts.txt')
    .split('\n')
    .slice(1, -1)
    .map((line) => line.replace(/ += /, ': '));
  assert.equal(users, [
    'dbuser_dba: pool_mode=session max_user_connections=16',
    'dbuser_monitor: pool_mode=session max_user_connections=8',
    'a: pool_mode=session max_user_connections=9',
  ]);
  assert.equal(
    text(site, '/etc/pgbouncer/userlist.txt')
      .split('\n')
      .map((line) => line.split(' ')[0]),
    ['"postgres"', '"dbuser_monitor"', '"dbuser_dba"', '"a"', ''],
  );
  assert.match(
    text(
      threeMembers({ pgbouncer_auth_query: true, pg_users: [{ name: 'a', password: 'x', pgbouncer: true }] }),
      '/etc/pgbouncer/userlist.txt',
    ),
    /^(?!.*"a")/s,
  );
});

test('the pool of a standby cluster has the verifiers of the cluster at the head of the chain', () => {
  const users = [{ name: 'app', password: 'x', pgbouncer: true }];
  const host = (last: number, cluster: string, vars: Readonly<Record<string, unknown>>) => ({
    name: `10.10.10.${last}`,
    groups: [cluster],
    vars: { pg_cluster: cluster, pg_seq: 1, pg_role: 'primary', pg_users: users, ...vars },
  });
  const site = testSite([
    host(11, 'pg-a', { pg_vip_enabled: true, pg_vip_address: '10.10.10.2/24' }),
    host(12, 'pg-b', { pg_upstream: '10.10.10.2' }),
    host(13, 'pg-c', { pg_upstream: '10.10.10.12', pg_pwd_enc: 'md5' }),
    host(14, 'pg-d', {}),
  ]);
  const verifier = (last: number): string =>
    /"app" "(.*)"/.exec(text(site, '/etc/pgbouncer/userlist.txt', `10.10.10.${last}`))![1]!;
  assert.equal([11, 12, 13].map(verifier), Array(3).fill('SCRAM-SHA-256$4096:pg-a.app$stored:server'));
  assert.is(verifier(14), 'SCRAM-SHA-256$4096:pg-d.app$stored:server');
});

test('a PgBouncer that does not know prepared statements is not told of them', () => {
  assert.match(text(threeMembers(), '/etc/pgbouncer/pgbouncer.ini'), /^max_prepared_statements = 256$/m);
  assert.not.match(text(threeMembers({}, 'debian-12'), '/etc/pgbouncer/pgbouncer.ini'), /max_prepared_statements/);
});

test("a Citus cluster knows its users' passwords, others only the system ones", () => {
  const users = [
    { name: 'app', password: 'a:b\\c' },
    { name: 'hashed', password: `SCRAM-SHA-256$4096:c2FsdA==$${'A'.repeat(43)}=:${'A'.repeat(43)}=` },
  ];
  const pgpass = (vars: Record<string, unknown>): readonly string[] =>
    text(threeMembers({ pg_users: users, ...vars }), '/var/lib/pgsql/.pgpass')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(':').slice(3).join(':'));
  assert.equal(pgpass({}), ['replicator:DBUser.Replicator', 'dbuser_monitor:DBUser.Monitor', 'dbuser_dba:DBUser.DBA']);
  assert.equal(pgpass({ pg_mode: 'citus', pg_shard: 's', pg_group: 0 }).at(-1), 'app:a\\:b\\\\c');
});

test('reviewable files hold no secret', () => {
  const words = [
    'Hidden.One',
    'Hidden.Two',
    'Hidden.Three',
    'Hidden.Four',
    'Hidden.Five',
    'Hidden.Six',
    'Hidden.Seven',
  ];
  const [replication, monitor, admin, api, user, cipher, etcd] = words;
  const site = threeMembers({
    pg_replication_password: replication,
    pg_monitor_password: monitor,
    pg_admin_password: admin,
    patroni_password: api,
    pg_users: [{ name: 'u', password: user, pgbouncer: true }],
    pg_etcd_password: etcd,
    pgbackrest_method: 'x',
    pgbackrest_repo: {
      x: { type: 's3', path: '/x', cipher_type: 'aes-256-cbc', cipher_pass: cipher, s3_key_secret: cipher },
    },
    pg_vip_enabled: true,
    pg_vip_address: '10.10.10.2/24',
    pg_pwd_enc: 'md5',
  });
  const steps = files(plan(site));
  const exposed = steps.flatMap((step) =>
    words.filter((word) => step.render(MARKERS).includes(word)).map((word) => `${step.path}: ${word}`),
  );
  assert.equal(exposed, []);
  const used = words.filter((word) => steps.some((step) => step.render(PLAIN).includes(word)));
  assert.equal(
    used,
    words.filter((word) => word !== user),
    "the user's password is nowhere in plain text",
  );
});

test('files end with a newline and have one writer each', () => {
  const steps = files(
    plan(threeMembers({ pg_vip_enabled: true, pg_vip_address: '10.10.10.2/24', pg_databases: [{ name: 'app' }] })),
  );
  for (const step of steps) assert.ok(step.render(PLAIN).endsWith('\n'), step.path);
  assert.is(new Set(steps.map((step) => step.path)).size, steps.length);
});

test('a recovery reads the repository of its source, and its secrets are secrets', () => {
  const store = (path: string): object => ({
    type: 's3',
    path,
    s3_key_secret: 'Hush',
    cipher_pass: 'Hush.${pg_cluster}',
  });
  const vars = (pg_cluster: string, more: object = {}): Record<string, unknown> => ({
    pg_cluster,
    pg_seq: 1,
    pg_role: 'primary',
    pgbackrest_method: 'store',
    pgbackrest_repo: { store: store(`/b/${pg_cluster}`) },
    ...more,
  });
  const conf = (pg_pitr: object, path = '/etc/pgbackrest/pitr.conf'): string =>
    files(
      plan(
        testSite([
          { name: '10.10.10.11', groups: ['pg-test'], vars: vars('pg-test', { pg_pitr }) },
          { name: '10.10.10.12', groups: ['pg-old'], vars: vars('pg-old') },
        ]),
      ),
    )
      .find((step) => step.path === path)!
      .render(MARKERS);
  const other = conf({ cluster: 'pg-old', db_include: ['shop'], set: '20260101-000000F', xid: 7 });
  assert.match(other, /\n\[pg-old\]\n[^]*repo1-path=\/b\/pg-old\n[^]*db-include=shop\n/);
  const own = conf({ repo: store('/c/${pg_cluster}') });
  assert.match(own, 'repo1-path=/c/pg-test\n');
  for (const text of [other, own]) assert.not.match(text, 'Hush');
  const env = conf({ cluster: 'pg-old', set: '20260101-000000F', xid: 7 }, '/etc/pigstyc/instance.env');
  assert.match(env, /PITR_CLUSTER=pg-old\nPITR_TARGET=xid:7\nPITR_OPTIONS=--set=20260101-000000F\n/);
  assert.match(
    conf({}, '/etc/pgbackrest/pgbackrest.conf'),
    /\[global:archive-push\]\nprocess-max=\d+\narchive-timeout=10\n/,
  );
});

test.run();
