/** What shells offer: asked of the program, and of a real bash with the script that it prints. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Desk } from '../../support/desk.ts';
import '../../package-text.ts';

async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const desk = new Desk();
  await desk.pigstyc(['init', '--ip', '10.1.1.1']);
  const { out } = await desk.pigstyc(['--get-yargs-completions', 'pigstyc', ...words]);
  return out.split('\n').filter((line) => line !== '');
}

test('names of the inventory, of parameters and of codes', async () => {
  assert.equal(await offered('init', 's'), ['single', 'standby']);
  assert.equal(await offered('build', '--limit', 'pg'), ['pg-meta', 'pg-meta-1']);
  assert.equal(await offered('services', '--cluster', ''), ['pg-meta']);
  assert.equal(await offered('services', '--url', '--user', ''), ['app', 'app_reader']);
  assert.equal(await offered('add', 'host', ''), ['etcd', 'infra', 'pg-meta']);
  assert.equal(await offered('explain', 'pg_vip_a'), ['pg_vip_address']);
  assert.ok((await offered('explain', 'PIG54')).includes('PIG5405'));
  assert.equal(await offered('explain', '10.1.1.1', 'pg_vip_a'), ['pg_vip_address']);
  assert.equal(await offered('check', '--platform', 'debian'), ['debian-12', 'debian-13']);
});

test('values of options, also behind an equals sign: one word for zsh and fish, three for bash', async () => {
  assert.equal(await offered('check', '--format', 's'), ['sarif']);
  assert.equal(await offered('diff', '--format', ''), ['github', 'json', 'markdown', 'text']);
  assert.equal(await offered('check', '--format=sa'), ['--format=sarif']);
  assert.equal(await offered('build', '--limit=pg'), ['--limit=pg-meta', '--limit=pg-meta-1']);
  assert.equal(await offered('build', '--limit', '=', 'pg'), ['pg-meta', 'pg-meta-1']);
  assert.equal(await offered('services', '--for', '='), ['jdbc', 'service', 'uri']);
  assert.equal(await offered('build', '--out=o'), []);
  assert.equal(await offered('schema', 'list-'), ['list-clusters', 'list-groups', 'list-hosts']);
});

test('an inventory that is not there, or is wrong, offers nothing and says nothing', async () => {
  const desk = new Desk();
  const asked = ['--get-yargs-completions', 'pigstyc', 'build', '--limit', ''];
  assert.equal(await desk.pigstyc(asked), { code: 0, out: '', err: '' });
  desk.system.writeFile('pigsty.yml', 'all: [', 0o600);
  assert.equal(await desk.pigstyc(asked), { code: 0, out: '', err: '' });
});

test('bash offers values, options behind a dash, and files where nothing else is meant', () => {
  const dir = mkdtempSync(join(tmpdir(), 'pigstyc-completion-'));
  try {
    writeFileSync(
      join(dir, 'pigstyc'),
      `#!/bin/sh\nexec '${process.execPath}' '${resolve('dist/pigstyc.cjs')}' "$@"\n`,
    );
    chmodSync(join(dir, 'pigstyc'), 0o755);
    const script = `eval "$(pigstyc completion bash)"
      try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pigstyc; echo "\${COMPREPLY[*]}"; }
      try pigstyc init s; try pigstyc build ''; try pigstyc build --gr; try pigstyc che; try pigstyc graph --as = s; \
try pigstyc graph --as =`;
    const env = { ...process.env, PATH: `${dir}:${process.env['PATH']}` };
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: dir, encoding: 'utf8', env });
    assert.is(stdout, 'single standby\n\n--graph\ncheck\nsvg\ndot html mermaid svg\n', stderr);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test.run();
