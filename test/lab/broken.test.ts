/**
 * Hosts that are not as they were: disks that come back empty, full or read only, a login that has changed. `make deploy` of a bundle that
 * was sent before finds it, makes again what is safe, and says what needs leave or somebody's hand; the other hosts are deployed.
 */
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { deployed, everyoneConverged, inside } from './support/bundle.ts';
import { address, pause, type HostName } from './support/lab.ts';
import { leader, MEMBERS, query, streaming } from './support/postgres.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, figure, run } = scenario('broken');
const INVENTORY = readFileSync('test/lab/inventories/pg-test.yml', 'utf8')
  // A start that is slow on a busy machine must not look like a switchover.
  .replace('pg_rto: fast', 'pg_rto: safe');
const ROWS = 1000;

/** Fails on this host, and nowhere else. */
function failsAlone(host: HostName, reason: RegExp, ...flags: readonly string[]): void {
  const { code, output } = lab.make('-j4', 'deploy', ...flags);
  assert.is.not(code, 0);
  assert.match(output, reason);
  assert.match(output, new RegExp(`^failed on: ${address(host)}$`, 'm'));
}

/** All members are there, with all rows, and nothing is left to do. */
function whole(): void {
  lab.eventually('two replicas stream', 120, () => streaming(lab, 2));
  assert.is(query(lab, leader(lab), 'select count(*) from kept', 'shop'), String(ROWS));
  everyoneConverged(lab);
}

const emptyEtcd = (host: HostName): string =>
  inside(
    lab,
    host,
    `systemctl stop etcd; rm -rf -- "$(sed -n "s/^data-dir: *[\\"']*\\([^\\"']*\\).*/\\1/p" /etc/etcd/etcd.conf)"`,
  );

step(
  'a site on hosts of which one has given the number of the superuser to somebody else, two have a second network',
  () => {
    inside(lab, 'h13', 'useradd --uid 543 --no-create-home somebody');
    for (const host of ['h11', 'h13'] as const) {
      inside(lab, host, 'ip link add other type veth peer name far; ip link set far up; ip link set other up');
      inside(lab, host, `ip addr add 192.0.2.${host.slice(1)}/24 dev other; ip route add default dev other`);
    }
    lab.build(INVENTORY);
    deployed(lab);
    query(lab, leader(lab), `create table kept as select generate_series(1, ${ROWS}) as id`, 'shop');
    assert.match(inside(lab, 'h13', 'id somebody'), /^uid=543\(somebody\)/);
    whole();
  },
);

step('a replica comes back with an empty disk: the next deployment copies the leader', () => {
  inside(lab, 'h13', 'systemctl stop patroni; rm -rf /data/postgres /data/backups');
  figure('deployment that copies a replica anew', deployed(lab).seconds);
  whole();
});

step('an etcd member comes back with an empty disk: it joins again with leave', () => {
  emptyEtcd('h12');
  failsAlone('h12', /etcd knows \S+ \(started\), whose data are gone: apply\.sh --allow-restart/);
  const before = leader(lab);
  const outcome = lab.make('etcd', 'FLAGS=--allow-restart');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  assert.is(leader(lab), before);
  whole();
});

const etcdMembers = (): readonly string[] =>
  inside(lab, 'h10', '. /etc/profile.d/etcdctl.sh; etcdctl member list')
    .split('\n')
    .flatMap((line) => /, started, (etcd-\d),/.exec(line)?.[1] ?? [])
    .sort();

step(
  'an etcd member whose host is dead leaves with the inventory; it is back with its old data, and joins again',
  () => {
    lab.power('crash', 'h12');
    lab.build(INVENTORY.replace(/^ +10\.10\.10\.12: \{ etcd_seq: 3 \}\n/m, ''));
    failsAlone('h12', /10\.10\.10\.12.*(No route to host|timed out)/, 'FLAGS=--allow-restart');
    assert.equal(etcdMembers(), ['etcd-1', 'etcd-2']);
    lab.start(['h12']);
    deployed(lab, 'FLAGS=--allow-restart');
    assert.is(inside(lab, 'h12', 'systemctl is-active etcd || true').trim(), 'inactive');
    whole();
    lab.build(INVENTORY);
    failsAlone('h12', /the cluster no longer knows etcd-3, whose data are of before: apply\.sh --allow-restart/);
    deployed(lab, 'FLAGS=--allow-restart');
    assert.equal(etcdMembers(), ['etcd-1', 'etcd-2', 'etcd-3']);
    whole();
  },
);

step('all that etcd has is gone: it is made again, and Patroni registers the cluster that runs', () => {
  for (const host of ['h10', 'h11', 'h12'] as const) emptyEtcd(host);
  // A login of the former etcd may be one that the new one lets wait: then Patroni is started again, with leave.
  const first = lab.make('-j4', 'deploy');
  if (first.code !== 0) {
    assert.match(first.output, /Patroni of pg-test-\d does not reach the DCS, which answers others/);
    assert.match(lab.make('check').output, /Patroni of pg-test-\d does not reach the DCS/);
    deployed(lab, 'FLAGS=--allow-restart');
  }
  lab.eventually('two replicas stream', 120, () => streaming(lab, 2));
  // One that answers now may find out later that it has seen a higher raft term.
  const before = leader(lab);
  for (const host of [...MEMBERS.filter((member) => member !== before), before]) {
    inside(lab, host, 'systemctl restart patroni');
    lab.eventually('two replicas stream', 120, () => streaming(lab, 2));
  }
  whole();
});

