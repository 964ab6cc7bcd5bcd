import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse, stringify } from 'yaml';
import '../../package-text.ts';
import { CSV_FIELDS } from '../../../emitters/pgsql/monitoring/logs.ts';
import { pgsqlEmitter } from '../../../emitters/pgsql/index.ts';
import { isFoundByPanels } from './log-panels.ts';
import { filesOf, fleet } from '../../unit/infra/fleet.ts';
import { collected, type LogRecord } from '../../support/remap.ts';
import { nativeTest, run } from '../node/checker.ts';
import { Server } from '../pgsql/server.ts';

const test = suite('what the programs log reaches the log store in full');
const site = fleet();

/** The collector's file for a log, on the first host that has one. */
function config(name: string): string {
  const found = site.hosts.map((host) => filesOf(site, host).get(`/etc/vector/${name}.yaml`)).find(Boolean);
  assert.ok(found, name);
  return found!;
}

/** The event's own time is about now; reading pretends to have been in 2020. */
function isOfNow(record: LogRecord): void {
  const age = Date.now() - Date.parse(String(record['_time']));
  assert.ok(Math.abs(age) < 120_000, `${record['_time']}: ${record['message']}`);
}

function some(records: readonly LogRecord[], wanted: RegExp): LogRecord {
  const found = records.find(({ message }) => wanted.test(String(message)));
  assert.ok(found, `${wanted} in ${JSON.stringify(records, null, 1)}`);
  isOfNow(found!);
  return found!;
}

const CSV_LOG = [
  'logging_collector=on',
  'log_destination=csvlog',
  'log_directory=log',
  'log_filename=x.log',
  'log_timezone=UTC',
  'log_error_verbosity=verbose',
  'log_min_messages=debug1',
  'log_min_duration_statement=0',
  'compute_query_id=on',
].map((setting) => `-c ${setting}`);

const SCRIPT = `
SET application_name = 'shop';
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
  RAISE NOTICE 'a note'; RAISE WARNING 'a "quoted", warning' USING hint = 'a hint', detail = 'a detail';
  RETURN 1 / 0;
END $$;
SELECT f(),
  'two lines, "quoted"';
SELECT nothing FROM pg_class;
`;

nativeTest(test, ['/usr/lib/postgresql/15/bin/initdb'], 'PostgreSQL: an error and its statement', (scratch) => {
  const server = new Server(54331);
  try {
    server.start(CSV_LOG.join(' '));
    const script = join(scratch, 'script.sql');
    writeFileSync(script, SCRIPT);
    run(['chmod', '-R', 'a+rX', scratch]);
    server.as('postgres', ['psql', '-h', server.dir, '-p', '54331', '-wX', '-d', 'postgres', '-f', script]);
    server.as('postgres', ['psql', '-h', server.dir, '-p', '54331', '-wX', '-d', 'nowhere', '-c', 'SELECT 1']);
    const log = readFileSync(join(server.data, 'log/x.csv'), 'utf8');
    const records = collected(config('postgres'), log, '/pg/log/postgres/x.csv');
    for (const record of records) isOfNow(record);
    sameAsTable(server, records);

    const error = some(records, /^division by zero/);
    assert.equal(
      ['level', 'lv', 'code', 'db', 'user', 'app', 'btype', 'cmd', 'addr'].map((field) => error[field]),
      ['err', 'ERROR', '22012', 'postgres', 'postgres', 'shop', 'client backend', 'SELECT', '[local]'],
    );
    assert.match(String(error['q']), /^SELECT f\(\),\n {2}'two lines, "quoted"';$/);
    assert.match(String(error['ctx']), /^SQL (expression|statement) "1 \/ 0"\nPL\/pgSQL function f\(\) line \d/);
    assert.match(String(error['loc']), /^\w+, \w+\.c:\d+$/);
    assert.match(String(error['query']), /^-?[1-9]\d+$/);
    assert.match(String(error['message']), /"quoted"/);
    const place = some(records, /^column "nothing" does not exist/);
    assert.is(place['qp'], '8');
    isFoundByPanels(records);
    const warning = some(records, /^a "quoted", warning/);
    assert.equal([warning['level'], warning['hint'], warning['detail']], ['warning', 'a hint', 'a detail']);
    assert.is(some(records, /^a note/)['level'], 'notice');
    assert.is(some(records, /^database "nowhere" does not exist/)['level'], 'crit');
    assert.is(some(records, /ready to accept connections/)['level'], 'info');
    assert.ok(records.some(({ level, lv }) => level === 'debug' && lv === 'DEBUG'));
    const slow = some(records, /^duration: .*CREATE FUNCTION/s);
    assert.type(slow['duration'], 'number');
    assert.is(slow['level'], 'info');
  } finally {
    server.stop();
  }
});

/** The server's own reading of its log, in a table with the columns its manual names: each field is one of them, unchanged. */
function sameAsTable(server: Server, records: readonly LogRecord[]): void {
  const columns = CSV_FIELDS.map(([column]) => column);
  server.query(`CREATE TABLE log (${columns.map((column) => `${column} text`).join(', ')})`);
  server.query(`COPY log FROM '${server.data}/log/x.csv' CSV FORCE NOT NULL ${columns.join(', ')}`);
  const rows = JSON.parse(server.query('SELECT json_agg(log) FROM log')) as Record<string, string>[];
  assert.ok(records.length > 10 && rows.length >= records.length);
  for (const [i, record] of records.entries())
    for (const [column, field] of CSV_FIELDS.slice(1)) assert.is(record[field], rows[i]![column], column);
}

