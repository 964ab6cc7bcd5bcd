import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { COMMANDS, run as main } from '../../../compiler/cli/program.ts';
import { nodeHost, type Host } from '../../../compiler/host/host.ts';

const PROGRAM = resolve('dist/pigstyc.cjs');
const GOOD = `all:   # pigstyc: allow PIG5006 a demonstration
  children:
    etcd: { hosts: { 10.10.10.10: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }
    pg-meta:
      hosts: { 10.10.10.10: { pg_seq: 1, pg_role: primary } }
      vars:
        pg_cluster: pg-meta
        pg_users: [ { name: dbuser_meta, password: Very.Secret.Word } ]
  vars:
    admin_ip: 10.10.10.10
    version: v4.5.0
    pg_version: 16
    pg_admin_password: Another.Secret
`;

let dir = '';
const test = suite('cli');
test.before(() => assert.ok(existsSync(PROGRAM), 'dist/ is missing: npm run build'));
test.before.each(() => {
  dir = mkdtempSync(join(tmpdir(), 'pigstyc-cli-'));
  writeFileSync(join(dir, 'pigsty.yml'), GOOD);
});
test.after.each(() => rmSync(dir, { recursive: true }));

/** Runs the built program in a directory with a good inventory; NO_COLOR is not set, pipes decide. */
function run(args: readonly string[], env: Record<string, string> = {}) {
  const { PATH } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: dir,
    encoding: 'utf8',
    env: { PATH, ...env },
  });
  return { status, stdout, stderr };
}

function write(text: string, name = 'pigsty.yml'): void {
  writeFileSync(join(dir, name), text);
}

test('a switch with another word than true or false is a wrong command line, never silently off', () => {
  write(GOOD.replace('pg_version: 16', "pg_version: '16'"));
  assert.equal([run(['check', '--strict=true']).status, run(['check', '--strict=false']).status], [1, 0]);
  for (const word of ['yes', '1', 'maybe', 'TRUE', '']) assert.is(run(['check', `--strict=${word}`]).status, 2, word);
  assert.match(run(['secrets', 'gen', '--dry-run=yes']).stderr, /`yes` is neither `true` nor `false`/);
});

test('- is standard input', () => {
  const { status, stdout } = spawnSync(process.execPath, [PROGRAM, 'check', '-'], {
    cwd: dir,
    encoding: 'utf8',
    input: GOOD.replace('pg_version: 16', 'pg_verison: 16'),
  });
  assert.is(status, 1);
  assert.match(stdout, /^\/dev\/stdin:12:5: error\[PIG1203\]/m);
});

test('standard input is not edited', () => {
  for (const args of [
    ['secrets', 'gen', '-'],
    ['add', 'user', 'bob', '--cluster', 'pg-meta', '-i', '-'],
  ]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
      cwd: dir,
      encoding: 'utf8',
      input: GOOD,
    });
    assert.equal([status, stdout], [2, ''], args.join(' '));
    assert.match(stderr, 'standard input cannot be written: name the file');
  }
});

for (const command of COMMANDS) {
  const name = command.usage.split(' ')[0]!;
  test(`${name} --help shows its summary and an example`, () => {
    const { status, stdout, stderr } = run([name, '--help']);
    assert.equal([status, stderr], [0, '']);
    assert.ok(
      stdout.includes(`pigstyc ${name}`) &&
        stdout.includes('Examples:') &&
        stdout.replace(/\s+/g, ' ').includes(command.summary),
      stdout,
    );
  });
}

test('--help names every command, --version the version of the package', () => {
  const help = run(['--help']);
  for (const command of COMMANDS) assert.ok(help.stdout.includes(`pigstyc ${command.usage}`), command.usage);
  assert.is(run(['--version']).stdout, `${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`);
});

test('wrong usage exits 2, says what is wrong on stderr and suggests', () => {
  for (const [args, message] of [
    [[], /which command/],
    [['chek'], /did you mean `check`/],
    [['check', '--fromat', 'json'], /did you mean `format`/],
    [['check', '--format', 'xml'], /`xml` is none of pretty, compact/],
    [['dump', '--phase', '9'], /phase/],
    [['explain', 'PIG9999'], /nothing is called `PIG9999`/],
    [['explain', '10.10.10.99', 'pg_version'], /no host `10\.10\.10\.99`/],
    [['explain', '10.10.10.10', 'pg_versoin'], /did you mean `pg_version`/],
  ] as const) {
    const { status, stdout, stderr } = run(args);
    assert.equal([status, stdout], [2, ''], args.join(' '));
    assert.match(stderr, message);
  }
});

