/** Power fails in the middle of a first deployment and in the middle of changes: the next run finishes the work, whatever was half done. */
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { everyoneConverged } from './support/bundle.ts';
import { HOSTS, pause, type HostName } from './support/lab.ts';
import { primary, streaming } from './support/postgres.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, run } = scenario('interruption');
const INVENTORY = readFileSync('test/lab/inventories/pg-test.yml', 'utf8');
const APP = 'user=app password=App-c8Yd1LmQ dbname=shop connect_timeout=3 sslmode=require';

/** Deploys; when something has happened on a host its power fails, and the operator gives up, on the other hosts as well. */
function powerFails(host: HostName, happened: string): void {
  const deployment = lab.background(
    undefined,
    lab
      .makeCommand('-j4', 'deploy')
      .map((word) => `'${word}'`)
      .join(' '),
  );
  lab.eventually(`${host}: ${happened}`, 240, () => lab.exec(host, ['test', '-e', happened], 20).code === 0);
  lab.power('crash', host);
  lab.start([host]);
  deployment.stop();
  lab.eventually('no host is at work', 60, () =>
    HOSTS.every((other) => lab.exec(other, ['pkill', '-f', 'bash /var/lib/pigstyc/bundle/.*/apply.sh']).code !== 0),
  );
}

step('power fails again and again on three hosts during their first deployment', () => {
  lab.build(INVENTORY);
  powerFails('h13', '/etc/sysctl.d/99-node.conf');
  powerFails('h11', '/pg/data/PG_VERSION'); // initdb runs
  // Again, and now as if the power had failed before the first file was made: Patroni's claim in the DCS is all there is.
  powerFails('h11', '/pg/data/PG_VERSION');
  lab.exec('h11', ['find', '/pg/data', '-mindepth', '1', '-delete']);
  powerFails('h11', '/pg/data/postmaster.opts'); // its server starts for the first time
  powerFails('h11', '/pg/tmp/pg-init-roles.sql');
  powerFails('h12', '/pg/data/PG_VERSION');
  const outcome = lab.make('-j4', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  lab.eventually('two replicas stream', 90, () => streaming(lab, 2));
  lab.eventually(
    'the application can write',
    30,
    () =>
      lab.psql(
        `host=10.10.10.12 port=5436 ${APP}`,
        'create table if not exists sales.t(id int); insert into sales.t values (1)',
      ).code === 0,
  );
  everyoneConverged(lab);
  // An instance that was cut off while it was made was made anew, and nothing was thrown away.
  console.log(
    `put aside: ${HOSTS.map((host) => lab.exec(host, ['sh', '-c', 'echo /pg/data.unfinished*']).stdout.trim()).join(', ')}`,
  );
});

step('an apply that is killed is finished by the next one', () => {
  lab.build(INVENTORY.replace('pg_rto: fast', 'pg_rto: fast\n        pg_weight: 50'));
  assert.is(lab.make('push').code, 0);
  for (const delay of ['0.3', '0.6', '0.9', '1.2']) {
    lab.exec('h12', [
      'bash',
      '-c',
      `bash /var/lib/pigstyc/bundle/10.10.10.12/apply.sh >/dev/null 2>&1 & pid=$!; sleep ${delay}; kill -9 $pid; true`,
    ]);
  }
  finished('h12');
});

step('power fails while changes are applied', () => {
  for (const [host, weight, when] of [
    ['h13', 60, 0.4],
    ['h12', 61, 0.8],
    ['h13', 62, 1.2],
  ] as const) {
    lab.build(
      INVENTORY.replace('pg_rto: fast', `pg_rto: fast\n        pg_weight: ${weight}`).replace(
        'comment: business user',
        `comment: business user ${weight}`,
      ),
    );
    assert.is(lab.make('push').code, 0);
    lab.background(host, `bash /var/lib/pigstyc/bundle/10.10.10.${host.slice(1)}/apply.sh`);
    pause(when);
    lab.power('crash', host);
    lab.start([host]);
    finished(host, weight);
  }
  const outcome = lab.make('-j4', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  lab.eventually('two replicas stream', 90, () => streaming(lab, 2));
  everyoneConverged(lab);
});

function finished(host: HostName, weight = 50): void {
  lab.eventually('somebody leads', 60, () => primary(lab) !== undefined);
  const outcome = lab.apply(host);
  assert.is(outcome.code, 0, outcome.output);
  // The leader takes a connection that power has cut for one that lives, and keeps the slot, until wal_sender_timeout.
  lab.eventually(`${host} has converged`, 90, () => lab.apply(host, '--check').code === 0);
  assert.match(
    lab.exec(host, ['cat', '/etc/haproxy/conf.d/pg-test-primary.cfg']).stdout,
    new RegExp(`weight ${weight}`),
  );
}

run();
