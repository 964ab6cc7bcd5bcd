import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import '../../package-text.ts';
import { instanceView } from '../../../emitters/pgsql/instance.ts';
import { renderDcsYml, renderPatroniYml } from '../../../emitters/pgsql/patroni/patroni-yml.ts';
import { sizeInstance } from '../../../emitters/pgsql/patroni/sizing.ts';
import type { Site } from '../../../compiler/model/site.ts';
import { MARKERS, PLAIN, testSite, threeMembers } from './site.ts';

const test = suite('patroni.yml');

interface Document {
  readonly [key: string]: never;
}

function patroni(site: Site, host = '10.10.10.11'): Document {
  return parse(renderPatroniYml(instanceView(site, site.hostByName.get(host)!)!, PLAIN)) as Document;
}

function at(document: unknown, path: string): unknown {
  return path.split('/').reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
}

const parameter = (document: Document, name: string): unknown =>
  at(document, `bootstrap/dcs/postgresql/parameters/${name}`);

function single(facts: { cpu: number; memoryMib: number; diskGib: number }, vars: Record<string, unknown>): Site {
  return testSite([
    { name: '10.0.0.1', groups: ['pg'], facts, vars: { pg_cluster: 'pg', pg_seq: 1, pg_role: 'primary', ...vars } },
  ]);
}

// figures of the distribution's own templates for these machines
const SIZES = [
  ['oltp', { cpu: 8, memoryMib: 32107, diskGib: 512 }, [500, 500, 8027, 2007, 64, 24080, 16, 4, 3, 2, 26]],
  ['olap', { cpu: 8, memoryMib: 32107, diskGib: 512 }, [500, 1000, 8027, 4014, 64, 24080, 20, 7, 3, 4, 26]],
  ['crit', { cpu: 64, memoryMib: 257000, diskGib: 3000 }, [500, 500, 64250, 16063, 128, 192750, 72, 32, 22, 0, 100]],
  ['tiny', { cpu: 1, memoryMib: 1024, diskGib: 10 }, [250, 250, 256, 64, 16, 768, 12, 1, 1, 0, 1]],
  [
    'oltp',
    { cpu: 128, memoryMib: 1031000, diskGib: 60000 },
    [500, 500, 257750, 64438, 515, 773250, 136, 64, 43, 8, 100],
  ],
] as const;

for (const [profile, facts, figures] of SIZES) {
  test(`${profile} on ${facts.cpu} CPUs`, () => {
    const size = sizeInstance(single(facts, { pg_conf: `${profile}.yml` }).hosts[0]!);
    assert.equal(
      [
        size.maxConnections,
        size.maxLocksPerTransaction,
        size.sharedBuffers,
        size.maintenanceWorkMem,
        size.workMem,
        size.effectiveCacheSize,
        size.maxWorkerProcesses,
        size.maxParallelWorkers,
        size.maxParallelMaintenanceWorkers,
        size.maxParallelWorkersPerGather,
        size.diskTwentieth,
      ],
      figures,
    );
  });
}

test('pg_max_conn below 20 is auto, and locks grow with timescaledb and citus', () => {
  const facts = { cpu: 4, memoryMib: 16384, diskGib: 100 };
  const size = (vars: Record<string, unknown>) => sizeInstance(single(facts, vars).hosts[0]!);
  assert.is(size({ pg_max_conn: 10, pg_default_service_dest: 'postgres' }).maxConnections, 1000);
  assert.is(size({ pg_max_conn: 20 }).maxConnections, 20);
  assert.is(size({ pg_max_conn: 300, pg_libs: 'timescaledb, pg_stat_statements' }).maxLocksPerTransaction, 600);
  assert.is(size({ pg_max_conn: 300, pg_libs: 'citus', pg_conf: 'olap.yml' }).maxLocksPerTransaction, 1200);
  assert.is(size({ pg_max_conn: 300, pg_libs: 'citus' }).maxPreparedTransactions, 300);
});

