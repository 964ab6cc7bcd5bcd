/**
 * One host's part of a recovery, with stand-ins for everything it calls: what was there is kept, comes back, and an
 * interrupted part goes on.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('pg-pitr');
const SCRIPTS = 'emitters/pgsql/scripts';
/** Backups that ended 2026-01-01 and -02. */
const INFO =
  '[{"backup":[{"timestamp":{"start":1767225500,"stop":1767225600}},' +
  '{"timestamp":{"start":1767311900,"stop":1767312000}}],"db":[{"id":1,"system-id":7}],"status":{"code":0,"message":"ok"}}]';
/** Of the server. */
const PID = 77;
const TARGET = '2026-01-03 00:00:00+00';

const STAND_INS: Readonly<Record<string, string>> = {
  runuser: 'shift 3; exec "$@"',
  systemctl: 'echo "systemctl $*" >>"$BOX/calls"; [ "$1" != is-active ]',
  curl: 'case $* in *leader*) [ -e "$BOX/leads" ] ;; esac',
  psql: 'case $* in *last_archived*) cat "$BOX/archived" ;; *) echo 000000010000000000000005 ;; esac',
  patronictl: '{ echo "patronictl $*"; cat; } >>"$BOX/calls"; [ ! -e "$BOX/dcs-away" ]',
  pg_isready: '[ -e "$BOX/up" ]',
  pg_controldata: 'echo "Database system identifier:           7"; echo "max_connections setting:              300"',
  pgbackrest: `echo "pgbackrest $*" >>"$BOX/calls"
    case $* in
      *' info') cat "$BOX/info"; [ -s "$BOX/info" ] ;;
      *' restore') [ ! -e "$BOX/restore-fails" ] || exit 1; for word; do case $word in --pg1-path=*) echo restored \
>"\${word#*=}/PG_VERSION" ;; esac; done ;;
    esac`,
  pg_ctl: `for last; do :; done
    while [ $# -gt 0 ]; do case $1 in -D) data=$2 ;; -l) log=$2 ;; -o) echo "start $2" >>"$BOX/calls" ;; esac; shift; done
    case $last in
      status) [ -e "$data/postmaster.pid" ] ;;
      start) echo 'recovery stopping before commit of transaction 9, time 2026' >"$log"; [ ! -e "$BOX/unreached" ] || \
exit 1; echo ${PID} >"$data/postmaster.pid"; touch "$BOX/up" ;;
      stop) echo 'pg_ctl stop' >>"$BOX/calls"; rm -f "$data/postmaster.pid" "$BOX/up" ;;
    esac`,
};

class Member {
  readonly box = mkdtempSync(join(tmpdir(), 'pigstyc-pitr-'));
  readonly data = this.path('pg/data');

  constructor(more = '') {
    for (const name of ['bin', 'state', 'pg/data/pg_tblspc', 'pg/tmp', 'disk/PG_15_1', `proc/${PID}`])
      mkdirSync(this.path(name), { recursive: true });
    for (const [name, text] of Object.entries(STAND_INS)) {
      this.put(`bin/${name}`, `#!/bin/bash\n${text}\n`);
      chmodSync(this.path(`bin/${name}`), 0o755);
    }
    const bin = this.path('bin');
    this.put(
      'instance.env',
      `PG_CLUSTER=pg-test\nPG_SCOPE=pg-test\nPG_INSTANCE=pg-test-1\nPG_DBSU=postgres\nPG_BIN_DIR=${bin}\n` +
        `PG_DATA=${this.data}\nPG_SOCKET_DIR=/tmp\nPG_PORT=5432\nPATRONI_UNIT=patroni\nPOSTGRES_UNIT=postgres\n` +
        `PATRONI_CONFIG=/patroni.yml\nPATRONICTL=${bin}/patronictl\nPATRONI_URL=http://me\n` +
        `PATRONI_PEERS='http://me http://you'\nPATRONI_CA=/ca\nPGBACKREST=${bin}/pgbackrest\n${more}`,
    );
    for (const name of ['recovery.sh', 'pg-pitr']) {
      const text = readFileSync(join(SCRIPTS, name), 'utf8')
        .replaceAll('/etc/pigstyc/', `${this.box}/`)
        .replaceAll('/usr/libexec/pigstyc/', `${this.box}/`)
        .replaceAll('/var/lib/pigstyc/', `${this.box}/state/`)
        .replaceAll('/pg/tmp/', `${this.box}/pg/tmp/`)
        .replaceAll('/proc/', `${this.box}/proc/`);
      this.put(name, text);
    }
    symlinkSync(this.path('disk'), this.path('pg/data/pg_tblspc/16384'));
    this.put('pg/data/PG_VERSION', '15\n');
    this.put('pg/data/patroni.dynamic.json', '{"ttl":20}');
    this.put('disk/PG_15_1/1', 'rows\n');
    this.put(`proc/${PID}/comm`, 'postgres\n');
    this.put('info', INFO);
    this.put('archived', 't\n');
    this.put('calls', '');
  }

