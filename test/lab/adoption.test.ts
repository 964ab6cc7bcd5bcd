/** A site that another tool has deployed changes hands while clients hold their connections: none is dropped, nothing is restarted. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { counts, everyoneConverged } from './support/bundle.ts';
import { address, PLATFORM, type HostName } from './support/lab.ts';
import { leader, query, streaming } from './support/postgres.ts';
import { scenario } from './support/scenario.ts';

const HOSTS: readonly HostName[] = ['h11', 'h12'];
const { lab, step, figure, run } = scenario('adoption', HOSTS);
const INVENTORY = readFileSync('test/lab/inventories/restarts.yml', 'utf8');
const APP = 'user=app password=App-c8Yd1LmQ dbname=shop connect_timeout=3';
/** The service of the primary, through HAProxy and PgBouncer, and the one that leads to PostgreSQL itself. */
const PORTS = [5433, 5436];

/** One session for all time, which says when it ends. */
const session = (host: HostName, port: number): { stop(): string } =>
  lab.background(
    undefined,
    `psql -wqAXt -v ON_ERROR_STOP=1 -d 'host=${address(host)} port=${port} ${APP}' <<'SQL'
insert into beats values (${port}) returning id
\\watch 0.3
SQL
echo ENDED`,
  );

step('a site that runs, and that we know nothing of', () => {
  lab.build(INVENTORY);
  const outcome = lab.make('-j2', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  lab.eventually('the replica streams', 90, () => streaming(lab, 1, HOSTS));
  for (const user of ['app', 'dbuser_monitor', 'dbuser_dba', 'replicator']) {
    const password = { app: 'App-c8Yd1LmQ', dbuser_monitor: 'Monitor-LabKe2v', dbuser_dba: 'Dba-Lab9rTq3' }[user];
    query(lab, leader(lab, HOSTS), `alter user ${user} password '${password ?? 'Replicator-LabXd5'}'`);
  }
  const verifiers = query(
    lab,
    leader(lab, HOSTS),
    `select format('"%s" "%s"', rolname, rolpassword) from pg_authid where rolname in ('app', 'dbuser_monitor', 'dbuser_dba')`,
  );
  for (const host of HOSTS) {
    const changed = lab.exec(host, ['bash', '-c', readFileSync('test/lab/scripts/another-hand.sh', 'utf8')]);
    assert.is(changed.code, 0, changed.output);
    const list = `printf '%s\\n' '"postgres" ""' "$1" >/etc/pgbouncer/userlist.txt && systemctl reload pgbouncer patroni haproxy`;
    assert.is(lab.exec(host, ['bash', '-c', list, '-', verifiers]).code, 0);
  }
  assert.is(lab.psql(`host=${address('h11')} port=5433 ${APP}`, 'create table beats (id int)').code, 0);
  lab.admin(['rm', '-rf', `${lab.directory}/out`]);
});

step('adopt finds nothing that needs care', () => {
  const program = `SSH='${lab.ssh} -l dba' '${process.execPath}' '${resolve('dist/pigstyc.cjs')}' adopt pigsty.yml --platform ${PLATFORM}`;
  const said = lab.admin(['sh', '-c', `cd '${lab.directory}' && ${program}`]);
  assert.is(said.code, 0, said.output);
  assert.match(said.output, 'every host that answered trusts it');
  assert.match(said.output, /pg_replication_password: as on 2 hosts/);
  assert.match(said.output, /password of app in pg_users: as on 2 hosts/);
  // The sizes of this site are those of its inventory.
  lab.admin(['rm', '-r', `${lab.directory}/facts`]);
});

step('inspect says that nothing is restarted and nobody is cut off, and leaves nothing', () => {
  lab.build(INVENTORY);
  const said = lab.make('-j2', 'inspect');
  assert.is(said.code, 0, said.output);
  for (const host of HOSTS) {
    assert.match(said.output, new RegExp(`^${address(host)} +\\d+ +0 +0 `, 'm'), said.output);
    assert.match(lab.exec(host, ['sh', '-c', 'ls -A /dev/shm; ls -d /var/lib/pigstyc']).output, 'No such file');
  }
});

step('the first deployment drops no connection and restarts nothing; the second changes nothing', () => {
  const sessions = HOSTS.flatMap((host) => PORTS.map((port) => session(host, port)));
  lab.eventually('everybody writes', 30, () => {
    const seen = query(lab, leader(lab, HOSTS), 'select count(distinct id) from beats', 'shop');
    return seen === String(PORTS.length);
  });
  const before = lab.startTimes(HOSTS);
  const outcome = lab.make('-j2', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-6000));
  figure('adoption: first deployment, two hosts', outcome.seconds);
  assert.is(lab.startTimes(HOSTS), before);
  for (const host of HOSTS)
    assert.equal(counts(lab.apply(host, '--check').output), { changed: 0, restarted: 0, pending: 0 });
  everyoneConverged(lab, HOSTS);
  const count = (): number => Number(query(lab, leader(lab, HOSTS), 'select count(*) from beats', 'shop'));
  const written = count();
  lab.eventually('they go on writing', 20, () => count() > written + 2 * sessions.length);
  for (const log of sessions.map((one) => one.stop())) assert.not.match(log, /ENDED|ERROR|FATAL/);
});

run();
