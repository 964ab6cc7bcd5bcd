/** The page with the compiler, as built, in a world that has only what every browser has. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const scratch = mkdtempSync(join(tmpdir(), 'pigstyc-playground-'));
let page = '';
test.before(() => {
  const file = join(scratch, 'page.html');
  const built = spawnSync('node', ['build/playground.mjs', file], { encoding: 'utf8' });
  assert.is(built.status, 0, built.stderr);
  page = readFileSync(file, 'utf8');
});
test.after(() => rmSync(scratch, { recursive: true }));

/** As much of an element as the page uses. */
class Part {
  readonly kids: Part[] = [];
  readonly listeners = new Map<string, () => void>();
  value = '';
  innerHTML = '';
  hidden = false;
  #text = '';

  constructor(text = '') {
    this.#text = text;
  }
  get textContent(): string {
    return this.#text + this.kids.map((kid) => kid.textContent).join('\n');
  }
  set textContent(text: string) {
    this.#text = text;
  }
  append(...kids: readonly Part[]): void {
    this.kids.push(...kids);
  }
  replaceChildren(...kids: readonly Part[]): void {
    this.kids.splice(0, Infinity, ...kids);
  }
  addEventListener(name: string, listener: () => void): void {
    this.listeners.set(name, listener);
  }
}

const WAYS_OUT = ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'Worker', 'importScripts', 'require'];

/** Starts the page. `asked` are the ways out that it looked for. */
function opened(): { readonly part: (id: string) => Part; readonly asked: readonly string[] } {
  const text = (id: string): string =>
    new RegExp(`id="${id}"[^>]*>([^<]*)<`).exec(page)![1]!.replaceAll('&lt;', '<').replaceAll('&amp;', '&');
  const parts = new Map(
    ['findings', 'hosts', 'files', 'drawing', 'plan', 'start', 'rest'].map((id): [string, Part] => [id, new Part()]),
  );
  parts.set('archive', new Part(text('archive'))).set('inventory', new Part());
  parts.get('inventory')!.value = text('inventory');
  const asked: string[] = [];
  const world = { TextEncoder, TextDecoder, Blob, DecompressionStream, atob, setTimeout, clearTimeout, queueMicrotask };
  const document = { getElementById: (id: string) => parts.get(id), createElement: () => new Part() };
  const context = createContext({ ...world, document });
  Object.assign(context, { window: context, self: context });
  for (const name of WAYS_OUT)
    Object.defineProperty(context, name, { get: () => void asked.push(name), configurable: true });
  runInContext(script(), context);
  return { part: (id) => parts.get(id)!, asked };
}

const script = (): string => /<script>([^]*)<\/script>/.exec(page)![1]!;

async function until(what: () => boolean): Promise<void> {
  for (let tries = 0; !what(); tries++) {
    assert.ok(tries < 600, 'nothing happens');
    await new Promise((done) => setTimeout(done, 100));
  }
}

test('findings with carets, then files and a drawing of the text as it is corrected', async () => {
  const { part, asked } = opened();
  await until(() => part('findings').textContent !== '');
  assert.match(part('findings').textContent, /^pigsty\.yml:17:\d+: error\[PIG\d+\]/m);
  assert.match(part('findings').textContent, /^17 \| .*owner: ap }\n +\| +\^\^$/m);
  assert.ok(part('rest').hidden);
  part('inventory').value = part('inventory').value.replace('owner: ap }', 'owner: app }');
  part('inventory').listeners.get('input')!();
  await until(() => !part('rest').hidden && part('drawing').innerHTML !== '');
  assert.not.match(part('findings').textContent, 'error[');
  assert.match(part('drawing').innerHTML, /^<svg[^]*pg&#45;test/);
  assert.equal(
    part('hosts').kids.map((kid) => kid.textContent),
    ['10.10.10.10', '10.10.10.11', '10.10.10.12'],
  );
  const shown = (): string => part('files').textContent;
  assert.match(shown(), '/etc/etcd/etcd.conf  ');
  part('hosts').value = '10.10.10.11';
  part('hosts').listeners.get('change')!();
  await until(() => shown().includes('/pg/conf/'));
  assert.match(shown(), /\/pg\/conf\/pg-test-1\.yml {2}\w+:\w+ 0\d{3}\n/);
  assert.not.match(shown(), 'change-me-please');
  assert.match(shown(), '<secret:pki/');
  await until(() => /^nothing changes since/.test(part('plan').textContent));
  part('inventory').value += '    node_timezone: Europe/Berlin\n    pg_rto: wide\n';
  part('inventory').listeners.get('input')!();
  await until(() => part('plan').textContent.includes('would be added'));
  const plan = part('plan').textContent;
  assert.match(plan, /^\+\+\+ b\/hosts\/10\.10\.10\.11\/files\/pg\/conf\/pg-test-1\.yml$/m);
  assert.match(plan, /^on the hosts:\n {2}10\.10\.10\.10\n/m);
  assert.match(plan, /^since the text it is compared with: 0 files would be added, \d+ changed, 0 removed$/m);
  assert.not.match(plan, 'change-me-please');
  part('start').listeners.get('click')!();
  await until(() => /^nothing changes since/.test(part('plan').textContent));
  part('inventory').value = 'all: [';
  part('inventory').listeners.get('input')!();
  await until(() => part('rest').hidden);
  assert.match(part('findings').textContent, /^pigsty\.yml:1:.*error/);
  assert.equal(asked, []);
});

test('nothing can leave the page: its policy allows no connection, and it names nothing elsewhere', () => {
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!.split('; ');
  for (const rule of ["default-src 'none'", "connect-src 'none'", "form-action 'none'", "base-uri 'none'"])
    assert.ok(policy.includes(rule), rule);
  const hash = createHash('sha256').update(script()).digest('base64');
  assert.ok(policy.includes(`script-src 'sha256-${hash}' 'unsafe-eval'`), 'no other script runs');
  assert.equal(policy.length, 6);
  const markup = page.replace(/<script[^]*?<\/script>/g, '');
  assert.not.match(markup, /\b(?:src|href|action)=|url\(|@import|<(?:link|iframe|img|form|object|embed|base)\b/i);
  assert.is([...page.matchAll(/<\/script>/gi)].length, 2);
});

test.run();