test('settings appear from the version that knows them', () => {
  const names = (version: number, conf = 'oltp.yml'): readonly string[] =>
    Object.keys(
      at(
        patroni(threeMembers({ pg_version: version, pg_conf: conf })),
        'bootstrap/dcs/postgresql/parameters',
      ) as object,
    );
  assert.equal(
    ['wal_compression', 'sync_replication_slots', 'io_method', 'io_workers', 'log_lock_failures'].map((name) =>
      [14, 15, 17, 18, 19].filter((v) => names(v).includes(name)),
    ),
    [[15, 17, 18, 19], [17, 18, 19], [18, 19], [18], [18, 19]],
  );
  assert.equal(
    [14, 15, 16].map((v) => names(v, 'crit.yml').includes('vacuum_defer_cleanup_age')),
    [true, true, false],
  );
  assert.is(parameter(patroni(threeMembers({ pg_version: 17, pg_conf: 'crit.yml' })), 'log_connections'), 'on');
  assert.is(
    parameter(patroni(threeMembers({ pg_version: 18, pg_conf: 'crit.yml' })), 'log_connections'),
    'receipt,authentication,authorization',
  );
});

test('crit never loses a commit', () => {
  const document = patroni(threeMembers({ pg_conf: 'crit.yml', pg_checksum: false }));
  assert.equal(
    ['synchronous_mode', 'synchronous_mode_strict'].map((key) => at(document, `bootstrap/dcs/${key}`)),
    [true, true],
  );
  assert.is(at(document, 'watchdog/mode'), 'automatic');
  assert.is(at(document, 'bootstrap/initdb/0'), 'data-checksums');
  assert.is(parameter(document, 'wal_writer_flush_after'), 0);
  assert.is(at(patroni(threeMembers({ pg_rpo: 0 })), 'bootstrap/dcs/synchronous_mode'), true);
});

test('timings follow the plan; an unknown plan is norm', () => {
  const timings = (rto: string): unknown[] =>
    ['ttl', 'loop_wait', 'retry_timeout', 'primary_start_timeout'].map((key) =>
      at(patroni(threeMembers({ pg_rto: rto })), `bootstrap/dcs/${key}`),
    );
  assert.equal(timings('fast'), [20, 5, 5, 15]);
  assert.equal(timings('wide'), [120, 20, 30, 95]);
  assert.equal(timings('no-such-plan'), [30, 5, 10, 25]);
});

test('locale provider builtin where PostgreSQL has it', () => {
  const initdb = (vars: Record<string, unknown>): unknown => at(patroni(threeMembers(vars)), 'bootstrap/initdb');
  const collation = [{ 'lc-collate': 'C' }, { 'lc-ctype': 'C' }];
  assert.equal(initdb({ pg_version: 17 }), [
    'data-checksums',
    { encoding: 'UTF8' },
    { 'locale-provider': 'builtin' },
    { 'builtin-locale': 'C' },
    ...collation,
  ]);
  assert.equal(initdb({ pg_version: 16 }), ['data-checksums', { encoding: 'UTF8' }, { locale: 'C' }, ...collation]);
  assert.equal(
    initdb({ pg_version: 18, pg_checksum: false, pg_locale: 'de_DE.UTF-8', pg_lc_collate: '', pg_lc_ctype: '' }),
    ['no-data-checksums', { encoding: 'UTF8' }, { locale: 'de_DE.UTF-8' }],
  );
});

test('a listen address list with placeholders', () => {
  const document = patroni(
    threeMembers({
      pg_listen: '${ip},${vip},${lo}',
      pg_vip_enabled: true,
      pg_vip_address: '10.10.10.2/24',
      pg_port: 5555,
    }),
  );
  assert.is(at(document, 'postgresql/listen'), '10.10.10.11,10.10.10.2,127.0.0.1:5555');
});

