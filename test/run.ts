/**
 * Runs every test file in a process of its own, one a core, and ends with `N passed, N failed, N skipped`.
 * uvu exits 0 for a file without `.run()`, for a pattern that matches nothing and for a stray `.only`; here each of
 * these is a failure. A skipped test names the tool it misses; PIGSTYC_NO_SKIPS=1 turns skips into failures.
 * PIGSTYC_SHARE="2/4" leaves out a part of what takes long, PIGSTYC_LAB_FILES="cluster redis" the other scenarios on real hosts;
 * PIGSTYC_LAB_JOBS is how many of them run side by side, PIGSTYC_LAB_SECONDS how long each may take, PIGSTYC_LAB_ALSO="debian-12 cluster"
 * which run on another release as well.
 *
 * usage: tsx test/run.ts [--area unit|integration|fixtures|native|lab]… [substring]…
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { isScenarioChosen } from './lab/shares.ts';

interface Outcome {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
  readonly output: string;
  readonly seconds: number;
}

const LIMIT_SECONDS = 1800;
/** Ten failovers in a row wait for as many time limits. */
const LAB_LIMIT_SECONDS = Number(process.env['PIGSTYC_LAB_SECONDS'] ?? 2700);
const AREAS = ['unit', 'integration', 'fixtures', 'native', 'lab'];

const words = process.argv.slice(2);
const areas: string[] = [];
for (let at = words.indexOf('--area'); at !== -1; at = words.indexOf('--area'))
  areas.push(...words.splice(at, 2).slice(1));
const files = (areas.length > 0 ? areas : AREAS)
  .flatMap((area) => testFiles(join('test', area)))
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)));

// The longest first, so that no core waits for one of them at the end.
const LONGEST_FIRST = [
  'native/pgsql/access',
  'native/generations/files',
  'integration/host/faults',
  'native/redis/servers',
  'lab/failover',
  'lab/day2',
  'lab/services',
  'lab/redis',
  'lab/interruption',
  'lab/cluster',
].map((name) => `test/${name}.test.ts`);
const rank = (file: string): number =>
  (LONGEST_FIRST.indexOf(file) + LONGEST_FIRST.length + 1) % (LONGEST_FIRST.length + 1);
const inOrder = files.sort((a, b) => rank(a) - rank(b));
// Real hosts measure time, and databases under load miss their time limits: labs have the machine to themselves.
const onHosts = inOrder.filter((file) => isLab(file) && isChosen(file));
const others = inOrder.filter((file) => !isLab(file));
for (const file of files.filter((one) => isLab(one) && !isChosen(one))) console.log(`not run here: ${file}`);
const labs = Number(process.env['PIGSTYC_LAB_JOBS'] ?? 1);
const [platform, ...again] = (process.env['PIGSTYC_LAB_ALSO'] ?? '').split(' ');
const outcomes = [
  ...(await runAll(others, Math.min(4, availableParallelism()))),
  ...(await runAll(onHosts, labs)),
  ...(await runAll(
    inOrder.filter((file) => isLab(file) && again.includes(scenarioOf(file))),
    labs,
    { LAB_PLATFORM: platform },
  )),
];
const failed = outcomes.reduce((sum, o) => sum + o.failed, 0) + (files.length === 0 ? 1 : 0);
const passed = outcomes.reduce((sum, o) => sum + o.passed, 0);
const skipped = outcomes.flatMap((o) => o.skipped);
const fatalSkips = process.env['PIGSTYC_NO_SKIPS'] === '1' ? skipped.length : 0;
for (const name of skipped) console.log(`skipped: ${name}`);
if (files.length === 0) console.log('no test file matches');
console.log(
  `${passed} passed, ${failed + fatalSkips} failed${skipped.length > fatalSkips ? `, ${skipped.length} skipped` : ''}`,
);
process.exit(failed + fatalSkips > 0 ? 1 : 0);

function isLab(file: string): boolean {
  return file.startsWith('test/lab/');
}

function isChosen(file: string): boolean {
  return isScenarioChosen(scenarioOf(file));
}

function scenarioOf(file: string): string {
  return basename(file, '.test.ts');
}

function testFiles(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .sort()
    .map((file) => join(dir, file));
}

async function runAll(
  queue: readonly string[],
  workers: number,
  env: NodeJS.ProcessEnv = {},
): Promise<readonly Outcome[]> {
  const waiting = [...queue];
  const done: Outcome[] = [];
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const outcome = await runFile(file, env);
      done.push(outcome);
      const what = [file, ...Object.values(env)].join(', ');
      const how = `${outcome.passed} passed, ${outcome.seconds.toFixed(1)} s`;
      console.log(`${outcome.failed > 0 ? 'FAIL' : 'ok  '} ${what} (${how})`);
      if (outcome.failed > 0) console.log(outcome.output);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return done;
}

function runFile(file: string, env: NodeJS.ProcessEnv): Promise<Outcome> {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const limit = isLab(file) ? LAB_LIMIT_SECONDS : LIMIT_SECONDS;
    const timer = setTimeout(() => {
      output = `ended after ${limit} s\n${output}`;
      child.kill('SIGKILL');
    }, limit * 1000);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(judge(file, code, output, (performance.now() - started) / 1000));
    });
  });
}

/** uvu prints `Total: N`, `Passed: N`, `Skipped: N`; whatever is missing or does not add up is a failure. */
function judge(file: string, code: number | null, output: string, seconds: number): Outcome {
  const plain = output.replace(/\u001b\[[0-9;]*m/g, '');
  const count = (word: string): number =>
    [...plain.matchAll(new RegExp(`^\\s*${word}:\\s+(\\d+)`, 'gm'))].reduce((sum, m) => sum + Number(m[1]), 0);
  const total = count('Total');
  const passed = count('Passed');
  const skipped = [...plain.matchAll(/^skip: (.+)$/gm)].map((m) => `${file}: ${m[1]!}`);
  const only = /^[^/\n]*\b\w+\.only\(/m.test(readFileSync(file, 'utf8'));
  const bad = code !== 0 || only || (total === 0 && skipped.length === 0);
  const failed = Math.max(total - passed, bad ? 1 : 0);
  const why = only
    ? '`.only` in the file\n'
    : total === 0 && skipped.length === 0 && code !== null
      ? 'no test ran: is `.run()` missing?\n'
      : '';
  return { file, passed, failed, skipped, output: why + output, seconds };
}
