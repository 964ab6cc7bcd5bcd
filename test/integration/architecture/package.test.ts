/** What the program reads at run time ships inside the build: an installed pigstyc compiles what a clone compiles. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { filesBelow } from '../../support/golden.ts';

test('templates, scripts, pages, schemas and platform data are in the archive of the build, byte for byte', () => {
  const archive = readFileSync(join('dist', readdirSync('dist').find((name) => name.endsWith('.archive'))!));
  const end = 8 + Number(archive.toString('latin1', 0, 8));
  const index = JSON.parse(archive.toString('utf8', 8, end)) as Readonly<Record<string, readonly [number, number]>>;
  const read = ['emitters', 'compiler', 'schemas'].flatMap((directory) =>
    filesBelow(directory)
      .filter((path) => !path.endsWith('.ts') && !path.endsWith('.gen.js'))
      .map((path) => `${directory}/${path}`),
  );
  assert.ok(read.length > 300);
  assert.equal(
    Object.keys(index).filter((path) => !read.includes(path)),
    [],
  );
  assert.equal(
    read.filter((path) => index[path] === undefined),
    [],
    'npm run build',
  );
  for (const path of read) {
    const [start, length] = index[path]!;
    assert.ok(archive.subarray(end + start, end + start + length).equals(readFileSync(path)), path);
  }
});

test('the package holds the build, the pages that editors link to, schemas and documentation', () => {
  const packed = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' });
  assert.is(packed.status, 0, packed.stderr);
  const [{ files }] = JSON.parse(packed.stdout) as [{ files: readonly { path: string }[] }];
  const has = new Set(files.map(({ path }) => path));
  const read = ['dist', 'compiler/diagnostics/messages', 'schemas', 'docs'].flatMap((directory) =>
    filesBelow(directory).map((path) => `${directory}/${path}`),
  );
  assert.equal(
    read.filter((path) => !has.has(path)),
    [],
  );
});

test('the tarball has the same files, and no script or tool that its user would be warned of', () => {
  const dir = mkdtempSync(join(tmpdir(), 'pigstyc-tarball-'));
  try {
    const { stdout, status, stderr } = spawnSync('node', ['build/tarball.mjs', dir], { encoding: 'utf8' });
    assert.is(status, 0, stderr);
    const unpacked = spawnSync('tar', ['xzf', stdout.trim(), '-C', dir], { encoding: 'utf8' });
    assert.is(unpacked.status, 0, unpacked.stderr);
    const manifest = JSON.parse(readFileSync(join(dir, 'package/package.json'), 'utf8')) as Record<string, unknown>;
    assert.equal([manifest['scripts'], manifest['devDependencies']], [undefined, undefined]);
    assert.ok(filesBelow(join(dir, 'package')).includes('docs/pigstyc.1'));
    const said = spawnSync('node', [join(dir, 'package/dist/pigstyc.cjs'), 'explain', 'PIG1203'], { encoding: 'utf8' });
    assert.match(said.stdout, 'unknown-parameter');
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('the container installs the tarball', () => {
  const text = readFileSync('Containerfile', 'utf8');
  assert.match(text, /^COPY pigstyc-\*\.tgz \/tmp\/\nRUN npm install --global .*\/tmp\/pigstyc-\*\.tgz/m);
  assert.match(text, /^ENTRYPOINT \["pigstyc"\]$/m);
});

test.run();
