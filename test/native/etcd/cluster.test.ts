import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { etcdEmitter } from '../../../emitters/etcd/index.ts';
import type { Host, Site } from '../../../compiler/model/site.ts';
import { wordsOf } from '../../../emitters/runtime-calls.ts';
import { PLAIN, testSite } from '../../unit/pgsql/site.ts';
import { fileOf, nativeTest, place, run, type Outcome } from '../node/checker.ts';

const test = suite('etcd runs on what we write');
const CLIENT_PORT = 23979;
const ADDRESSES = ['127.0.0.11', '127.0.0.12', '127.0.0.13'];

/** Three members on loopback addresses and a PostgreSQL cluster that wants an etcd user. */
function loopbackSite(scratch: string, count = 3, more: Readonly<Record<string, unknown>> = {}): Site {
  const etcd = ADDRESSES.slice(0, count).map((name, i) => ({
    name,
    groups: ['etcd'],
    vars: { etcd_seq: i + 1, etcd_data: join(scratch, name, 'data'), ...(i === count - 1 ? more : {}) },
  }));
  const pg = {
    name: '127.0.0.21',
    groups: ['pg-test'],
    vars: { pg_cluster: 'pg-test', pg_seq: 1, pg_role: 'primary', pg_etcd_password: "it's#1" },
  };
  return testSite(
    [...etcd, pg],
    { admin_ip: ADDRESSES[0], etcd_port: CLIENT_PORT, etcd_peer_port: 23980, etcd_root_password: 'R"oot:\\$x#' },
    'debian-12',
  );
}

function certificates(scratch: string): void {
  const script = `set -e; cd "$1"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.crt -subj /CN=ca -days 2
printf 'subjectAltName=IP:127.0.0.1,${ADDRESSES.map((address) => `IP:${address}`).join(',')}\\n' >ext
for name in server:etcd pg-test-1 pg-test-2; do
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "\${name%:*}.key" -out request -subj "/CN=\${name#*:}"
  openssl x509 -req -in request -CA ca.crt -CAkey ca.key -CAcreateserial -out "\${name%:*}.crt" -days 2 -extfile ext
done`;
  const made = run(['sh', '-c', script, 'sh', scratch]);
  assert.is(made.code, 0, made.output);
}

/** Configuration as emitted, with TLS files from `tls`; only the first member may listen on 127.0.0.1. */
function start(site: Site, host: Host, scratch: string, tls: string): ChildProcess {
  const dir = join(scratch, host.address);
  mkdirSync(join(dir, 'data'), { recursive: true, mode: 0o700 });
  const local = `,https://127.0.0.1:${CLIENT_PORT}`;
  const config = place(fileOf(etcdEmitter.plan(site, host), '/etc/etcd/etcd.conf'), join(dir, 'etcd.conf'), {
    '/etc/etcd/': `${tls}/`,
    ...(host === site.hosts[0] ? {} : { [local]: '' }),
  });
  return spawn('etcd', ['--config-file', config], { stdio: 'ignore' });
}

/** Runs functions of the host runtime with a scratch directory as the root of the host; prints what changed. */
function runtime(root: string, calls: string): Outcome {
  const directory = join(import.meta.dirname, '../../../emitters');
  const script = `set -uo pipefail
. "$1/host/runtime/core.sh" && . "$1/etcd/runtime.sh" && . "$1/etcd/runtime-member.sh"
WORK=$(mktemp -d "$2/work.XXXXXX")
STAGE=etcd
${calls}
printf 'changed=%d\\n' "\${#CHANGED[@]}"`;
  return run(['bash', '-c', script, 'bash', directory, root], { seconds: 150, env: { PIGSTYC_ROOT: root } });
}

