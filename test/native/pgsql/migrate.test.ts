/** The databases of one server come to another while somebody writes; the switch, and the way back. Both are of the system's version. */
import { spawn } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { nativeTest } from '../node/checker.ts';
import { Migration } from './migration.ts';
import { BIN } from './server.ts';

/** What clients of the old server have: names that need quotes, a sequence, partitions, rights, a view with rows of its own. */
const SCHEMA = `
  CREATE SCHEMA "Sales Dept";
  CREATE TABLE "Sales Dept"."Order" (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);
  CREATE TABLE part (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE part_2029 PARTITION OF part FOR VALUES FROM ('2029-01-01') TO ('2030-01-01');
  CREATE TABLE ticks (id int);
  CREATE UNLOGGED TABLE scratch (id int);
  CREATE MATERIALIZED VIEW orders AS SELECT count(*) AS n FROM "Sales Dept"."Order";
  CREATE EXTENSION pg_trgm;
  CREATE EXTENSION postgres_fdw;
  CREATE SERVER fs FOREIGN DATA WRAPPER postgres_fdw;
  GRANT SELECT ON ticks TO app;
  INSERT INTO "Sales Dept"."Order" (note) SELECT 'old' FROM generate_series(1, 100);
  INSERT INTO part VALUES (1, '2029-05-05');`;
const ORDER = `INSERT INTO "Sales Dept"."Order" (note) VALUES ('new') RETURNING id`;

function saysWhatSpeaksAgainstIt({ old, now, there, here, done, refused, planFrom }: Migration): void {
  assert.match(planFrom("host=127.0.0.1 password = 'x'").output, 'passfile=FILE');
  there(SCHEMA);
  old.query('CREATE ROLE elsewhere');
  old.query('CREATE DATABASE other');
  there('GRANT SELECT ON ticks TO elsewhere');
  refused('plan', /public\.ticks has no replica identity[^]*there is no role elsewhere here/);
  there('ALTER TABLE ticks REPLICA IDENTITY FULL');
  now.query('CREATE ROLE elsewhere');
  here('CREATE TABLE mine (id int PRIMARY KEY)');
  refused('begin', /has tables here: public\.mine/);
  // What the inventory has made in both.
  here(
    'DROP TABLE mine; CREATE SCHEMA "Sales Dept"; CREATE EXTENSION postgres_fdw; CREATE SERVER fs FOREIGN DATA WRAPPER postgres_fdw',
  );
  assert.is(there('SELECT count(*) FROM pg_publication'), '0', 'nothing was changed');
  const plan = done('plan');
  assert.match(plan, /^other stays behind/m);
  assert.match(plan, /not carried: the rows of public\.scratch/);
  refused('switch', /does not follow: begin/);
}

function follows({ there, here, done, eventually }: Migration): void {
  assert.match(done('begin'), "sh'op follows");
  assert.match(done('begin'), /^other stays behind.*\n$/, 'again: nothing to do');
  there('INSERT INTO ticks SELECT generate_series(1, 1000); UPDATE ticks SET id = -id WHERE id > 900');
  eventually(() => here('SELECT count(*) FROM ticks WHERE id < 0') === '100');
  assert.match(done('status'), /0 tables are still copied, behind by \d/);
}

function undoesASwitchThatCannotEnd({ now, there, here, refused, letsIn, old }: Migration): void {
  const impatient = { PIGSTYC_PATIENCE: '2' };
  there('CREATE TABLE late (id int PRIMARY KEY)');
  refused('switch', /public\.late is new there/);
  there('DROP TABLE late; INSERT INTO ticks VALUES (5000)');

  const words = ['begin', 'select pg_current_xact_id()', 'select pg_sleep(60)'].flatMap((sql) => ['-c', sql]);
  const target = ['-h', now.dir, '-p', String(now.port), '-U', 'postgres', '-d', "sh'op"];
  spawn('psql', [...target, ...words], { stdio: 'ignore' });
  const open = "FROM pg_stat_activity WHERE query = 'select pg_sleep(60)'";
  while (here(`SELECT count(*) ${open}`) === '0');
  refused('switch', /would be no way back[^]*nothing was changed/, impatient);
  here(`SELECT pg_terminate_backend(pid) ${open}`);

  const applies = Number(here('SELECT pid FROM pg_stat_subscription'));
  process.kill(applies, 'SIGSTOP');
  there('INSERT INTO ticks VALUES (5001)');
  refused('switch', /have not arrived after 2 s[^]*are open again, and are followed as before/, impatient);
  process.kill(applies, 'SIGCONT');
  assert.ok(letsIn(old), 'clients are let in again');
}

function switches({ old, now, here, done, letsIn }: Migration): void {
  assert.match(done('switch'), /switched to pg-new after \d+ ms/);
  assert.not.ok(letsIn(old));
  assert.ok(letsIn(now));
  assert.is(here('SELECT count(*) FROM ticks'), '1002', 'every row is here');
  assert.is(here('SELECT n FROM orders'), '100', 'the view has its rows');
  assert.is(here(ORDER), '101', 'counters go on');
  here("INSERT INTO part VALUES (2, '2029-06-06')");
  assert.match(done('switch'), /switched/, 'again: nothing to do');
  assert.match(done('status'), /what is written here flows back/);
}

function goesBack({ old, now, there, done, letsIn, leavesNothing }: Migration): void {
  assert.match(done('back'), /clients may go back/);
  assert.ok(letsIn(old));
  assert.not.ok(letsIn(now));
  assert.is(there(ORDER), '102');
  assert.is(there('SELECT count(*) FROM part_2029'), '2', 'what was written meanwhile has come back');
  leavesNothing();
}

/** A failover of the old cluster loses its slots. */
function beginsAgain({ there, here, done, eventually, letsIn, leavesNothing, old, renew }: Migration): void {
  renew();
  done('begin');
  here('ALTER SUBSCRIPTION pigstyc_pg_new DISABLE');
  eventually(() => there('SELECT count(*) FROM pg_replication_slots WHERE active') === '0');
  there('SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots');
  assert.match(done('status'), /its slot is gone, begin again/);
  done('back');
  assert.ok(letsIn(old));
  leavesNothing();
}

function stays({ old, here, done, refused, eventually, letsIn, leavesNothing, renew }: Migration): void {
  renew();
  done('begin');
  eventually(() => done('status').includes(' 0 tables are still copied'));
  refused('finish', /has not been switched/);
  done('switch');
  assert.match(done('finish'), /finished/);
  assert.is(here(ORDER), '103');
  assert.not.ok(letsIn(old), 'the old one stays closed');
  leavesNothing();
}

nativeTest(
  test,
  [`${BIN}/postgres`, 'runuser', 'bash'],
  'pg-migrate takes databases over while somebody writes, and gives them back with what was written since',
  () => {
    const migration = new Migration();
    try {
      migration.start();
      saysWhatSpeaksAgainstIt(migration);
      follows(migration);
      undoesASwitchThatCannotEnd(migration);
      switches(migration);
      goesBack(migration);
      beginsAgain(migration);
      stays(migration);
    } finally {
      migration.stop();
    }
  },
);

test.run();
