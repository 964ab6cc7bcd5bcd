/** A copy of the cluster as it was a second before the accident, from real backups, beside the server that goes on. */
import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { nativeTest } from '../node/checker.ts';
import { pgsqlEmitter } from '../../../emitters/pgsql/index.ts';
import type { FileStep } from '../../../emitters/api.ts';
import { threeMembers } from '../../unit/pgsql/site.ts';
import { BIN, Server } from './server.ts';

const PORT = 54337;

/** pgBackRest with a repository of its own, as the server and the program call it. */
function backups(server: Server): string {
  const path = (name: string): string => join(server.dir, name);
  for (const name of ['repo', 'lock', 'spool']) {
    mkdirSync(path(name));
    chownSync(path(name), server.uid, server.gid);
  }
  writeFileSync(
    path('pgbackrest.conf'),
    `[global]\nrepo1-path=${path('repo')}\nlock-path=${path('lock')}\nspool-path=${path('spool')}\n` +
      `log-level-file=off\nstart-fast=y\ndelta=y\narchive-async=y\n[pg-test]\npg1-path=${server.data}\n` +
      `pg1-port=${PORT}\npg1-socket-path=${server.dir}\n`,
  );
  writeFileSync(path('pgbackrest'), `#!/bin/sh\nexec /usr/bin/pgbackrest --config=${path('pgbackrest.conf')} "$@"\n`);
  chmodSync(path('pgbackrest'), 0o755);
  return path('pgbackrest');
}

nativeTest(
  test,
  [`${BIN}/postgres`, 'pgbackrest', 'setpriv', 'bash'],
  'pg-rehearse brings back what was dropped, and nothing of the cluster changes',
  () => {
    const server = new Server(PORT);
    const rehearsal = join(server.dir, 'rehearsal');
    try {
      const backrest = backups(server);
      const done = (...command: readonly string[]): string => {
        const outcome = server.as('postgres', command);
        assert.is(outcome.code, 0, outcome.output);
        return outcome.output;
      };
      writeFileSync(
        join(server.dir, 'instance.env'),
        `PG_CLUSTER=pg-test\nPG_INSTANCE=pg-test-1\nPG_DBSU=postgres\nPG_BIN_DIR=${BIN}\nPG_DATA=${server.data}\n` +
          `PG_SOCKET_DIR=${server.dir}\nPG_PORT=${PORT}\nPGBACKREST=${backrest}\n`,
      );
      const site = threeMembers();
      const steps = pgsqlEmitter.plan(site, site.hostByName.get('10.10.10.11')!);
      const place = (name: string): string =>
        server.place(
          steps.find((one): one is FileStep => one.kind === 'file' && one.path.endsWith(`/pigstyc/${name}`))!,
          name,
          { '/etc/pigstyc': server.dir, '/usr/libexec/pigstyc': server.dir, '/pg/tmp/rehearsal': rehearsal },
        );
      place('recovery.sh');
      const program = place('pg-rehearse');
      chmodSync(program, 0o755);
      server.start(`-c archive_mode=on -c 'archive_command=${backrest} --stanza=pg-test archive-push %p'`);
      done(backrest, '--stanza=pg-test', '--log-level-console=warn', 'stanza-create');
      done(backrest, '--stanza=pg-test', '--log-level-console=warn', '--type=full', 'backup');
      server.query('CREATE TABLE orders AS SELECT generate_series(1, 100) AS id');
      const before = server.query('SELECT pg_sleep(1); SELECT clock_timestamp()').split('\n').at(-1)!;
      server.query('SELECT pg_sleep(1); DROP TABLE orders; CREATE TABLE later (id int)');
      const timeline = server.query('SELECT timeline_id FROM pg_control_checkpoint()');

      const said = done(program, before);
      assert.match(said, /recovery stopping before commit of transaction/);
      const copy = (sql: string): string =>
        done(
          'psql',
          '-h',
          rehearsal,
          '-p',
          String(PORT),
          '-U',
          'postgres',
          '-wqAXt',
          '-d',
          'postgres',
          '-c',
          sql,
        ).trim();
      assert.is(copy('SELECT count(*) FROM orders'), '100');
      assert.is(copy("SELECT to_regclass('later') IS NULL"), 't');
      assert.is(copy('SHOW archive_mode'), 'off');
      assert.is(server.query("SELECT to_regclass('orders') IS NULL"), 't', 'the server is as it was');
      assert.is(server.query('SELECT timeline_id FROM pg_control_checkpoint()'), timeline);

      const second = server.as('postgres', [program, before]);
      assert.is(second.code, 1);
      assert.match(second.output, 'is there: pg-rehearse end');
      done(
        'sh',
        '-c',
        `pg_dump -h ${rehearsal} -p ${PORT} -U postgres -t orders postgres | psql -qX -h ${server.dir} -p ${PORT} -U postgres postgres`,
      );
      assert.is(server.query('SELECT count(*) FROM orders'), '100', 'it is back');
      done(program, 'end');
      assert.not.ok(existsSync(rehearsal));

      const never = server.as('postgres', [program, '2001-01-01 00:00:00+00']);
      assert.is(never.code, 1, never.output);
      done(program, 'end');
      const unreached = server.as('postgres', [program, 'name:nobody_made_it']);
      assert.is(unreached.code, 1);
      assert.match(
        unreached.output,
        /recovery ended before configured recovery target was reached[^]*the cluster is as it was/,
      );
      done(program, 'end');
      assert.is(server.query('SELECT count(*) FROM orders'), '100');
    } finally {
      server.as('postgres', [`${BIN}/pg_ctl`, '-D', join(rehearsal, 'data'), '-m', 'immediate', 'stop']);
      server.stop();
    }
  },
);

test.run();