/** The site with another rule for the pool: a change of a file below /etc on every member. */
const pooled = (database: string): string =>
  INVENTORY.replace(
    'pgb_hba_rules:',
    `pgb_hba_rules:\n          - { user: app, db: ${database}, addr: 10.10.10.8/32, auth: deny, order: 90 }`,
  );

step(
  '/etc is read only: nothing to do is nothing wrong, a change fails and names the file, the next run ends it',
  () => {
    inside(lab, 'h13', 'mount --bind /etc /etc; mount -o remount,bind,ro /etc');
    everyoneConverged(lab, ['h13']);
    lab.build(pooled('shop'));
    failsAlone('h13', /\/etc\/\S+.*Read-only file system/);
    inside(lab, 'h13', 'umount -l /etc');
    deployed(lab);
    whole();
  },
);

step('/tmp without programs is enough; one that is full is said before anything changes', () => {
  inside(lab, 'h13', 'mount -t tmpfs -o noexec,nosuid,size=30m tmpfs /tmp');
  lab.build(INVENTORY);
  deployed(lab);
  everyoneConverged(lab, ['h13']);
  inside(lab, 'h13', 'head -c 40m /dev/zero > /tmp/full 2>/dev/null || true');
  lab.build(pooled('postgres'));
  failsAlone('h13', /\/tmp/);
  inside(lab, 'h13', 'umount -l /tmp');
  deployed(lab);
  whole();
});

step('sudo wants a password or a terminal: said in the words of sudo', () => {
  const sudoers = '/etc/sudoers.d/zz-site';
  for (const [line, reason] of [
    ['dba ALL=(ALL) PASSWD: ALL', /sudo: .*password is required/],
    ['Defaults requiretty', /sudo: .*tty/],
  ] as const) {
    inside(lab, 'h13', `echo '${line}' > ${sudoers}; chmod 440 ${sudoers}`);
    lab.build(line.startsWith('dba') ? INVENTORY : pooled('postgres'));
    failsAlone('h13', reason);
    inside(lab, 'h13', `rm ${sudoers}`);
    deployed(lab);
  }
  everyoneConverged(lab);
});

step('a shell that greets, and one that creates files for its owner alone or for a group', () => {
  const start = '/home/dba/.bashrc';
  inside(lab, 'h13', `cp -p ${start} ${start}.kept`);
  inside(lab, 'h13', `sed -i '1i umask 077' ${start}; rm -rf /var/lib/pigstyc/bundle`);
  inside(lab, 'h12', `cp -p ${start} ${start}.kept; sed -i '1i umask 002' ${start}`);
  lab.build(INVENTORY);
  deployed(lab);
  everyoneConverged(lab);
  inside(lab, 'h13', `sed -i '1i echo Welcome to h13' ${start}`);
  lab.build(pooled('shop'));
  failsAlone('h13', /the bundle has not arrived: .*produces no output for non-interactive sessions/);
  for (const host of ['h12', 'h13'] as const) inside(lab, host, `mv ${start}.kept ${start}`);
  deployed(lab);
  everyoneConverged(lab);
});

step('the disk of a replica is full: seen by a check, said when its server has ended, and mended by room', () => {
  inside(
    lab,
    'h13',
    'systemctl stop patroni; rm -rf /data/postgres; mkdir -p /data/postgres; mount -t tmpfs -o size=400m tmpfs /data/postgres',
  );
  deployed(lab);
  lab.eventually('two replicas stream', 120, () => streaming(lab, 2));
  inside(lab, 'h13', 'head -c 1G /dev/zero > /data/postgres/full 2>/dev/null || true');
  query(
    lab,
    leader(lab),
    'create table filler as select repeat(md5(i::text), 30) from generate_series(1, 60000) i',
    'shop',
  );
  lab.eventually('one replica streams', 60, () => streaming(lab, 1));
  const seen = lab.make('check');
  assert.is.not(seen.code, 0);
  assert.match(seen.output, /10\.10\.10\.13 drift/);
  // What a server that ends leaves, and the next one removes, is room.
  const ends =
    'pkill -9 -x postgres; rm -f /pg/data/pg_wal/xlogtemp.*; cat /dev/zero >> /data/postgres/full 2>/dev/null';
  lab.eventually('its server does not start again', 90, () => {
    inside(lab, 'h13', `{ ${ends}; } || true`);
    pause(3);
    return inside(lab, 'h13', 'curl -s http://10.10.10.13:8008/patroni').includes('start failed');
  });
  failsAlone('h13', /pg-test-3 is not running .*\/pg\/data is full/);
  inside(lab, 'h13', 'rm /data/postgres/full');
  deployed(lab);
  whole();
});

run();
