/**
 * The state of a site is never lost, replaced or shared unnoticed: what builds do about keys and authorities that are
 * missing or others.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { run as main } from '../../../compiler/cli/program.ts';
import { VAULT } from '../../support/vault.ts';
import { nodeHost } from '../../../compiler/host/host.ts';

const BASE = `all:
  vars: { version: v4.5.0, pg_version: 16 }
  children:
    pg-app: { vars: { pg_cluster: pg-app } }
    etcd: { vars: { etcd_cluster: etcd } }
`;
const environment = (net: number): string => `all:
  vars: { admin_ip: 172.20.${net}.10, pg_admin_password: Secret.${net} }
  children:
    etcd: { hosts: { 172.20.${net}.10: { etcd_seq: 1 } } }
    pg-app: { hosts: { 172.20.${net}.11: { pg_seq: 1, pg_role: primary } } }
`;
const ONE = `${BASE.replace('{ version', '{ admin_ip: 172.20.1.10, version')
  .replace('{ vars: { pg_cluster', '{ hosts: { 172.20.1.11: { pg_seq: 1, pg_role: primary } }, vars: { pg_cluster')
  .replace('{ vars: { etcd_cluster', '{ hosts: { 172.20.1.10: { etcd_seq: 1 } }, vars: { etcd_cluster')}`;

let dir = '';
const test = suite('state');
test.before.each(() => {
  dir = mkdtempSync(join(tmpdir(), 'pigstyc-state-'));
  write('pigsty.yml', ONE);
});
test.after.each(() => rmSync(dir, { recursive: true }));

function write(name: string, text: string): void {
  mkdirSync(join(dir, name, '..'), { recursive: true });
  writeFileSync(join(dir, name), text);
}

const read = (name: string): string => readFileSync(join(dir, name), 'utf8');

/** Runs the program with names of files that begin with `@` taken from the directory of the test. */
async function run(command: string): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  // The passwords of these sites are published ones.
  const words = command.startsWith('build ') ? `${command} --demo` : command;
  const argv = words.split(' ').map((word) => word.replace(/^@/, `${dir}/`));
  const code = await main(argv, {
    ...nodeHost(),
    stdout: (text) => void (out += text),
    stderr: (text) => void (err += text),
  });
  return { code, out: out.replaceAll(dir, ''), err: err.replaceAll(dir, '') };
}

async function fails(command: string, code: RegExp): Promise<string> {
  const done = await run(command);
  assert.is(done.code, 1, done.out + done.err);
  assert.match(done.out + done.err, code);
  return done.out + done.err;
}

async function works(command: string): Promise<string> {
  const done = await run(command);
  assert.is(done.code, 0, done.out + done.err);
  return done.err;
}

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@x', ...args], { cwd: dir, encoding: 'utf8' });
const BUILD = 'build @pigsty.yml -o @out -q';

test('making a key and an authority is announced, with the place and what to back up, also when quiet', async () => {
  const first = await works(BUILD);
  assert.match(
    first,
    /new authority \/pki\/ca\/ca\.crt, SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}: back up \/pki, above all/,
  );
  assert.match(first, /new key \/\.pigstyc\/key: back it up/);
  assert.is(await works(BUILD), '');
  const fingerprint = execFileSync(
    'openssl',
    ['x509', '-in', join(dir, 'pki/ca/ca.crt'), '-noout', '-sha256', '-fingerprint'],
    { encoding: 'utf8' },
  );
  assert.ok(read('out/authority.crt').includes(fingerprint.trim().split('=')[1]!), 'the record is what openssl says');
  assert.match(read('out/authority.crt'), /-----BEGIN CERTIFICATE-----/);
  assert.not.ok(read('out/key.id').includes(read('.pigstyc/key').trim().slice(0, 16)));
});

for (const [what, lose, code] of [
  ['the authority', 'pki', /PIG9104[^]*is not there/],
  ['its certificate', 'pki/ca/ca.crt', /PIG9104[^]*is not there/],
  ['the key', '.pigstyc', /PIG9105[^]*is not there/],
] as const)
  test(`${what} is lost: the build stops, makes nothing and goes on when it is back`, async () => {
    await works(BUILD);
    const before = read('out/manifest.json');
    renameSync(join(dir, lose), join(dir, 'lost'));
    await fails(BUILD, code);
    assert.not.ok(existsSync(join(dir, lose)), 'nothing was made');
    // Nor does a bundle of a version that recorded nothing lead to a new one.
    for (const record of ['authority.crt', 'key.id']) renameSync(join(dir, 'out', record), join(dir, record));
    await fails(BUILD, code);
    for (const record of ['authority.crt', 'key.id']) renameSync(join(dir, record), join(dir, 'out', record));
    renameSync(join(dir, 'lost'), join(dir, lose));
    assert.is(await works(BUILD), '');
    assert.is(read('out/manifest.json'), before);
  });

