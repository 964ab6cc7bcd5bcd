/** Files that an inventory names are those of its own directory, and never keys. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileFiles } from '../../../compiler/compile.ts';
import type { Request } from '../../../compiler/inputs/request.ts';
import { nodeHost } from '../../../compiler/host/host.ts';

const test = suite('site files');
const root = mkdtempSync(join(tmpdir(), 'site-files-'));
const site = join(root, 'site');
const inventory = join(site, 'pigsty.yml');

test.before(() => {
  for (const directory of ['site/files', 'site/pki/ca', 'site/prod.state', 'site/.pigstyc', 'other'])
    mkdirSync(join(root, directory), { recursive: true });
  for (const file of [
    'site/files/shop.sql',
    'site/pki/ca/ca.crt',
    'site/prod.state/note',
    'site/.pigstyc/key',
    'site/host.key',
    'other/x.sql',
  ])
    writeFileSync(join(root, file), 'SELECT 1;\n');
  writeFileSync(join(site, 'large.sql'), 'x'.repeat(1024 * 1024 + 1));
  symlinkSync('../other/x.sql', join(site, 'link.sql'));
  symlinkSync('files/shop.sql', join(site, 'inner.sql'));
});

test.after(() => rmSync(root, { recursive: true }));

/** Slug of the finding about a file named as the baseline of a database, and whether it was read. */
function verdict(path: string, allowFile: readonly string[] = []): string {
  writeFileSync(
    inventory,
    `pg-test:
  hosts: { 10.10.10.11: { pg_seq: 1, pg_role: primary } }
  vars: { pg_cluster: pg-test, pg_databases: [{ name: shop, baseline: ${JSON.stringify(path)} }] }
`,
  );
  const { diagnostics, assets } = compileFiles(nodeHost(), { files: [inventory], allowFile }).checked();
  const found = diagnostics.find(({ code }) => code === 'PIG0007' || code === 'PIG0008');
  assert.is(found === undefined, assets.has(path), path);
  if (found !== undefined)
    assert.is(found.span?.file.text.slice(found.span.start, found.span.end), JSON.stringify(path));
  return found?.slug ?? 'read';
}

test('below the directory of the inventory', () => {
  for (const path of ['shop.sql', 'files/shop.sql', 'inner.sql', join(site, 'files/shop.sql')])
    assert.is(verdict(path), 'read', path);
  assert.is(verdict('nothing.sql'), 'asset-missing');
});

test('nothing else, whatever the way there', () => {
  for (const path of [
    '../other/x.sql',
    'link.sql',
    join(root, 'other/x.sql'),
    '/etc/passwd',
    '/proc/self/environ',
    '/dev/zero',
    'files',
  ])
    assert.is(verdict(path), 'asset-refused', path);
  assert.is(verdict('large.sql'), 'asset-refused');
});

test('no key and no state, also where a directory is allowed', () => {
  for (const path of ['pki/ca/ca.crt', '.pigstyc/key', 'host.key', 'prod.state/note']) {
    assert.is(verdict(path), 'asset-refused', path);
    assert.is(verdict(path, [root]), 'asset-refused', path);
  }
});

/** Whether `${file:…}` is read, and what is said when not. */
function reference(path: string, request: Partial<Request> = {}): string {
  writeFileSync(
    inventory,
    `all:\n  children: { infra: { hosts: { 10.10.10.10: { infra_seq: 1 } } } }\n` +
      `  vars: { admin_ip: 10.10.10.10, grafana_admin_password: ${JSON.stringify(`\${file:${path}}`)} }\n`,
  );
  const { diagnostics } = compileFiles(nodeHost(), { files: [inventory], ...request }).checked();
  const found = diagnostics.find(({ code }) => code === 'PIG4015');
  return found === undefined ? 'read' : (found.help ?? 'unreadable');
}

test('a reference reads what an inventory may name, and nothing else', () => {
  for (const path of ['files/shop.sql', 'inner.sql', join(site, 'files/shop.sql')])
    assert.is(reference(path), 'read', path);
  for (const path of ['../other/x.sql', 'link.sql', '/etc/passwd', '/proc/self/environ', '/dev/zero'])
    assert.match(reference(path), 'outside of the directory', path);
  for (const path of ['pki/ca/ca.crt', '.pigstyc/key', 'host.key'])
    assert.match(reference(path), 'keys and what belongs to the state', path);
  assert.is(reference('nothing'), 'unreadable');
  assert.is(reference('../other/x.sql', { allowFile: [join(root, 'other')] }), 'read');
  assert.is(reference('../other/x.sql', { publicReferences: ['file:../other/x.sql'] }), 'read');
});

test('facts are regular files of their directory', () => {
  mkdirSync(join(site, 'facts'));
  symlinkSync('/etc/passwd', join(site, 'facts/10.10.10.11.json'));
  symlinkSync('/dev/zero', join(site, 'facts/10.10.10.12.json'));
  const { diagnostics } = compileFiles(nodeHost(), { files: [inventory] }).checked();
  const refused = diagnostics.filter(({ message }) =>
    /10\.10\.10\.1[12]\.json.*outside of the directory/.test(message),
  );
  assert.is(refused.length, 2, diagnostics.map(({ message }) => message).join());
  rmSync(join(site, 'facts'), { recursive: true });
});

test('another directory is allowed by name', () => {
  assert.is(verdict('../other/x.sql', [join(root, 'other')]), 'read');
  assert.is(verdict('link.sql', [join(root, 'other')]), 'read');
  assert.is(verdict('/etc/passwd', [join(root, 'other')]), 'asset-refused');
});

test.run();
