/** `pigstyc diff` names what a change does to each host before anybody does it. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Desk } from '../../support/desk.ts';
import type { FileChange } from '../../../compiler/review/diff/bundle-diff.ts';
import { recordOfScript } from '../../../compiler/phases/9-bundle/plan-record.ts';
import { impactOf, type HostImpact, type HostVersion } from '../../../compiler/review/impact/impact.ts';
import { impactText } from '../../../compiler/cli/impact-text.ts';
import type { Style } from '../../../compiler/cli/style.ts';
import type { ManifestFile } from '../../../compiler/phases/9-bundle/bundle-files.ts';

const test = suite('impact of a change');

const same = (text: string): string => text;
const PLAIN: Style = { width: 100, bold: same, dim: same, red: same, yellow: same, cyan: same, green: same };
const file = (path: string, effects = '', more: Partial<ManifestFile> = {}): ManifestFile => ({
  path,
  bundle: path.slice(1),
  owner: 'root',
  group: 'root',
  mode: '0644',
  sha256: '',
  sealed: false,
  stage: 'node',
  effects,
  source: 'test',
  ...more,
});
/** Its files say what the diffs of the changes have on one side. */
const host = (
  files: readonly ManifestFile[],
  script = '',
  changes: readonly FileChange[] = [],
  side: '-' | '+' = '+',
): HostVersion => ({
  files,
  plan: recordOfScript(script),
  text: ({ path }) => {
    const lines = changes.find((change) => change.path.endsWith(path))?.diff ?? [];
    return lines
      .filter((line) => line.startsWith(' ') || line.startsWith(side))
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  },
});
/** A changed file of host `a`, with the lines of its diff. */
const changed = (path: string, ...diff: readonly string[]): FileChange => ({
  path: `hosts/a/files${path}`,
  change: 'changed',
  diff,
});

interface Scripts {
  readonly former?: readonly ManifestFile[];
  readonly formerScript?: string;
  readonly script?: string;
}

function impact(
  files: readonly ManifestFile[],
  changes: readonly FileChange[],
  { former = files, formerScript = '', script = formerScript }: Scripts = {},
): HostImpact | undefined {
  return impactOf(
    'a',
    { former: host(former, formerScript, changes, '-'), now: host(files, script, changes) },
    new Map(changes.map((change) => [change.path, change])),
  );
}

const text = (...given: Parameters<typeof impact>): readonly string[] =>
  impactText([impact(...given)!], PLAIN)
    .slice(1)
    .map((line) => line.trim());

test('data that a change leaves behind are named, the outermost directory, never configuration', () => {
  const before = [
    '  dir /data root root 0755',
    '  dir /data/redis redis redis 0700',
    '  dir /data/redis/kv-1-6379 redis redis 0700',
    '  dir /data/infra root infra 0755',
    '  dir /etc/kv redis redis 0700',
    '  dir /run/kv redis redis 0700',
    '  link /infra /data/infra',
    '  link /usr/pgsql /usr/lib/postgresql/15',
  ].join('\n');
  const after = before
    .replaceAll('/data/redis', '/srv/redis')
    .replace('link /infra /data/infra', 'link /infra /srv/infra');
  const conf = file('/etc/kv/kv.conf');
  const scripts = { formerScript: before, script: after.replace(/.*(etc|run)\/kv.*\n/g, '') };
  assert.equal(impact([conf], [changed('/etc/kv/kv.conf')], scripts)?.leaves, ['/data/infra', '/data/redis']);
  assert.equal(text([conf], [changed('/etc/kv/kv.conf')], scripts), [
    'leaves data behind, and what used them starts empty: /data/infra, /data/redis',
  ]);
  assert.equal(impact([conf], [changed('/etc/kv/kv.conf')], { formerScript: before })?.leaves, []);
  const owned = before.replace('kv-1-6379 redis redis', 'kv-1-6379 root root');
  assert.equal(impact([conf], [changed('/etc/kv/kv.conf')], { formerScript: before, script: owned })?.leaves, []);
});

