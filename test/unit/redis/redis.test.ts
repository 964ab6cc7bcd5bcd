import { test } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import type { FileStep } from '../../../emitters/api.ts';
import { redisEmitter } from '../../../emitters/redis/index.ts';
import { clusterSeats } from '../../../emitters/redis/topology.ts';
import { UnrepresentableError } from '../../../emitters/toolkit/index.ts';
import type { Site } from '../../../compiler/model/site.ts';
import { filesOf, fleet, stepsOf } from '../infra/fleet.ts';
import { MARKERS, PLAIN, testSite } from '../pgsql/site.ts';

function only(vars: Readonly<Record<string, unknown>>, platform?: string): Site {
  return testSite(
    [{ name: '10.10.10.10', groups: ['r'], vars: { redis_cluster: 'r', redis_node: 1, ...vars } }],
    {},
    platform,
  );
}

function text(site: Site, path: string): string {
  const found = filesOf(site, site.hosts[0]!, [redisEmitter]).get(path);
  assert.ok(found !== undefined, `${path} is not written`);
  return found!;
}

test('primary and replica of the page: who follows whom is the first state only', () => {
  const site = fleet();
  assert.is(text(site, '/data/redis/redis-ms-1-6380/state.conf'), 'replicaof 10.10.10.10 6379\n');
  assert.is(text(site, '/data/redis/redis-ms-1-6379/state.conf').trim(), '');
  assert.not.match(text(site, '/etc/redis/redis-ms-1-6380.conf'), 'replicaof');
  const state = stepsOf(site, site.hosts[0]!, [redisEmitter]).filter(
    (step): step is FileStep => step.kind === 'file' && step.path.endsWith('/state.conf'),
  );
  assert.equal(
    state.map((step) => [step.once, step.owner]),
    [
      [true, 'redis'],
      [true, 'redis'],
    ],
  );
});

test('an instance: settings that a start reads, and those that can change', () => {
  const site = fleet();
  assert.is(
    text(site, '/etc/redis/redis-ms-1-6379.conf'),
    `bind 0.0.0.0
protected-mode no
port 6379
tcp-backlog 1024
pidfile /var/run/redis/redis-ms-1-6379.pid
logfile /var/log/redis/redis-ms-1-6379.log
always-show-logo no
proc-title-template "{title} {listen-addr} {server-mode} redis-ms-1-6379"
dir /data/redis/redis-ms-1-6379
dbfilename redis-ms-1-6379.rdb
appendfilename redis-ms-1-6379.aof
replica-announce-ip 10.10.10.10
include /etc/redis/redis-ms-1-6379.password.conf
include /etc/redis/redis-ms-1-6379.live.conf
`,
  );
  assert.is(text(site, '/etc/redis/redis-ms-1-6379.password.conf'), 'masterauth redis.ms\nrequirepass redis.ms\n');
  assert.is(
    text(site, '/etc/redis/redis-ms-1-6379.live.conf'),
    `maxclients 6000
maxmemory 64MB
maxmemory-policy allkeys-lru
save 1200 1
appendonly no
stop-writes-on-bgsave-error no
repl-diskless-sync no
`,
  );
});

test('an instance overrides what its host says', () => {
  const site = only({
    redis_max_memory: '1GB',
    redis_instances: { 6379: {}, 6380: { redis_max_memory: '2GB', redis_aof_enabled: true } },
  });
  assert.match(text(site, '/etc/redis/r-1-6379.live.conf'), 'maxmemory 1GB\n');
  assert.match(text(site, '/etc/redis/r-1-6380.live.conf'), 'maxmemory 2GB\n');
  assert.match(text(site, '/etc/redis/r-1-6380.live.conf'), 'appendonly yes\n');
});

test('no persistence, no password, disabled and renamed commands', () => {
  const site = only({
    redis_rdb_save: [],
    redis_rename_commands: { FLUSHALL: '', CONFIG: 'ops config' },
    redis_instances: { 6379: {} },
  });
  assert.match(text(site, '/etc/redis/r-1-6379.live.conf'), 'save ""\n');
  const conf = text(site, '/etc/redis/r-1-6379.conf');
  assert.match(conf, 'rename-command FLUSHALL ""\nrename-command CONFIG "ops config"\n');
  assert.is(text(site, '/etc/redis/r-1-6379.password.conf'), 'masterauth ""\nrequirepass ""\n');
  assert.match(text(site, '/etc/redis/r-1-6379.access'), "REDIS_CONFIG='ops config'\n");
});

