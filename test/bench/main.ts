/**
 * Measures check and cold build against a floor taken in the same run: node starting, the `yaml` package parsing the
 * inventory, and the bundle's bytes written raw into as many files. Rebuilds (nothing changed, one cluster changed,
 * everything rendered) are shares of the processor time of the cold build; a keystroke is one in an editor, until its
 * findings are there; `diff` is of nothing, of a parameter that few files read, and of one of all clusters; git takes what is
 * committed of the bundle (`add`, `status`). Ratios, never wall time, are compared.
 *
 * usage: npm run bench [-- 10 100 1000 10000]
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { filesBelow } from '../support/golden.ts';
import { benchInventory } from './inventory.ts';
import { keystroke } from './keystroke.ts';

const PROGRAM = 'dist/pigstyc.cjs';
const sizes = process.argv
  .slice(2)
  .map(Number)
  .filter((n) => n > 0);

/** How often the last cluster was given another password. */
let change = 0;

interface Run {
  readonly seconds: number;
  /** Processor time, which other work on the machine changes less. */
  readonly cpu: number;
  readonly peakMib: number;
}

console.log(
  `${cpus()[0]!.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, node ${process.version}`,
);
const nodeStart = best(7, () => run(['-e', '0']));
const example = best(7, () => run([PROGRAM, 'check', 'fixtures/ok/reference/pigsty.yml', '--quiet']));
console.log(
  `node start ${ms(nodeStart)}; check of the example ${ms(example)} = ${ratio(example, nodeStart)} x node ` +
    `start, ${times(example)} x its processor time\n`,
);
console.log(
  'hosts | files | check | check/start (CPU) | keystroke/start (CPU) | cold build | floor | build/floor | unchanged/cold (CPU) | one ' +
    'cluster/cold (CPU) | --fresh/cold (CPU) | one thread/cold | diff: nothing/check (CPU) | diff: few files/check (CPU) | ' +
    'diff: all clusters/check (CPU) | git/floor | committed files | committed MiB | ms per host | peak MiB',
);
console.log('---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:');
for (const size of sizes.length > 0 ? sizes : [10, 100, 1000]) await measure(size);

