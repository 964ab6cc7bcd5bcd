/** While a recovery is under way apply.sh starts no server; a repository that does not answer is not an empty one. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

function says(script: string, journal?: string): string {
  const state = mkdtempSync(join(tmpdir(), 'pigstyc-recovery-'));
  try {
    if (journal !== undefined) writeFileSync(join(state, 'recovery'), journal);
    const done = spawnSync(
      'bash',
      [
        '-c',
        `set -uo pipefail
        . emitters/pgsql/runtime.sh
        STATE=${state} WORK=${state} PG_CLUSTER=pg-test PG_DBSU=postgres PGBACKREST=pgbackrest LAST_CODE=0
        die() { echo "die $*"; exit 1; }
        run_as() { printf '%s' "$INFO" >"$WORK/out"; }
        ${script}`,
      ],
      { encoding: 'utf8', env: { ...process.env, INFO: journal ?? '' } },
    );
    assert.is(done.stderr, '');
    return done.stdout.trim();
  } finally {
    rmSync(state, { recursive: true });
  }
}

test('between the parts of a recovery no server is started', () => {
  assert.is(says('pg_recovers; echo on'), 'on');
  for (const journal of [
    'stopped\t\t\n',
    'target\t2030\t\nmoved\t/pg/data\t/pg/data.before\t\n',
    'restored\tleads\t\n',
  ])
    assert.match(says('pg_recovers; echo on', journal), /^die a recovery of pg-test .*make pitr\.pg-test/);
  assert.is(says('pg_recovers; echo on', 'target\t2030\t\nleads\t\t\n'), 'on');
});

test('a repository that does not answer is not one without a stanza', () => {
  const asked = (status: string): string =>
    says('if pgbackrest_status; then echo "$PGBACKREST_CODE"; else echo "no answer, $LAST_CODE"; fi', status);
  assert.is(asked('[{"status":{"code":1,"message":"missing stanza path"}}]'), '1');
  assert.is(
    asked('[{"repo":[{"status":{"code":99,"message":"[HostConnectError]"}}],"status":{"code":99}}]'),
    'no answer, 99',
  );
});

test.run();
