/** What an interrupted initdb or copy has left is put aside; whatever may hold data is not touched. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('unfinished initdb');

/** What `patronictl list` and `show-config` answer. */
interface Dcs {
  readonly list: string;
  readonly config: string;
}

const OWN = '[{"Cluster": "pg-test", "Member": "pg-test-1", "Role": "Replica", "State": "initializing new cluster"}]';
/** Patroni 3 and 4: only a claim is there. */
const CLAIMED: Dcs = { list: OWN, config: `fails AttributeError: 'NoneType' object has no attribute 'data'` };
const CLAIMED_4: Dcs = { list: '[]', config: '' };

/** What pg_start_over does to a data directory with these entries: commands and changes, a line each. */
function startOver(
  entries: readonly string[],
  { role = 'primary', upstream = '', leader = false, marked = false, dcs = CLAIMED } = {},
): { readonly said: string; readonly aside: boolean; readonly marked: boolean } {
  const root = mkdtempSync(join(tmpdir(), 'pigstyc-initdb-'));
  try {
    for (const entry of [
      '/pg/data/',
      ...entries.map((name) => `/pg/data/${name}`),
      '/state/',
      '/work/',
      ...(marked ? ['/state/unfinished'] : []),
    ]) {
      mkdirSync(entry.endsWith('/') ? join(root, entry) : dirname(join(root, entry)), { recursive: true });
      if (!entry.endsWith('/')) writeFileSync(join(root, entry), '');
    }
    const done = spawnSync(
      'bash',
      [
        '-c',
        `set -euo pipefail
      . emitters/pgsql/runtime.sh
      ROOT=${root} STATE=${root}/state WORK=${root}/work CHECK=0 PG_DATA=/pg/data PG_ROLE=${role} \
PG_UPSTREAM=${upstream} PG_SCOPE=pg-test PG_INSTANCE=pg-test-1
      pg_cluster_leads() { ${leader ? 'true' : 'false'}; }
      run() { "$@"; }
      change() { echo "$1"; shift; "$@"; }
      change_at() { change "$1" "\${@:3}"; }
      says() { grep -qF -- "$1" "$WORK/out"; }
      pg_patronictl() {
        case $2 in
          list) answer=$LIST ;;
          show-config) answer=$CONFIG ;;
          *) echo "patronictl \${*:2}"; cat "$INPUT"; return ;;
        esac
        echo "\${answer#fails }" >"$WORK/out"
        [[ $answer != fails* ]]
      }
      die() { echo "die $*"; exit 1; }
      pg_start_over`,
      ],
      { encoding: 'utf8', env: { ...process.env, LIST: dcs.list, CONFIG: dcs.config } },
    );
    if (done.stdout.includes('die ')) return { said: done.stdout.trim(), aside: false, marked };
    assert.is(done.status, 0, done.stderr);
    return {
      said: done.stdout.trim(),
      aside: existsSync(join(root, 'pg/data.unfinished')),
      marked: existsSync(join(root, 'state/unfinished')),
    };
  } finally {
    rmSync(root, { recursive: true });
  }
}

const FORGET = 'patronictl remove pg-test\npg-test\nYes I am aware';

test('a directory on which no server has run is put aside, and the DCS forgets the attempt', () => {
  for (const entries of [
    ['pg_wal/'],
    ['PG_VERSION'],
    ['PG_VERSION', 'postmaster.pid', 'base/1/', 'base/4/', 'base/5/', 'global/pg_control', 'postgresql.conf'],
  ]) {
    assert.equal(startOver(entries), {
      said: `/pg/data is now /pg/data.unfinished: initdb was interrupted, nothing is stored in it\n${FORGET}`,
      aside: true,
      marked: true,
    });
  }
});

