/** A host that leaves the site: its last bundle over stand-ins of systemd, etcd and Patroni. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import { MANIFEST_HEADER } from '../../../emitters/host/manifest.ts';
import { leavingHost, retiredScript } from '../../../emitters/host/retired-script.ts';
import type { Effect, Step } from '../../../emitters/api.ts';
import type { Stage } from '../../../emitters/modules.ts';
import { dataDirectories } from '../../../compiler/phases/9-bundle/data-directories.ts';
import { recordOfScript } from '../../../compiler/phases/9-bundle/plan-record.ts';
import { fileStep, GROUP, OWNER, Sandbox } from './harness.ts';

interface World extends Context {
  box: Sandbox;
}

const test = suite<World>('retired');
test.before.each((world) => {
  world.box = new Sandbox();
});
test.after.each(({ box }) => box.close());

const restart = (unit: string): readonly Effect[] => [{ kind: 'restart', unit, guarded: true }];
const reload = (unit: string): readonly Effect[] => [{ kind: 'reload', unit }];

/** A service with a unit file of ours. */
function service(stage: Stage, unit: string, effects: readonly Effect[]): readonly Step[] {
  return [
    fileStep(`/etc/systemd/system/${unit}.service`, '[Service]\n', { stage, effects }),
    { kind: 'unit', stage, unit, enabled: true, state: 'started' },
  ];
}

const INSTANCE = `PG_CLUSTER=pg-test
PG_SCOPE=pg-test
PG_GROUP=
PG_INSTANCE=pg-test-1
PG_ROLE=replica
PG_UPSTREAM=
PG_DBSU=${OWNER}
PG_BIN_DIR=/usr/bin
PG_DATA=/pg/data
PG_SOCKET_DIR=/run/postgresql
PG_PORT=5432
PG_LISTEN=0.0.0.0
PATRONI_UNIT=patroni
POSTGRES_UNIT=postgres
PATRONI_CONFIG=/etc/patroni/patroni.yml
PATRONICTL=patronictl
PATRONI_URL=http://10.0.0.1:8008
PATRONI_PEERS='http://10.0.0.1:8008 http://10.0.0.2:8008'
PATRONI_CA=/pg/cert/ca.crt
PGBACKREST=pgbackrest
PATRONI_LOG_DIR=/pg/log/patroni
`;

const ETCD =
  'name: etcd-1\ndata-dir: /data/etcd\ninitial-cluster-token: etcd\nadvertise-client-urls: https://10.0.0.1:2379\n';

/** A host with a part of everything. */
const DEPLOYED: readonly Step[] = [
  fileStep('/etc/nginx/nginx.conf', 'x\n', { stage: 'repo', effects: [{ kind: 'restart', unit: 'nginx' }] }),
  { kind: 'unit', stage: 'repo', unit: 'nginx', enabled: true, state: 'started' },
  fileStep('/etc/sudoers.d/dba', 'dba ALL\n'),
  fileStep('/etc/crontab', '0 1 * * * root x\n', { manage: 'block', source: 'node/crontab' }),
  fileStep('/etc/chrony.conf', 'server x\n', { effects: [{ kind: 'restart', unit: 'chrony' }] }),
  { kind: 'unit', stage: 'node', unit: 'chrony', enabled: true, state: 'started' },
  fileStep('/etc/keepalived/keepalived.conf', 'x\n', { effects: reload('keepalived') }),
  { kind: 'unit', stage: 'node', unit: 'keepalived', enabled: true, state: 'started' },
  ...service('node', 'haproxy', restart('haproxy')),
  { kind: 'dir', stage: 'etcd', path: '/data/etcd', owner: OWNER, group: GROUP, mode: 0o700 },
  fileStep('/etc/etcd/etcd.conf', ETCD, { stage: 'etcd', effects: restart('etcd') }),
  ...service('etcd', 'etcd', restart('etcd')),
  fileStep('/etc/pigstyc/instance.env', INSTANCE, { stage: 'pgsql' }),
  fileStep('/etc/pgbackrest/pgbackrest.conf', 'x\n', { stage: 'pgsql' }),
  ...service('pgsql', 'patroni', restart('patroni')),
  ...service('monitor', 'node_exporter', [{ kind: 'restart', unit: 'node_exporter' }]),
];

/** Deploys, puts data there and makes the last bundle. `data` stand for what accounts of services write to. */
function deployed(box: Sandbox, data: readonly string[] = ['/data/etcd']): void {
  box.write('/etc/crontab', '# mine\n');
  box.build(DEPLOYED);
  const first = box.apply();
  assert.is(first.code, 0, first.error);
  for (const path of data) box.write(`${path}/kept`, 'data\n');
  box.calls();
  const script = readFileSync(join(box.bundle, 'apply.sh'), 'utf8');
  const host = leavingHost('10.0.0.1', script, data)!;
  writeFileSync(join(box.bundle, 'apply.sh'), retiredScript(host));
  writeFileSync(join(box.bundle, 'manifest.tsv'), `${MANIFEST_HEADER}\n`);
  others(box, { leads: false, members: ['etcd-1', 'etcd-2', 'etcd-3'] });
}