test('check: 0 without findings, 1 with errors, warnings only with --strict', () => {
  assert.is(run(['check']).status, 0);
  write(GOOD.replace('pg_cluster: pg-meta', 'pg_clustr: pg-meta'));
  const bad = run(['check']);
  assert.is(bad.status, 1);
  assert.match(bad.stdout, /did you mean `pg_cluster`/);
  assert.match(bad.stdout, /more about a code: pigstyc explain PIG\d{4}/);
  write(GOOD.replace('pg_version: 16', 'pg_version: 16\n    node_tune_profile_x: 1'));
});

test('published secrets are told by each build, and stop a strict one, unless the site says that it is a demonstration', () => {
  write(GOOD.replace(/# pigstyc: .*/, '# pigstyc: allow-file PIG5103 nothing to watch here'));
  const refused = run(['build', '--strict']);
  assert.is(refused.status, 1);
  assert.match(refused.stdout, /warning\[PIG5006\] default-secret: secrets .*: \d/);
  assert.not.ok(existsSync(join(dir, 'out')));
  assert.match(run(['check', '--demo', '--show-allowed']).stdout, /= allowed: --demo\n/);
  assert.match(run(['build']).stdout, /warning\[PIG5006\]/);
  assert.is(run(['build', '--demo', '--strict']).status, 0);
  assert.is(run(['secrets', 'gen']).status, 0);
  assert.is(run(['build', '--strict']).status, 0);
});

test('a comment allows a warning: check, build and diff pass with --strict, --show-allowed lists it', () => {
  write(GOOD.replace('pg_version: 16', "pg_version: '16'"));
  for (const command of ['check', 'build', 'diff']) assert.is(run([command, '--strict']).status, 1, command);
  write(
    GOOD.replace(
      'pg_version: 16',
      "pg_version: '16'   # pigstyc: allow PIG1210 generated by another program\n    # pigstyc: allow-file PIG5103 nothing to watch here",
    ),
  );
  assert.match(run(['check', '--strict']).stdout, /^1 hint; 3 allowed$/m);
  assert.match(run(['build', '--strict']).stdout, /written, 0 unchanged, 0 removed\n$/);
  assert.is(run(['diff', '--strict']).status, 0);
  const listed = run(['check', '--strict', '--show-allowed']);
  assert.is(listed.status, 0);
  assert.match(
    listed.stdout,
    /warning\[PIG1210\][\s\S]*= allowed: generated by another program\n[\s\S]*\n1 hint; 3 allowed\n$/,
  );
  assert.match(
    run(['check', '--show-allowed', '--format', 'sarif']).stdout,
    /"justification": "generated by another program"/,
  );
});

test('check: a file that is not there is a finding', () => {
  const { status, stdout } = run(['check', 'nothing.yml']);
  assert.is(status, 1);
  assert.match(stdout, /error\[PIG0001\] unreadable-file: cannot read `nothing\.yml`: no such file or directory/);
});

test('every format of a failing check can be read by its readers', () => {
  write(GOOD.replace('pg_cluster: pg-meta', 'pg_clustr: pg-meta'));
  assert.is(JSON.parse(run(['check', '--format', 'json']).stdout).files[0], 'pigsty.yml');
  assert.is(JSON.parse(run(['check', '--format', 'sarif']).stdout).version, '2.1.0');
  assert.match(run(['check', '--format', 'github']).stdout, /^::error file=pigsty\.yml,line=\d+/m);
  assert.match(run(['check', '--format', 'junit']).stdout, /^<\?xml [\s\S]*<failure /);
  assert.match(run(['check', '--format', 'compact']).stdout, /^pigsty\.yml:\d+:\d+: error\[PIG\d{4}\]/m);
});

test('colors only when asked for or on a terminal', () => {
  write('all: [');
  assert.not.match(run(['check']).stdout, /\u001b/);
  assert.match(run(['check', '--color', 'always']).stdout, /\u001b\[31m/);
  assert.not.match(run(['check'], { FORCE_COLOR: '1', NO_COLOR: '1' }).stdout, /\u001b/);
});

test('build writes a bundle, a second one nothing, diff tells the difference before', () => {
  const first = run(['build']);
  assert.is(first.status, 0, first.stdout + first.stderr);
  assert.ok(existsSync(join(dir, 'out/manifest.json')) && existsSync(join(dir, 'out/hosts/10.10.10.10/apply.sh')));
  assert.match(run(['build']).stdout, / 0 files written, \d+ unchanged, 0 removed\n$/);
  assert.is(run(['diff']).stdout, 'out is up to date\n');
  write(GOOD.replace('pg_version: 16', 'pg_version: 16\n    pg_max_conn: 333'));
  const manifest = readFileSync(join(dir, 'out/manifest.json'), 'utf8');
  const diff = run(['diff']);
  assert.match(diff.stdout, /^\+.*333/m);
  assert.match(diff.stdout, /changed, 0 removed\n$/);
  assert.is(readFileSync(join(dir, 'out/manifest.json'), 'utf8'), manifest);
});

test('diff tells what happens on each host: reloads, restarts that wait, steps with something to do', () => {
  const impact = (before: string, after: string): string => {
    assert.ok(GOOD.includes(before), before);
    write(GOOD.replace(before, after));
    return /on the hosts:\n([^]*?)\n\n/.exec(run(['diff']).stdout)?.[1] ?? '';
  };
  run(['build']);
  assert.match(
    impact('pg_version: 16', 'pg_version: 16\n    pg_max_conn: 333'),
    [
      '  10.10.10.10',
      '    restart, waits for --allow-restart: PostgreSQL, for max_connections (500 → 333), max_locks_per_transaction (500 → 333)',
      '    clients: sessions at the server end, writes stop until it is back',
      '    steps: settings in the DCS',
    ].join('\n'),
  );
  assert.match(
    impact('Very.Secret.Word', 'Other.Secret.Word'),
    /^ {2}10\.10\.10\.10\n {4}(reload: pgbouncer\n {4})?steps: role dbuser_meta$/,
  );
  assert.match(
    impact('etcd_cluster: etcd', 'etcd_cluster: etcd, etcd_election_timeout: 2000'),
    'restart, waits for --allow-restart: etcd',
  );
  const joined = impact(
    '10.10.10.10: { etcd_seq: 1 }',
    '10.10.10.10: { etcd_seq: 1 }, 10.10.10.11: { etcd_seq: 2, etcd_init: existing }',
  );
  assert.match(joined, /^ {2}10\.10\.10\.11\n {4}new, \d+ files$/m);
  assert.not.match(joined, 'waits', 'a member that has started before does not read the new list');
  const { host, is } = JSON.parse(run(['diff', '--json']).stdout).impact[1];
  assert.equal([host, is], ['10.10.10.11', 'new']);
});

test('a build with errors leaves the former bundle untouched', () => {
  run(['build']);
  const manifest = readFileSync(join(dir, 'out/manifest.json'), 'utf8');
  write(GOOD.replace('pg_role: primary', 'pg_role: king'));
  const { status, stdout } = run(['build']);
  assert.is(status, 1);
  assert.match(stdout, /nothing was written\n$/);
  assert.is(readFileSync(join(dir, 'out/manifest.json'), 'utf8'), manifest);
});

test('--limit that selects nobody is an error', () => {
  const { status, stdout } = run(['build', '--limit', 'pg-tset']);
  assert.is(status, 1);
  assert.match(stdout, /PIG0002/);
  assert.not(existsSync(join(dir, 'out')));
});

test('an output directory that cannot be made is no bug', () => {
  write('a file', 'out');
  const { status, stdout, stderr } = run(['build']);
  assert.is(status, 1, stdout + stderr);
});

test('list prints tables and JSON', () => {
  assert.match(run(['list', 'hosts']).stdout, /^HOST .*\n10\.10\.10\.10 .*pg-meta-1 \(primary\)/);
  assert.equal(
    JSON.parse(run(['list', 'clusters', '--json']).stdout).map((row: { cluster: string }) => row.cluster),
    ['etcd', 'pg-meta'],
  );
  assert.match(run(['list', 'groups', '--limit', 'pg-meta']).stdout, /^pg-meta +1 +10\.10\.10\.10$/m);
});

test('services tells who serves and what is left without a host or a zone', () => {
  const three = GOOD.replace(
    '10.10.10.10: { pg_seq: 1, pg_role: primary }',
    '10.10.10.10: { pg_seq: 1, pg_role: primary, rack: r1 }, 10.10.10.11: { pg_seq: 2, pg_role: replica, rack: ' +
      'r2 }, 10.10.10.12: { pg_seq: 3, pg_role: replica, rack: r2 }',
  );
  write(three);
  const { status, stdout } = run(['services']);
  assert.is(status, 0);
  assert.match(
    stdout,
    new RegExp(
      String.raw`^pg-meta-primary, port 5433\n {2}offered +on 10\.10\.10\.10, 10\.10\.10\.11, 10\.10\.10\.12\n` +
        String.raw` {2}leads to +pgbouncer 6432, check \/primary\n`,
    ),
  );
  assert.match(
    stdout,
    /\n {2}without 10\.10\.10\.10 +1 of pg-meta-2, pg-meta-3, after a failover\n {2}without 10\.10\.10\.11 +pg-meta-1\n/,
  );
  const [primary, replica] = JSON.parse(run(['services', '--zone', 'rack', '--json']).stdout);
  assert.equal(
    primary.losses.map(({ lost, hosts, serving, failover }: Record<string, unknown>) => [
      lost,
      hosts,
      serving,
      failover,
    ]),
    [
      ['r1', ['10.10.10.10'], ['pg-meta-2', 'pg-meta-3'], true],
      ['r2', ['10.10.10.11', '10.10.10.12'], ['pg-meta-1'], false],
    ],
  );
  assert.equal(
    replica.members
      .filter(({ backup }: { backup: boolean }) => backup)
      .map(({ instance }: { instance: string }) => instance),
    ['pg-meta-1'],
  );
  assert.match(run(['services', '--zone', 'rak']).stderr, /no host has a variable `rak`, did you mean `rack`\?/);
  assert.match(run(['services', '--cluster', 'pg-mta']).stderr, /no cluster `pg-mta`, did you mean `pg-meta`\?/);
  assert.is(run(['services', '--cluster', 'pg-mta']).status, 2);
});

test('ports tells what listens where, and who said so', () => {
  write(GOOD.replace('pg_cluster: pg-meta', 'pg_cluster: pg-meta\n        patroni_port: 8009'));
  const rows = JSON.parse(run(['ports', '--json']).stdout) as { port: number }[];
  assert.equal(
    rows.find(({ port }) => port === 8009),
    {
      host: '10.10.10.10',
      port: 8009,
      module: 'PGSQL',
      what: 'patroni',
      parameter: 'patroni_port',
      from: 'group pg-meta',
      at: 'pigsty.yml:8:23',
    },
  );
  assert.match(
    run(['ports', '--limit', 'pg-meta']).stdout,
    /^10\.10\.10\.10 +5433 +PGSQL +service pg-meta-primary +pg_default_services +default$/m,
  );
  assert.is(run(['ports', '--limit', 'nobody']).status, 1);
});

test('pki list: nothing is made by looking; 1 when something is missing or a key can be read by others', () => {
  const before = run(['pki', 'list', '--json']);
  assert.is(before.status, 1, before.stderr);
  assert.equal([...new Set(JSON.parse(before.stdout).map((row: { state: string }) => row.state))], ['missing']);
  assert.not.ok(existsSync(join(dir, 'pki')));
  run(['build', '-q']);
  assert.match(
    run(['pki', 'list']).stdout,
    /^pgsql\/pg-meta-1 +ok +\d{4}-\d\d-\d\d +\d+ +0600 +10\.10\.10\.10 +.*pg-meta/m,
  );
  chmodSync(join(dir, 'pki/pgsql/pg-meta-1.key'), 0o640);
  const exposed = run(['pki', 'list']);
  assert.is(exposed.status, 1);
  assert.match(exposed.stdout, /pgsql\/pg-meta-1 .* 0640 !/);
});

test('explain tells where a value comes from and what it replaced', () => {
  write(GOOD.replace('pg_cluster: pg-meta', 'pg_cluster: pg-meta\n        pg_version: 15'));
  const { stdout } = run(['explain', '10.10.10.10', 'pg_version']);
  assert.match(stdout, /value +15 +group pg-meta +pigsty\.yml:8:9\n +replaces +16 +all +pigsty\.yml:\d+:5\n/);
  assert.match(run(['explain', 'pg_version']).stdout, /^pg_version: [\s\S]*old names|default/);
  assert.match(
    run(['explain', 'wal_compression']).stdout,
    /PostgreSQL {2}14\n {2}type +boolean[\s\S]*one of lz4, off, on, pglz, zstd/,
  );
  assert.match(run(['explain', 'max_connections']).stdout, /when the server restarts[\s\S]*use `pg_max_conn`/);
  assert.match(run(['explain', 'timescaledb']).stdout, /`timescaledb` must be in `pg_libs`/);
  assert.match(run(['explain', 'pig0001']).stdout, /^error\[PIG0001\] unreadable-file\n[\s\S]*How to fix/);
});

test('secrets are never printed', () => {
  const commands = [
    ['explain', '10.10.10.10', 'pg_admin_password'],
    ['explain', '10.10.10.10', 'pg_users'],
    ['list', 'hosts', '--json'],
    ...['1', '2', '3', '4', '5', '6', '7'].map((phase) => ['dump', '--phase', phase]),
  ];
  for (const command of commands) {
    const { status, stdout, stderr } = run(command);
    assert.is(status, 0, `${command.join(' ')}: ${stderr}`);
    assert.not.match(stdout + stderr, /Very\.Secret|Another\.Secret/, command.join(' '));
  }
  write(
    GOOD.replace('password: Very', 'pasword: Very')
      .replace('pg_admin_password: A', 'pg_admin_pasword: A')
      .replace('name: dbuser_meta', 'nam: dbuser_meta'),
  );
  const misspelt = run(['check']);
  assert.is(misspelt.status, 1);
  assert.not.match(misspelt.stdout, /Very\.Secret|Another\.Secret/);
  write(GOOD);
  run(['build']);
  write(GOOD.replace('Another.Secret', 'Rotated.Secret'));
  assert.not.match(run(['diff']).stdout, /(Another|Rotated)\.Secret/);
});

test('a dump is the same whatever the directory, locale and time zone', () => {
  for (const phase of ['4', '6', '7']) {
    const here = run(['dump', '--phase', phase], { TZ: 'Asia/Tokyo', LC_ALL: 'tr_TR.UTF-8' }).stdout;
    assert.is(here, run(['dump', '--phase', phase]).stdout);
    assert.ok(here.length > 100);
  }
});

test('a bug exits 70 and shows its stack only on request', async () => {
  const failing = async (env: Record<string, string>) => {
    let stderr = '';
    const host: Host = {
      ...nodeHost(),
      env,
      stderr: (text) => (stderr += text),
      stdout: () => {
        throw new Error('on purpose');
      },
    };
    return { status: await main(['explain', 'PIG0001'], host), stderr };
  };
  const quiet = await failing({});
  assert.is(quiet.status, 70);
  assert.match(quiet.stderr, /This is a bug in pigstyc/);
  assert.not.match(quiet.stderr, /on purpose|\n {4}at /);
  assert.match((await failing({ PIGSTYC_DEBUG: '1' })).stderr, /on purpose\n {4}at /);
});

test('completion scripts are valid, and the program answers them', () => {
  const script = run(['completion', 'bash']).stdout;
  assert.is(spawnSync('bash', ['-n'], { input: script }).status, 0);
  assert.match(run(['--get-yargs-completions', 'pigstyc', 'ch']).stdout, /^check/m);
});

test('a reader that leaves early is no error', () => {
  const { status, stderr } = spawnSync(
    'bash',
    ['-c', `set -o pipefail; "${process.execPath}" "${PROGRAM}" dump --phase 6 | head -c 10 >/dev/null`],
    { cwd: dir, encoding: 'utf8' },
  );
  assert.equal([status, stderr], [0, '']);
});

test('build --graph puts drawings into the bundle; a build without it takes them away', () => {
  const drawings = (): readonly boolean[] =>
    ['topology.svg', 'topology.html'].map((name) => existsSync(join(dir, 'out', name)));
  assert.is(run(['build', '--graph']).status, 0);
  assert.equal(drawings(), [true, true]);
  assert.is(readFileSync(join(dir, 'out/topology.svg'), 'utf8'), run(['graph']).stdout);
  assert.match(run(['build', '--graph']).stdout, /0 files written/);
  assert.match(run(['diff', '--graph']).stdout, /up to date/);
  assert.match(run(['diff']).stdout, /1 changed, 2 removed/);
  assert.match(run(['build']).stdout, /2 removed/);
  assert.equal(drawings(), [false, false]);
});

test.run();
