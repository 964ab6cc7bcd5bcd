/**
 * Every secret of an inventory is a word that is nowhere else. It has to reach the sealed files and may be seen in
 * nothing that is printed, reviewed or remembered: output of every command, reports that quote its line, the bundle as
 * git sees it, and a run of apply.sh, with the arguments and the environment of each program it starts.
 */
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { run as main } from '../../../compiler/cli/program.ts';
import { nodeHost } from '../../../compiler/host/host.ts';
import { Secret } from '../../../compiler/model/secret.ts';
import type { Step } from '../../../emitters/api.ts';
import { runtimeCall, type Arguments, type RuntimeFunction } from '../../../emitters/runtime-calls.ts';
import { fileStep, programs, Sandbox } from '../host/harness.ts';

const test = suite('canaries');

const CANARY = /Cnry\d+x9K/g;
const SECRET_KEY = /(\b\w*(?:password|secret_key|key_secret|cipher_pass): )'?([^\s,}']+)'?/g;

/** A directory with the inventory of a fixture, its secrets replaced; equal ones stay equal. */
function nest(fixture: string): { readonly directory: string; readonly planted: ReadonlySet<string> } {
  const directory = mkdtempSync(join(tmpdir(), 'pigstyc-canary-'));
  const names = new Map<string, string>();
  const text = readFileSync(`fixtures/ok/${fixture}/pigsty.yml`, 'utf8').replaceAll(
    SECRET_KEY,
    (_, key: string, value: string) => {
      if (!names.has(value)) names.set(value, `Cnry${names.size + 10}x9K`);
      return key + names.get(value)!;
    },
  );
  writeFileSync(join(directory, 'pigsty.yml'), text);
  return { directory, planted: new Set(names.values()) };
}

async function run(
  directory: string,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly text: string }> {
  let text = '';
  const say = (more: string): void => void (text += more);
  const home = process.cwd();
  process.chdir(directory);
  try {
    const code = await main(args, { ...nodeHost(), env: { NO_COLOR: '1' }, stdout: say, stderr: say });
    assert.not.match(text, 'PIG0001', 'the inventory is read');
    return { code, text };
  } finally {
    process.chdir(home);
  }
}

/** Lines with a canary. */
const seen = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.search(CANARY) >= 0)
    .map((line) => line.slice(0, 300));

function textOf(directory: string, without: RegExp = /$^/): string {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => !without.test(path) && statSync(join(directory, path)).isFile())
    .map((path) =>
      readFileSync(join(directory, path), 'utf8')
        .split('\n')
        .map((line) => `${path}: ${line}`)
        .join('\n'),
    )
    .join('\n');
}

const FORMATS = ['pretty', 'compact', 'json', 'sarif', 'github', 'junit'];
const PRINTING: readonly (readonly string[])[] = [
  ...FORMATS.map((format) => ['check', '--format', format, '--show-allowed']),
  ...['1', '2', '3', '4', '5', '6', '7'].map((phase) => ['dump', '--phase', phase]),
  ...['svg', 'html', 'dot', 'mermaid'].map((as) => ['graph', '--as', as]),
  ...['hosts', 'clusters', 'groups'].flatMap((what) => [
    ['list', what],
    ['list', what, '--json'],
  ]),
  ['services'],
  ['ports'],
  ['pki', 'list'],
  ['pki', 'list', '--json'],
  ['secrets', 'gen', '--dry-run'],
  ['diff'],
  ['diff', '--json'],
  ['access', '--user', 'test', '--db', 'test', '--from', '10.10.10.10'],
  ['access', '--user', 'test', '--db', 'test', '--from', '10.10.10.10', '--json'],
];

const reference = nest('reference');
const out = join(reference.directory, 'out');
test.after(() => rmSync(reference.directory, { recursive: true }));

