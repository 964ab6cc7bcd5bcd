/** For random pairs of inventories, what `diff` says of units is what apply.sh does on a host that has the former bundle. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { run } from '../../../compiler/cli/program.ts';
import { nodeHost } from '../../../compiler/host/host.ts';
import type { Changes } from '../../../compiler/review/diff/bundle-diff.ts';
import { statements } from '../../../compiler/words/shell-words.ts';
import { GROUP, OWNER, programs, Sandbox } from '../host/harness.ts';
import { inventories, inventoryText, type Inventory } from './inventories.ts';

const test = suite('what diff says of units, and what apply.sh does');

let dir = '';
test.before(() => {
  dir = mkdtempSync(join(tmpdir(), 'pigstyc-units-'));
});
test.after(() => rmSync(dir, { recursive: true }));

async function pigstyc(...args: readonly string[]): Promise<string> {
  let [stdout, stderr] = ['', ''];
  const host = {
    ...nodeHost(),
    stdout: (text: string) => (stdout += text),
    stderr: (text: string) => (stderr += text),
  };
  assert.is(await run([...args, '--color', 'never', '-q'], host), 0, stderr);
  return stdout;
}

/** Rows of a manifest.tsv. */
const rows = (directory: string): readonly (readonly string[])[] =>
  readFileSync(join(directory, 'manifest.tsv'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'));

/**
 * A host that the former bundle has made, every unit of which runs that is not to be stopped, and the new bundle for it.
 * Accounts are the one of this test.
 */
function hostOf(former: string, now: string): Sandbox {
  const box = new Sandbox();
  box.write('/etc/os-release', 'ID=debian\nVERSION_ID="13"\n');
  for (const zone of ['UTC', 'Asia/Tokyo']) box.write(`/usr/share/zoneinfo/${zone}`, '');
  for (const [name, ...words] of statements(readFileSync(join(former, 'apply.sh'), 'utf8'))) {
    if (name === 'unit' && words[2] !== 'stopped')
      for (const state of ['active', 'enabled']) writeFileSync(join(box.fake, state, words[0]!), '');
    if (name === 'dir') mkdirSync(join(box.root, words[0]!), { recursive: true });
    if (name === 'link' && words[0] === '/pg') {
      mkdirSync(join(box.root, words[1]!), { recursive: true });
      symlinkSync(join(box.root, words[1]!), join(box.root, '/pg'));
    }
  }
  for (const [, kind, path, , , mode, , source] of rows(former)) {
    if (kind!.startsWith('block:')) continue;
    box.write(path!, readFileSync(join(former, source!), 'utf8'));
    chmodSync(join(box.root, path!), Number.parseInt(mode!, 8));
  }
  for (const path of ['sealed/manifest.tsv', 'lib.sh']) copy(join(now, path), join(box.bundle, path));
  for (const [, , , , , , , source] of rows(now)) copy(join(now, source!), join(box.bundle, source!));
  const own = rows(now).map((row) => [...row.slice(0, 3), OWNER, GROUP, ...row.slice(5)].join('\t'));
  writeFileSync(join(box.bundle, 'manifest.tsv'), `${own.join('\n')}\n`);
  const script = readFileSync(join(now, 'apply.sh'), 'utf8').replace(/^( {2}link \/pg )/m, `$1${box.root}`);
  writeFileSync(join(box.bundle, 'apply.sh'), script);
  return box;
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, readFileSync(from));
}

/** `reload UNIT` and `restart UNIT` for what apply.sh would do. */
function doneTo(box: Sandbox, address: string): ReadonlySet<string> {
  const bin = join(box.base, 'programs');
  mkdirSync(bin);
  for (const [name, path] of programs()) if (name !== 'bash') symlinkSync(path, join(bin, name));
  writeFileSync(join(box.fake, 'passwd'), 'root:x:0:0:root:/root:/bin/bash\n');
  writeFileSync(join(box.fake, 'group'), 'root:x:0:\n');
  writeFileSync(join(box.fake, 'packages'), '');
  Object.assign(box.env, { PIGSTYC_ASSUME_HOST: address, PATH: `${bin}:/bin` });
  const { output, error } = box.apply('--check', '--allow-restart');
  assert.match(output, ` ${address} `, error);
  assert.not.match(output + error, 'FAILED');
  const lines = output.matchAll(/^ {2}would change: (reload|restart)ed (\S+)$/gm);
  return new Set([...lines].map(([, verb, unit]) => `${verb} ${unit}`));
}

test('the impact names every unit that is reloaded or restarted, and no other', async () => {
  const state = join(dir, 'state');
  const [a, b] = [join(dir, 'a'), join(dir, 'b')];
  const [old, now] = [join(dir, 'old.yml'), join(dir, 'now.yml')];
  let count = 0;
  const pair = async (before: Inventory, after: Inventory): Promise<void> => {
    writeFileSync(old, inventoryText(before));
    writeFileSync(now, inventoryText(after));
    for (const out of [a, b]) rmSync(out, { recursive: true, force: true });
    await pigstyc('build', old, '-o', a, '--state', state, '--demo');
    await pigstyc('build', now, '-o', b, '--state', state, '--demo');
    const words = ['diff', now, '-o', a, '--state', state, '--demo', '--json'];
    const { impact } = JSON.parse(await pigstyc(...words)) as Changes;
    const kept = before.hosts.filter((at) => after.hosts.includes(at));
    for (const address of [1, ...kept, 5].map((at) => `10.0.0.${at}`)) {
      const box = hostOf(join(a, 'hosts', address), join(b, 'hosts', address));
      const effects = impact.find(({ host }) => host === address)?.effects ?? [];
      // What is reloaded and restarted is restarted; what starts or stops has nothing to reload.
      const said = (verb: RegExp): readonly string[] => effects.flatMap((effect) => verb.exec(effect)?.[1] ?? []);
      const restarts = said(/^restart!? (.*)$/);
      const reloads = said(/^reload (.*)$/).filter((unit) => !restarts.includes(unit));
      const told = [...restarts.map((unit) => `restart ${unit}`), ...reloads.map((unit) => `reload ${unit}`)];
      try {
        assert.equal([...doneTo(box, address)].sort(), [...new Set(told)].sort(), address);
        count += told.length;
      } finally {
        box.close();
      }
    }
  };
  await fc.assert(fc.asyncProperty(inventories, inventories, pair), { numRuns: 3, seed: 19, endOnFailure: true });
  assert.ok(count > 5, String(count));
});

test.run();