test('passwords leave through the sink only', () => {
  const site = fleet();
  for (const host of site.hosts) {
    for (const step of stepsOf(site, host, [redisEmitter])) {
      if (step.kind !== 'file') continue;
      assert.not.match(step.render(MARKERS), /redis\.(ms|meta|test)\b/, step.path);
      if (step.render(PLAIN) !== step.render(MARKERS))
        assert.is(step.mode & 0o007, 0, `${step.path} is not for everybody`);
    }
  }
});

test('a changed setting is applied live, anything else needs a guarded restart', () => {
  const site = fleet();
  const effects = new Map(
    stepsOf(site, site.hosts[0]!, [redisEmitter]).flatMap((step) =>
      step.kind === 'file' ? [[step.path, step.effects] as const] : [],
    ),
  );
  assert.equal(effects.get('/etc/redis/redis-ms-1-6379.live.conf'), [
    {
      kind: 'call',
      fn: 'redis_config',
      args: ['/etc/redis/redis-ms-1-6379.access', '/etc/redis/redis-ms-1-6379.live.conf'],
    },
  ]);
  assert.equal(effects.get('/etc/redis/redis-ms-1-6379.password.conf'), []);
  assert.equal(effects.get('/etc/redis/redis-ms-1-6379.conf'), [
    { kind: 'restart', unit: 'redis-ms-1-6379', guarded: true },
  ]);
});

test('a new password is given to the server before the access file forgets the former one', () => {
  const site = fleet();
  const steps = stepsOf(site, site.hosts[0]!, [redisEmitter]).flatMap((step) =>
    step.kind === 'file' ? [step.path] : step.kind === 'call' ? [step.fn] : [],
  );
  const first = steps.slice(steps.indexOf('/etc/redis/redis-ms-1-6379.password.conf'));
  assert.equal(first.slice(0, 3), [
    '/etc/redis/redis-ms-1-6379.password.conf',
    'redis_password',
    '/etc/redis/redis-ms-1-6379.access',
  ]);
});

test('sentinels: a monitor list, and a password their own file cannot hold is an error', () => {
  const site = fleet();
  const files = filesOf(site, site.hosts[1]!, [redisEmitter]);
  assert.is(files.get('/etc/redis/redis-meta.monitor'), 'monitor redis-ms 10.10.10.10 6379 2 redis.ms\n');
  assert.match(
    files.get('/etc/systemd/system/redis-meta-1-26380.service')!,
    '--sentinel --include /etc/redis/redis-meta-1-26380.conf',
  );
  const bad = only({
    redis_mode: 'sentinel',
    redis_instances: { 26379: {} },
    redis_sentinel_monitor: [{ name: 'm', host: '10.0.0.1', password: 'a b' }],
  });
  assert.throws(
    () => filesOf(bad, bad.hosts[0]!, [redisEmitter]),
    (error: unknown) => error instanceof UnrepresentableError,
  );
});

test('removed monitors are removed, others get defaults', () => {
  const site = only({
    redis_mode: 'sentinel',
    redis_instances: { 26379: {} },
    redis_sentinel_monitor: [
      { name: 'old', host: '10.0.0.1', remove: true },
      { name: 'new', host: '10.0.0.2' },
    ],
  });
  assert.is(text(site, '/etc/redis/r.monitor'), "remove old\nmonitor new 10.0.0.2 6379 1 ''\n");
});

test('native cluster: primaries alternate between hosts, slots add up, replicas sit elsewhere', () => {
  const seats = clusterSeats(fleet().redisClusters.find((cluster) => cluster.mode === 'cluster')!, 1);
  const masters = seats.filter((seat) => seat.role === 'master');
  assert.equal(
    masters.map((seat) => [`${seat.host}:${seat.port}`, seat.firstSlot, seat.lastSlot]),
    [
      ['10.10.10.12:6379', 0, 5460],
      ['10.10.10.13:6379', 5461, 10922],
      ['10.10.10.12:6380', 10923, 16383],
    ],
  );
  const replicas = seats.filter((seat) => seat.role === 'replica');
  assert.is(replicas.length, 3);
  assert.is(new Set(replicas.map((seat) => `${seat.masterHost}:${seat.masterPort}`)).size, 3);
  assert.ok(replicas.every((seat) => seat.host !== seat.masterHost));
});

