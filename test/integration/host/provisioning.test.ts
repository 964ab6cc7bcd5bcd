/** How provisioning commits: a cluster that confirms every commit by a standby may not have one yet. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('provisioning');

/** Options of the sessions that run two scripts and drop a role on the leader, `-` for none; what was asked before. */
function sessions(standby: 't' | 'f', before = ''): readonly string[] {
  const work = mkdtempSync(join(tmpdir(), 'pigstyc-sql-'));
  const done = spawnSync(
    'bash',
    [
      '-c',
      `set -euo pipefail
    . emitters/pgsql/runtime.sh
    WORK=${work} STATE=${work} ROOT= CHECK=0 PG_ENV_READ=1 PG_LEADS=yes PG_DBSU=postgres PG_INSTANCE=pg-1
    pg_psql() {
      if [[ $2 == -c ]]; then echo asked; echo ${standby} >"$WORK/rows"; else echo "$3 \${PGOPTIONS:--}"; : >"$WORK/rows"; fi
    }
    run() { "$@"; }
    run_as() { echo "drop \${PGOPTIONS:--}"; : >"$WORK/out"; }
    changed() { :; }
    die() { echo "die $*"; exit 1; }
    ${before}
    pg_run_sql postgres a.sql
    pg_provision_database shop b.sql
    pg_provision_role old absent`,
    ],
    { encoding: 'utf8' },
  );
  rmSync(work, { recursive: true });
  assert.is(done.status, 0, done.stderr);
  return done.stdout.trim().split('\n');
}

test('without a synchronous standby it does not wait for one; with one it waits', () => {
  assert.equal(sessions('f'), [
    'asked',
    ...['a.sql', 'b.sql'].map((what) => `${what} -c synchronous_commit=local`),
    // What is dropped is dropped by a program of its own: whose server it is, is asked before.
    'asked',
    'drop -c synchronous_commit=local',
  ]);
  assert.equal(sessions('t'), ['asked', 'a.sql -', 'b.sql -', 'asked', 'drop -']);
});

test('a session that a killed run has left behind is waited for', () => {
  const left =
    '(exec 8>>"$STATE/sql.lock"; flock 8; : >"$STATE/held"; sleep 0.5; echo "the earlier one ends") & until [[ ' +
    '-e $STATE/held ]]; do sleep 0.01; done';
  assert.equal(sessions('t', left), ['asked', 'the earlier one ends', 'a.sql -', 'b.sql -', 'asked', 'drop -']);
});

test.run();
