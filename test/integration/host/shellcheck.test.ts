import { RUNTIME_PARTS } from '../../../emitters/host/library.ts';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Step } from '../../../emitters/api.ts';
import type { RuntimeCall, RuntimeFunction } from '../../../emitters/runtime-calls.ts';
import { leavingHost, retiredScript } from '../../../emitters/host/retired-script.ts';
import { fileStep, Sandbox, secretStep } from './harness.ts';

/** The system's program: the npm package of that name downloads one when it is first run, which a test must not. */
const environment = {
  ...process.env,
  PATH: (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((part) => !part.includes('node_modules'))
    .join(delimiter),
};
const haveShellcheck = spawnSync('shellcheck', ['--version'], { env: environment }).status === 0;

/** One call of every module, so that the library holds all of them. */
const CALLS: readonly RuntimeFunction[] = [
  'sysctl_apply',
  'etcd_auth',
  'patroni_bootstrap',
  'redis_config',
  'minio_provision',
  'nginx_certs',
];

/** Words that no emitter could give. */
const anyCall = (fn: string, ...args: readonly string[]): RuntimeCall => ({ fn, args }) as unknown as RuntimeCall;

/**
 * Every optional check is on. Off: 2154 and 2034 (variables that another part of the program or an environment file of
 * the host sets or reads), 1091 (such files).
 */
const OPTIONS = ['--enable=all', '--shell=bash', '--severity=style', '--exclude=SC2034,SC2154,SC1091'];

(haveShellcheck ? test : test.skip)('shellcheck finds nothing in a generated apply.sh and in the whole library', () => {
  const box = new Sandbox();
  try {
    const steps: readonly Step[] = [
      { kind: 'group', stage: 'node', name: 'admin', gid: 88 },
      { kind: 'user', stage: 'node', name: 'dba', group: 'admin', groups: ['wheel'], comment: "it's me" },
      { kind: 'package', stage: 'node', names: ['chrony', "odd'name"], optional: true },
      fileStep('/etc/a b.conf', 'x\n', {
        validate: { command: ['sh', '-c', 'test -s "$1" && exit 0\nexit 1', 'sh', '{}'], user: 'dba' },
      }),
      secretStep('/etc/s.env', 'x', {
        effects: [
          { kind: 'restart', unit: 'web', guarded: true },
          { kind: 'call', fn: 'sysctl_apply', args: ['/etc/sysctl.d/x.conf'] },
        ],
      }),
      { kind: 'absent', stage: 'node', path: '/etc/old', effects: [{ kind: 'reload', unit: 'web' }] },
      { kind: 'unit', stage: 'node', unit: 'web', enabled: undefined, state: undefined, masked: true },
      {
        kind: 'probe',
        stage: 'node',
        name: 'web answers',
        command: ['sh', '-c', 'exit 0'],
        user: 'dba',
        timeoutSeconds: 3,
      },
      ...CALLS.map(
        (fn): Step => ({
          kind: 'call',
          stage: 'monitor',
          name: `call $HOME \`${fn}\``,
          ...anyCall(fn, 'a b', '$x', '*'),
        }),
      ),
    ];
    box.build(steps);
    const leaving = leavingHost('10.0.0.1', readFileSync(join(box.bundle, 'apply.sh'), 'utf8'), [
      '/data/a b',
      '/data/c',
    ])!;
    writeFileSync(join(box.bundle, 'retired.sh'), retiredScript(leaving));
    for (const script of ['apply.sh', 'retired.sh', 'lib.sh']) {
      const result = spawnSync('shellcheck', [...OPTIONS, '--external-sources', script], {
        cwd: box.bundle,
        encoding: 'utf8',
        env: environment,
      });
      assert.is(result.stdout, '', script);
      assert.is(result.status, 0, script);
    }
    writeFileSync(join(box.bundle, 'bad.sh'), 'if [ $x = 1 ]; then cat file | grep y; fi\n');
    assert.is.not(spawnSync('shellcheck', [...OPTIONS, 'bad.sh'], { cwd: box.bundle, env: environment }).status, 0);
  } finally {
    box.close();
  }
});

/** What bash has since 5.0 only. */
const NEWER = new RegExp(
  [
    'EPOCH(SECONDS|REALTIME)|SRANDOM|BASH_ARGV0',
    String.raw`\$\{\w+(\[[^\]]*\])?@[ULuKk]\}|\$\{ `,
    String.raw`\bwait -\w*p|\blocal -\w*I|\blastpipe\b`,
    'shopt -s (assoc_expand_once|localvar_inherit|patsub_replacement)',
  ].join('|'),
);

test('the runtime is free of what bash 4.4 lacks', () => {
  for (const name of RUNTIME_PARTS) {
    readFileSync(name, 'utf8')
      .split('\n')
      .forEach((line, i) => assert.not.match(line.replace(/^\s*#.*/, ''), NEWER, `${name}:${i + 1}`));
  }
  assert.match('x=${line@U}', NEWER);
});

test('apply.sh says which bash it needs before it reads anything', () => {
  const box = new Sandbox();
  try {
    box.build([fileStep('/etc/a', 'x\n')]);
    const lines = readFileSync(join(box.bundle, 'apply.sh'), 'utf8').split('\n');
    const guard = lines.findIndex((line) => line.includes('BASH_VERSINFO'));
    assert.ok(guard > 0 && guard < lines.findIndex((line) => line.includes('lib.sh"')));
    // The guard alone, told another version: BASH_VERSINFO itself is read-only.
    const text = lines
      .slice(guard, guard + 4)
      .join('\n')
      .replaceAll('BASH_VERSINFO', 'version');
    const exits = (major: number, minor: number): number | null =>
      spawnSync('bash', ['-c', `version=(${major} ${minor})\n${text}`]).status;
    assert.equal([exits(4, 2), exits(4, 3), exits(4, 4), exits(5, 0), exits(5, 2)], [3, 3, 0, 0, 0]);
  } finally {
    box.close();
  }
});

test('a call of a function that no runtime file defines is refused at build time', () => {
  const box = new Sandbox();
  try {
    assert.throws(
      () => box.build([{ kind: 'call', stage: 'node', name: 'x', ...anyCall('no_such_function') }]),
      'no_such_function',
    );
  } finally {
    box.close();
  }
});

test('an effect argument that the manifest cannot hold is refused at build time', () => {
  const box = new Sandbox();
  try {
    assert.throws(
      () => box.build([fileStep('/a', 'x\n', { effects: [{ kind: 'call', fn: 'sysctl_apply', args: ['/etc/a b'] }] })]),
      'an effect cannot have the argument',
    );
  } finally {
    box.close();
  }
});

test.run();
