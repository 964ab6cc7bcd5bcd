/**
 * Every panel of every dashboard, asked of a Prometheus that watches a site at work. What a site has and no archive of the
 * lab does is in support/unanswered.ts; PostgreSQL, PgBouncer and pgBackRest have stand-ins for their exporters.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { boardsOf, Prometheus, type Series, type Shown } from './support/boards.ts';
import { clicked } from './support/home-page.ts';
import { failingStatements } from './support/failing-statements.ts';
import { startExporters } from './support/exporters.ts';
import { faultsOf, numbers } from './support/faults.ts';
import { address, pause } from './support/lab.ts';
import { draw, wanted } from './support/pictures.ts';
import { leader, MEMBERS, streaming } from './support/postgres.ts';
import { scenario } from './support/scenario.ts';
import { Traffic } from './support/traffic.ts';
import { UNANSWERED } from './support/unanswered.ts';

// Hosts with a disk for data: their root is an overlay, as containers have it, and dashboards leave those out.
process.env['LAB_DATA_DISK'] = '1';
const { lab, step, figure, run } = scenario('panels');
const INVENTORY = readFileSync('test/lab/inventories/panels.yml', 'utf8');
const prometheus = new Prometheus(lab, '10.10.10.10:8428');
let bundle = '';
let first = '';
let shown: readonly Shown[] = [];

/** The instance that leads. */
const leading = (): string => `pg-test-${Number(leader(lab).slice(1)) - 10}`;

