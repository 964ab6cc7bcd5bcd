/** What apply.sh finds before it changes anything: strangers on ports and sockets, and data that belong to another identity. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import type { ExpectStep, IdentityStep, Step } from '../../../emitters/api.ts';
import type { Expectation } from '../../../emitters/runtime-calls.ts';
import { fileStep, Sandbox, treeOf } from './harness.ts';

interface World extends Context {
  box: Sandbox;
}
const test = suite<World>('before anything is changed');
test.before.each((world) => {
  world.box = new Sandbox();
});
test.after.each(({ box }) => box.close());

const expect = (step: Expectation): ExpectStep => ({ kind: 'expect', stage: 'node', ...step });
const identity = (
  module: IdentityStep['module'],
  values: IdentityStep['values'],
  places?: IdentityStep['places'],
): IdentityStep => ({ kind: 'identity', stage: 'node', module, values, places });
const WEB: readonly Step[] = [
  fileStep('/etc/web.conf', 'x\n'),
  fileStep('/etc/systemd/system/web.service', '[Service]\nExecStart=/bin/true\n'),
  { kind: 'unit', stage: 'node', unit: 'web', enabled: true, state: 'started' },
];

/** A /proc in which a process listens: on a TCP port of an address as /proc writes it, and on a socket. */
function listening(box: Sandbox, unit: string, address = '00000000', port = '1538', path = '/run/x.sock'): void {
  const proc = join(box.base, 'proc');
  rmSync(proc, { recursive: true, force: true });
  mkdirSync(join(proc, 'net'), { recursive: true });
  mkdirSync(join(proc, '812/fd'), { recursive: true });
  const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
  const row = (state: string, inode: number): string =>
    `   0: ${address}:${port} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000   0        0 ${inode} 1 0 100 0 0 10 0\n`;
  writeFileSync(join(proc, 'net/tcp'), head + row('01', 71) + row('0A', 77));
  writeFileSync(
    join(proc, 'net/unix'),
    `Num RefCount Protocol Flags Type St Inode Path\n0: 2 0 00010000 0001 01 78 ${path}\n`,
  );
  symlinkSync('socket:[77]', join(proc, '812/fd/5'));
  symlinkSync('socket:[78]', join(proc, '812/fd/6'));
  writeFileSync(join(proc, '812/comm'), 'postgres\n');
  writeFileSync(join(proc, '812/cgroup'), `1:name=systemd:/lab/h1/system.slice/${unit}\n0::/\n`);
  box.env['PIGSTYC_PROC'] = proc;
}

test('a port and a socket of somebody else are named, all in one run, and nothing is changed', ({ box }) => {
  listening(box, 'system-postgresql.slice/postgresql@15-main.service', undefined, undefined, '/var/run/x.sock');
  box.build([
    ...WEB,
    expect({ fn: 'expect_port', args: [5432, 'pg_port', 'patroni'] }),
    expect({ fn: 'expect_socket', args: ['/run/x.sock', 'pg_port', 'patroni'] }),
  ]);
  const before = treeOf(box.root, ['/var']);
  const run = box.apply();
  assert.is(run.code, 3, run.error + run.output);
  assert.match(
    run.error,
    /REFUSED 10\.0\.0\.1: port 5432 \(pg_port\) is used by postgres \(process 812 of postgresql@15-main\.service\)/,
  );
  assert.match(run.error, /also: the socket \/run\/x\.sock/);
  assert.is(treeOf(box.root, ['/var']), before);
  assert.equal(box.calls(), []);
});

test('its own servers, other addresses and free ports are no strangers', ({ box }) => {
  listening(box, 'patroni.service');
  box.build([
    ...WEB,
    expect({ fn: 'expect_port', args: [5432, 'pg_port', 'patroni'] }),
    expect({ fn: 'expect_port', args: [5433, 'other', 'patroni'] }),
  ]);
  assert.is(box.apply().code, 0);
  box.build([...WEB, expect({ fn: 'expect_port', args: [5432, 'pg_port', 'etcd'] })]);
  assert.is(box.apply().code, 3);
  // One of the units whose files this bundle has.
  listening(box, 'web.service');
  assert.is(box.apply().code, 0);
  listening(box, 'stranger.service', '35000A0A');
  assert.is(box.apply().code, 0, 'another address of the host');
  listening(box, 'stranger.service', '0000000000000000FFFF00000100000A');
  assert.is(box.apply().code, 3, '10.0.0.1 as IPv6 writes it');
});

test("a distribution's server that the bundle would stop is its owner's to stop", ({ box }) => {
  writeFileSync(join(box.fake, 'active/redis-server'), '');
  box.build([
    ...WEB,
    expect({ fn: 'expect_stopped', args: ['redis-server'] }),
    { kind: 'unit', stage: 'node', unit: 'redis-server', enabled: false, state: 'stopped' },
  ]);
  const run = box.apply();
  assert.is(run.code, 3);
  assert.match(run.error, 'redis-server runs here and is not ours');
  assert.not.match(box.calls().join('\n'), 'stop');
});

test('a service that runs from a unit file of somebody else', ({ box }) => {
  writeFileSync(join(box.fake, 'active/web'), '');
  writeFileSync(join(box.fake, 'fragment.web'), '/lib/systemd/system/web.service');
  box.build(WEB);
  const run = box.apply();
  assert.is(run.code, 3);
  assert.match(run.error, 'web runs from /lib/systemd/system/web.service');
});

