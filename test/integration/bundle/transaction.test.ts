import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import { directBulk, IoError, nodeHost, type Host as System } from '../../../compiler/host/host.ts';
import { openOutput } from '../../../compiler/phases/9-bundle/output.ts';
import { isChosen, isWhole } from '../../support/share.ts';
import { build, host, HOSTS, tree, type Options } from './build.ts';

interface World extends Context {
  out: string;
}

const test = suite<World>('transaction');
test.before.each((world) => {
  world.out = join(mkdtempSync(join(tmpdir(), 'pigstyc-out-')), 'out');
});
test.after.each(({ out }) => rmSync(dirname(out), { recursive: true }));

const FORMER: Options = {
  files: ['/etc/a.conf', '/etc/deep/old.conf', '/etc/secret.conf', '/etc/kind'],
  word: 'former',
};
/** Hosts and files come, change and go, and a file becomes a directory. */
const NEW: Options = {
  hosts: [HOSTS[0]!, host('10.0.0.9')],
  files: ['/etc/a.conf', '/etc/new/b.conf', '/etc/secret.conf', '/etc/other-secret.conf', '/etc/kind/c.conf'],
  word: 'new',
};

/** A file system in which the operation number `at` fails: only it, or with it everything after, as when the process dies there. */
function faulty(at: number, dies: boolean): { readonly system: System; readonly wasReached: () => boolean } {
  const real = nodeHost();
  let count = 0;
  const guard = <A extends readonly unknown[]>(operation: (...args: A) => void): ((...args: A) => void) => {
    return (...args) => {
      const now = count++;
      if (now === at || (dies && now > at)) throw new IoError(String(args[0]), 'ENOSPC', 'no space left on the device');
      operation(...args);
    };
  };
  const system: System = {
    ...real,
    mkdir: guard(real.mkdir),
    writeFile: guard(real.writeFile),
    rename: guard(real.rename),
    remove: guard(real.remove),
    sync: guard(real.sync),
    bulk: () => directBulk(system),
    lock: () => ({ isHeld: () => true, release: () => undefined }),
  };
  return { system, wasReached: () => count > at };
}

function bundleOf(out: string): Record<string, string> {
  if (!existsSync(out)) return {};
  return Object.fromEntries(Object.entries(tree(out)).filter(([path]) => !path.startsWith('.pigstyc-new/')));
}

function fingerprint(files: Record<string, string>): string {
  return createHash('sha256').update(JSON.stringify(files)).digest('hex');
}

/** Git ignores every file that holds the password. */
function assertHidden(out: string): void {
  const files = existsSync(out) ? tree(out) : {};
  for (const [path, text] of Object.entries(files)) {
    if (!text.includes('hunter2')) continue;
    if (path.startsWith('.pigstyc-new/')) assert.is(files['.pigstyc-new/.gitignore'], '*\n', path);
    else assert.ok(path.includes('/sealed/') && files['.gitignore']?.includes('\nsealed\n') === true, path);
  }
}

/** What another command finds: it finishes first what was begun. */
function settle(out: string): void {
  openOutput(nodeHost(), out, [])[0]?.close();
}

for (const [name, former] of [
  ['fresh', undefined],
  ['over a former bundle', FORMER],
] as const) {
  for (const dies of [false, true]) {
    test(`${name}: each operation ${dies ? 'is the last of a process' : 'fails once'}`, ({ out }) => {
      const master = `${out}-former`;
      if (former !== undefined) build(master, former);
      const prepare = (): void => {
        rmSync(out, { recursive: true, force: true });
        if (former !== undefined) cpSync(master, out, { recursive: true });
      };
      prepare();
      const before = fingerprint(bundleOf(out));
      build(out, NEW);
      const after = fingerprint(tree(out));
      const seen = new Set<string>();
      for (let at = 0; ; at++) {
        if (!isChosen(at)) continue;
        prepare();
        const { system, wasReached } = faulty(at, dies);
        let failure: unknown;
        try {
          build(out, { ...NEW, system });
        } catch (error) {
          failure = error;
        }
        if (!wasReached()) break;
        assert.ok(failure === undefined || failure instanceof IoError, String(failure));
        assertHidden(out);
        if (dies) settle(out);
        const found = fingerprint(bundleOf(out));
        const isBefore = found === before;
        assert.ok(isBefore || found === after, `operation ${at}: neither the former nor the new bundle`);
        if (failure === undefined) assert.not(isBefore, `operation ${at}: a build that says nothing did its work`);
        seen.add(isBefore ? 'before' : 'after');
        build(out, NEW);
        assert.is(fingerprint(tree(out)), after, `the build after operation ${at}`);
      }
      if (isWhole) assert.is(seen.size, 2, 'both outcomes were seen');
      else assert.ok(seen.size > 0, 'an operation was reached');
    });
  }
}

test.run();
