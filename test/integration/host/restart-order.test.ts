/** Whose turn a restart is: the functions of the runtime over made-up answers of Patroni and PostgreSQL. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('restart order');

interface Member {
  readonly leads: boolean;
  /** Servers' setting and what the DCS wants. */
  readonly now: number;
  readonly wanted: number;
  /** What the others say of themselves: role, and whether they wait for a restart. */
  readonly others: readonly (readonly [role: string, waits: boolean])[];
  readonly allowed?: boolean;
  /** Settings the server itself knows to wait. */
  readonly waiting?: string;
  /** Patroni's unit waits for its turn. */
  readonly unitWaits?: boolean;
  /** Where it listens now. */
  readonly port?: number;
  /** Minor of PostgreSQL 15 that is installed, that runs, and that the others run. */
  readonly minor?: { readonly installed: number; readonly runs: number; readonly others: readonly number[] };
}

/** What the others answer: cases of a shell. */
function answers(member: Member): readonly string[] {
  return member.others.flatMap(([role, waits], index) => [
    `http://10.0.0.${index + 2}:8008/patroni) echo '{"state": "running", "role": ` +
      `"${role}",${waits ? ' "pending_restart": true,' : ''} "server_version": ` +
      `${150000 + (member.minor?.others[index] ?? 0)}, "patroni": {}}' ;;`,
    ...(role === 'replica' ? [] : [`http://10.0.0.${index + 2}:8008/primary) ;;`]),
  ]);
}

/** What pg_pending_restart does on a member: `restart`, `pending …` or nothing. */
function outcome(member: Member): string {
  const work = mkdtempSync(join(tmpdir(), 'pigstyc-turn-'));
  const script = `set -euo pipefail
    . emitters/host/runtime/core.sh
    . emitters/host/runtime/paths.sh
    WORK=${work} CHECK=0 ALLOW_RESTART=${member.allowed === false ? 0 : 1} RESTARTED=()
    . emitters/pgsql/runtime.sh
    . emitters/pgsql/runtime-server.sh
    UNIT_TURN=${member.unitWaits === true ? 'no' : ''} ROOT=$WORK PG_DBSU=root PG_PORT=5432 PG_SOCKET_DIR=/run/postgresql
    mkdir -p $WORK/bin $WORK/pg/data
    printf '1\\n2\\n3\\n%s\\n/run/postgresql\\n' ${member.port ?? 5432} >$WORK/pg/data/postmaster.pid
    PG_BIN_DIR=$WORK/bin PG_DATA=/pg/data
    printf '#!/bin/sh\\necho "max_connections setting:              $(cat %s/replayed)"\\n' "$WORK" >$WORK/bin/pg_controldata
    printf '#!/bin/sh\necho "postgres (PostgreSQL) 15.${member.minor?.installed ?? 0} (Debian)"\n' >$WORK/bin/postgres
    chmod 755 $WORK/bin/pg_controldata $WORK/bin/postgres
    echo ${member.now} >$WORK/replayed
    # the first look is too early, the second is not
    sleep() { echo waited; echo ${member.wanted} >$WORK/replayed; }
    PATRONI_URL=http://10.0.0.1:8008 PATRONI_PEERS='http://10.0.0.1:8008 http://10.0.0.2:8008 http://10.0.0.3:8008' \
PG_INSTANCE=pg-1 PG_SCOPE=pg
    patroni_get() {
      LAST_CODE=0
      case $1 in
        http://10.0.0.1:8008/config) echo '{"ttl": 20, "postgresql": {"parameters": \
{"max_connections": ${member.wanted}, "max_wal_senders": "50"}}}' ;;
        http://10.0.0.1:8008/primary) ${member.leads ? 'true' : 'LAST_CODE=22; return 22'} ;;
        http://10.0.0.1:8008/patroni) echo '{"role": "${member.leads ? 'master' : 'replica'}", "pending_restart": true}' ;;
        ${answers(member).join('\n        ')}
        *) LAST_CODE=22; return 22 ;;
      esac >"$WORK/answer"
    }
    pg_psql() {
      if [[ $3 == *server_version_num* ]]; then echo ${150000 + (member.minor?.runs ?? 0)} >"$WORK/rows"
      elif [[ $3 == *max_wal_senders* ]]; then printf '%s\\n' 'max_connections ${member.now}' 'max_wal_senders 50' >"$WORK/rows"
      else echo "$3" | sed -n "s/.*string_to_array('\\([^']*\\)'.*/\\1/p" >"$WORK/rows"; ${
        member.waiting === undefined
          ? 'true'
          : `if [[ $3 == *"ALL (string_to_array('${member.waiting}'"* ]]; then : >"$WORK/rows"; else echo ` +
            `'${member.waiting}' >"$WORK/rows"; fi`
      }; fi
    }
    pending() { echo "pending $*"; }
    changed() { :; }
    die() { echo "die $*"; exit 1; }
    pg_patronictl() { echo restart; }
    patroni_wait_healthy() { :; }
    pg_pending_restart`;
  const done = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  rmSync(work, { recursive: true });
  assert.is(done.status, 0, done.stderr);
  return done.stdout.trim();
}