nativeTest(
  test,
  ['etcd', 'etcdctl', 'openssl', 'curl'],
  'a member that waits for the others to make a cluster does not keep them from it',
  (scratch) => {
    const tls = join(scratch, 'etc/etcd');
    mkdirSync(tls, { recursive: true });
    certificates(tls);
    const site = loopbackSite(scratch);
    const [first, second, third] = site.etcd!.members.map((member) => member.host);
    const processes = [start(site, first!, scratch, tls)];
    const bootstrap = (host: Host): Outcome => {
      const steps = etcdEmitter.plan(site, host).filter((step) => step.kind === 'call');
      const call = steps.find(({ fn }) => fn === 'etcd_bootstrap')!;
      const words = [call.fn, ...wordsOf(call.args)].map((word) => `'${word}'`).join(' ');
      return runtime(join(scratch, 'host'), `ROOT=${scratch}/host; ${words}; echo "listed <\${ETCD_LISTED}>"`);
    };
    mkdirSync(join(scratch, 'host/etc'), { recursive: true });
    cpSync(tls, join(scratch, 'host/etc/etcd'), { recursive: true });
    try {
      const listens = 'until (exec 3<>"/dev/tcp/$0/$1") 2>/dev/null; do sleep 0.1; done';
      assert.is(run(['bash', '-c', listens, first!.address, String(CLIENT_PORT)], { seconds: 30 }).code, 0);
      const made = bootstrap(second!);
      assert.is(made.code, 0, made.output);
      assert.match(made.output, 'listed <>\nchanged=0');
      processes.push(start(site, second!, scratch, tls));
      // The two agree when they have elected a leader, however busy the machine is: until then nobody lists anything.
      const until = Date.now() + 60_000;
      let asked = bootstrap(third!);
      while (!asked.output.includes('etcd-3') && Date.now() < until) asked = bootstrap(third!);
      assert.is(asked.code, 0, asked.output);
      assert.match(asked.output, /listed <[^>]*etcd-3[^>]*>\nchanged=0/, asked.output);
    } finally {
      for (const child of processes) child.kill('SIGKILL');
    }
  },
);

