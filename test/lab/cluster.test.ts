/** One highly available cluster on four real hosts, from nothing to failover, in the order of its life. */
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { counts, everyoneConverged } from './support/bundle.ts';
import { address, HOSTS } from './support/lab.ts';
import { leader, MEMBERS, primary, streaming } from './support/postgres.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, figure, run } = scenario('cluster');
const INVENTORY = readFileSync('test/lab/inventories/pg-test.yml', 'utf8');
const APP = 'user=app password=App-c8Yd1LmQ dbname=shop connect_timeout=3 sslmode=require';
/** The pooler of this site speaks no TLS. */
const POOLED = APP.replace('sslmode=require', 'sslmode=prefer');

step('make deploy takes bare hosts to a cluster that answers', () => {
  lab.build(INVENTORY);
  const outcome = lab.make('-j4', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  figure('deploy from nothing, four hosts', outcome.seconds);
  lab.eventually('two replicas stream', 60, () => streaming(lab, 2));
});

step('services lead where they say: write to the primary, read from a replica, slow queries offline', () => {
  for (const host of MEMBERS) {
    const at = (port: number): string => `host=${address(host)} port=${port} ${POOLED}`;
    lab.eventually(
      `primary service on ${host}`,
      30,
      () => lab.psql(at(5433), 'select pg_is_in_recovery()').stdout.trim() === 'f',
    );
    lab.eventually(
      `replica service on ${host}`,
      30,
      () => lab.psql(at(5434), 'select pg_is_in_recovery()').stdout.trim() === 't',
    );
    lab.eventually(
      `default service on ${host}: the primary, not pooled`,
      30,
      () => lab.psql(at(5436), 'select pg_is_in_recovery()').stdout.trim() === 'f',
    );
    const analyst = `host=${address(host)} port=5438 user=analyst password=Analyst-b4Zm8uXc dbname=shop connect_timeout=3`;
    lab.eventually(
      `offline service on ${host}`,
      30,
      () => lab.psql(analyst, 'select inet_server_addr()').stdout.trim() === '10.10.10.13',
    );
  }
  lab.eventually(
    'the virtual address is at the primary',
    30,
    () => lab.psql(`host=10.10.10.3 port=5432 ${APP}`, 'select pg_is_in_recovery()').stdout.trim() === 'f',
  );
});

step('users, databases, extensions and access rules are as declared', () => {
  const primary = `host=10.10.10.11 port=5432 ${APP}`;
  assert.is(
    lab
      .psql(
        primary,
        "select string_agg(extname, ',' order by extname) from pg_extension where extname in ('pg_trgm', 'hstore')",
      )
      .stdout.trim(),
    'hstore,pg_trgm',
  );
  assert.is(
    lab
      .psql(primary, 'create table sales.receipt(id int primary key, note text); select count(*) from sales.receipt')
      .stdout.trim(),
    '0',
  );
  const refused = (target: string): string => lab.psql(target, 'select 1').output;
  assert.match(
    refused('host=10.10.10.11 port=5432 user=app password=App-c8Yd1LmQ dbname=shop sslmode=disable'),
    /no pg_hba.conf entry|no encryption|pg_hba.conf rejects/,
  );
  assert.match(
    refused('host=10.10.10.11 port=5432 user=reader password=Reader-Vn3pXa9t dbname=shop'),
    /pg_hba.conf rejects/,
  );
  assert.match(
    refused('host=10.10.10.11 port=5432 user=app password=wrong dbname=shop sslmode=require'),
    /password authentication failed/,
  );
  const fromAdmin = lab.exec('h10', [
    'psql',
    '-wqAXt',
    '-d',
    'host=10.10.10.11 port=5432 user=reader password=Reader-Vn3pXa9t dbname=shop',
    '-c',
    'select count(*) from sales.receipt',
  ]);
  assert.is(fromAdmin.stdout.trim(), '0', fromAdmin.output);
});

step('a second apply writes nothing, restarts nothing', () => {
  const before = lab.startTimes();
  for (const seconds of everyoneConverged(lab)) figure('second apply, per host', seconds);
  assert.is(lab.startTimes(), before);
});

step('drift is shown by --check and only it is repaired', () => {
  lab.exec('h12', ['sh', '-c', 'echo "# by hand" >>/etc/haproxy/conf.d/pg-test-replica.cfg']);
  const check = lab.apply('h12', '--check');
  assert.is(check.code, 2, check.output);
  assert.match(check.output, /pg-test-replica\.cfg/);
  const repair = lab.apply('h12');
  assert.is(repair.code, 0, repair.output);
  assert.is(lab.apply('h12', '--check').code, 0);
  assert.is(lab.exec('h12', ['grep', '-c', 'by hand', '/etc/haproxy/conf.d/pg-test-replica.cfg']).stdout.trim(), '0');
  assert.ok(counts(repair.output).changed <= 2, repair.output);
});

step('a bundle on the wrong host is refused before anything is changed', () => {
  lab.copy('out/hosts/10.10.10.13', 'h12', '/tmp/wrong');
  const outcome = lab.exec('h12', ['bash', '/tmp/wrong/apply.sh']);
  assert.is(outcome.code, 3, outcome.output);
});

step('a user, a database, a rule and a parameter are added without touching the rest', () => {
  const before = lab.startTimes();
  lab.build(
    INVENTORY.replace(
      '        pg_databases:\n',
      '        pg_parameters: { log_min_duration_statement: 750, shared_buffers: 321MB }\n        pg_databases:\n' +
        '          - { name: extra, owner: app, comment: added later }\n',
    )
      .replace(
        '        pg_hba_rules:\n',
        '        pg_hba_rules:\n          - { user: late, db: extra, addr: 10.10.10.9/32, auth: pwd, title: added later, order: 90 }\n',
      )
      .replace(
        '        pg_users:\n',
        '        pg_users:\n          - { name: late, password: Late-q8Rw2ZtM, pgbouncer: true, roles: [dbrole_readwrite] }\n',
      ),
  );
  const outcome = lab.make('-j4', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  const target = `host=${address(leader(lab))} port=5432 user=late password=Late-q8Rw2ZtM dbname=extra connect_timeout=3`;
  lab.eventually(
    'the new user reaches the new database',
    20,
    () => lab.psql(target, 'select current_user').stdout.trim() === 'late',
  );
  lab.eventually(
    'the reloadable parameter is in force',
    20,
    () => lab.psql(target, 'show log_min_duration_statement').stdout.trim() === '750ms',
  );
  assert.is.not(lab.psql(target, 'show shared_buffers').stdout.trim(), '321MB', 'a restart is announced, not done');
  assert.match(outcome.output, /pending/);
  assert.is(lab.startTimes(), before, 'nothing was restarted');
  lab.build(INVENTORY);
  assert.is(lab.make('-j4', 'deploy').code, 0);
});

step('a crashed primary is replaced; no acknowledged write is lost; a later apply changes nothing', () => {
  const lost = leader(lab);
  const survivor = MEMBERS.find((host) => host !== lost)!;
  const service = `host=${address(survivor)} port=5436 ${APP}`;
  let acknowledged = 0;
  const write = (): boolean => {
    const done =
      lab.psql(service, `insert into sales.receipt values (${acknowledged + 1}, 'x') on conflict do nothing`, 5)
        .code === 0;
    if (done) acknowledged++;
    return done;
  };
  lab.eventually('writes work', 20, write);
  lab.power('crash', lost);
  const started = performance.now();
  lab.eventually('writes work again', 90, write);
  figure('write outage after a crash of the primary', (performance.now() - started) / 1000);
  const heir = leader(lab);
  assert.is.not(heir, lost);
  assert.is(lab.psql(service, 'select count(*) from sales.receipt').stdout.trim(), String(acknowledged));
  lab.eventually(
    'the virtual address moved',
    30,
    () => lab.psql(`host=10.10.10.3 port=5432 ${APP}`, 'select inet_server_addr()').stdout.trim() === '10.10.10.3',
  );
  lab.start([lost]);
  figure(
    'the old primary streams again after its boot',
    lab.eventually('the old primary follows', 120, () => primary(lab) === heir && streaming(lab, 2)),
  );
  lab.eventually('everybody is converged although roles differ from the inventory', 60, () =>
    HOSTS.every((host) => lab.apply(host, '--check').code === 0),
  );
  everyoneConverged(lab);
  assert.is(leader(lab), heir, 'apply made no switchover');
});

step('the administration host: portal, names, metrics of everything', () => {
  assert.is(
    lab.admin([
      'curl',
      '-sk',
      '-o',
      '/dev/null',
      '-m',
      '5',
      '-w',
      '%{http_code}',
      '-H',
      'Host: i.pigsty',
      'http://10.10.10.10/',
    ]).stdout,
    '200',
  );
  for (const [name, address] of [
    ['pg-test-2', '10.10.10.12'],
    ['pg-test', '10.10.10.3'],
  ] as const) {
    assert.is(lab.exec('h11', ['dig', '+short', '+time=2', '@10.10.10.10', name]).stdout.trim(), address, name);
  }
  const prometheus = 'http://127.0.0.1:8428';
  lab.eventually('every target is up', 90, () => {
    const answer = lab.exec('h10', [
      'sh',
      '-c',
      `curl -s -m 5 ${prometheus}/api/v1/targets?state=active || curl -s -m 5 http://127.0.0.1:9090/api/v1/targets?state=active`,
    ]).stdout;
    const targets =
      answer === ''
        ? []
        : (JSON.parse(answer) as { data: { activeTargets: readonly { health: string; scrapeUrl: string }[] } }).data
            .activeTargets;
    return targets.length > 10 && targets.every((target) => target.health === 'up');
  });
});

run();