test('a build shows none, its sealed files have them', async () => {
  const { code, text } = await run(reference.directory, 'build', '--graph');
  assert.is(code, 0, text);
  assert.equal(seen(text), []);
  assert.equal(seen(textOf(out, /(^|\/)sealed\//)), []);
  const sealed = new Set(textOf(out, /^(?!.*\/sealed\/)/).match(CANARY));
  const inventory = readFileSync(join(reference.directory, 'pigsty.yml'), 'utf8').split('\n');
  const missing = [...reference.planted]
    .filter((name) => !sealed.has(name))
    .map((name) => inventory.find((line) => line.includes(name))!);
  assert.equal(
    missing.filter((line) => !line.includes('name: ')),
    [],
    'passwords of database users are sealed as verifiers',
  );
  assert.is(reference.planted.size - missing.length, 12);
});

test('no command prints one', async () => {
  const text = readFileSync(join(reference.directory, 'pigsty.yml'), 'utf8');
  const parameters = [
    ...new Set([...text.matchAll(/^ +(\w+_(?:password|secret_key)): /gm)].map(([, name]) => name!)),
    'pg_users',
    'minio_users',
    'pgbackrest_repo',
    'redis_password',
  ];
  const explained = parameters.flatMap((name) =>
    ['10.10.10.10', '10.10.10.13'].flatMap((host) => [
      ['explain', host, name],
      ['explain', host, name, '--json'],
    ]),
  );
  for (const args of [...PRINTING, ...explained]) {
    const { code, text: said } = await run(reference.directory, ...args);
    assert.ok(code <= 1 && said !== '', `${args.join(' ')}: ${code} ${said}`);
    assert.equal(seen(said), [], args.join(' '));
  }
});

test('no finding quotes one, whatever is wrong with its line', async () => {
  const good = readFileSync(join(reference.directory, 'pigsty.yml'), 'utf8');
  const wrong: Readonly<Record<string, string>> = {
    'unknown parameter': good.replace('haproxy_admin_password:', 'haproxy_admin_passwordd:'),
    'unknown field': good.replace('name: test, password:', 'name: test, pasword:'),
    'unknown neighbour': good.replace('name: test, password:', 'naem: test, password:'),
    'wrong kind': good.replace(/grafana_admin_password: (\S+)/, 'grafana_admin_password: [ $1 ]'),
    'given twice': good.replace(/^( +)(patroni_password: \S+)$/m, '$1$2\n$1$2'),
    unfinished: good.replace(/(redis_password: \S+), redis_max_memory: 64MB }/, '$1, redis_max_memory: 64MB'),
    'old name': good.replace('patroni_password:', 'pg_dbsu_pasword:'),
  };
  const directory = mkdtempSync(join(tmpdir(), 'pigstyc-canary-'));
  try {
    for (const [what, text] of Object.entries(wrong)) {
      assert.is.not(text, good, what);
      writeFileSync(join(directory, 'pigsty.yml'), text);
      for (const format of FORMATS) {
        const { code, text: said } = await run(directory, 'check', '--format', format, '--strict');
        assert.is(code, 1, `${what}: ${said}`);
        assert.equal(seen(said), [], `${what}, ${format}`);
      }
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});

/** Notes its arguments and environment, and goes on as the real program. Owners of the inventory are no accounts of this machine. */
const recorder = (name: string, target: string): string => `#!/bin/sh
{ printf '\\036%s\\n' "\${0##*/} $*"; export -p; } >>"$RECORD"
${name === 'chown' ? 'exit 0' : ''}
${
  name === 'install'
    ? 'while getopts Ddm:o:g: option; do case $option in [Dd]) also=-$option ;; m) mode=$OPTARG ;; esac; done\n' +
      'shift $((OPTIND - 1))\nset -- ${also-} -m "$mode" -- "$@"'
    : ''
}
exec ${target} "$@"
`;

/** Programs that get a password in their environment, and may run under `timeout`. */
const TRUSTED = /^(timeout \d+ )?(redis-cli|mcli) /;

/** Runs apply.sh in every way it can be called; nothing that is said, started or remembered may have a canary. */
function applyAll(box: Sandbox, bundle: string, address: string, expected: readonly string[]): void {
  const [bin, record] = [join(box.base, 'recorders'), join(box.base, 'record')];
  mkdirSync(bin);
  for (const [name, path] of programs())
    if (name !== 'bash') writeFileSync(join(bin, name), recorder(name, path), { mode: 0o755 });
  symlinkSync('/bin/bash', join(bin, 'bash'));
  for (const name of ['passwd', 'group', 'packages']) writeFileSync(join(box.fake, name), '');
  const env = box.environment({
    PATH: bin,
    RECORD: record,
    PIGSTYC_ASSUME_HOST: address,
    PIGSTYC_PROC_SYS: join(box.base, 'proc'),
    TMPDIR: box.base,
  });
  const script = join(bundle, 'apply.sh');
  const said = [
    [script, '--check'],
    [script, '--diff'],
    ['-xv', script],
    [script, '--json'],
  ]
    .map((args) => {
      const { stdout, stderr } = spawnSync('/bin/bash', args, { env, encoding: 'utf8', timeout: 120_000 });
      return stdout + stderr;
    })
    .join('\n');
  const started = readFileSync(record, 'utf8').split('\x1e');
  for (const command of expected)
    assert.ok(
      started.some((text) => text.startsWith(command)),
      `${command} was not reached: ${said.slice(-2000)}`,
    );
  assert.match(said, 'no trace of what follows');
  assert.equal(seen(said), []);
  assert.equal(
    seen(started.map((text) => (TRUSTED.test(text) ? text.slice(0, text.indexOf('\nexport ')) : text)).join('\n')),
    [],
  );
  assert.equal(seen(textOf(join(box.root, 'var/lib/pigstyc'), /^generations\/\d+\/files\//)), []);
}

test('apply.sh of a whole host gives none away', () => {
  const box = new Sandbox();
  try {
    box.write('/etc/os-release', 'ID=debian\nVERSION_ID="13"\n');
    applyAll(box, join(out, 'hosts/10.10.10.13'), '10.10.10.13', ['install ', 'systemctl ', 'apt-get ']);
  } finally {
    box.close();
  }
});

test('a password reaches redis-cli and mcli, and no program beside them', () => {
  const box = new Sandbox();
  try {
    const secret = new Secret('test_password', 'Cnry1x9K');
    const file = (path: string, lines: (word: string) => readonly string[]): Step =>
      fileStep(path, '', {
        mode: 0o600,
        render: (secrets) =>
          lines(secrets.reveal(secret))
            .map((line) => `${line}\n`)
            .join(''),
      });
    const call = <F extends RuntimeFunction>(fn: F, ...args: Arguments<F>): Step => ({
      kind: 'call',
      stage: 'node',
      name: fn,
      ...runtimeCall(fn, ...args),
    });
    box.build([
      file('/etc/cache.access', (word) => [
        'REDIS_CLI=redis-cli',
        'REDIS_UNIT=cache',
        'REDIS_HOST=127.0.0.1',
        'REDIS_PORT=6379',
        'REDIS_REPLICAOF=REPLICAOF',
        `REDISCLI_AUTH='${word}'`,
      ]),
      call('redis_replicaof', '/etc/cache.access', '10.0.0.2', 6379),
      file('/etc/store.env', (word) => [
        'MINIO_ALIAS=store',
        'MINIO_ENDPOINT=https://10.0.0.1:9000',
        'MINIO_CLIENT_ENDPOINT=https://10.0.0.1:9000',
        'MINIO_ACCESS_KEY=admin',
        `MINIO_SECRET_KEY='${word}'`,
        'MINIO_POLICIES=/etc',
        "buckets=''",
        `users="app '${word}' ''"`,
      ]),
      call('minio_alias', '/etc/store.env'),
      call('minio_provision', '/etc/store.env'),
      { kind: 'absent', stage: 'node', path: '/etc/os-release', effects: [] },
    ]);
    applyAll(box, box.bundle, '10.0.0.1', ['redis-cli ', 'mcli alias import', 'mcli admin user add', 'rm ']);
  } finally {
    box.close();
  }
});

test.run();