interface Others {
  /** Whether this host leads. */
  readonly leads: boolean;
  readonly members: readonly string[];
  /** Whether another member could lead. */
  readonly replica?: boolean;
  /** Whether a switchover moves the leader. */
  readonly takesOver?: boolean;
}

function others(box: Sandbox, { leads, members, replica = true, takesOver = true }: Others): void {
  const fake = box.fake;
  writeFileSync(join(fake, 'leads'), '');
  if (!leads) rmSync(join(fake, 'leads'));
  const listed = members.map(
    (name, i) => `a${i}, started, ${name}, https://10.0.0.${i + 1}:2380, https://10.0.0.${i + 1}:2379, false`,
  );
  box.write('/etc/etcd/members', '');
  writeFileSync(join(fake, 'members'), `${listed.join('\n')}\n`);
  box.command(
    'etcdctl',
    `#!/bin/bash\nshift\necho "$*" >>${fake}/etcdctl.log\n` +
      `case "$1 $2" in 'member list') cat ${fake}/members ;; 'member remove') sed -i "/^$3,/d" ${fake}/members ;; ` +
      `'endpoint health') [[ ! -e ${fake}/sick || $ETCDCTL_ENDPOINTS != *10.0.0.3* ]] ;; esac\n`,
  );
  box.command(
    'curl',
    `#!/bin/bash\nif [[ ! -e ${fake}/active/patroni ]]; then exit 7; fi\n` +
      `case \${@: -1} in *10.0.0.1*/leader) [[ -e ${fake}/leads ]] || exit 22 ;; *10.0.0.2*/leader) [[ ! -e ` +
      `${fake}/leads ]] || exit 22 ;; *10.0.0.2*/replica) ${replica ? 'exit 0' : 'exit 22'} ;; esac\n`,
  );
  box.command(
    'patronictl',
    `#!/bin/bash\necho "$*" >>${fake}/patronictl.log\n${takesOver ? `rm -f ${fake}/leads` : 'exit 1'}\n`,
  );
}

const stopped = (box: Sandbox): readonly string[] =>
  box.calls().flatMap((line) => /^stop -- (\S+)$/.exec(line)?.[1] ?? []);

test('everything ends in the order of who uses whom; the host and its data stay; a second run changes nothing', ({
  box,
}) => {
  deployed(box);
  const looked = box.apply('--check', '--allow-restart');
  assert.is(looked.code, 2);
  assert.match(looked.output, 'would change: etcd-1 is no member of etcd any more');
  assert.equal(stopped(box), [], 'a look stops nothing');
  const run = box.apply('--allow-restart');
  assert.is(run.code, 0, run.error + run.output);
  assert.equal(stopped(box), ['node_exporter', 'patroni', 'etcd', 'keepalived', 'haproxy', 'nginx']);
  for (const path of ['/etc/etcd/etcd.conf', '/etc/nginx/nginx.conf', '/etc/systemd/system/patroni.service'])
    assert.not.ok(box.has(path), path);
  for (const path of ['/etc/sudoers.d/dba', '/etc/chrony.conf', '/data/etcd/kept']) assert.ok(box.has(path), path);
  assert.is(box.read('/etc/crontab'), '# mine\n');
  assert.not.match(readFileSync(join(box.fake, 'members'), 'utf8'), 'etcd-1');
  const again = box.apply('--allow-restart');
  assert.match(again.output, 'converged changed=0');
  assert.is(box.apply('--check').code, 0);
  // It comes back: what it kept is known, what it lost is made.
  box.build(DEPLOYED);
  assert.is(box.apply().code, 0);
  assert.ok(box.has('/etc/etcd/etcd.conf'));
});

test('nothing leaves that nobody else has: refused before any change, with the way out; a leader hands over first', ({
  box,
}) => {
  deployed(box);
  const refused = (text: string): void => {
    const run = box.apply('--allow-restart');
    assert.is(run.code, 3, run.output);
    assert.match(run.error, text);
    assert.equal(box.calls(), []);
  };
  const members = ['etcd-1', 'etcd-2', 'etcd-3'];
  others(box, { leads: true, members, replica: false });
  refused('pg-test-1 leads pg-test and no other member can take over');
  others(box, { leads: false, members: ['etcd-1'] });
  refused('etcd-1 is the last member of etcd');
  others(box, { leads: false, members });
  writeFileSync(join(box.fake, 'sick'), '');
  refused('without etcd-1 etcd has no quorum: 1 of the 2 other members are healthy');
  rmSync(join(box.fake, 'sick'));
  others(box, { leads: true, members, takesOver: false });
  const stays = box.apply('--allow-restart');
  assert.is(stays.code, 1);
  assert.match(stays.error, 'pg-test-1 still leads pg-test: nothing of it was stopped');
  assert.equal(stopped(box), ['node_exporter']);
  others(box, { leads: true, members: ['etcd-1'] });
  // The way out: who has stopped a server by hand has decided.
  rmSync(join(box.fake, 'active', 'etcd'));
  const run = box.apply('--allow-restart');
  assert.is(run.code, 0, run.error);
  assert.match(run.output, 'changed: another member leads pg-test');
  assert.match(readFileSync(join(box.fake, 'patronictl.log'), 'utf8'), 'switchover');
});