async function measure(size: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'pigstyc-bench-'));
  try {
    const inventory = join(dir, 'pigsty.yml');
    writeFileSync(inventory, benchInventory(size));
    const out = join(dir, 'out');
    const build = [PROGRAM, 'build', inventory, '-o', out, '--quiet', '--demo'];
    // The first build creates certificates, which are input of every later one; it is not what is measured. Nothing is deleted
    // meanwhile: file systems do much of that work later, in the time of whoever comes next.
    run([PROGRAM, 'build', inventory, '-o', join(dir, 'first'), '--quiet', '--demo']);
    const check = run([PROGRAM, 'check', inventory, '--quiet']);
    const cold = run(build);
    const files = filesBelow(out);
    const unchanged = best(3, () => run(build));
    const oneCluster = best(3, () => {
      writeFileSync(inventory, benchInventory(size, ++change));
      return run(build);
    });
    const floor = floorOf(dir, inventory, out, files);
    const cells = [
      size,
      files.length,
      ms(check),
      times(check),
      starts(await keystroke(inventory)),
      ms(cold),
      ms(floor),
      ratio(cold, floor),
      share(unchanged, cold),
      share(oneCluster, cold),
      share(run([...build, '--fresh']), cold),
      ...besides(build, inventory, benchInventory(size, change), { cold, check, floor }),
      ((cold.seconds * 1000) / size).toFixed(2),
      cold.peakMib,
    ];
    console.log(cells.join(' | '));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Node start + parse + raw write of the same bytes into the same number of files and directories. */
function floorOf(dir: string, inventory: string, out: string, files: readonly string[]): Run {
  const contents = files.map(
    (file) => [file, readFileSync(join(out, file)), statSync(join(out, file)).mode & 0o777] as const,
  );
  const target = join(dir, 'floor');
  const started = performance.now();
  const made = new Set<string>();
  for (const [file, bytes, mode] of contents) {
    const path = join(target, file);
    const parent = path.slice(0, path.lastIndexOf('/'));
    if (!made.has(parent)) mkdirSync(parent, { recursive: true });
    made.add(parent);
    writeFileSync(path, bytes, { mode });
  }
  const write = (performance.now() - started) / 1000;
  const parse = run([
    '-e',
    `require('yaml').parseDocument(require('fs').readFileSync(${JSON.stringify(inventory)}, 'utf8')).toJS({ maxAliasCount: -1 })`,
  ]);
  return { seconds: write + parse.seconds, cpu: 0, peakMib: 0 };
}

/** Cells of a build with one thread, a diff of a parameter of all clusters, and what git does with the bundle. */
function besides(
  build: readonly string[],
  inventory: string,
  text: string,
  { cold, check, floor }: Readonly<Record<'cold' | 'check' | 'floor', Run>>,
): readonly (string | number)[] {
  const out = build[build.indexOf('-o') + 1]!;
  const alone = run([...build.with(build.indexOf(out), `${out}-alone`), '--threads', '1']);
  const diffs = ['', '    node_tune: tiny\n', '    pg_max_conn: 321\n'].map((more) => {
    writeFileSync(inventory, text.replace('    node_cpu:', `${more}    node_cpu:`));
    return times(run([PROGRAM, 'diff', inventory, '-o', out, '--quiet', '--demo']), check);
  });
  writeFileSync(inventory, text);
  const git = committed(out);
  const perFloor = (git.seconds / floor.seconds).toFixed(2);
  return [ratio(alone, cold), ...diffs, perFloor, git.files, git.mib];
}

/** What git has of a bundle, and how long it takes to see that. */
function committed(out: string): { readonly seconds: number; readonly files: number; readonly mib: number } {
  const git = (...args: readonly string[]): string => {
    const done = spawnSync('git', ['-C', out, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });
    if (done.status !== 0) throw new Error(`git ${args.join(' ')}: ${done.stderr}`);
    return done.stdout;
  };
  git('init', '-q');
  const started = performance.now();
  git('add', '-A');
  git('status', '--porcelain');
  const seconds = (performance.now() - started) / 1000;
  const paths = git('ls-files', '-z')
    .split('\0')
    .filter((path) => path !== '');
  const bytes = paths.reduce((sum, path) => sum + statSync(join(out, path)).size, 0);
  return { seconds, files: paths.length, mib: Math.round(bytes / 2 ** 20) };
}

function run(args: readonly string[]): Run {
  const started = performance.now();
  const child = spawnSync(process.execPath, ['--require', './test/bench/peak.cjs', ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const seconds = (performance.now() - started) / 1000;
  if (child.status !== 0) throw new Error(`${args.join(' ')} failed:\n${child.stderr}\n${child.stdout}`);
  const [peak, cpu] = child.stderr.trim().split('\n').at(-1)!.split(' ').map(Number);
  return { seconds, cpu: cpu! / 1e6, peakMib: Math.round(peak! / 1024) };
}

function best(times: number, measureOnce: () => Run): Run {
  return Array.from({ length: times }, measureOnce).reduce((a, b) => (b.cpu < a.cpu ? b : a));
}

function ms(run: Run): string {
  return `${Math.round(run.seconds * 1000)} ms`;
}

/** Processor time, in that of another run: of a start of node. */
function times(run: Run, other = nodeStart): string {
  return (run.cpu / other.cpu).toFixed(2);
}

function starts(cpu: number | undefined): string {
  return cpu === undefined ? '-' : (cpu / nodeStart.cpu).toFixed(2);
}

/** Of the processor time. */
function share(a: Run, b: Run): string {
  return `${Math.round((a.cpu / b.cpu) * 100)} %`;
}

function ratio(a: Run, b: Run): string {
  return (a.seconds / b.seconds).toFixed(2);
}
