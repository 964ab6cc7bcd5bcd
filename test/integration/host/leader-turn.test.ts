/** Patroni's unit takes PostgreSQL along: whose restart is when, over made-up answers of the members. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

interface Member {
  readonly leads: boolean;
  readonly replicas?: number;
  /** Whether a switchover works. */
  readonly candidate?: boolean;
  /** How many requests for one Patroni forgets. */
  readonly forgets?: number;
  readonly check?: boolean;
}

/** What `visits` of a host with --allow-restart do to a Patroni whose unit file has changed, and asking twice in each. */
function visits(count: number, member: Member): readonly string[] {
  const work = mkdtempSync(join(tmpdir(), 'pigstyc-turn-'));
  const done = spawnSync(
    'bash',
    [
      '-c',
      `set -uo pipefail
    for part in core paths files units; do . emitters/host/runtime/$part.sh; done
    . emitters/pgsql/runtime.sh; . emitters/pgsql/runtime-server.sh
    WORK=${work} STATE=${work} ROOT=${work} CHECK=${member.check === true ? 1 : 0} ALLOW_RESTART=1
    mkdir -p $ROOT/etc/pigstyc; : >$ROOT/etc/pigstyc/instance.env
    PG_ENV_READ=1 PATRONI_UNIT=patroni PG_INSTANCE=pg-1 PG_SCOPE=pg PATRONI_URL=http://1 PATRONI_PEERS='http://1 http://2 http://3'
    LEADS=${member.leads ? 1 : 0} REPLICAS=${member.replicas ?? 2} FORGETS=${member.forgets ?? 0}
    patroni_get() {
      LAST_CODE=22
      case $1 in
        http://1/leader) if [[ $LEADS == 1 ]]; then LAST_CODE=0; fi ;;
        http://2/leader) if [[ $LEADS == 0 ]]; then LAST_CODE=0; fi ;;
        http://2/replica) if ((REPLICAS > 0)); then LAST_CODE=0; fi ;;
        http://3/replica) if ((REPLICAS > 1)); then LAST_CODE=0; fi ;;
      esac
      return $LAST_CODE
    }
    pg_patronictl() { echo "patronictl $2"; ${member.candidate === false ? 'return 1' : '((FORGETS-- > 0)) || LEADS=0'}; }
    pg_wait_for() { shift; "$@"; }
    daemon_reload() { :; }; active() { true; }
    systemctl() { :; }
    timeout() { shift; echo "$*" >&3; }
    exec 3>&1
    for ((i = 1; i <= ${count}; i++)); do
      UNIT_TURN= EFFECTS=('pgsql restart! patroni') STAGE=pgsql GUARDED=' ' PENDING=()
      flush_unit patroni
      flush_unit patroni
      announce_pending
    done`,
    ],
    { encoding: 'utf8' },
  );
  rmSync(work, { recursive: true });
  assert.is(done.status, 0, done.stderr);
  return done.stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().replace(/;.*/, ''));
}

const RESTART = ['systemctl restart -- patroni', 'changed: restarted patroni'];
const WAITS = 'pending: restart patroni: pg-1 leads, the replicas of pg go first';

test('a replica restarts at once; a leader lets the replicas go first, hands over and is restarted last', () => {
  assert.equal(visits(1, { leads: false }), RESTART);
  assert.equal(visits(1, { leads: true }), [WAITS]);
  assert.equal(visits(2, { leads: true }), [
    WAITS,
    'patronictl switchover',
    'changed: another member leads pg',
    ...RESTART,
  ]);
});

test('a request that Patroni forgets is made again', () => {
  const made = visits(2, { leads: true, forgets: 2 });
  assert.equal(made, [
    WAITS,
    ...Array<string>(3).fill('patronictl switchover'),
    'changed: another member leads pg',
    ...RESTART,
  ]);
});

test('a leader without a replica has nobody to wait for; one that nobody can replace is restarted in its place', () => {
  assert.equal(visits(1, { leads: true, replicas: 0 }), RESTART);
  assert.equal(visits(2, { leads: true, candidate: false }), [
    WAITS,
    'patronictl switchover',
    'note: no member of pg takes over from pg-1',
    ...RESTART,
  ]);
});

test('a look changes nothing and hands nothing over', () => {
  assert.equal(visits(2, { leads: true, check: true }), Array(2).fill('would change: restarted patroni'));
});

test.run();