test('units of the files that differ, each once; a restart makes a reload needless', () => {
  const files = [
    file('/web.conf', 'reload web'),
    file('/web.service', 'restart web'),
    file('/db.conf', 'restart! db'),
    file('/db.env', 'restart! db;reload pool'),
    file('/other', 'restart other'),
  ];
  assert.equal(
    text(
      files,
      files.slice(0, 4).map(({ path }) => changed(path)),
    ),
    ['reload: pool', 'restart: web', 'restart, waits for --allow-restart: db'],
  );
  assert.equal(text(files, [changed('/web.conf')]), ['reload: web']);
  assert.is(impact(files, []), undefined);
});

test('a file that is gone and one whose secret alone differs count as well', () => {
  const secret = file('/secret', 'reload web', { sealed: true });
  assert.equal(text([secret], [{ ...changed('/secret'), path: 'hosts/a/sealed/secret' }]), ['reload: web']);
  assert.equal(text([], [{ ...changed('/old'), change: 'removed' }], { former: [file('/old', 'reload web')] }), [
    'reload: web',
  ]);
  assert.equal(text([file('/motd')], [changed('/motd')]), ['1 file; nothing is reloaded or restarted']);
});

test('another identity of data comes first and is called impossible; more pools are not', () => {
  const line = (words: string): string => `identity pgsql ${words}\n  unit patroni enabled - - guarded\n`;
  const found = impact([file('/a')], [changed('/a')], {
    formerScript: line('scope=pg-two version=15 \\\n  namespace=/pg'),
    script: line('scope=pg-three version=16 namespace=/pg'),
  })!;
  assert.equal(impactText([found], PLAIN).slice(1), [
    '    not possible in place, apply.sh refuses where there are data: pgsql scope pg-two → pg-three, pgsql version 15 → 16',
  ]);
  const pools = (text: string): string => `identity minio 'pools=${text}' -- /data1\n`;
  const more = { formerScript: pools('https://m{1...4}/d'), script: pools('https://m{1...4}/d https://m{5...8}/d') };
  assert.equal(impact([file('/a')], [changed('/a')], more)!.impossible, []);
  const other = { formerScript: pools('/data'), script: pools('https://m{1...4}/d') };
  assert.equal(impact([file('/a')], [changed('/a')], other)!.impossible, [
    { module: 'minio', key: 'pools', before: '/data', after: 'https://m{1...4}/d' },
  ]);
});

test('a unit file with other words for people restarts nothing', () => {
  const unit = file('/etc/systemd/system/web.service', 'restart! web');
  assert.equal(text([unit], [changed(unit.path, '-Description=web', '+Description=the web', '+After=x.target')]), [
    '1 file; nothing is reloaded or restarted',
  ]);
  assert.equal(text([unit], [changed(unit.path, '-Description=web', '+ExecStart=/bin/web')]), [
    'restart, waits for --allow-restart: web',
  ]);
});

test('a line that only a start reads makes a reload a restart; what Patroni gives as arguments is named', () => {
  const ini = file('/etc/pool.ini', 'reload pool', { settings: 'pgbouncer' });
  assert.equal(text([ini], [changed(ini.path, '-listen_port = 6432', '+listen_port = 6444')]), [
    'reload: pool',
    'restart, waits for --allow-restart: pool, for listen_port (6432 → 6444)',
  ]);
  assert.equal(text([ini], [changed(ini.path, '-pool_size = 1', '+pool_size = 2')]), ['reload: pool']);
  const env = file('/pg/conf/instance.env', '', { settings: 'instance' });
  assert.equal(text([env], [changed(env.path, '-PG_PORT=5432', '+PG_PORT=5532')]), [
    'restart, waits for --allow-restart: PostgreSQL, for port (5432 → 5532)',
    'clients: sessions at the server end, writes stop until it is back',
  ]);
  // The server that a standby cluster follows until now.
  const patroni = file('/pg/conf/pg-b-1.yml', 'reload patroni', { settings: 'patroni' });
  assert.equal(
    text([patroni], [changed(patroni.path, '-    standby_cluster:', '-      host: 10.10.10.11', '-      port: 5432')]),
    ['reload: patroni'],
  );
});

