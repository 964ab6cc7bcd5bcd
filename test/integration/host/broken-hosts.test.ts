/** What a host says that has lost its data, or has those of somebody else: the case, its cause and the remedy, in seconds. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fileStep, Sandbox } from './harness.ts';

/** The output of functions of the runtime over these stand-ins. */
function says(stand: string, call: string, files: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'pigstyc-broken-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const done = spawnSync(
      'bash',
      [
        '-c',
        `set -uo pipefail
        . emitters/pgsql/runtime.sh; . emitters/pgsql/runtime-server.sh
        ROOT=${root} STATE=${root} WORK=${root} CHECK=\${CHECK:-0} LAST_CODE=0 STEP=x
        PG_CLUSTER=pg-test PG_SCOPE=pg-test PG_INSTANCE=pg-test-1 PG_DBSU=postgres PG_BIN_DIR=/bin PG_DATA=/pg/data PGBACKREST=pgbackrest
        PG_ENV_READ=1 PG_FRESH=1 PATRONI_UNIT=patroni PATRONI_URL=http://me PATRONI_PEERS='http://me http://other' PATRONI_CONFIG=/p.yml
        PATRONI_CA=/ca PATRONI_LOG_DIR=/log
        die() { echo "die after \${SECONDS} s: $*"; cat "\${WORK}/out"; exit 1; }
        pending() { echo "pending $*"; }; changed() { echo "changed $*"; }; note() { echo "note $*"; }
        have() { [[ $1 == journalctl ]]; }; timeout() { shift; "$@"; }; journalctl() { echo "\${JOURNAL-}"; }
        active() { true; }; room() { :; }
        whose_content() { AS=(); }; fetch() { FETCHED=\${ROOT}$1; [[ -r \${FETCHED} ]]; }
        answer() { ANSWER=$("$@"); }; run_as() { shift; "$@" >"\${WORK}/out"; }
        ${stand}
        ${call}`,
      ],
      { encoding: 'utf8' },
    );
    assert.is(done.stderr, '');
    return done.stdout;
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Nobody answers but this member, which waits. */
const ALONE = `curl() { return 7; }; systemctl() { echo \${UNIT:-active}; }`;

test('a repository with the backups of another database: nothing is archived, and the ways out are named', () => {
  const stand = `pg_leads() { true; }; env() { echo 'Database system identifier:           7000000000000000001'; }
    pgbackrest() { echo '[{"db":[{"id":1,"system-id":6999}],"status":{"code":0,"message":"ok"}}]'; }`;
  const failed = says(stand, 'pgbackrest_stanza local full');
  assert.match(
    failed,
    'belongs to another database (system identifier 6999, here 7000000000000000001): nothing is archived',
  );
  assert.match(failed, 'stanza-upgrade');
  assert.match(
    says(stand, 'CHECK=1; pgbackrest_stanza local full'),
    /^pending the repository of stanza pg-test belongs/,
  );
  assert.is(says(stand.replace('6999', '7000000000000000001'), 'pgbackrest_stanza local full; echo on'), 'on\n');
});

test('a DCS that knows a cluster without data', () => {
  const said = says(ALONE, 'SECONDS=0; PIGSTYC_COPY_SECONDS=20; patroni_wait_healthy', {
    'log/patroni.log': 'INFO: Lock owner: None\nINFO: waiting for leader to bootstrap\n',
  });
  assert.match(
    said,
    /^die after (1[5-9]|2\d) s: the DCS knows pg-test, but no member of it has data: restore a backup, or forget/,
  );
  assert.match(said, 'patronictl -c /p.yml remove pg-test');
  assert.match(said, 'waiting for leader to bootstrap', 'with the lines that say so');
});

test('an initdb that fails ends the wait at once, with its words', () => {
  const said = says(
    ALONE,
    `UNIT=failed JOURNAL=$'Traceback\\n  File x\\ninitdb: error: invalid locale name "de_DE.UTF-8"\\nException' patroni_wait_healthy`,
  );
  assert.match(said, /^die after [0-5] s: patroni has failed\n/);
  assert.match(said, 'initdb: error: invalid locale name "de_DE.UTF-8"');
});

const root = process.getuid?.() === 0;
(root ? test : test.skip)('without room for the answers of commands nothing is decided', () => {
  const box = new Sandbox();
  const scratch = join(box.base, 'tmp');
  try {
    mkdirSync(scratch);
    assert.is(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', scratch]).status, 0);
    box.env['TMPDIR'] = scratch;
    box.build([fileStep('/etc/a', '1\n', { validate: { command: ['fills', '{}'] } })]);
    box.command('fills', `#!/bin/bash\nhead -c 200k /dev/zero >${scratch}/full 2>/dev/null\nexit 0\n`);
    const during = box.apply();
    assert.is(during.code, 1);
    assert.match(during.error, `no space in ${scratch}: what commands answer cannot be kept`);
    assert.not.ok(box.has('/etc/a'));
    assert.match(box.apply().error, `no space in ${scratch}, where what commands answer is kept`);
    assert.is(box.apply().code, 3);
    rmSync(join(scratch, 'full'));
    box.command('fills', '#!/bin/bash\nexit 0\n');
    assert.is(box.apply().code, 0);
  } finally {
    spawnSync('umount', [scratch]);
    box.close();
  }
});

test.run();
