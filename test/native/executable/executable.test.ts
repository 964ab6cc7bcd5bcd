/** The program as one file, in an empty directory, where no node is in reach. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nativeTest } from '../node/checker.ts';

const test = suite('executable');
/** Made from the node that .ci/run installs: that of a distribution may not hold its own code. */
const NODE = join(process.env['PIGSTYC_NODES'] ?? '/var/tmp/pigstyc-nodes', '22/bin/node');

let dir = '';
test.before(() => {
  dir = mkdtempSync(join(tmpdir(), 'pigstyc-executable-test-'));
  mkdirSync(join(dir, 'empty'));
  cpSync('fixtures/ok/reference', join(dir, 'site'), { recursive: true });
  if (!existsSync(NODE)) return;
  const made = spawnSync(NODE, ['build/executable.mjs', join(dir, 'pigstyc')], { encoding: 'utf8' });
  assert.is(made.status, 0, made.stderr);
});
test.after(() => rmSync(dir, { recursive: true }));

const where = (): { cwd: string; env: Record<string, string> } => ({
  cwd: join(dir, 'empty'),
  env: { PATH: '/nowhere' },
});

function pigstyc(...words: readonly string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(join(dir, 'pigstyc'), words, { ...where(), encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

const site = (): string => join(dir, 'site/pigsty.yml');

nativeTest(test, [NODE], 'it checks, compares, draws and explains without node', () => {
  assert.match(pigstyc('check', site()).stdout, 'PIG5413');
  assert.is(pigstyc('explain', 'PIG5413').code, 0);
  assert.match(pigstyc('graph', site()).stdout, /^<svg[^]*pg&#45;meta/);
  assert.is(pigstyc('cmdb', 'check', '--url', 'postgresql://nobody@127.0.0.1:1/none').code, 1);
  const shown = pigstyc('diff', site(), '-o', 'none', '--hosts');
  assert.is(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, '10.10.10.13');
});

nativeTest(test, [NODE], 'it makes the committed bundle byte for byte', () => {
  const out = join(dir, 'out');
  const built = pigstyc('build', site(), '-o', out, '--graph');
  assert.is(built.code, 0, built.stderr);
  const ignored = ['sealed', 'stamps', 'lib.sh'].flatMap((name) => ['-x', name]);
  const same = spawnSync('diff', ['-rq', ...ignored, 'out', out], { encoding: 'utf8' });
  assert.is(same.stdout, '');
  assert.is(same.status, 0);
  assert.equal(readFileSync(join(out, 'shared/lib.sh')), readFileSync('out/shared/lib.sh'));
});

nativeTest(test, [NODE], 'it serves an editor', async () => {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { capabilities: {} } });
  const server = spawn(join(dir, 'pigstyc'), ['lsp', '--stdio'], where());
  const answer = await new Promise<string>((done) => {
    let text = '';
    server.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('capabilities')) done(text);
    });
    server.on('exit', () => done(`it ended after ${text}`));
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  });
  server.kill();
  assert.match(answer, '"serverInfo":{"name":"pigstyc"');
});

test.run();
