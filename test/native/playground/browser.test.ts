/** The page with the compiler in a real browser, beside a server that notes whoever asks it for something. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nativeTest } from '../node/checker.ts';

const test = suite('the playground in a browser');
const call = promisify(execFile);

/** What stands in the page when it has come to rest. */
async function shown(scratch: string, html: string): Promise<string> {
  const page = join(scratch, 'page.html');
  writeFileSync(page, html);
  const options = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--dump-dom'];
  const profile = `--user-data-dir=${join(scratch, 'profile')}`;
  const words = [...options, profile, '--virtual-time-budget=30000', `file://${page}`];
  return (await call('chromium', words, { maxBuffer: 64 << 20, timeout: 120_000 })).stdout;
}

nativeTest(test, ['chromium'], 'it compiles, and its policy lets nothing out', async (scratch) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    response.end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    const place = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const file = join(scratch, 'built.html');
    await call('node', ['build/playground.mjs', file]);
    const callHome = `<img src="${place}/img"><link rel="stylesheet" href="${place}/css"><script src="${place}/js"></script>
<iframe src="${place}/frame"></iframe><script>fetch('${place}/fetch'); new Image().src = '${place}/image';</script>`;
    const built = readFileSync(file, 'utf8')
      .replace('owner: ap }', 'owner: app }')
      .replace('</main>', () => `${callHome}</main>`);
    const dom = await shown(scratch, built);
    assert.match(dom, /<pre id="findings">pigsty\.yml:1:1: warning\[PIG5006\][^<]*3 hosts/);
    assert.match(dom, /<div id="drawing"><svg[^]*pg-test/);
    assert.match(dom, '<summary>/etc/etcd/etcd.conf');
    assert.match(dom, '<pre id="plan">nothing changes since the text it is compared with');
    assert.equal(asked, []);
    await shown(scratch, built.replace(/<meta http-equiv[^>]*>/, ''));
    assert.equal(
      [...new Set(asked)].sort(),
      ['/css', '/fetch', '/frame', '/image', '/img', '/js'],
      'what the policy is for',
    );
  } finally {
    server.close();
  }
});

test.run();