test('another owner or mode is a difference of the file', () => {
  assert.equal(
    text([file('/web.conf', 'reload web', { mode: '0640' })], [], { former: [file('/web.conf', 'reload web')] }),
    ['reload: web'],
  );
});

test('a unit that is new starts and has read everything; one whose file is gone is stopped, with leave if it is guarded', () => {
  const files = [
    file('/a.conf', 'restart! redis-1;call redis_config /a /b;reload web'),
    file('/etc/systemd/system/redis-1.service', 'restart! redis-1'),
  ];
  const added = files.map(({ path }): FileChange => ({ ...changed(path), change: 'added' }));
  assert.equal(
    text(files, added, {
      former: [],
      script: '  unit redis-1 enabled started - guarded\n  unit postgres disabled - - guarded\n',
    }),
    ['start: redis-1', 'reload: web'],
  );
  const removed = files.map(({ path }): FileChange => ({ ...changed(path), change: 'removed' }));
  assert.equal(text([], removed, { former: files, formerScript: '  unit redis-1 enabled started - guarded\n' }), [
    'stop, waits for --allow-restart: redis-1',
    'clients: sessions at the key-value store end',
  ]);
  const plain = file('/etc/systemd/system/web.service', 'restart web');
  assert.equal(text([], [{ ...changed(plain.path), change: 'removed' }], { former: [plain] }), ['stop: web']);
});

test('while a guarded server may not be stopped, its stage removes nothing', () => {
  const former = [
    file('/etc/systemd/system/redis-1.service', 'restart! redis-1', { stage: 'redis' }),
    file('/etc/systemd/system/helper.service', 'restart helper', { stage: 'redis' }),
    file('/x', 'reload web', { stage: 'redis' }),
    file('/y', 'reload other'),
  ];
  const removed = former.map(({ path }): FileChange => ({ ...changed(path), change: 'removed' }));
  assert.equal(text([], removed, { former }), [
    'reload: other',
    'stop, waits for --allow-restart: redis-1, helper',
    'clients: sessions at the key-value store end',
  ]);
});

test('packages that were not asked for before', () => {
  const script = '  package_install required a \\\n    b\n  package_install optional c\n';
  assert.equal(text([], [], { formerScript: script, script: script.replace('b\n', 'b d\n') }), ['install: d']);
});

test('functions that follow a change are named in words', () => {
  assert.equal(text([file('/x', 'call pg_reload_hba;call sysctl_apply /x;reload web')], [changed('/x')]), [
    'reload: web, PostgreSQL',
    'then: set kernel parameters',
  ]);
});

test('settings that PostgreSQL reads when it starts wait for a restart; what a reload takes over does not', () => {
  const files = [
    file('/patroni.yml', 'reload patroni', { settings: 'patroni' }),
    file('/dcs.yml', '', { settings: 'dcs' }),
    file('/auto.conf', 'call pg_reload_hba', { settings: 'auto-conf' }),
  ];
  const dcs = [
    ' postgresql:',
    '   parameters:',
    '-    max_connections: 500',
    '+    max_connections: 333',
    '-    work_mem: 8MB',
    '+    work_mem: 9MB',
    '-    max_wal_senders: 50',
    '+    max_wal_senders: 50',
    "-    wal_level: 'replica'",
  ];
  assert.equal(
    impact(files, [
      changed('/patroni.yml', ...dcs),
      changed('/dcs.yml', ...dcs),
      changed('/auto.conf', "+shared_buffers = '1GB'", '+max_connections = 100'),
    ])?.settings,
    [
      { name: 'max_connections', after: '100', unit: 'PostgreSQL' },
      { name: 'wal_level', before: 'replica', unit: 'PostgreSQL' },
      { name: 'shared_buffers', after: '1GB', unit: 'PostgreSQL' },
    ],
  );
  assert.equal(text(files, [changed('/dcs.yml', ...dcs)]), [
    'restart, waits for --allow-restart: PostgreSQL, for max_connections (500 → 333), wal_level (no longer replica)',
    'clients: sessions at the server end, writes stop until it is back',
  ]);
  assert.equal(text(files, [changed('/auto.conf', "+shared_buffers = '1GB'")]), [
    'reload: PostgreSQL',
    'restart, waits for --allow-restart: PostgreSQL, for shared_buffers = 1GB',
    'clients: sessions at the server end, writes stop until it is back',
  ]);
  assert.equal(text(files, [changed('/auto.conf', "+work_mem = '1GB'")]), ['reload: PostgreSQL']);
});