test('a standby cluster follows its upstream, but only through the bootstrap section', () => {
  const site = testSite([
    { name: '10.0.0.1', groups: ['a'], vars: { pg_cluster: 'a', pg_seq: 1, pg_role: 'primary' } },
    {
      name: '10.0.0.2',
      groups: ['b'],
      vars: { pg_cluster: 'b', pg_seq: 1, pg_role: 'primary', pg_upstream: '10.0.0.1', pg_delay: '1h' },
    },
  ]);
  assert.equal(at(patroni(site, '10.0.0.2'), 'bootstrap/dcs/standby_cluster'), {
    host: '10.0.0.1',
    port: 5432,
    recovery_min_apply_delay: '1h',
    create_replica_methods: ['basebackup'],
  });
  assert.is(at(patroni(site, '10.0.0.2'), 'tags/replicatefrom'), undefined);
  assert.not.match(renderDcsYml(instanceView(site, site.hostByName.get('10.0.0.2')!)!), /standby_cluster/);
});

test('a cascading replica names the member it copies from', () => {
  const site = testSite([
    { name: '10.0.0.1', groups: ['a'], vars: { pg_cluster: 'a', pg_seq: 1, pg_role: 'primary' } },
    { name: '10.0.0.2', groups: ['a'], vars: { pg_cluster: 'a', pg_seq: 2, pg_role: 'replica' } },
    {
      name: '10.0.0.3',
      groups: ['a'],
      vars: { pg_cluster: 'a', pg_seq: 3, pg_role: 'replica', pg_upstream: '10.0.0.2' },
    },
  ]);
  assert.is(at(patroni(site, '10.0.0.3'), 'tags/replicatefrom'), 'a-2');
});

test('Citus: scope and etcd user are the shard, the group stays', () => {
  const document = patroni(
    threeMembers({ pg_mode: 'citus', pg_shard: 'pg-citus', pg_group: 2, pg_primary_db: 'meta' }),
  );
  assert.equal(
    [at(document, 'scope'), at(document, 'citus'), at(document, 'etcd3/username'), at(document, 'etcd3/password')],
    ['pg-citus', { group: 2, database: 'meta' }, 'pg-citus', 'pg-citus'],
  );
});

test('the stock Debian Patroni gets the v2 API of etcd', () => {
  const document = patroni(threeMembers({}, 'debian-12'));
  assert.is(at(document, 'etcd3'), undefined);
  assert.is(at(document, 'etcd/hosts'), '10.10.10.10:2379');
  assert.equal(
    [at(document, 'etcd/username'), at(document, 'etcd/password')],
    [undefined, undefined],
    'its certificate is its login',
  );
  assert.is(parameter(document, 'output_plugin_libraries'), undefined);
});

test('where Patroni would stop a leader twice, senders end before it looks again', () => {
  assert.is(parameter(patroni(threeMembers({}, 'debian-12')), 'wal_sender_timeout'), '20s');
  assert.is(parameter(patroni(threeMembers({ pg_rto: 'fast' }, 'debian-12')), 'wal_sender_timeout'), '10s');
  assert.is(
    parameter(
      patroni(threeMembers({ pg_parameters: { wal_sender_timeout: '1min' } }, 'debian-12')),
      'wal_sender_timeout',
    ),
    '20s',
    'what one cluster asks for is in postgresql.auto.conf',
  );
  assert.is(parameter(patroni(threeMembers()), 'wal_sender_timeout'), undefined);
});

test('any password, and none in the reviewable twin', () => {
  const password = `p'w "x" #: %{}\\ ä\t`;
  const site = threeMembers({
    patroni_password: password,
    pg_replication_password: password,
    pg_dbsu_password: password,
    pg_etcd_password: password,
  });
  const document = patroni(site);
  for (const path of [
    'restapi/authentication/password',
    'postgresql/authentication/superuser/password',
    'postgresql/authentication/rewind/password',
    'etcd3/password',
  ])
    assert.is(at(document, path), password, path);
  assert.not.match(renderPatroniYml(instanceView(site, site.hostByName.get('10.10.10.11')!)!, MARKERS), /p'w|p''w/);
});

test.run();