test('whatever may hold data stays where it is', () => {
  const made = ['PG_VERSION', 'base/1/', 'global/pg_control'];
  for (const entries of [
    [],
    ['lost+found/'],
    ['something'],
    ['pg_wal/', 'backup.manifest'],
    ...[
      'postmaster.opts',
      'backup_label',
      'backup_manifest',
      'tablespace_map',
      'standby.signal',
      'recovery.signal',
      'recovery.conf',
      'base/16384/',
    ].map((more) => [...made, more]),
  ])
    assert.equal(startOver(entries), { said: '', aside: false, marked: false }, entries.join());
  assert.equal(startOver(made, { role: 'replica' }), { said: '', aside: false, marked: false });
  assert.equal(
    startOver(made, { leader: true }),
    { said: '', aside: false, marked: false },
    'another member has become the leader',
  );
});

test('half a copy is put aside: the last file that a copy writes is missing', () => {
  const copied = ['backup_label', 'PG_VERSION', 'base/1/', 'base/16384/'];
  const aside = { said: '/pg/data is now /pg/data.unfinished: its copy was interrupted', aside: true, marked: false };
  for (const leader of [true, false]) assert.equal(startOver(copied, { role: 'replica', leader }), aside);
  assert.equal(startOver(copied, { leader: true }), aside, 'the declared primary follows another leader');
  for (const entries of [
    [...copied, 'global/pg_control'],
    [...copied, 'postmaster.opts'],
  ])
    assert.equal(startOver(entries, { role: 'replica', leader: true }), { said: '', aside: false, marked: false });
  assert.equal(
    startOver(copied),
    { said: '', aside: false, marked: false },
    'what is restored into the primary may be the only copy',
  );
  assert.equal(
    startOver(copied, { upstream: '10.10.10.11', marked: true }),
    { said: `${aside.said}\n${FORGET}`, aside: true, marked: true },
    'a standby cluster copies from the one it follows',
  );
});

test('a whole copy that is no standby yet is made anew while there is a leader to copy', () => {
  const copied = ['backup_label', 'backup_manifest', 'PG_VERSION', 'base/1/', 'global/pg_control'];
  const aside = { said: '/pg/data is now /pg/data.unfinished: its copy was interrupted', aside: true, marked: false };
  const stays = { said: '', aside: false, marked: false };
  for (const role of ['primary', 'replica']) {
    assert.equal(startOver(copied, { role, leader: true }), aside, role);
    assert.equal(startOver(copied, { role }), stays, 'it may be the only copy');
    for (const more of ['standby.signal', 'recovery.signal', 'postmaster.opts'])
      assert.equal(startOver([...copied, more], { role, leader: true }), stays, more);
  }
});

test('power that fails between the claim in the DCS and the first file of initdb does not leave a claim for ever', () => {
  for (const dcs of [CLAIMED, CLAIMED_4])
    assert.equal(startOver([], { marked: true, dcs }), { said: FORGET, aside: false, marked: true });
  assert.equal(startOver([]), { said: '', aside: false, marked: false }, 'this host did not begin anything');
});

test('what may be more than a claim stays in the DCS', () => {
  const stays = { said: '', aside: false, marked: true };
  assert.equal(startOver([], { marked: true, leader: true }), stays);
  assert.equal(
    startOver(['PG_VERSION', 'postmaster.opts'], { marked: true }),
    stays,
    'a database has come there meanwhile',
  );
  assert.equal(
    startOver([], { marked: true, dcs: { list: '[]', config: 'loop_wait: 5\npostgresql:\n  parameters: {}' } }),
    stays,
    'settings: there has been a leader',
  );
  assert.equal(
    startOver([], {
      marked: true,
      dcs: { ...CLAIMED, list: OWN.replace('}]', '}, {"Cluster": "pg-test", "Member": "pg-test-10"}]') },
    }),
    stays,
    'another member may be at it',
  );
  assert.is(
    startOver([], { marked: true, dcs: { ...CLAIMED, list: 'fails etcd.EtcdConnectionFailed' } }).said,
    'die cannot ask the DCS for the members of pg-test',
  );
  assert.is(
    startOver([], { marked: true, dcs: { ...CLAIMED, config: 'fails etcd.EtcdConnectionFailed' } }).said,
    'die cannot ask the DCS for the settings of pg-test',
  );
});

test.run();