nativeTest(
  test,
  ['etcd', 'etcdctl', 'openssl', 'curl'],
  'three members, certificates, passwords, a scope that sees its own keys only',
  async (scratch) => {
    const tls = join(scratch, 'etc/etcd');
    mkdirSync(join(tls, 'users'), { recursive: true });
    certificates(tls);
    const site = loopbackSite(scratch);
    const members = site.etcd!.members.map((member) => member.host);
    const last = members.at(-1)!;
    const steps = etcdEmitter.plan(site, last);
    const profile = place(fileOf(steps, '/etc/profile.d/etcdctl.sh'), join(scratch, 'etcdctl.sh'), {
      '/etc/etcd/': `${tls}/`,
    });
    for (const path of ['/etc/etcd/etcd.pass', '/etc/etcd/users/pg-test.pass'])
      place(fileOf(steps, path), join(scratch, path));
    const etcdctl = (login: boolean, ...words: string[]): Outcome =>
      run([
        'sh',
        '-c',
        `. "$0"; ${login ? '' : 'unset ETCDCTL_USER ETCDCTL_PASSWORD; '}exec timeout 15 etcdctl "$@"`,
        profile,
        ...words,
      ]);
    const processes: ChildProcess[] = [];
    try {
      // One after the other: the first ones wait for a quorum without failing.
      for (const host of members) processes.push(start(site, host, scratch, tls));

      const calls = steps
        .flatMap((step) =>
          step.kind === 'call' && step.fn !== 'etcd_bootstrap'
            ? [[step.fn, ...wordsOf(step.args)].map((word) => `'${word}'`).join(' ')]
            : [],
        )
        .join('\n');
      const first = runtime(scratch, calls);
      assert.is(first.code, 0, first.output);
      assert.not.match(first.output, 'changed=0');
      const second = runtime(scratch, calls);
      assert.is(second.code, 0, second.output);
      assert.is(second.output, 'changed=0\n');

      const url = `https://${last.address}:${CLIENT_PORT}`;
      const curl = (...words: string[]): Outcome => run(['curl', '-sS', '--cacert', join(tls, 'ca.crt'), ...words]);
      assert.is.not(curl(`${url}/v2/keys/`).code, 0, 'a client without a certificate must not get in');
      const as = (name: string, ...words: string[]): string =>
        curl('--cert', join(tls, `${name}.crt`), '--key', join(tls, `${name}.key`), ...words).output;
      assert.match(
        as('pg-test-1', '-X', 'PUT', `${url}/v2/keys/pg/pg-test/leader`, '-d', 'value=pg-test-1'),
        '"action":"set"',
      );
      assert.match(as('pg-test-1', `${url}/v2/keys/pg/pg-test/?recursive=true`), 'pg-test-1');
      assert.match(as('pg-test-1', `${url}/v2/keys/pg/other/leader`), 'Insufficient credentials');
      for (const stranger of ['server', 'pg-test-2'])
        assert.match(as(stranger, `${url}/v2/keys/pg/pg-test/leader`), 'Insufficient credentials', stranger);

      // A member is added, then the password changes; a run that was interrupted before the users has left a role.
      const grown = calls.replace(/'pg-test-1'$/m, "'pg-test-1' 'pg-test-2'");
      assert.match(runtime(scratch, grown).output, /changed: etcd v2 user pg-test-2\nchanged=1/);
      assert.match(as('pg-test-2', `${url}/v2/keys/pg/pg-test/leader`), 'pg-test-1');
      writeFileSync(join(scratch, '/etc/etcd/users/pg-test.pass'), 'rotated\n');
      assert.is(runtime(scratch, grown).output.split('\n').at(-2), 'changed=2');
      assert.is(runtime(scratch, grown).output, 'changed=0\n');
      assert.match(
        curl(
          '--cert',
          join(tls, 'server.crt'),
          '--key',
          join(tls, 'server.key'),
          '-u',
          'pg-test-2:rotated',
          `${url}/v2/keys/pg/pg-test/leader`,
        ).output,
        'pg-test-1',
      );
      const root = ['-u', `root:${fileOf(steps, '/etc/etcd/etcd.pass').render(PLAIN).trimEnd()}`];
      as('server', ...root, '-X', 'DELETE', `${url}/v2/auth/users/pg-test-1`);
      as('server', ...root, '-X', 'DELETE', `${url}/v2/auth/users/pg-test-2`);
      assert.is(runtime(scratch, grown).output.split('\n').at(-2), 'changed=2');
      assert.match(as('pg-test-1', `${url}/v2/keys/pg/pg-test/leader`), 'pg-test-1');

      // Another pg_namespace: the role sees other keys, and those only.
      const moved = grown.replaceAll("'/pg/pg-test/'", "'/db/pg-test/'");
      assert.is(runtime(scratch, moved).output.split('\n').at(-2), 'changed=2');
      assert.is(runtime(scratch, moved).output, 'changed=0\n');
      assert.match(
        as('pg-test-1', '-X', 'PUT', `${url}/v2/keys/db/pg-test/leader`, '-d', 'value=pg-test-1'),
        '"action":"set"',
      );
      assert.match(as('pg-test-1', `${url}/v2/keys/pg/pg-test/leader`), 'Insufficient credentials');
      assert.is(runtime(scratch, grown).output.split('\n').at(-2), 'changed=2');

      // The version 3 store, with the login of the profile and with the user of the scope.
      assert.is.not(etcdctl(false, 'get', 'x').code, 0);
      assert.is(etcdctl(true, 'get', 'x').code, 0);
      assert.match(
        etcdctl(true, 'member', 'list').output,
        'etcd-3, https://127.0.0.13:23980, https://127.0.0.13:23979',
      );

      // A member that is not declared any more is announced, then removed; one that is declared is not, under whatever address.
      const fewer = calls.replace(/(?<=^'etcd_members' .*),etcd-2=[^,']*/m, '');
      assert.match(
        runtime(scratch, fewer).output,
        /pending: etcd member etcd-2 at https:\/\/127\.0\.0\.12:23980 is not declared/,
      );
      assert.match(etcdctl(true, 'member', 'list').output, 'etcd-2');
      assert.match(
        runtime(scratch, `ALLOW_RESTART=1\n${fewer}`).output,
        /changed: etcd member etcd-2 at \S+ is no longer one \(was started\)\nchanged=1/,
      );
      assert.not.match(etcdctl(true, 'member', 'list').output, 'etcd-2');
      assert.is(runtime(scratch, `ALLOW_RESTART=1\n${fewer}`).output, 'changed=0\n');
      assert.is(
        runtime(scratch, `ALLOW_RESTART=1\n${fewer.replace(/etcd-3=[^,']*/, 'etcd-3=https://127.0.0.99:1')}`).output,
        'changed=0\n',
      );

      // The same functions for version 3, whose user is the scope.
      const password = fileOf(steps, '/etc/etcd/users/pg-test.pass').render(PLAIN).trimEnd();
      writeFileSync(join(scratch, '/etc/etcd/users/pg-test.pass'), `${password}\n`);
      rmSync(join(scratch, 'var/lib/pigstyc/etcd-users'), { recursive: true });
      const v3 = calls.replaceAll("'v2'", "'v3'");
      assert.is(runtime(scratch, v3).output.split('\n').at(-2), 'changed=3');
      assert.is(runtime(scratch, v3).output, 'changed=0\n');
      const scope = ['--user', 'pg-test', '--password', password];
      assert.is(etcdctl(false, ...scope, 'put', '/pg/pg-test/leader', 'x').code, 0);
      assert.is.not(etcdctl(false, ...scope, 'put', '/pg/pg-test2/leader', 'x').code, 0);
    } finally {
      for (const process of processes) process.kill('SIGKILL');
    }
  },
);

/** Shell text that joins members at the same time, each with a root directory of its own; etcd is started where systemd would do it. */
function joining(scratch: string, site: Site, hosts: readonly Host[], more = ''): string {
  const parts = hosts.map((host) => {
    const root = join(scratch, `host-${host.address}`);
    for (const name of ['etc', 'state']) mkdirSync(join(root, name), { recursive: true });
    run(['cp', '-r', join(scratch, 'etc/etcd'), join(root, 'etc')]);
    const steps = etcdEmitter.plan(site, host);
    place(fileOf(steps, '/etc/etcd/etcd.conf'), join(root, 'etc/etcd/etcd.conf'), {
      '/etc/etcd/': `${root}/etc/etcd/`,
      [`,https://127.0.0.1:${CLIENT_PORT}`]: '',
    });
    mkdirSync(join(scratch, host.address, 'data'), { recursive: true, mode: 0o700 });
    mkdirSync(join(root, scratch, host.address), { recursive: true });
    rmSync(join(root, scratch, host.address, 'data'), { force: true });
    symlinkSync(join(scratch, host.address, 'data'), join(root, scratch, host.address, 'data'));
    const call = steps.find((step) => step.kind === 'call' && step.fn === 'etcd_bootstrap');
    assert.ok(call?.kind === 'call');
    return `(
      ROOT=${root} STATE=${root}/state WORK=$(mktemp -d ${scratch}/work.XXXXXX) ALLOW_RESTART=0
      daemon_reload() { :; }
      know() { :; }
      active() { false; }
      drop_effects() { :; }
      unit_change() {
        setsid etcd --config-file $ROOT/etc/etcd/etcd.conf >/dev/null 2>&1 </dev/null 9>&- &
        echo $! >>${scratch}/processes
        until etcd_listens https://${host.address}:${CLIENT_PORT}; do sleep 0.2; done
      }
      declare -A U_ACTIVE=()
      STARTED=()
      ${more}
      ${['etcd_bootstrap', ...wordsOf(call.args)].join(' ')}
    ) &`;
  });
  return `${parts.join('\n')}\nfor job in $(jobs -p); do wait $job || exit 1; done`;
}

/** Ends the etcd that `joining` has started for a host. */
function kill(scratch: string, { address }: Host): void {
  for (const pid of readFileSync(join(scratch, 'processes'), 'utf8').trim().split('\n')) {
    const { output } = run(['cat', `/proc/${pid}/cmdline`]);
    if (output.includes(`host-${address}/`)) process.kill(Number(pid), 'SIGKILL');
  }
}

/** A member is removed while its host is away; declared again, it has the data of before. */
function comesBackWithItsData(scratch: string, site: Site, member: Host, members: () => string): void {
  const url = `https://${ADDRESSES[0]}:${CLIENT_PORT}`;
  kill(scratch, member);
  const id = /^([0-9a-f]+), started, etcd-3,/m.exec(members())![1]!;
  const removed = runtime(scratch, `etcd_login ${url} && etcd_ctl ${url} member remove ${id}`);
  assert.is(removed.code, 0, removed.output);
  const refused = runtime(scratch, joining(scratch, site, [member]));
  assert.is.not(refused.code, 0);
  assert.match(refused.output, 'the cluster no longer knows etcd-3, whose data are of before');
  const back = runtime(scratch, joining(scratch, site, [member], 'ALLOW_RESTART=1'));
  assert.is(back.code, 0, back.output);
  assert.is(members().match(/ started, etcd-[123],/g)?.length, 3, members());
  const kept = readdirSync(join(scratch, member.address, 'data')).filter((name) => name.startsWith('member.'));
  assert.is(kept.length, 1);
  // One that is known and does not run is started like any other.
  kill(scratch, member);
  const again = runtime(scratch, joining(scratch, site, [member]));
  assert.is(again.code, 0, again.output);
}

nativeTest(
  test,
  ['etcd', 'etcdctl', 'openssl', 'curl'],
  'members that are added join the cluster that runs, also two at a time; one whose data are gone with leave; root gets another password',
  (scratch) => {
    const tls = join(scratch, 'etc/etcd');
    mkdirSync(tls, { recursive: true });
    certificates(tls);
    const alone = loopbackSite(scratch, 1);
    const three = loopbackSite(scratch);
    const pass = fileOf(etcdEmitter.plan(alone, alone.hosts[0]!), '/etc/etcd/etcd.pass');
    place(pass, join(tls, 'etcd.pass'));
    const first = start(alone, alone.hosts[0]!, scratch, tls);
    const url = `https://${ADDRESSES[0]}:${CLIENT_PORT}`;
    const members = (): string =>
      runtime(scratch, `etcd_login ${url} && etcd_ctl ${url} member list && cat $WORK/out`).output;
    try {
      const auth = runtime(scratch, `etcd_auth ${url} v2`);
      assert.is(auth.code, 0, auth.output);
      const added = three.etcd!.members.map(({ host }) => host).slice(1);
      const joined = runtime(scratch, joining(scratch, three, added));
      assert.is(joined.code, 0, joined.output);
      assert.is(members().match(/ started, etcd-[123],/g)?.length, 3, members());
      const config = readFileSync(join(scratch, `host-${ADDRESSES[2]}/etc/etcd/etcd.conf`), 'utf8');
      assert.match(config, 'initial-cluster-state: new', 'the file is as declared');

      const lost = added[1]!;
      kill(scratch, lost);
      rmSync(join(scratch, lost.address, 'data'), { recursive: true });
      const refused = runtime(scratch, joining(scratch, three, [lost]));
      assert.is.not(refused.code, 0);
      assert.match(refused.output, 'etcd knows etcd-3 (started), whose data are gone');
      const back = runtime(scratch, joining(scratch, three, [lost], 'ALLOW_RESTART=1'));
      assert.is(back.code, 0, back.output);
      assert.is(members().match(/ started, etcd-[123],/g)?.length, 3, members());

      comesBackWithItsData(scratch, three, lost, members);

      const former = join(scratch, 'var/lib/pigstyc/generations/12/files/etc/etcd');
      mkdirSync(former, { recursive: true });
      run(['cp', join(tls, 'etcd.pass'), former]);
      writeFileSync(join(tls, 'etcd.pass'), 'another"One\n');
      const rotated = runtime(scratch, `etcd_auth ${url} v2`);
      assert.is(rotated.code, 0, rotated.output);
      assert.match(rotated.output, 'changed: password of the etcd user root');
      assert.match(rotated.output, 'changed: password of the etcd v2 user root');
      assert.is(runtime(scratch, `etcd_auth ${url} v2`).output, 'changed=0\n');
      rmSync(former, { recursive: true });
      writeFileSync(join(tls, 'etcd.pass'), 'unknown\n');
      assert.match(runtime(scratch, `etcd_auth ${url} v3`).output, 'nor one that was there before');
    } finally {
      first.kill('SIGKILL');
      run(['sh', '-c', 'xargs kill -KILL <"$0"', join(scratch, 'processes')]);
    }
  },
);

nativeTest(
  test,
  ['etcd', 'openssl'],
  'a setting of the wrong kind is refused, so the start above means something',
  (scratch) => {
    certificates(scratch);
    const site = loopbackSite(scratch);
    const config = join(scratch, 'etcd.conf');
    writeFileSync(
      config,
      fileOf(etcdEmitter.plan(site, site.hosts[0]!), '/etc/etcd/etcd.conf')
        .render(PLAIN)
        .replaceAll('/etc/etcd/', `${scratch}/`)
        .replace('election-timeout: 1000', 'election-timeout: 100'),
    );
    assert.is(run(['timeout', '5', 'etcd', '--config-file', config]).code, 1);
  },
);

nativeTest(test, ['etcd', 'systemd-analyze'], 'the unit', (scratch) => {
  const site = loopbackSite(scratch);
  const outcome = run([
    'systemd-analyze',
    'verify',
    place(
      fileOf(etcdEmitter.plan(site, site.hosts[0]!), '/etc/systemd/system/etcd.service'),
      join(scratch, 'etcd.service'),
    ),
  ]);
  assert.is(outcome.output, '');
  assert.is(outcome.code, 0);
});

test.run();