test('native cluster: a host that is lost never takes a primary and all its replicas, whatever the layout', () => {
  for (const [hosts, instances, copies] of [
    [3, 2, 1],
    [2, 3, 1],
    [2, 4, 1],
    [3, 4, 1],
    [4, 3, 1],
    [6, 1, 1],
    [5, 2, 1],
    [3, 3, 2],
    [9, 1, 2],
  ] as const) {
    const vars = {
      redis_cluster: 'r',
      redis_mode: 'cluster',
      redis_instances: Object.fromEntries(Array.from({ length: instances }, (_, i) => [6379 + i, {}])),
    };
    const site = testSite(
      Array.from({ length: hosts }, (_, i) => ({
        name: `10.10.10.${10 + i}`,
        groups: ['r'],
        vars: { ...vars, redis_node: i + 1 },
      })),
    );
    const seats = clusterSeats(site.redisClusters[0]!, copies);
    for (const master of seats) {
      if (master.role !== 'master') continue;
      const own = seats.flatMap((seat) =>
        seat.role === 'replica' && seat.masterHost === master.host && seat.masterPort === master.port
          ? [seat.host]
          : [],
      );
      assert.ok(
        own.length >= copies && own.some((host) => host !== master.host),
        `${hosts} hosts x ${instances}: ${master.host}:${master.port} has ${own.join(' ')}`,
      );
      if (copies === 1) assert.ok(own.every((host) => host !== master.host));
    }
  }
});

test('who follows whom is completed only where no sentinel of the inventory decides it', () => {
  const calls = (site: Site): readonly string[] =>
    stepsOf(site, site.hosts[0]!, [redisEmitter]).flatMap((step) =>
      step.kind === 'call' && step.fn !== 'redis_password' ? [step.fn] : [],
    );
  assert.equal(calls(fleet()), []);
  assert.equal(calls(only({ redis_instances: { 6379: {}, 6380: { replica_of: '10.10.10.10 6379' } } })), [
    'redis_replicaof',
  ]);
});

test('fewer than three primaries form no cluster', () => {
  const site = only({ redis_mode: 'cluster', redis_instances: { 6379: {}, 6380: {}, 6381: {}, 6382: {} } });
  assert.equal(clusterSeats(site.redisClusters[0]!, 1), []);
  assert.is(
    stepsOf(site, site.hosts[0]!, [redisEmitter]).filter(
      (step) => step.kind === 'call' && step.fn === 'redis_cluster_join',
    ).length,
    0,
  );
});

test('valkey has its own programs', () => {
  const site = only({ redis_type: 'valkey', redis_instances: { 6379: {} } });
  assert.match(
    text(site, '/etc/systemd/system/r-1-6379.service'),
    'ExecStart=/usr/bin/valkey-server /data/redis/r-1-6379/state.conf --include',
  );
  assert.match(text(site, '/etc/redis/r-1-6379.access'), 'REDIS_CLI=/usr/bin/valkey-cli\n');
});

test('what a platform does not have is left out', () => {
  const instances = { redis_instances: { 6379: {} } };
  assert.equal(
    redisEmitter.plan(
      only({ ...instances, redis_type: 'valkey' }, 'debian-12'),
      only({ ...instances, redis_type: 'valkey' }, 'debian-12').hosts[0]!,
    ),
    [],
  );
  const site = only(instances, 'debian-12');
  const steps = stepsOf(site, site.hosts[0]!, [redisEmitter]);
  assert.not.ok(steps.some((step) => step.kind === 'file' && step.path.includes('redis_exporter')));
  assert.ok(
    steps.some((step) => step.kind === 'unit' && step.unit === 'redis-server' && step.enabled === false),
    'the instance of the package itself is stopped',
  );
});

test.run();