step('make deploy, and exporters with the files that a bundle has for them', () => {
  lab.build(INVENTORY);
  const outcome = lab.make('-j4', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  bundle = startExporters(lab, 'h10', MEMBERS);
  lab.eventually('standbys stream', 60, () => streaming(lab, 2));
  lab.eventually('every target is up', 180, () => {
    const up = prometheus.query('up');
    return up.length >= 40 && up.every(({ value }) => value[1] === '1');
  });
});

step('an administrator on the infra host reaches a cluster by its name, with the password that is its own', () => {
  const names = ['pg-test', 'pg-test.shop', 'pg-test-1', 'pg-test-2'];
  const asked = names.map((name) =>
    lab.exec('h10', ['runuser', '-u', 'dba', '--', 'psql', '-wqAXt', `service=${name}`, '-c', 'select current_user']),
  );
  assert.equal(
    asked.map(({ output }) => output.trim()),
    names.map(() => 'dbuser_dba'),
  );
});

step('a site at work: clients, a switchover, a backup, locks, trouble', () => {
  const traffic = new Traffic(lab);
  pause(20);
  first = leading();
  traffic.switchover(leader(lab));
  traffic.backup(leader(lab));
  traffic.trouble(leader(lab));
  // Rates are over a minute, and rules read what rules have recorded.
  pause(100);
  const boards = boardsOf(join(bundle, 'hosts', address('h10'), 'files/infra/dashboards'));
  const whole = UNANSWERED.filter(({ panel }) => panel === undefined).map(({ board }) => board);
  const started = performance.now();
  shown = boards.filter(({ uid }) => !whole.includes(uid!)).flatMap((board) => prometheus.show(board));
  figure('every panel of every dashboard', (performance.now() - started) / 1000);
  traffic.stop();
});

step('every panel has an answer, of its unit, in series that can be told apart', () => {
  const faults = shown.flatMap(faultsOf);
  assert.equal(faults, [], faults.join('\n'));
  console.log(`${shown.length} dashboards with ${shown.flatMap(({ answers }) => answers).length} panels are answered`);
});

/** The series of a panel of the dashboard of this cluster or instance. */
function seriesOf(uid: string, title: string, value = ''): readonly Series[] {
  const board = shown.find((one) => one.uid === uid && (value === '' || Object.values(one.values).includes(value)));
  return board!.answers.find(({ panel }) => panel.title === title)!.series;
}

const largest = (series: readonly Series[], legend?: string): number =>
  Math.max(...series.filter((one) => legend === undefined || one.legend === legend).flatMap(numbers));

step('what happened is seen where a DBA looks for it', () => {
  const now = leading();
  const session = (title: string, legend?: string): number => largest(seriesOf('pgsql-session', title, now), legend);
  const seen: Readonly<Record<string, boolean>> = {
    'the switchover, in the timeline': largest(seriesOf('pgsql-cluster', 'Timeline', 'pg-test'), first) >= 2,
    'the former leader': largest(seriesOf('pgsql-cluster', 'Role', 'pg-test'), first) === 1 && now !== first,
    'a transaction that does nothing': session('Idle in a transaction', 'shop') >= 1,
    'how long it has done so': session('Longest transaction', 'shop') > 60,
    'who waits for its lock': session('At work and waiting', 'Lock') >= 1,
    'how long that statement has run': session('Longest statement', 'shop') > 60,
    'a deadlock': session('Deadlocks', 'shop') > 0,
    'errors of an application': largest(seriesOf('pgsql-instance', 'Rolled back', now)) > 0,
    'a sort on disk': largest(seriesOf('pgsql-database', 'Temporary files', now), 'shop') > 0,
    'clients of the pool': largest(seriesOf('pgsql-pool', 'Queries', now)) > 10,
    'the backup': largest(seriesOf('pgsql-cluster', 'Last backup', 'pg-test')) < 600,
    'a synchronous standby': largest(seriesOf('pgsql-replication', 'Synchronous', 'pg-test')) >= 2,
    'scans of a table without an index': MEMBERS.some(
      (_, i) => largest(seriesOf('pgsql-table', 'Scans', `pg-test-${i + 1}`), 'shop sales.heap') > 0,
    ),
    'the switchover, among alerts': largest(seriesOf('pgsql-alert', 'By alert'), 'INFO ClusterFailover') >= 1,
    'the holder of the virtual address': largest(seriesOf('node-vip', 'State', 'pg-test')) === 2,
    'that it answers': largest(seriesOf('node-vip', 'Address answers', 'pg-test')) === 1,
    'visitors of the portal': largest(seriesOf('infra-portal', 'New connections')) > 1,
    'keys of Redis': largest(seriesOf('redis-cluster', 'Commands', 'redis-test')) > 10,
  };
  assert.equal(
    Object.keys(seen).filter((what) => !seen[what]),
    [],
  );
});

step('an error of an application is in what the log store gets, with its statement', () => {
  const failing = failingStatements(lab, bundle, MEMBERS);
  const absent = failing.find(({ _msg }) => /relation "sales.absent" does not exist/.test(String(_msg)));
  assert.equal(
    ['q', 'user', 'db', 'code'].map((field) => absent?.[field]),
    ['select * from sales.absent', 'app', 'shop', '42P01'],
  );
  const dead = failing.find(({ code }) => code === '40P01');
  assert.match(String(dead?.['_msg']), /deadlock detected.*Process \d+ waits for ShareLock/s);
  assert.match(String(dead?.['q']), /^update sales.accounts set n = n where id = [12];/);
});

step('every link of the home page leads to its program', async () => {
  const pages = await clicked(lab, 'admin:Haproxy-Lab4Zm8u');
  const wrong = pages.filter(({ status }) => status !== 200);
  assert.equal(wrong, []);
  const shows: Readonly<Record<string, RegExp>> = {
    Topology: /pg-test-1/,
    'Alert Manager': /Alertmanager|Silences/,
    'Monitor Targets': /Prometheus|Targets/i,
    'CA Certificate': /^$/,
    'pg-test-2': /Statistics Report.*pg-test-primary/s,
  };
  for (const [name, expected] of Object.entries(shows)) {
    const page = pages.find(({ link }) => link === name);
    assert.ok(page, `${name} is one of ${pages.map(({ link }) => link)}`);
    assert.match(page!.text, expected, name);
  }
});

step('nothing is called critical that is not', () => {
  // How busy and how full the machine below is, is not the site's affair.
  const critical = prometheus.query('ALERTS{severity="CRIT", alertname!~"Node.*"}');
  assert.equal(critical, []);
});

if (wanted) step('pictures', () => draw(shown));

run();
