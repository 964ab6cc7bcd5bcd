/** What is concluded from the answers of etcd to the question for its users: the functions of the runtime over made-up answers. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('etcd login');

const EMPTY = 'Error: etcdserver: user name is empty';
const NAMELESS = 'Error: etcdserver: user name not found';
const WRONG = 'Error: etcdserver: authentication failed, invalid user ID or password';
const SLOW = 'Error: context deadline exceeded';

/** What etcd_auth ends with when `user list` is answered like this, one after the other; the last answer is repeated. */
function outcome(...answers: readonly string[]): string {
  const base = mkdtempSync(join(tmpdir(), 'pigstyc-etcd-'));
  answers.forEach((answer, index) => writeFileSync(join(base, `${index + 1}`), answer));
  const script = `
    . emitters/host/runtime/core.sh
    . emitters/etcd/runtime.sh
    . emitters/etcd/runtime-member.sh
    WORK=${base} ROOT=${base} STATE=${base}/state asked=0
    mkdir -p $ROOT/etc/etcd; echo password >$ROOT/etc/etcd/etcd.pass
    etcd_ctl() {
      if [[ $2 != user || $3 != list ]]; then if [[ $2 == auth ]]; then echo enabled; fi; return 0; fi
      if ((asked < ${answers.length})); then asked=$((asked + 1)); fi
      cp "$WORK/$asked" "$WORK/out"
      [[ $(<"$WORK/out") != Error* ]]
    }
    sleep() { SECONDS=$((SECONDS + 20)); }
    say() { :; }
    die() { echo "$*"; exit 1; }
    etcd_auth https://10.0.0.1:2379 v3
    echo "login $ETCD_LOGIN"`;
  const done = spawnSync('bash', ['-c', `set -u${script}`], { encoding: 'utf8' });
  rmSync(base, { recursive: true });
  assert.is(done.stderr, '');
  return done.stdout.trim();
}

test('users that anyone may read: authentication is switched on', () =>
  assert.is(outcome('root\n'), 'enabled\nlogin 1'));
test('authentication is on', () => {
  assert.is(outcome(EMPTY, 'root\n'), 'login 1');
  assert.is(outcome(NAMELESS, 'root\n'), 'login 1', 'it looks for a user named like the certificate');
});
test('another password is called one', () =>
  assert.match(outcome(EMPTY, WRONG), /the root password on the cluster is not the one of/));

test('a timeout is asked again, and does not say anything of authentication', () => {
  assert.is(outcome(SLOW, 'root\n'), 'enabled\nlogin 1');
  assert.is(outcome(EMPTY, SLOW, EMPTY, 'root\n'), 'login 1');
  assert.is(outcome(SLOW), 'cannot ask etcd for its users');
});

test.run();
