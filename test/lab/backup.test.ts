/**
 * Backups in a local repository: the first one comes with the cluster, a table is dropped, and a new host gets the cluster as it was just
 * before, by the steps of docs/apply.md ("Restore").
 */
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { counts, everyoneConverged } from './support/bundle.ts';
import { pause, type HostName } from './support/lab.ts';
import { query } from './support/postgres.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, figure, run } = scenario('backup', ['h10', 'h11', 'h12']);
const INVENTORY = readFileSync('test/lab/inventories/backup.yml', 'utf8');
const APP = 'user=app password=App-c8Yd1LmQ dbname=shop connect_timeout=3';
let target = '';

function asPostgres(host: HostName, script: string, seconds = 120): string {
  const outcome = lab.exec(host, ['runuser', '-u', 'postgres', '--', 'bash', '-ec', script], seconds);
  assert.is(outcome.code, 0, outcome.output);
  return outcome.stdout.trim();
}

interface Stanza {
  readonly status: { readonly code: number };
  readonly backup: readonly { readonly type: string; readonly error: boolean }[];
}

function stanza(host: HostName, name: string): Stanza {
  return (
    JSON.parse(
      asPostgres(host, `pgbackrest --stanza=${name} --output=json --log-level-console=off info`),
    ) as readonly Stanza[]
  )[0]!;
}

step('a cluster with its first backup; a host that waits for a database', () => {
  lab.build(INVENTORY);
  const outcome = lab.make('-j4', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  const { status, backup } = stanza('h11', 'pg-src');
  assert.is(status.code, 0, 'the stanza is in order');
  assert.equal(
    backup.map(({ type, error }) => [type, error]),
    [['full', false]],
  );
  assert.is(lab.exec('h12', ['systemctl', 'is-active', 'patroni']).stdout.trim(), 'inactive');
  asPostgres('h11', 'pgbackrest --stanza=pg-src --log-level-console=off check');
  everyoneConverged(lab, ['h10', 'h11', 'h12']);
});

step('a full backup by the script of the schedule, then work, then the accident', () => {
  const service = `host=10.10.10.11 port=5436 ${APP}`;
  lab.eventually(
    'writes work',
    30,
    () => lab.psql(service, 'create table sales.orders as select generate_series(1, 1000) as id').code === 0,
  );
  figure('full backup of a small cluster', lab.exec('h11', ['/usr/libexec/pigstyc/pg-backup', 'full']).seconds);
  assert.is(stanza('h11', 'pg-src').backup.length, 2);
  assert.is(lab.psql(service, 'insert into sales.orders select generate_series(1001, 1500)').code, 0);
  pause(1);
  target = query(lab, 'h11', 'select clock_timestamp()');
  pause(1);
  assert.is(lab.psql(service, 'drop table sales.orders').code, 0);
  assert.is(lab.psql(service, 'create table sales.later(id int)').code, 0);
  query(lab, 'h11', 'select pg_switch_wal()');
  lab.eventually(
    'the log is archived',
    60,
    () => query(lab, 'h11', `select last_archived_time > '${target}' from pg_stat_archiver`) === 't',
  );
});

step('a new host gets the cluster as it was before the accident', () => {
  const started = performance.now();
  // The repository is local to its host: it is copied as any directory is.
  const copied = lab.admin([
    'bash',
    '-c',
    `set -o pipefail; S='${lab.ssh}'
    $S root@10.10.10.11 'tar -C /pg/backup/ -c .' | $S root@10.10.10.12 'install -d -o postgres -g postgres -m 700 \
/pg/tmp/repository && tar -C /pg/tmp/repository -x --same-owner'`,
  ]);
  assert.is(copied.code, 0, copied.output);
  asPostgres(
    'h12',
    'pgbackrest --stanza=pg-src --repo1-path=/pg/tmp/repository --pg1-path=/pg/data --log-level-console=warn ' +
      `--type=time --target='${target}' --target-action=promote restore`,
  );
  // Alone and without archiving until somebody has looked at it.
  asPostgres(
    'h12',
    `/usr/pgsql/bin/pg_ctl -D /pg/data -s -w -t 100 -l /pg/log/postgres/restore.log -o "-c listen_addresses='' ` +
      '-c archive_mode=off" start </dev/null',
  );
  lab.eventually('recovery ends', 60, () => query(lab, 'h12', 'select pg_is_in_recovery()') === 'f');
  assert.is(query(lab, 'h12', 'select count(*) from sales.orders', 'shop'), '1500', 'everything up to the moment');
  assert.is(query(lab, 'h12', "select to_regclass('sales.later') is null", 'shop'), 't', 'and nothing after it');
  asPostgres('h12', '/usr/pgsql/bin/pg_ctl -D /pg/data -s -m fast stop; rm -f /pg/data/patroni.dynamic.json');
  figure('restore of a small cluster to a point in time on a new host', (performance.now() - started) / 1000);
});

step('the restored database becomes the cluster the inventory declares', () => {
  lab.build(INVENTORY.replace(/ *patroni_enabled: false.*\n/, ''));
  const outcome = lab.make('-j4', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  lab.eventually(
    'the application reaches its table through the service',
    40,
    () => lab.psql(`host=10.10.10.12 port=5433 ${APP}`, 'select count(*) from sales.orders').stdout.trim() === '1500',
  );
  assert.is(stanza('h12', 'pg-back').status.code, 0, 'it has a stanza and a backup of its own');
  const again = lab.apply('h12');
  assert.equal(counts(again.output), { changed: 0, restarted: 0, pending: 0 }, again.output);
  assert.is(
    lab.psql(`host=10.10.10.11 port=5433 ${APP}`, "select to_regclass('sales.orders') is null").stdout.trim(),
    't',
    'the source is as it was',
  );
});

run();
