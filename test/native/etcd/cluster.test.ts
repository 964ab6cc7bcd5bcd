import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { etcdEmitter } from '../../../emitters/etcd/index.ts';
import type { Host, Site } from '../../../compiler/model/site.ts';
import { PLAIN, testSite } from '../../unit/pgsql/site.ts';
import { fileOf, nativeTest, place, run, type Outcome } from '../node/checker.ts';

const test = suite('etcd runs on what we write');
const CLIENT_PORT = 23979;
const ADDRESSES = ['127.0.0.11', '127.0.0.12', '127.0.0.13'];

/** Three members on loopback addresses and a PostgreSQL cluster that wants an etcd user. */
function loopbackSite(scratch: string): Site {
  const etcd = ADDRESSES.map((name, i) => ({ name, groups: ['etcd'], vars: { etcd_seq: i + 1, etcd_data: join(scratch, name, 'data') } }));
  const pg = { name: '127.0.0.21', groups: ['pg-test'], vars: { pg_cluster: 'pg-test', pg_seq: 1, pg_role: 'primary', pg_etcd_password: "it's#1" } };
  return testSite([...etcd, pg], { admin_ip: ADDRESSES[0], etcd_port: CLIENT_PORT, etcd_peer_port: 23980, etcd_root_password: 'R"oot:\\$x#' }, 'debian-12');
}

function certificates(scratch: string): void {
  const script = `set -e; cd "$1"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.crt -subj /CN=ca -days 2
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout server.key -out server.csr -subj /CN=etcd
printf 'subjectAltName=IP:127.0.0.1,${ADDRESSES.map((address) => `IP:${address}`).join(',')}\\n' >ext
openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out server.crt -days 2 -extfile ext`;
  const made = run(['sh', '-c', script, 'sh', scratch]);
  assert.is(made.code, 0, made.output);
}

/** Configuration as emitted, with the TLS files of the scratch directory; only the first member may listen on 127.0.0.1. */
function start(site: Site, host: Host, scratch: string): ChildProcess {
  const dir = join(scratch, host.address);
  mkdirSync(join(dir, 'data'), { recursive: true, mode: 0o700 });
  const local = `,https://127.0.0.1:${CLIENT_PORT}`;
  const config = place(fileOf(etcdEmitter.plan(site, host), '/etc/etcd/etcd.conf'), join(dir, 'etcd.conf'), { '/etc/etcd/': `${scratch}/`, ...(host === site.hosts[0] ? {} : { [local]: '' }) });
  return spawn('etcd', ['--config-file', config], { stdio: 'ignore' });
}