const PGSQL = { scope: 'pg-three', name: 'pg-three-1', namespace: '/pg', version: '15', data: '/data/pg/data' };

function instance(box: Sandbox): void {
  box.write(
    '/etc/patroni/patroni.yml',
    "---\nnamespace: /pg/   # everything\nname: pg-two-1\nscope: 'pg-two'\nbootstrap:\n  initdb:\n" +
      '    - encoding: UTF8\npostgresql:\n  data_dir: /data/pg/data\n',
  );
}

test('data of another cluster, version or encoding are not taken over; without data there is nothing to lose', ({
  box,
}) => {
  instance(box);
  box.build([...WEB, identity('pgsql', PGSQL)]);
  assert.is(box.apply().code, 0, 'no data');
  box.write('/data/pg/data/PG_VERSION', '15\n');
  const run = box.apply();
  assert.is(run.code, 3);
  assert.match(
    run.error,
    'pg-two-1 has data in /data/pg/data; not possible in place: scope pg-two → pg-three, name pg-two-1 → pg-three-1',
  );
  assert.not.match(run.error, 'namespace');
  const same = { scope: 'pg-two', name: 'pg-two-1', namespace: '/pg' };
  for (const [more, code] of [
    [{ version: '15', encoding: 'UTF8' }, 0],
    [{ version: '16' }, 3],
    [{ encoding: 'LATIN1' }, 3],
    [{ data: '/pg/data' }, 3],
  ] as const) {
    box.build([...WEB, identity('pgsql', { ...same, ...more })]);
    assert.is(box.apply().code, code, Object.values(more).join(' '));
  }
});

test('an etcd member keeps its directory and its name; MinIO keeps its pools and may get more', ({ box }) => {
  box.write('/etc/etcd/etcd.conf', 'name: etcd-1\ndata-dir: /data/etcd\n');
  box.write('/data/etcd/member/x', '');
  box.write('/etc/default/silo', 'MINIO_VOLUMES="https://m{1...4}:9000/data{1...2}"\n');
  box.write('/data1/.minio.sys/format.json', '');
  const minio = (pools: string): IdentityStep => identity('minio', { pools }, ['/data1']);
  for (const [step, code] of [
    [identity('etcd', { name: 'etcd-1', data: '/data/etcd' }), 0],
    [identity('etcd', { name: 'etcd-1', data: '/srv/etcd' }), 3],
    [identity('etcd', { name: 'etcd-2', data: '/data/etcd' }), 3],
    [minio('https://m{1...4}:9000/data{1...2}'), 0],
    [minio('https://m{1...4}:9000/data{1...2} https://m{5...8}:9000/data{1...2}'), 0],
    [minio('https://m{1...5}:9000/data{1...2}'), 3],
  ] as const) {
    box.build([...WEB, step]);
    assert.is(box.apply().code, code, JSON.stringify(step.values));
  }
});

test('a server that would have to move waits for leave; its restart is owed by the line that moves it', ({ box }) => {
  const pool = (port: number, size = 1): readonly Step[] => [
    expect({ fn: 'expect_unmoved', args: ['pgbouncer_port', String(port), '/etc/pool.ini', 'listen_port'] }),
    fileStep('/etc/pool.ini', `pool_size = ${size}\nlisten_port = ${port}\n`, {
      effects: [{ kind: 'reload', unit: 'pool' }],
      settings: { name: 'pool', separator: '=', needs: { listen_port: 'restart' } },
    }),
    { kind: 'unit', stage: 'node', unit: 'pool', enabled: true, state: 'started' },
  ];
  box.build(pool(6432));
  assert.is(box.apply().code, 0);
  box.calls();
  box.build(pool(6432, 2));
  assert.is(box.apply().code, 0);
  assert.equal(box.calls(), ['reload -- pool']);
  box.build(pool(6444));
  const run = box.apply();
  assert.is(run.code, 3);
  assert.match(run.error, 'pgbouncer_port 6432 → 6444 needs a restart');
  assert.is(box.apply('--check').code, 2);
  assert.is(box.apply('--allow-restart').code, 0);
  assert.equal(box.calls(), ['restart -- pool']);
  assert.match(box.apply().output, 'converged changed=0');
});

test('another release than compiled for is refused where packages depend on it, and noted where nothing does', ({
  box,
}) => {
  box.write('/etc/os-release', 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\n');
  box.build(WEB, { assumed: true });
  assert.match(box.apply().output, 'note: compiled for debian 12, this is ubuntu 22.04');
  box.build([...WEB, { kind: 'package', stage: 'node', names: ['web'] }], { assumed: true });
  const run = box.apply();
  assert.is(run.code, 3);
  assert.match(
    run.error,
    'compiled for debian 12, this is ubuntu 22.04: set os_vendor and os_version, or collect facts',
  );
});

test('a link that is replaced for the second time, below which reviewable forms are kept', ({ box }) => {
  const link = (target: string): readonly Step[] => [...WEB, { kind: 'link', stage: 'node', path: '/pg', target }];
  box.build(link('/data/one'));
  assert.is(box.apply().code, 0);
  mkdirSync(`${box.root}/var/lib/pigstyc/twins/pg`, { recursive: true });
  box.build(link('/data/two'));
  const run = box.apply();
  assert.is(run.code, 0, run.error);
});

test.run();