test('a cluster that is named ends with its last member, and etcd without a quorum; data stay and fit each other', ({
  box,
}) => {
  deployed(box);
  others(box, { leads: true, members: ['etcd-1', 'etcd-2', 'etcd-3'], replica: false });
  writeFileSync(join(box.fake, 'sick'), '');
  const half = box.apply('--allow-restart', '--end=etcd,pg-tes');
  assert.is(half.code, 3);
  assert.match(half.error, 'when the cluster is to end, --end=pg-test');
  assert.not.match(half.error, 'quorum');
  assert.equal(stopped(box), []);
  const looked = box.apply('--check', '--end=pg-test,etcd');
  assert.is(looked.code, 2, looked.error);
  assert.not.match(looked.output, 'another member leads');
  const run = box.apply('--allow-restart', '--end=pg-test', '--end=etcd');
  assert.is(run.code, 0, run.error + run.output);
  assert.equal(stopped(box).slice(0, 3), ['node_exporter', 'patroni', 'etcd']);
  assert.match(readFileSync(join(box.fake, 'members'), 'utf8'), 'etcd-1');
  assert.not.ok(existsSync(join(box.fake, 'patronictl.log')));
  assert.ok(box.has('/data/etcd/kept'));
  assert.match(box.apply('--allow-restart', '--end=pg-test,etcd').output, 'converged changed=0');
  const purged = box.apply('--allow-restart', '--purge=10.0.0.11,10.0.0.1,10.0.0.2');
  assert.is(purged.code, 0, purged.error);
  assert.not.ok(box.has('/data/etcd'));
});

test('without leave servers run on; data go when the host is named, and not while a server runs', ({ box }) => {
  deployed(box, ['/data/etcd', '/data/missing']);
  rmSync(join(box.root, '/data/missing'), { recursive: true });
  const unnamed = box.apply('--allow-restart', '--purge');
  assert.is(unnamed.code, 3);
  assert.match(unnamed.output, 'this removes for ever: /data/etcd\n');
  assert.match(unnamed.error, 'only when their host is named: --purge=10.0.0.1');
  assert.equal(stopped(box), []);
  const pending = box.apply('--purge=10.0.0.1');
  assert.is(pending.code, 0, pending.error);
  assert.match(pending.output, 'pending: stop patroni');
  assert.match(pending.output, 'data stay as long as a server runs');
  assert.equal(stopped(box), ['node_exporter', 'nginx']);
  assert.match(readFileSync(join(box.fake, 'members'), 'utf8'), 'etcd-1');
  assert.ok(box.has('/data/etcd/kept'));
  const run = box.apply('--allow-restart', '--purge=10.0.0.1');
  assert.is(run.code, 0, run.error);
  assert.match(run.output, 'changed: removed /data/etcd/ with all data');
  assert.not.ok(box.has('/data/etcd'));
  assert.match(box.apply('--allow-restart', '--purge=10.0.0.1').output, 'changed=0');
});

test('a host that stays: a service of a package ends with its settings, and nothing is purged', ({ box }) => {
  const keepalived = DEPLOYED.filter((step) => JSON.stringify(step).includes('keepalived'));
  const stays = fileStep('/etc/keep.conf', 'x\n');
  box.build([stays, ...keepalived]);
  assert.is(box.apply().code, 0);
  box.calls();
  box.build([stays]);
  assert.is(box.apply().code, 0);
  assert.equal(box.calls(), ['stop -- keepalived', 'disable --quiet --no-reload -- keepalived', 'daemon-reload']);
  const run = box.apply('--purge=10.0.0.1');
  assert.is(run.code, 3);
  assert.match(run.error, '--purge is for the last bundle of a host that leaves');
  assert.match(box.apply('--end=pg-test').error, '--end is for the last bundle of a host that leaves');
});

test('data are the directories of accounts of services, the outermost of each', () => {
  const script = `  dir /data root root 0755
  dir /data/postgres postgres postgres 0700
  dir /data/postgres/pg-17/data postgres postgres 0700
  dir /cache redis redis 0700
  dir /cache/redis-1 redis redis 0700
  dir /home/dba/.ssh dba dba 0700
  dir /run/postgresql postgres postgres 0755
  link /pg /data/postgres/pg-17
  dir /pg/log postgres postgres 0700
`;
  assert.equal(dataDirectories(recordOfScript(script)), ['/cache/redis-1', '/data/postgres']);
});

test.run();
