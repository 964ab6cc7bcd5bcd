/** How long a server is waited for, over made-up answers of Patroni and a clock that `sleep` sets. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

interface Server {
  /** What Patroni says from the second on that is the key. */
  readonly states: Readonly<Record<number, string>>;
  /** Bytes that are free where its data are. */
  readonly free?: number;
  /** Whether it was created by this run. */
  readonly fresh?: boolean;
}

/** `ready after N s`, or why not. */
function waiting({ states, free = 1e9, fresh = false }: Server): string {
  const root = mkdtempSync(join(tmpdir(), 'pigstyc-waiting-'));
  mkdirSync(join(root, 'data'));
  const state = Object.entries(states).map(([from, name]) => `if ((SECONDS >= ${from})); then NOW='${name}'; fi`);
  const script = `set -euo pipefail
    for part in core paths files units; do . emitters/host/runtime/$part.sh; done
    . emitters/pgsql/runtime.sh; . emitters/pgsql/runtime-server.sh
    ROOT=${root} PG_DATA=/data PG_INSTANCE=pg-1 PATRONI_UNIT=patroni PATRONI_URL=http://1 PG_FRESH=${fresh ? 1 : 0}
    sleep() { SECONDS=$((SECONDS + 1)); }
    now() { ${state.join('; ')}; }
    patroni_state() { now; echo "$NOW"; }
    patroni_get() { now; [[ $NOW == running ]]; }
    patroni_failed() { false; }; pg_forgotten() { false; }; pg_cluster_leads() { true; }
    stat() { echo '${free}*1'; }
    pg_die() { echo "$*"; exit; }
    SECONDS=0
    patroni_wait_healthy
    echo "ready after $SECONDS s"`;
  try {
    const done = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    assert.is(done.status, 0, done.stderr);
    return done.stdout.trim();
  } finally {
    rmSync(root, { recursive: true });
  }
}

test('a copy is waited for as long as Patroni makes it', () => {
  assert.match(waiting({ states: { 0: 'creating replica', 1000: 'running' }, fresh: true }), /^ready after 100\d s$/);
});

test('anything else for two minutes, or five for a server that is new', () => {
  assert.match(waiting({ states: { 0: 'starting', 100: 'running' } }), /^ready after 10\d s$/);
  assert.match(waiting({ states: { 0: 'starting' } }), /^pg-1 is not running after 12\d s \(state: starting\)$/);
  assert.match(waiting({ states: { 0: 'stopped' }, fresh: true }), /after 30\d s \(state: stopped\)$/);
});

test('a full disk is said at once, when the server has stopped: one that starts may need no room', () => {
  const full = 'pg-1 is not running (state: start failed): /data is full';
  assert.is(waiting({ states: { 0: 'start failed' }, free: 4096 }), full);
  assert.match(waiting({ states: { 0: 'starting', 60: 'running' }, free: 0 }), /^ready after 6\d s$/);
  assert.match(waiting({ states: { 0: 'start failed' } }), /is not running after 12\d s/);
});

/** What is said and done where Patroni does not reach a DCS that answers others, or (`away`) nobody, when `call` asks for it. */
function reconnecting(call: string, leave: boolean, away = false): string {
  const script = `set -uo pipefail
    for part in core paths files units; do . emitters/host/runtime/$part.sh; done
    . emitters/pgsql/runtime.sh; . emitters/pgsql/runtime-server.sh
    ROOT= WORK=/nowhere PG_INSTANCE=pg-1 PG_SCOPE=pg PATRONI_UNIT=patroni PATRONI_URL=http://1 ALLOW_RESTART=${leave ? 1 : 0} AGAIN=0
    sleep() { SECONDS=$((SECONDS + 1)); }
    patroni_get() { LAST_CODE=28; [[ $1 != */cluster && $1 != */config || $AGAIN == 1 ]]; }
    room() { :; }
    patroni_wait_healthy() { :; }
    pg_patronictl() { ${away ? 'false' : 'true'}; }
    unit_change() { echo "$2"; AGAIN=1; }
    die() { echo "$*"; exit; }
    CHECK=0
    pg_env() { :; }; pg_dcs_seen() { echo 'settings'; exit; }
    ${call}`;
  const done = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  assert.is(done.status, 0, done.stderr);
  return done.stdout.trim();
}

test('a Patroni that does not reach a DCS that answers others is started again, with leave', () => {
  for (const [call, then] of [
    ['patroni_pause default', ''],
    ['patroni_dcs /etc/hostname', '\nsettings'],
  ] as const) {
    assert.match(
      reconnecting(call, false),
      /^Patroni of pg-1 does not reach the DCS, .*: apply\.sh --allow-restart restarts it$/,
    );
    assert.is(reconnecting(call, true), `restarted patroni${then}`);
    assert.is(reconnecting(call, true, true), 'cannot ask whether pg is paused', 'where the DCS is away');
  }
});

test.run();