test('another authority or key than the bundle knows stops the build, unless it is meant', async () => {
  await works(BUILD);
  const former = read('out/authority.crt');
  for (const part of ['pki', '.pigstyc']) rmSync(join(dir, part), { recursive: true });
  assert.match(await works('pki init @pigsty.yml -q'), /new authority[^]*new key/);
  const text = await fails(BUILD, /PIG9104/);
  assert.match(text, /PIG9105[^]*holds another one/);
  assert.is(read('out/authority.crt'), former);
  assert.match((await run(`${BUILD} --new-authority --limit pg-app`)).err, /leave out --limit/);
  await works(`${BUILD} --new-authority`);
  assert.is.not(read('out/authority.crt'), former);
  assert.is(await works(BUILD), '');
  assert.match(await works('pki init @pigsty.yml'), /are there already/);
});

test('a certificate that somebody adds to the trusted ones does not go unnoticed', async () => {
  await works(BUILD);
  await works('pki rotate-ca @pigsty.yml -o @out');
  await fails(BUILD, /PIG9104[^]*holds [0-9A-F:]{95}/);
});

test('two authorities are an error', async () => {
  await works(BUILD);
  mkdirSync(join(dir, 'files'));
  cpSync(join(dir, 'pki'), join(dir, 'files/pki'), { recursive: true });
  await fails(BUILD, /PIG9101/);
  rmSync(join(dir, 'pki'), { recursive: true });
  assert.is(await works(BUILD), '');
});

test('environments of one base have separate authorities, keys and fingerprints; building one leaves the other alone', async () => {
  write('base.yml', BASE);
  for (const [name, net] of [
    ['prod', 1],
    ['staging', 2],
  ] as const) {
    write(`${name}.yml`, environment(net));
    await works(`build @base.yml @${name}.yml -o @out/${name}`);
  }
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'both');
  for (const file of ['authority.crt', 'key.id', 'hosts/172.20.1.11/sealed/pg/cert/server.key'])
    assert.is.not(read(`out/prod/${file}`), read(`out/staging/${file.replace('20.1', '20.2')}`), file);
  assert.not.ok(existsSync(join(dir, 'pki')));
  for (let round = 0; round < 2; round++)
    for (const name of ['prod', 'staging']) await works(`build @base.yml @${name}.yml -o @out/${name}`);
  assert.is(git('status', '--porcelain'), '');
  assert.not.match(git('ls-files', '*.state'), /key$/m, 'private keys are ignored');
});

test('a second site in the same directory does not take the state of the first', async () => {
  await works(BUILD);
  write('other.yml', ONE);
  await fails('build @other.yml -o @out2', /PIG9102[^]*pigsty\.yml/);
  await fails('pki list @other.yml', /PIG9102/);
  await works('build @other.yml -o @out2 --state @other.state');
  assert.is.not(read('other.state/pki/ca/ca.crt'), read('pki/ca/ca.crt'));
  // The same site under another name.
  write('pki/site', 'other.yml\n');
  await works('build @other.yml -o @out');
});

test('one file more is the same site', async () => {
  write('base.yml', BASE);
  write('prod.yml', environment(1));
  await works('build @base.yml @prod.yml -o @out');
  write('extra.yml', 'all: { vars: { node_timezone: UTC } }\n');
  assert.is(await works('build @base.yml @extra.yml @prod.yml -o @out -q'), '');
});

test('a state beside the first of several files is neither taken nor replaced unasked', async () => {
  write('base.yml', BASE);
  write('prod.yml', environment(1));
  await works('build @base.yml @prod.yml -o @out --state @');
  rmSync(join(dir, 'pki/site'));
  await fails('build @base.yml @prod.yml -o @out', /PIG9103/);
  await fails('build @base.yml @prod.yml -o @new', /PIG9103/);
  assert.not.ok(existsSync(join(dir, 'prod.state')));
  await works('build @base.yml @prod.yml -o @out --state @');
  mkdirSync(join(dir, 'prod.state'));
  for (const part of ['pki', '.pigstyc']) renameSync(join(dir, part), join(dir, 'prod.state', part));
  rmSync(join(dir, 'prod.state/pki/site'));
  assert.is(await works('build @base.yml @prod.yml -o @out -q'), '');
});