nativeTest(test, ['etcd', 'etcdctl', 'openssl', 'curl'], 'three members, certificates, passwords, a scope that sees its own keys only', async (scratch) => {
  certificates(scratch);
  const site = loopbackSite(scratch);
  const members = site.etcd!.members.map((member) => member.host);
  const last = members.at(-1)!;
  const steps = etcdEmitter.plan(site, last);
  const profile = place(fileOf(steps, '/etc/profile.d/etcdctl.sh'), join(scratch, 'etcdctl.sh'), { '/etc/etcd/': `${scratch}/` });
  place(fileOf(steps, '/etc/etcd/etcd.pass'), join(scratch, 'etcd.pass'));
  const etcdctl = (...words: string[]): Outcome => run(['sh', '-c', `. "$0"; exec timeout 15 etcdctl "$@"`, profile, ...words]);
  const anonymous = (...words: string[]): Outcome => run(['sh', '-c', `. "$0"; unset ETCDCTL_USER ETCDCTL_PASSWORD; exec timeout 15 etcdctl "$@"`, profile, ...words]);
  const processes: ChildProcess[] = [];
  try {
    // One after the other: the first ones wait for a quorum without failing.
    for (const host of members) processes.push(start(site, host, scratch));
    await until(() => etcdctl('endpoint', 'health').code === 0);

    const url = `https://${last.address}:${CLIENT_PORT}`;
    const curl = (...words: string[]): Outcome => run(['curl', '-sS', '--cacert', join(scratch, 'ca.crt'), ...words]);
    assert.is.not(curl(`${url}/v2/keys/`).code, 0, 'a client without a certificate must not get in');

    // What the runtime's etcd_auth and etcd_pg_user do, by hand.
    const own = ['--cert', join(scratch, 'server.crt'), '--key', join(scratch, 'server.key')];
    const put = (path: string, body: unknown, ...more: string[]): void => {
      const answer = curl('-f', ...own, ...more, '-X', 'PUT', `${url}${path}`, '-d', JSON.stringify(body));
      assert.is(answer.code, 0, `${path}: ${answer.output}`);
    };
    const rootPassword = readFileSync(join(scratch, 'etcd.pass'), 'utf8').trimEnd();
    const root = ['-u', `root:${rootPassword}`];
    put('/v2/auth/users/root', { user: 'root', password: rootPassword });
    put('/v2/auth/enable', {});
    assert.is(curl('-f', ...own, ...root, '-X', 'DELETE', `${url}/v2/auth/roles/guest`).code, 0);
    const call = steps.find((step) => step.kind === 'call' && step.fn === 'etcd_pg_user')!;
    assert.ok(call.kind === 'call');
    const [, api, user, prefix, passwordFile] = call.args;
    assert.is(api, 'v2');
    const password = fileOf(steps, passwordFile!).render(PLAIN).trimEnd();
    const keys = [`${prefix}*`, prefix!.slice(0, -1)];
    put(`/v2/auth/roles/${user}`, { role: user, permissions: { kv: { read: keys, write: keys } } }, ...root);
    put(`/v2/auth/users/${user}`, { user, password, roles: [user] }, ...root);

    const as = (...words: string[]): string => curl(...own, '-u', `${user}:${password}`, ...words).output;
    assert.match(as('-X', 'PUT', `${url}/v2/keys${prefix}leader`, '-d', 'value=pg-test-1'), '"action":"set"');
    assert.match(as(`${url}/v2/keys${prefix}?recursive=true`), 'pg-test-1');
    assert.match(as(`${url}/v2/keys${prefix!.slice(0, -1)}`), '"dir":true');
    assert.match(as(`${url}/v2/keys/pg/other/leader`), 'Insufficient credentials');
    assert.match(curl(...own, `${url}/v2/keys${prefix}leader`).output, 'Insufficient credentials');

    // The version 3 store: the profile logs root in once authentication is on.
    const added = run(['sh', '-c', '. "$0"; unset ETCDCTL_USER ETCDCTL_PASSWORD; etcdctl user add root --interactive=false <"$1"', profile, join(scratch, 'etcd.pass')]);
    assert.is(added.code, 0, added.output);
    const granted = anonymous('user', 'grant-role', 'root', 'root');
    assert.is(granted.code, 0, granted.output);
    const enabled = anonymous('auth', 'enable');
    assert.is(enabled.code, 0, enabled.output);
    assert.is.not(anonymous('get', 'x').code, 0);
    const read = etcdctl('get', 'x');
    assert.is(read.code, 0, read.output);
    assert.match(etcdctl('member', 'list').output, 'etcd-3, https://127.0.0.13:23980, https://127.0.0.13:23979');
  } finally {
    for (const process of processes) process.kill('SIGKILL');
  }
});

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error('etcd has no quorum after 15 s');
}

nativeTest(test, ['etcd', 'openssl'], 'a setting of the wrong kind is refused, so the start above means something', (scratch) => {
  certificates(scratch);
  const site = loopbackSite(scratch);
  const config = join(scratch, 'etcd.conf');
  writeFileSync(config, fileOf(etcdEmitter.plan(site, site.hosts[0]!), '/etc/etcd/etcd.conf').render(PLAIN).replaceAll('/etc/etcd/', `${scratch}/`).replace('election-timeout: 1000', 'election-timeout: 100'));
  assert.is(run(['timeout', '5', 'etcd', '--config-file', config]).code, 1);
});

nativeTest(test, ['etcd', 'systemd-analyze'], 'the unit', (scratch) => {
  const site = loopbackSite(scratch);
  const outcome = run(['systemd-analyze', 'verify', place(fileOf(etcdEmitter.plan(site, site.hosts[0]!), '/etc/systemd/system/etcd.service'), join(scratch, 'etcd.service'))]);
  assert.is(outcome.output, '');
  assert.is(outcome.code, 0);
});

test.run();