test('steps that are new or read a file that differs', () => {
  const before =
    "if stage pgsql; then\n  call 'role a' pg_provision_role a /pg/tmp/pg-user-a.sql\n" +
    "  call 'role ab' pg_provision_role ab \\\n    /pg/tmp/pg-user-ab.sql\n" +
    '  call firewall firewall_apply zone 22\nfi\n';
  const files = [file('/pg/tmp/pg-user-a.sql'), file('/pg/tmp/pg-user-ab.sql')];
  assert.equal(text(files, [changed('/pg/tmp/pg-user-ab.sql')], { formerScript: before }), ['steps: role ab']);
  assert.equal(text(files, [changed('/pg/tmp/pg-user-a.sql')], { formerScript: before }), ['steps: role a']);
  assert.equal(
    text(files, [], {
      formerScript: before,
      script: before
        .replace('zone 22', 'zone 22,80')
        .replace('fi\n', "  call 'role c is gone' pg_provision_role c absent\nfi\n"),
    }),
    ['steps: firewall, role c is gone'],
  );
  assert.is(impact(files, [], { formerScript: before }), undefined);
});

test('names and paths are read as the shell reads them', () => {
  const script =
    "  call 'it'\\''s role' pg_provision_role x '/pg/tmp/it'\\''s.sql'\n  call plain pg_run_sql x /pg/tmp/plain.sql\n";
  assert.equal(text([file("/pg/tmp/it's.sql")], [changed("/pg/tmp/it's.sql")], { formerScript: script }), [
    "steps: it's role",
  ]);
});

test('lines that only a first start reads have no effect', () => {
  const files = [file('/etcd.conf', 'restart! etcd', { settings: 'etcd' })];
  assert.equal(
    text(files, [changed('/etcd.conf', '@@ -1,2 +1,2 @@', ' name: a', '-initial-cluster: a', '+initial-cluster: a,b')]),
    ['read while there are no data, without effect afterwards: initial-cluster'],
  );
  assert.equal(text(files, [changed('/etcd.conf', '-initial-cluster: a', '+initial-cluster: a,b', '+listen: x')]), [
    'restart, waits for --allow-restart: etcd',
    'read while there are no data, without effect afterwards: initial-cluster',
  ]);
});

test('what Patroni reads when it creates the cluster reloads nothing, as the HBA rules and settings of the first moment', () => {
  const files = [file('/pg/conf/pg-a-1.yml', 'reload patroni', { settings: 'patroni' })];
  const diff = (...lines: readonly string[]): readonly string[] =>
    text(files, [changed('/pg/conf/pg-a-1.yml', ' ctl:', '   insecure: true', ' bootstrap:', ...lines)]);
  const nothing = '1 file; nothing is reloaded or restarted';
  assert.equal(diff('   pg_hba:', '-    - local all postgres ident', '+    - host all all 10.0.0.0/8 md5'), [nothing]);
  assert.equal(diff('   dcs:', '-    ttl: 30', '+    ttl: 31'), [nothing]);
  assert.equal(
    diff('   dcs:', '     postgresql:', '       parameters:', '-        work_mem: 8MB', '+        work_mem: 9MB'),
    [nothing],
  );
  assert.equal(diff('   initdb:', '-    - locale: C', '+    - locale: de_DE'), [
    'read while there are no data, without effect afterwards: bootstrap.initdb.locale',
  ]);
  assert.equal(diff(' postgresql:', '   parameters:', '-    work_mem: 8MB', '+    work_mem: 9MB'), ['reload: patroni']);
  assert.equal(diff('   method: initdb', ' tags:', '-  nosync: false', '+  nosync: true'), ['reload: patroni']);
});

