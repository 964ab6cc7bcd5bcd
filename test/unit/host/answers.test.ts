/** Answers that cannot be had, or that are about something else, decide nothing. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** A program over the functions of the runtime; `$WORK` is where answers are kept. */
function run(program: string): { readonly code: number | null; readonly output: string } {
  const work = mkdtempSync(join(tmpdir(), 'pigstyc-answer-'));
  const done = spawnSync(
    'bash',
    [
      '-c',
      `set -uo pipefail
    for part in core paths files units pgsql pgsql-server etcd etcd-member; do . emitters/host/runtime/$part.sh; done
    WORK=${work} STATE=${work} ROOT= CHECK=0 PG_ENV_READ=1 PG_DBSU=root PG_INSTANCE=pg-1 PG_CLUSTER=pg PATRONI_CA=/ca
    curl() { echo '{"users":null}'; }
    ${program}`,
    ],
    { encoding: 'utf8' },
  );
  rmSync(work, { recursive: true });
  return { code: done.status, output: done.stdout + done.stderr };
}

test('on a full disk an answer is no answer: nothing goes on', () => {
  for (const question of ['run true', 'answer echo yes', 'run_long true', 'patroni_get http://1/primary']) {
    assert.is(run(`${question}; echo went on`).output, 'went on\n', question);
    const full = run(`ln -s /dev/full $WORK/room; ${question}; echo went on`);
    assert.is(full.code, 1, question);
    assert.match(full.output, /no space in \/tmp: what commands answer cannot be kept/);
    assert.not.match(full.output, 'went on');
  }
});

/** pgBackRest's answer for a repository whose present database has this identifier; 7300 is ours. */
const stanza = (id: number, more = ''): { readonly code: number | null; readonly output: string } =>
  run(`PGBACKREST=pgbackrest PG_BIN_DIR=/bin PG_DATA=/pg/data PG_LEADS=yes PG_ROLE=primary
    run_as() {
      LAST_CODE=0
      case " $* " in
        *pg_controldata*) echo 'Database system identifier:           7300' ;;
        *' info '*) echo '[{"backup":[],"db":[{"id":1,"system-id":41,"version":"15"},{"id":2,"system-id":${id},"version":"16"}],"status":{"code":0}}]' ;;
        *) echo "ran $*" >&2 ;;
      esac >"$WORK/out"
    }
    ${more}
    pgbackrest_stanza remote full
    report converged`);

test('a repository with the backups of another database is said, not called converged', () => {
  assert.match(stanza(7300).output, 'converged changed=0 ok=0 restarted=0 pending=0');
  const foreign = stanza(7299);
  assert.is(foreign.code, 1);
  assert.match(
    foreign.output,
    'the repository of stanza pg belongs to another database (system identifier 7299, here 7300): nothing is archived',
  );
  assert.match(foreign.output, 'pgbackrest --stanza=pg stanza-upgrade');
  assert.match(stanza(7299, 'CHECK=1').output, 'pending=1');
});

test.run();
