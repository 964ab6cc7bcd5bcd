/** Redis on real hosts: replication, changes without a restart, sentinels that fail over, then a native cluster. */
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { buildAsPromised, counts, everyoneConverged, inside } from './support/bundle.ts';
import { HOSTS, type Outcome } from './support/lab.ts';
import { clusterNodes, primaryBySentinel, redis, role } from './support/redis.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, figure, run } = scenario('redis');
const INVENTORY = readFileSync('test/lab/inventories/redis.yml', 'utf8');
const NATIVE = readFileSync('test/lab/inventories/redis-native.yml', 'utf8');
const PASSWORD = 'Source-k3Vw9Tz';
const ROTATED = 'Rotated-w2Jc6Sx';
const META = 'Meta-p7Yq2Lm';
const NATIVE_PASSWORD = 'Native-x5Rn8Qd';
const FIRST = '10.10.10.11:6379';
const SECOND = '10.10.10.12:6379';
const SENTINELS = ['10.10.10.10:26379', '10.10.10.10:26380', '10.10.10.13:26379'];
const SEATS = [
  '10.10.10.11:6379',
  '10.10.10.12:6379',
  '10.10.10.13:6379',
  '10.10.10.11:6380',
  '10.10.10.12:6380',
  '10.10.10.13:6380',
];

const setting = (at: string, password: string, name: string): string =>
  redis(lab, at, password, 'CONFIG', 'GET', name).split('\n')[1] ?? '';
const watched = (): string | undefined => primaryBySentinel(lab, SENTINELS, META, 'redis-src');