test('pki init begins a state of its own, whatever lies beside it', async () => {
  write('base.yml', BASE);
  write('prod.yml', environment(1));
  await works('build @base.yml @prod.yml -o @out --state @');
  rmSync(join(dir, 'pki/site'));
  assert.match(await works('pki init @base.yml @prod.yml'), /new authority \/prod\.state\/pki/);
  await fails('build @base.yml @prod.yml -o @out', /PIG9104/);
  await works('build @base.yml @prod.yml -o @new');
});

test('--state places key, authority and facts', async () => {
  write('state/facts/172.20.1.11.json', '{}');
  await fails('check @pigsty.yml --state @state', /PIG0004/);
  rmSync(join(dir, 'state/facts'), { recursive: true });
  await works(`${BUILD} --state @state`);
  assert.ok(existsSync(join(dir, 'state/pki/ca/ca.crt')) && existsSync(join(dir, 'state/.pigstyc/key')));
  assert.not.ok(existsSync(join(dir, 'pki')) || existsSync(join(dir, '.pigstyc')));
});

test('a demo key is for secrets that are public, and its use is announced', async () => {
  write('.pigstyc-demo-key', `${'01'.repeat(32)}\n`);
  write('pigsty.yml', ONE.replace('pg_version', 'pg_admin_password: Very.Private, pg_version'));
  await fails(BUILD, /PIG9106[^]*pg_admin_password/);
  assert.not.ok(existsSync(join(dir, 'out/manifest.json')));
});

test('the reference example builds with its demo key in every clone, with no record of an authority', async () => {
  rmSync(join(dir, 'pigsty.yml'));
  for (const clone of ['a', 'b']) {
    cpSync('fixtures/ok/reference', join(dir, clone), {
      recursive: true,
      filter: (path) => !/\/(pki|expected)$/.test(path),
    });
    assert.match(await works(`build @${clone}/pigsty.yml -o @out`), /demo-key is used: an example/);
  }
  assert.not.ok(existsSync(join(dir, 'out/authority.crt')));
});

/** What git has of the site, elsewhere. */
function clone(): void {
  write('.gitignore', '');
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'site');
  git('clone', '-q', '.', 'clone');
}

test('a fresh clone has an empty diff without a change, and tells the change where there is one', async () => {
  await works(BUILD);
  clone();
  const host = join(dir, 'clone/out/hosts/172.20.1.11');
  assert.equal([existsSync(`${host}/sealed`), existsSync(`${host}/lib.sh`)], [false, false]);
  assert.equal(
    readFileSync(join(dir, 'clone/out/shared/lib.sh')),
    readFileSync(join(dir, 'out/hosts/172.20.1.11/lib.sh')),
  );
  const refused = spawnSync('bash', [`${host}/apply.sh`, '--check'], { encoding: 'utf8' });
  assert.is(refused.status, 3);
  assert.match(refused.stderr, 'REFUSED: lib.sh is missing');
  const diff = 'diff @clone/pigsty.yml -o @clone/out';
  const same = await run(diff);
  assert.equal([same.code, same.out], [0, '/clone/out is up to date\n']);
  assert.match(same.err, /one whose value alone changed is not seen/);
  write('clone/pigsty.yml', ONE.replace('pg_version: 16', 'pg_version: 16, pg_max_conn: 123'));
  const { impact, files } = JSON.parse((await run(`${diff} --json`)).out);
  assert.ok(
    files.length > 0 && files.every(({ path }: { path: string }) => !path.includes('/sealed/')),
    JSON.stringify(files),
  );
  assert.equal(
    impact.map(({ host }: { host: string }) => host),
    ['172.20.1.11'],
  );
  assert.not.match(JSON.stringify(impact), /etcd|haproxy|certificate/);
  assert.is(git('-C', 'clone', 'status', '--porcelain'), ' M pigsty.yml\n');
});