  path(name: string): string {
    return join(this.box, name);
  }

  put(name: string, text: string): void {
    writeFileSync(this.path(name), text);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  part(...words: readonly string[]): { readonly code: number | null; readonly text: string } {
    const done = spawnSync('bash', [this.path('pg-pitr'), ...words], {
      encoding: 'utf8',
      env: { ...process.env, TZ: 'UTC', BOX: this.box, PATH: `${this.path('bin')}:${process.env['PATH']}` },
    });
    return { code: done.status, text: done.stdout + done.stderr };
  }

  well(...words: readonly string[]): string {
    const { code, text } = this.part(...words);
    assert.is(code, 0, text);
    return text;
  }

  refused(...words: readonly string[]): string {
    const { code, text } = this.part(...words);
    assert.is(code, 1, text);
    return text;
  }
}

function withMember(body: (member: Member) => void, more = ''): void {
  const member = new Member(more);
  try {
    body(member);
  } finally {
    rmSync(member.box, { recursive: true });
  }
}

test('what cannot be reached is refused, and nothing was called that changes anything', () =>
  withMember((member) => {
    const refusals: readonly (readonly [readonly string[], RegExp])[] = [
      [['2099-01-01 00:00:00+00'], /is in the future/],
      [['2025-12-31 00:00:00+00'], /is before the first backup of pg-test, which ended at 2026-01-01/],
      [['2026-02-30 00:00:00+00'], /is no time/],
      [['soon'], /is no target/],
      [[''], /no target/],
      [[TARGET, '--force'], /unknown option --force/],
    ];
    for (const [words, why] of refusals)
      for (const part of ['plan', 'ready']) assert.match(member.refused(part, ...words), why);
    member.put('info', '[{"status":{"code":1,"message":"missing stanza path"}}]');
    assert.match(
      member.refused('ready', TARGET, '--from=pg-x'),
      /stanza pg-x: missing stanza path. The repository of pg-test was asked; that of pg-x is with pg_pitr: { cluster: pg-x }/,
    );
    member.put('info', '');
    assert.match(member.refused('ready', TARGET), /the repository of pg-test cannot be read/);
    assert.not.match(member.read('calls'), / restore|patronictl|systemctl (?!is-active)/);
    assert.not.ok(existsSync(member.path('state/recovery')));
  }));

test('what was written last has to be in the archive first', () =>
  withMember((member) => {
    member.put('pg/data/postmaster.pid', `${PID}\n${member.data}\n`);
    assert.match(
      member.well('plan', TARGET),
      /goes back to 2026-01-03 00:00:00\.000000\+00:00, from the backups of pg-test/,
    );
    assert.not.ok(existsSync(member.path('state/recovery')));
    member.well('ready', TARGET);
    assert.is(member.read('state/recovery'), `target\t${TARGET}\t\n`);
    assert.is(member.well('state').trim(), 'recovering');
  }));

test('a server that lost its host is not looked for in the process that has its number now', () =>
  withMember((member) => {
    member.put('pg/data/postmaster.pid', `${PID}\n${member.data}\n`);
    member.put(`proc/${PID}/comm`, 'sshd\n');
    member.well('ready', TARGET);
    member.well('stop');
    assert.not.match(member.read('calls'), 'pg_ctl stop');
  }));

test('a leader is stopped, restored and leads; what it had is kept beside it', () =>
  withMember((member) => {
    member.put('pg/data/postmaster.pid', `${PID}\n${member.data}\n`);
    member.well('ready', TARGET);
    member.well('stop');
    assert.not.ok(existsSync(member.path('pg/data/postmaster.pid')), 'Patroni in pause leaves the server running');
    assert.match(member.well('restore', TARGET), /recovery stopping before commit/);
    assert.is(member.read('pg/data/PG_VERSION'), 'restored\n');
    assert.is(member.read('pg/data/patroni.dynamic.json'), '{"ttl":20}', 'the settings of today');
    const aside = readdirSync(member.path('pg')).find((name) => name.startsWith('data.before-'))!;
    assert.is(member.read(`pg/${aside}/PG_VERSION`), '15\n');
    assert.equal(
      readdirSync(member.path('disk')).map((name) => name.replace(/\d{8}T\d+$/, '')),
      ['PG_15_1.before-'],
    );
    assert.match(member.read('calls'), /restore_command=[^']*archive-get[^\n]*'max_connections=300'/);
    assert.match(member.read('calls'), /'archive_mode=on' -c 'archive_command='/);
    assert.match(
      member.read('calls'),
      /--type=time --target=2026-01-03 00:00:00\.000000\+00:00 --target-action=promote/,
    );
    member.well('lead');
    assert.match(member.read('calls'), /patronictl -c \/patroni\.yml remove pg-test\npg-test\nYes I am aware\n/);
    assert.not.match(member.read('calls'), /stanza-upgrade/);
    assert.match(member.refused('back'), /the recovery is done/);
    // Run again, the parts behind it do nothing more; another target is another recovery.
    const calls = member.read('calls');
    for (const part of ['ready', 'restore']) member.well(part, TARGET);
    member.well('stop');
    member.well('lead');
    assert.is(member.read('calls'), calls);
    assert.match(member.refused('ready', 'latest'), /another recovery has not been finished: target 2026-01-03/);
    assert.match(member.well('finish'), /what was before is in .*data\.before-/);
    assert.match(member.read('calls'), / check\n.*--type=full backup\n$/s);
    assert.not.ok(existsSync(member.path('state/recovery')));
  }));

test('a target that is not reached is taken back, tablespaces as well', () =>
  withMember((member) => {
    member.well('stop');
    member.put('unreached', '');
    assert.match(member.refused('restore', 'name:x'), /the backups do not reach name:x/);
    assert.match(member.well('back'), /as it was/);
    assert.is(member.read('pg/data/PG_VERSION'), '15\n');
    assert.is(member.read('disk/PG_15_1/1'), 'rows\n');
    assert.equal(readdirSync(member.path('disk')), ['PG_15_1']);
    assert.match(member.read('calls'), /systemctl enable --quiet -- patroni\nsystemctl start -- patroni\n$/);
    assert.is(member.well('back'), '', 'there is nothing more to take back');
  }));

test('what was interrupted goes on, and puts nothing aside twice', () =>
  withMember((member) => {
    member.well('stop');
    member.put('restore-fails', '');
    member.refused('restore', TARGET);
    rmSync(member.path('restore-fails'));
    member.well('restore', '2026-01-04 00:00:00+00');
    assert.is(readdirSync(member.path('pg')).filter((name) => name.startsWith('data.before-')).length, 1);
    const calls = member.read('calls');
    member.well('restore', '2026-01-04 00:00:00+00');
    assert.is(member.read('calls'), calls, 'it was restored');
    member.well('back');
    assert.is(member.read('pg/data/PG_VERSION'), '15\n');
  }));

test('a replica keeps its data until somebody leads', () =>
  withMember((member) => {
    member.well('stop');
    assert.match(member.refused('follow'), /nobody leads pg-test: the data stay/);
    assert.is(member.read('pg/data/PG_VERSION'), '15\n');
    member.put('leads', '');
    member.well('follow');
    assert.equal([readdirSync(member.data), readdirSync(member.path('disk'))], [[], []]);
    assert.not.ok(existsSync(member.path('state/recovery')));
  }));

test('the backups of another cluster, as pg_pitr says', () =>
  withMember((member) => {
    member.put('info', INFO.replace('"system-id":7', '"system-id":8'));
    member.well('stop');
    member.well('restore');
    assert.match(
      member.read('calls'),
      /pgbackrest --stanza=pg-src --config=\/pitr\.conf --type=xid --set=20260101-000000F --target-timeline=3 --target=42 /,
    );
    member.well('lead');
    assert.match(member.read('calls'), /pgbackrest --stanza=pg-test --no-online .*stanza-upgrade/);
    assert.match(member.well('plan', TARGET, '--from=pg-x'), /from the backups of pg-x/);
  }, `PITR_CONFIG=/pitr.conf\nPITR_CLUSTER=pg-src\nPITR_TARGET=xid:42\nPITR_OPTIONS='--set=20260101-000000F --timeline=3'\n`));

test.run();