function deploy(): Outcome {
  const outcome = lab.make('-j4', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  return outcome;
}

function change(inventory: string): string {
  buildAsPromised(lab, inventory);
  return deploy().output;
}

step("a distribution's server on the port is found before anything changes, and keeps its data", () => {
  inside(lab, 'h12', 'systemctl unmask redis-server 2>/dev/null || true; systemctl start redis-server');
  const theirs = (...words: readonly string[]): string =>
    inside(lab, 'h12', ['redis-cli', '-p', '6379', ...words].join(' ')).trim();
  lab.eventually('it answers', 10, () => theirs('SET', 'theirs', 'kept') === 'OK');
  assert.is(theirs('SAVE'), 'OK');
  lab.build(INVENTORY);
  const refused = lab.make('-j4', 'deploy');
  assert.is.not(refused.code, 0);
  assert.match(refused.output, /REFUSED 10\.10\.10\.12: .*redis-server/);
  assert.match(refused.output, /^failed on: 10\.10\.10\.12$/m);
  assert.is(theirs('GET', 'theirs'), 'kept');
  inside(lab, 'h12', 'systemctl disable --now redis-server; test -s /var/lib/redis/dump.rdb');
});

step('make deploy: a replica has the data of its primary, sentinels agree who that is', () => {
  deploy();
  lab.eventually('the replica follows', 30, () => role(lab, SECOND, PASSWORD) === 'slave 10.10.10.11 6379 connected');
  assert.is(redis(lab, FIRST, PASSWORD, 'SET', 'order:1', 'paid'), 'OK');
  lab.eventually('what is written arrives', 10, () => redis(lab, SECOND, PASSWORD, 'GET', 'order:1') === 'paid');
  assert.match(redis(lab, SECOND, PASSWORD, 'SET', 'order:2', 'x'), /READONLY/);
  assert.match(redis(lab, FIRST, 'wrong', 'GET', 'order:1'), /NOAUTH|WRONGPASS/);
  for (const at of SENTINELS)
    lab.eventually(`${at} finds a quorum`, 30, () =>
      redis(lab, at, META, 'SENTINEL', 'CKQUORUM', 'redis-src').startsWith('OK 3 usable'),
    );
  assert.is(watched(), FIRST);
});

step('a second apply writes nothing, restarts nothing', () => {
  const before = lab.startTimes();
  everyoneConverged(lab);
  assert.is(lab.startTimes(), before);
});

step('memory and password change in the running servers; an instance is added; nothing is restarted', () => {
  const before = lab.startTimes();
  const changed = INVENTORY.replaceAll(PASSWORD, ROTATED).replace('redis_max_memory: 64MB', 'redis_max_memory: 48MB');
  assert.match(
    change(
      changed.replace(
        "6379: { replica_of: '10.10.10.11 6379' }",
        "6379: { replica_of: '10.10.10.11 6379' }, 6380: { replica_of: '10.10.10.11 6379' }",
      ),
    ),
    /redis-src-1-6379 has a new password/,
  );
  for (const at of [FIRST, SECOND]) {
    assert.is(setting(at, ROTATED, 'maxmemory'), String(48 << 20), at);
    assert.match(redis(lab, at, PASSWORD, 'PING'), /NOAUTH|WRONGPASS/, at);
  }
  lab.eventually(
    'the new replica has the data',
    30,
    () => redis(lab, '10.10.10.12:6380', ROTATED, 'GET', 'order:1') === 'paid',
  );
  // Links that are made anew log in with the new password: replication and the sentinels' own.
  for (const type of ['replica', 'normal']) redis(lab, FIRST, ROTATED, 'CLIENT', 'KILL', 'TYPE', type);
  redis(lab, FIRST, ROTATED, 'SET', 'order:3', 'new');
  lab.eventually('replication goes on', 20, () => redis(lab, SECOND, ROTATED, 'GET', 'order:3') === 'new');
  for (const at of SENTINELS)
    lab.eventually(`${at} still sees it`, 20, () =>
      redis(lab, at, META, 'SENTINEL', 'CKQUORUM', 'redis-src').startsWith('OK 3 usable'),
    );
  const after = lab.startTimes().split('\n\n');
  assert.equal(
    // The exporter has the password in its environment, and starts again with the new one.
    before.split('\n\n').filter((unit) => !after.includes(unit) && !/redis-exporter|redis_exporter/.test(unit)),
    [],
  );
  everyoneConverged(lab);
});

step('an instance that is no longer declared is stopped with leave only, and its data stays', () => {
  const output = change(INVENTORY.replaceAll(PASSWORD, ROTATED));
  assert.match(output, /pending: stop redis-src-2-6380 and remove/);
  assert.is(role(lab, '10.10.10.12:6380', ROTATED), 'slave 10.10.10.11 6379 connected', 'it runs on');
  assert.is(lab.apply('h12', '--check').code, 2);
  lab.exec('h12', ['systemctl', 'restart', 'redis-src-2-6380']);
  lab.eventually(
    'and would start again',
    20,
    () => role(lab, '10.10.10.12:6380', ROTATED) === 'slave 10.10.10.11 6379 connected',
  );
  const allowed = lab.apply('h12', '--allow-restart');
  assert.is(allowed.code, 0, allowed.output);
  assert.equal(counts(allowed.output).restarted, 0, allowed.output);
  assert.is(lab.exec('h12', ['systemctl', 'is-active', 'redis-src-2-6380']).stdout.trim(), 'inactive');
  assert.is(lab.exec('h12', ['test', '-s', '/data/redis/redis-src-2-6380/redis-src-2-6380.rdb']).code, 0);
  assert.is(role(lab, SECOND, ROTATED), 'slave 10.10.10.11 6379 connected', 'the other instance is not touched');
  everyoneConverged(lab);
});

step('the host of the primary is lost: clients that ask the sentinels find the other one', () => {
  lab.power('crash', 'h11');
  const started = performance.now();
  lab.eventually('a write works at the address the sentinels give', 90, () => {
    const at = watched();
    return at !== undefined && at !== FIRST && redis(lab, at, ROTATED, 'SET', 'order:4', 'after') === 'OK';
  });
  figure('write outage after the crash of a watched Redis primary', (performance.now() - started) / 1000);
  assert.is(watched(), SECOND);
  assert.is(redis(lab, SECOND, ROTATED, 'GET', 'order:3'), 'new');
  for (const host of ['h10', 'h12', 'h13'] as const) {
    const outcome = lab.apply(host);
    assert.equal([outcome.code, counts(outcome.output)], [0, { changed: 0, restarted: 0, pending: 0 }], outcome.output);
  }
  assert.is(role(lab, SECOND, ROTATED), 'master', 'an apply meanwhile undoes nothing');
});

step('the old primary comes back as a replica; a later apply on all hosts changes nothing', () => {
  lab.start(['h11']);
  figure(
    'old Redis primary follows after its boot',
    lab.eventually(
      'the old primary follows',
      90,
      () => role(lab, FIRST, ROTATED) === 'slave 10.10.10.12 6379 connected',
    ),
  );
  lab.eventually('with the data of the new one', 10, () => redis(lab, FIRST, ROTATED, 'GET', 'order:4') === 'after');
  everyoneConverged(lab);
  assert.is(role(lab, SECOND, ROTATED), 'master');
  assert.is(role(lab, FIRST, ROTATED), 'slave 10.10.10.12 6379 connected');
  assert.is(watched(), SECOND);
});

step('native cluster: on new hosts all slots are served, each primary has a replica elsewhere', () => {
  lab.end();
  lab.start();
  lab.build(NATIVE);
  deploy();
  lab.eventually('every member sees a whole cluster', 30, () =>
    SEATS.every((at) =>
      /cluster_state:ok[^]*cluster_slots_ok:16384[^]*cluster_known_nodes:6/.test(
        redis(lab, at, NATIVE_PASSWORD, 'CLUSTER', 'INFO'),
      ),
    ),
  );
  const nodes = (): ReturnType<typeof clusterNodes> => clusterNodes(lab, SEATS[0]!, NATIVE_PASSWORD);
  lab.eventually(
    'three primaries, three replicas',
    30,
    () => nodes().filter(({ flags }) => flags.includes('slave')).length === 3,
  );
  for (const { at, flags, follows } of nodes())
    if (flags.includes('slave')) assert.is.not(at.split(':')[0], follows!.split(':')[0], `${at} follows ${follows}`);
  for (const key of ['a', 'b', 'c', 'd'])
    assert.is(redis(lab, SEATS[0]!, NATIVE_PASSWORD, '-c', 'SET', key, key), 'OK');
  everyoneConverged(lab, HOSTS.slice(1));
});

step(
  'a host with a primary is lost: its replica takes over, nothing is lost, and a later apply changes nothing',
  () => {
    redis(lab, SEATS[0]!, NATIVE_PASSWORD, '-c', 'WAIT', '1', '1000');
    lab.power('crash', 'h13');
    const started = performance.now();
    const survivor = SEATS[0]!;
    lab.eventually('the cluster serves all slots without the host', 90, () => {
      const serving = clusterNodes(lab, survivor, NATIVE_PASSWORD).filter(
        ({ flags, slots }) =>
          flags.includes('master') && !flags.some((flag) => flag.startsWith('fail')) && slots.length > 0,
      );
      return serving.length === 3 && serving.every(({ at }) => !at.startsWith('10.10.10.13:'));
    });
    figure('until a native Redis cluster has replaced a lost primary', (performance.now() - started) / 1000);
    for (const key of ['a', 'b', 'c', 'd']) {
      assert.is(redis(lab, survivor, NATIVE_PASSWORD, '-c', 'GET', key), key);
      assert.is(redis(lab, survivor, NATIVE_PASSWORD, '-c', 'SET', key, `${key}2`), 'OK');
    }
    lab.start(['h13']);
    lab.eventually(
      'the host is back in as a replica',
      60,
      () =>
        role(lab, '10.10.10.13:6379', NATIVE_PASSWORD).startsWith('slave') &&
        redis(lab, survivor, NATIVE_PASSWORD, 'CLUSTER', 'INFO').includes('cluster_state:ok'),
    );
    lab.eventually('the others have heard whom it follows', 30, () =>
      clusterNodes(lab, survivor, NATIVE_PASSWORD).every(
        ({ slots, follows }) => slots.length > 0 || follows !== undefined,
      ),
    );
    const roles = (): string =>
      clusterNodes(lab, survivor, NATIVE_PASSWORD)
        .map(({ at, slots, follows }) => `${at} ${slots.join(' ')} ${follows ?? ''}`)
        .sort()
        .join('\n');
    const before = roles();
    everyoneConverged(lab, HOSTS.slice(1));
    assert.is(roles(), before);
  },
);

run();