test('where only sealed files are absent, a password that changed is seen', async () => {
  await works(BUILD);
  clone();
  cpSync(join(dir, '.pigstyc'), join(dir, 'clone/.pigstyc'), { recursive: true });
  const diff = 'diff @clone/pigsty.yml -o @clone/out';
  assert.is((await run(diff)).out, '/clone/out is up to date\n');
  write('clone/pigsty.yml', ONE.replace('pg_version: 16', 'pg_version: 16, pg_monitor_password: Another'));
  assert.match((await run(diff)).out, /^\+.*secret.{1,2}pg_monitor_password#[0-9a-f]{8}>/m);
});

test('a certificate that needs another name shows in the diff of a clone that cannot sign', async () => {
  await works(BUILD);
  clone();
  write(
    'clone/pigsty.yml',
    ONE.replace(
      'pg_cluster: pg-app',
      'pg_cluster: pg-app, pg_vip_enabled: true, pg_vip_address: 172.20.1.3/24, pg_vip_interface: eth0',
    ),
  );
  const { out } = await run('diff @clone/pigsty.yml -o @clone/out');
  assert.match(out, /^\+Certificate of pg-app-1 for .*172\.20\.1\.3/m);
  assert.match(out, /reload: .*patroni/);
});

test('another authority shows in the diff, in a file that is reviewed', async () => {
  await works(BUILD);
  rmSync(join(dir, 'pki'), { recursive: true });
  await works('pki init @pigsty.yml');
  assert.match((await run('diff @pigsty.yml -o @out')).out, /^\+\+\+ b\/authority\.crt\n[^]*^\+SHA-256 /m);
});

const STRANGERS = `${ONE.replace(
  'pg_version: 16',
  'pg_version: 16, pg_admin_password: "${env:NO_SUCH_SECRET}", patroni_password: "${file:no/such/file}", ' +
    'pg_port: "${env:NO_PORT}", again: "{{ pg_admin_password }}", pg_max_conn: "{{ pg_port }}"',
)}`;

test('--no-secrets: absent values stand for themselves, what needs them is not checked, and that is said', async () => {
  write('pigsty.yml', STRANGERS);
  const strict = await run('check @pigsty.yml');
  assert.is(strict.code, 1);
  assert.match(strict.out, /PIG4014/);
  const lenient = await run('check @pigsty.yml --no-secrets');
  assert.is(lenient.code, 0, lenient.out);
  assert.match(lenient.out, /PIG0020[^]*absent values: 3;/);
  assert.not.match(lenient.out, /error|PIG4014|PIG4015/);
  for (const command of [
    'list hosts',
    'list clusters',
    'services',
    'ports',
    'graph --as dot',
    'dump',
    'dump --phase 7',
    'diff -o @out',
  ])
    assert.is((await run(`${command} @pigsty.yml --no-secrets`)).code, 0, command);
  write('pigsty.yml', STRANGERS.replace('pg_cluster: pg-app', 'pg_cluster: pg-app, pg_verison: 16'));
  assert.match((await run('check @pigsty.yml --no-secrets')).out, /pg_verison/);
});

test('--no-secrets: a vault without its password is no error, with a wrong one it is', async () => {
  write(
    'pigsty.yml',
    `${ONE}    redis:\n      hosts: { 172.20.1.11: { redis_node: 1, redis_instances: { 6379: {} } } }\n` +
      `      vars:\n        redis_cluster: r\n        redis_password: !vault |\n` +
      `${VAULT.replace(/^/gm, '        ')}\n`,
  );
  assert.is((await run('check @pigsty.yml')).code, 1);
  const { code, out } = await run('check @pigsty.yml --no-secrets');
  assert.is(code, 0, out);
  assert.not.match(out, /ANSIBLE_VAULT|66356662/);
  write('password', 'wrong\n');
  assert.is((await run('check @pigsty.yml --no-secrets --vault-password-file @password')).code, 1);
});

test('with --no-secrets, diff of a clone whose values are absent is empty when nothing changed', async () => {
  write('pigsty.yml', STRANGERS.replace('"${env:NO_PORT}"', '5432').replace('"{{ pg_port }}"', '100'));
  write('no/such/file', 'From.A.File\n');
  process.env['NO_SUCH_SECRET'] = 'From.The.Environment';
  await works(BUILD);
  delete process.env['NO_SUCH_SECRET'];
  write('.gitignore', 'no/\n');
  clone();
  const { out } = await run('diff @clone/pigsty.yml -o @clone/out --no-secrets');
  assert.is(out, '/clone/out is up to date\n');
});

test.run();