test('a sealed file that stays as it is does nothing, in whatever way its twin shows it now', async () => {
  const desk = new Desk();
  const inventory = `all:
  vars: { version: v4.5.0, admin_ip: 10.10.10.10 }
  children: { etcd: { hosts: { 10.10.10.10: { etcd_seq: 1 } } } }
`;
  desk.system.writeFile('pigsty.yml', inventory, 0o600);
  const built = await desk.pigstyc(['build', '--demo', '-q']);
  assert.is(built.code, 0, built.err);
  const impact = async (): Promise<string> => (await desk.pigstyc(['diff', '--demo', '--impact'])).out;
  const host = 'out/hosts/10.10.10.10';
  const twin = `${host}/files/etc/haproxy/haproxy.cfg`;
  const now = desk.read(twin);
  desk.system.writeFile(twin, now.replace('global', 'global # as it was shown formerly'), 0o600);
  assert.is.not(desk.read(twin), now);
  assert.not.match(await impact(), 'haproxy');
  desk.system.remove(`${host}/sealed/etc/haproxy/haproxy.cfg`);
  assert.match(await impact(), 'reload: haproxy', 'without the sealed file its twin is all that is known');
});

test('a file that is written only where it is absent reloads nothing and is named', () => {
  const files = [file('/alertmanager.yml', 'reload alertmanager', { once: true })];
  assert.equal(text(files, [changed('/alertmanager.yml', '-a', '+b')]), [
    'stays as it is on the host, written only where absent: /alertmanager.yml',
  ]);
});

test('hosts come and go; the same is said once of many', () => {
  const version = {
    former: host([file('/x', 'reload web')]),
    now: host([file('/x', 'reload web')]),
  };
  const changes = new Map(
    ['a', 'b'].map((name) => [`hosts/${name}/files/x`, { ...changed('/x'), path: `hosts/${name}/files/x` }]),
  );
  const impacts = [
    impactOf('a', version, changes),
    impactOf('c', { ...version, former: undefined }, changes),
    impactOf('b', version, changes),
    impactOf('d', { former: host([file('/etc/systemd/system/web.service', '')]), now: undefined }, changes),
  ].map((one) => one!);
  assert.equal(impactText(impacts, PLAIN), [
    '  a, b',
    '    reload: web',
    '  c',
    '    new, 1 file',
    '  d',
    '    host leaves: the others forget it; on the host itself nothing changes until make retire, which removes ' +
      'what was deployed and stops web; data stay',
  ]);
  const many = Array.from({ length: 1000 }, (_, at) => ({ ...impacts[0]!, host: `h${at}` }));
  assert.equal(impactText(many, PLAIN), ['  h0, h1, h2, h3, h4 and 995 more', '    reload: web']);
});

test('a machine that gets another name in the inventory does not leave', async () => {
  const desk = new Desk();
  const inventory = (host: string): string => `all:
  vars: { version: v4.5.0, admin_ip: 10.10.10.10 }
  children:
    infra: { hosts: { 10.10.10.10: { infra_seq: 1 } } }
    web: { hosts: { ${host} } }
`;
  const diff = async (host: string): Promise<string> => {
    desk.system.writeFile('pigsty.yml', inventory(host), 0o600);
    return (await desk.pigstyc(['diff', '--demo', '--impact'])).out;
  };
  desk.system.writeFile('pigsty.yml', inventory('10.10.10.11: {}'), 0o600);
  const built = await desk.pigstyc(['build', '--demo', '-q']);
  assert.is(built.code, 0, built.err);
  assert.match(await diff('web-1: { ansible_host: 10.10.10.11 }'), 'another name of the inventory has its address');
  assert.match(await diff('web-1: { ansible_host: 10.10.10.12 }'), 'host leaves');
});

test.run();
