/** The completion scripts in the shells they are for; that of bash is tried with the unit tests. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nativeTest } from '../node/checker.ts';

const test = suite('completion');

let dir = '';
test.before(() => {
  dir = mkdtempSync(join(tmpdir(), 'pigstyc-completion-'));
  const program = `#!/bin/sh\nexec '${process.execPath}' '${resolve('dist/pigstyc.cjs')}' "$@"\n`;
  mkdirSync(join(dir, 'bin'));
  writeFileSync(join(dir, 'bin/pigstyc'), program, { mode: 0o755 });
  writeFileSync(join(dir, 'pigsty.yml'), '');
});
test.after(() => rmSync(dir, { recursive: true }));

function said(...command: readonly string[]): readonly string[] {
  const env = { ...process.env, PATH: `${dir}/bin:${process.env['PATH']}`, HOME: dir };
  const { stdout, stderr } = spawnSync(command[0]!, command.slice(1), { cwd: dir, encoding: 'utf8', env });
  assert.is(stderr, '');
  return stdout.trimEnd().split('\n');
}

/** A line, and what is offered for its last word. */
const LINES: readonly (readonly [words: readonly string[], offered: string])[] = [
  [['pigstyc', 'init', 's'], 'single standby'],
  [['pigstyc', 'check', '--format=sa'], '--format=sarif'],
  [['pigstyc', 'schema', 'list-'], 'list-clusters list-groups list-hosts'],
  [['pigstyc', 'build', '--gr'], '--graph'],
  [['pigstyc', 'check', 'pigsty'], 'files'],
];

nativeTest(test, ['fish'], 'fish', () => {
  const asked = LINES.map(([words]) => `string join -- ' ' (complete -C '${words.join(' ')}' | string split -f1 \\t)`);
  const lines = said('fish', '--no-config', '-c', `pigstyc completion fish | source\n${asked.join('\n')}`);
  assert.equal(
    lines,
    LINES.map(([, offered]) => (offered === 'files' ? 'pigsty.yml' : offered)),
  );
});

nativeTest(test, ['zsh'], 'zsh', () => {
  const asked = LINES.map(([words]) => `words=(${words.join(' ')}); CURRENT=$#words; _pigstyc`);
  const stand = `compdef() { :; }; compadd() { shift; print -r -- \${(M)@:#\${words[CURRENT]}*}; }; _files() { print files; }`;
  const lines = said('zsh', '-f', '-c', `${stand}\neval "$(pigstyc completion zsh)"\n${asked.join('\n')}`);
  assert.equal(
    lines,
    LINES.map(([, offered]) => offered),
  );
});

test.run();
