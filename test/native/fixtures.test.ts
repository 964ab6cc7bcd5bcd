/**
 * Every file of every scenario through the program that reads it on the host: each host's real (sealed) files are laid over a copy of
 * the lab's root file system and checked there, in namespaces of their own, by test/native/check-host.sh. Scripts go through shellcheck.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { run, runBeside } from './node/checker.ts';
import { filesBelow } from '../support/golden.ts';
import { chosen } from '../support/share.ts';

const ROOTFS = join(process.env['LAB'] ?? '/var/tmp/pigstyc-lab', 'rootfs');
const PROGRAM = resolve('dist/pigstyc.cjs');
const test = suite('consumers accept every file of every scenario');
const all = readdirSync('fixtures/ok').sort();
/** The reference has every module, a share of the others is looked at where there is not the time for all of them. */
const scenarios = ['reference', ...chosen(all.filter((name) => name !== 'reference'))];
/** What must have been looked at over all scenarios: a checker that finds no file would pass forever. */
const KINDS = [
  'alertmanager',
  'chrony',
  'dnsmasq',
  'etcd',
  'haproxy',
  'nginx',
  'patroni',
  'pgbackrest',
  'pgbouncer',
  'prometheus',
  'redis',
  'sudoers',
  'systemd units',
];
const seen = new Set<string>();

/** Hosts that are checked side by side. */
const BESIDE = 3;
const scratch = mkdtempSync(join(tmpdir(), 'pigstyc-files-'));
const verified = join(scratch, 'verified');
mkdirSync(verified);
test.after(() => rmSync(scratch, { recursive: true, force: true }));

/** Builds a scenario once for the programs of Debian 12, with the PostgreSQL it has; the directory of its hosts. */
function build(scenario: string): string {
  const dir = join(scratch, scenario);
  const hosts = join(dir, 'out/hosts');
  if (existsSync(hosts)) return hosts;
  cpSync(join('fixtures/ok', scenario), dir, { recursive: true });
  const inventory = join(dir, 'pigsty.yml');
  writeFileSync(inventory, readFileSync(inventory, 'utf8').replace(/^ *pg_version: \d+\n/m, ''));
  const result = run(
    [
      process.execPath,
      PROGRAM,
      'build',
      '--demo',
      inventory,
      '-o',
      join(dir, 'out'),
      '--platform',
      'debian-12',
      '--format',
      'compact',
    ],
    { seconds: 120 },
  );
  assert.is(result.code, 0, result.output);
  return hosts;
}

const ready = process.getuid?.() === 0 && existsSync(`${ROOTFS}.done`);
if (!ready)
  console.log(`skip: files of all scenarios: needs root and the lab's root file system (npm run lab builds it)`);

for (const scenario of scenarios) {
  test(`${scenario}: scripts`, () => {
    const hosts = build(scenario);
    const scripts = filesBelow(hosts).filter((path) =>
      /\/files\//.test(path) ? readFileSync(join(hosts, path), 'utf8').startsWith('#!') : path.endsWith('/apply.sh'),
    );
    assert.ok(scripts.length > 0);
    // What apply.sh sources is the same everywhere and followed once below.
    const checked = run(['shellcheck', '--exclude=SC1091', ...scripts.map((path) => join(hosts, path))], {
      seconds: 300,
    });
    assert.is(checked.code, 0, checked.output);
    if (scenario === 'reference') {
      const followed = run(['shellcheck', '-x', '-P', 'SCRIPTDIR', join(hosts, '10.10.10.10/apply.sh')], {
        seconds: 120,
      });
      assert.is(followed.code, 0, followed.output);
    }
  });
  if (!ready) continue;
  test(`${scenario}: files`, async () => {
    const hosts = build(scenario);
    const waiting = readdirSync(hosts);
    const worker = async (): Promise<void> => {
      for (let host = waiting.shift(); host !== undefined; host = waiting.shift())
        await checkHost(join(hosts, host), host, join(scratch, scenario, 'root'));
    };
    await Promise.all(Array.from({ length: BESIDE }, worker));
  });
}

if (ready) {
  test('every kind of file was looked at', () => {
    assert.equal(
      KINDS.filter((kind) => !seen.has(kind)),
      [],
    );
  });
}

/** Mounts a copy-on-write root, lays the files in it and runs the checkers; the namespaces end with the process. */
async function checkHost(bundle: string, host: string, root: string): Promise<void> {
  for (const part of ['upper', 'work', 'merged']) mkdirSync(join(root, host, part), { recursive: true });
  const result = await runBeside(
    [
      'unshare',
      '--mount',
      '--net',
      '--pid',
      '--fork',
      'bash',
      resolve('test/native/lay-out-host.sh'),
      ROOTFS,
      join(root, host),
      bundle,
      resolve('test/native/check-host.sh'),
      host,
      verified,
    ],
    180,
  );
  for (const [, kind] of result.output.matchAll(/^checked: (.+) \d+$/gm)) seen.add(kind!);
  assert.is(result.code, 0, `${host}\n${result.output}`);
}

test.run();