test('a server that listens on another port than it shall waits for a restart, which it does not know', () => {
  const same = { leads: false, now: 100, wanted: 100, others: [], port: 5433 } as const;
  assert.match(outcome({ ...same, allowed: false }), /^pending restart PostgreSQL of pg-1 for port:/);
  assert.is(outcome(same), 'restart');
});

test('a setting that Patroni gives as an argument is compared with the DCS: the server does not know that it waits', () => {
  assert.is(outcome({ leads: false, now: 100, wanted: 100, others: [] }), '');
  assert.is(
    outcome({ leads: false, now: 100, wanted: 200, others: [], allowed: false }),
    'pending restart PostgreSQL of pg-1 for max_connections: run apply.sh --allow-restart when it suits',
  );
});

test('growing: replicas at once, the primary after those that wait', () => {
  assert.is(
    outcome({
      leads: false,
      now: 100,
      wanted: 200,
      others: [
        ['master', true],
        ['replica', true],
      ],
    }),
    'restart',
  );
  assert.is(
    outcome({
      leads: true,
      now: 100,
      wanted: 200,
      others: [
        ['replica', false],
        ['replica', true],
      ],
    }),
    'pending restart PostgreSQL of pg-1 for max_connections after 10.0.0.3:8008: run apply.sh --allow-restart there first',
  );
  assert.is(
    outcome({
      leads: true,
      now: 100,
      wanted: 200,
      others: [
        ['replica', false],
        ['replica', false],
      ],
    }),
    'restart',
  );
});

test('shrinking: the primary at once, replicas after it', () => {
  assert.is(
    outcome({
      leads: true,
      now: 200,
      wanted: 100,
      others: [
        ['replica', true],
        ['replica', true],
      ],
    }),
    'restart',
  );
  for (const role of ['master', 'primary']) {
    assert.match(
      outcome({
        leads: false,
        now: 200,
        wanted: 100,
        others: [
          [role, true],
          ['replica', true],
        ],
      }),
      /^pending restart PostgreSQL of pg-1 for max_connections after 10\.0\.0\.2:8008/,
    );
  }
  assert.is(
    outcome({
      leads: false,
      now: 200,
      wanted: 100,
      others: [
        ['master', false],
        ['replica', true],
      ],
    }),
    'waited\nrestart',
    'not before it has replayed the change',
  );
});

test('a standby cluster keeps what the cluster it follows has: nothing waits for a restart', () => {
  assert.is(outcome({ leads: false, now: 200, wanted: 100, others: [['replica', false]] }), '');
  assert.is(
    outcome({ leads: false, now: 200, wanted: 100, others: [['replica', false]], waiting: 'max_connections' }),
    '',
    'also when the server says so',
  );
});

test('where the restart of Patroni is still to come, PostgreSQL is restarted with it and not before', () => {
  const member: Member = { leads: true, now: 500, wanted: 700, others: [['replica', false]] };
  assert.is(outcome({ ...member, unitWaits: true }), '');
  assert.is.not(outcome(member), '');
});

test('a newer minor that is installed waits for a restart: replicas at once, the leader after those that run an older one', () => {
  const same = {
    leads: false,
    now: 100,
    wanted: 100,
    others: [
      ['replica', false],
      ['replica', false],
    ],
  } as const;
  const minor = (...others: readonly number[]): NonNullable<Member['minor']> => ({ installed: 19, runs: 9, others });
  assert.is(
    outcome({ ...same, minor: minor(9, 9), allowed: false }),
    'pending restart PostgreSQL of pg-1 for version 15.19 (15.9 runs): run apply.sh --allow-restart when it suits',
  );
  assert.is(outcome({ ...same, minor: minor(9, 9) }), 'restart');
  assert.is(
    outcome({ ...same, leads: true, minor: minor(19, 9) }),
    'pending restart PostgreSQL of pg-1 for version 15.19 (15.9 runs) after 10.0.0.3:8008: run apply.sh --allow-restart there first',
  );
  assert.is(outcome({ ...same, leads: true, minor: minor(19, 19) }), 'restart');
  // Nothing waits where the installed one runs, or where an older one was put beside it.
  assert.is(outcome({ ...same, minor: { installed: 19, runs: 19, others: [9, 9] } }), '');
  assert.is(outcome({ ...same, minor: { installed: 9, runs: 19, others: [] } }), '');
});

test('other settings have no order', () => {
  assert.is(
    outcome({ leads: true, now: 100, wanted: 100, others: [['replica', true]], waiting: 'shared_buffers' }),
    'restart',
  );
});

test.run();
