/** Under --check a standby that receives nothing is a fault, but not one that is about to ask again. */
import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** What pg_works says when the server answers these rows, one after the other, and the last one for ever. */
function works(...answers: readonly string[]): string {
  const program = `set -euo pipefail
    for part in core paths files units; do . emitters/host/runtime/$part.sh; done
    . emitters/pgsql/runtime.sh; . emitters/pgsql/runtime-server.sh
    WORK=$(mktemp -d) PG_INSTANCE=pg-test-2 ASKED=0 SECONDS=0
    trap 'rm -rf "$WORK"' EXIT
    answers=("$@")
    pg_psql() { local last=$((\${#answers[@]} - 1)); printf '%s\\n' "\${answers[ASKED < last ? ASKED : \
last]}" >"$WORK/rows"; ASKED=$((ASKED + 1)); }
    sleep() { SECONDS=$((SECONDS + 1)); }
    changed() { echo "$1"; }
    pg_works
    echo "asked $ASKED times"`;
  const done = spawnSync('bash', ['-c', program, 'bash', ...answers], { encoding: 'utf8' });
  assert.is(done.status, 0, done.stderr);
  return done.stdout.trim();
}

const NOTHING = 'receives nothing from the server it follows';

test('a server without a fault is asked once', () => {
  assert.match(works(''), /asked 1 times$/);
});

test('a standby that receives again within seconds is no fault', () => {
  const said = works(NOTHING, NOTHING, '');
  assert.not.match(said, NOTHING);
  assert.match(said, /asked 3 times$/);
});

test('a standby that nobody sends anything is told after a while, and other faults at once', () => {
  const said = works(NOTHING);
  assert.match(said, `pg-test-2 ${NOTHING}`);
  const asked = Number(/asked (\d+) times$/.exec(said)![1]);
  assert.ok(asked > 5 && asked < 20, said);
  assert.match(works('cannot archive 000000010000000000000007'), /pg-test-2 cannot archive 0+1[^]*asked 1 times$/);
});

test.run();