nativeTest(test, ['redis-server'], 'Redis: time, level and instance', async (scratch) => {
  const log = join(scratch, 'redis-ms-1-6399.log');
  const server = spawn('redis-server', [
    '--port',
    '6399',
    '--bind',
    '127.0.0.1',
    '--dir',
    scratch,
    '--logfile',
    log,
    '--loglevel',
    'verbose',
  ]);
  await until(() => /Ready to accept/.test(textOf(log)));
  server.kill();
  await until(() => /bye bye/.test(textOf(log)));
  const records = collected(config('redis'), textOf(log), '/var/log/redis/redis-ms-1-6399.log');
  const ready = some(records, /^Ready to accept connections/);
  assert.equal(
    [ready['level'], ready['ins'], ready['role'], ready['pid'], ready['job']],
    ['notice', 'redis-ms-1-6399', 'M', String(server.pid), 'redis'],
  );
  assert.is(some(records, /bye bye/)['level'], 'warning');
});

nativeTest(test, ['nginx'], 'nginx: virtual host, class of errors, time of the request', async (scratch) => {
  const port = 18099;
  run(['chmod', 'a+rx', scratch]);
  mkdirSync(join(scratch, 'logs'));
  const main = join(scratch, 'nginx.conf');
  writeFileSync(
    main,
    `daemon off; pid ${scratch}/pid; error_log ${scratch}/logs/nginx-error.log warn; events {}
     http { access_log off; server { listen 127.0.0.1:${port}; server_name i.pigsty; root ${scratch};
       access_log ${scratch}/logs/home.log combined; } }`,
  );
  const server = spawn('nginx', ['-p', scratch, '-c', main], {
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
  });
  try {
    await until(async () => (await fetch(`http://127.0.0.1:${port}/absent`)).status === 404);
    await until(() => textOf(join(scratch, 'logs/home.log')) !== '');
    const text = config('nginx');
    const [access] = collected(text, textOf(join(scratch, 'logs/home.log')), '/var/log/nginx/home.log');
    isOfNow(access!);
    assert.equal(
      ['server', 'cls', 'level', 'status', 'request', 'client'].map((field) => access![field]),
      ['home', 'nginx', 'info', 404, 'GET /absent HTTP/1.1', '127.0.0.1'],
    );
    const errors = collected(text, textOf(join(scratch, 'logs/nginx-error.log')), '/var/log/nginx-error.log');
    const missing = some(errors, /absent" failed \(2: No such file/);
    assert.equal(
      ['server', 'cls', 'level', 'client'].map((field) => missing[field]),
      ['i.pigsty', 'nginx-error', 'err', '127.0.0.1'],
    );
  } finally {
    server.kill();
  }
});

nativeTest(test, ['pgbackrest'], 'pgBackRest: topic, level and time', (scratch) => {
  run([
    'pgbackrest',
    '--stanza=pg-test',
    `--log-path=${scratch}`,
    `--pg1-path=${scratch}/none`,
    `--repo1-path=${scratch}/repo`,
    '--log-level-file=detail',
    'check',
  ]);
  const [name] = readdirSync(scratch).filter((file) => file.endsWith('.log'));
  const records = collected(config('pgbackrest'), textOf(join(scratch, name!)), `/pg/log/pgbackrest/${name}`);
  assert.is(some(records, /^check command begin/)['level'], 'info');
  const error = records.find(({ level }) => level === 'err')!;
  isOfNow(error);
  assert.equal([error['topic'], error['job'], error['cls']], ['pg-test-check', 'pgbackrest', 'pg-test']);
  assert.not.ok(records.some(({ message }) => /PROCESS START/.test(String(message))));
});

nativeTest(test, ['patroni'], 'Patroni: a traceback belongs to its error', (scratch) => {
  const patroni = filesOf(site, site.hosts[1]!, [pgsqlEmitter]);
  const emitted = parse(patroni.get('/pg/conf/pg-test-1.yml')!) as { log: object };
  const main = join(scratch, 'patroni.yml');
  writeFileSync(
    main,
    stringify({
      log: { ...emitted.log, dir: scratch },
      scope: 'x',
      name: 'x-1',
      restapi: { listen: '127.0.0.1:18008', connect_address: '127.0.0.1:18008' },
      etcd3: { hosts: ['127.0.0.1:1'] },
      postgresql: {
        listen: '127.0.0.1:1',
        connect_address: '127.0.0.1:1',
        data_dir: `${scratch}/data`,
        authentication: {},
      },
    }),
  );
  run(['patroni', main], { seconds: 6 });
  const records = collected(config('patroni'), textOf(join(scratch, 'patroni.log')), '/pg/log/patroni/patroni.log');
  for (const record of records) isOfNow(record);
  const levels = new Set(records.map(({ level }) => level));
  assert.ok(levels.has('err') || levels.has('warning'), JSON.stringify(records));
  assert.ok(
    records.every(
      ({ topic, job, message }) => topic === 'main' && job === 'patroni' && !/^\d{4}-/.test(String(message)),
    ),
  );
});

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 100; i++) {
    try {
      if (await done()) return;
    } catch {
      // Not there yet.
    }
    await delay(100);
  }
  throw new Error('waited ten seconds in vain');
}

test.run();
