/**
 * Fault injection: over bundles that call every function of the runtime, each external command of each run is made to fail once. The run
 * has to stop at that step and say what is wrong, and the next run has to end where an undisturbed one ends. PATH holds
 * nothing but shims, so a command that nobody thought of is found by the test as well. A command is a place of the
 * runtime with the ways to it: what a loop repeats fails the first time only. PIGSTYC_SHARE=2/4 tries every fourth of
 * them, beginning with the second; ONLY=NAME one scenario.
 */
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { programs, Sandbox, STAND_INS, treeOf, type Outcome } from './harness.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { isChosen } from '../../support/share.ts';
import { TOLERATED } from './tolerated.ts';

const test = suite('fault injection');

/** A program that is noted in $RECORD, or that fails the $FAULT_AT-th time it is called. */
const shim = (target: string): string => `#!/bin/sh
if [ -n "\${RECORD-}" ]; then
  printf '%s\\037%s\\036' "\${SITE-}" "\${0##*/} $*" >>"$RECORD"
else
  printf x >>"$FAULT_COUNT"
  read -r calls <"$FAULT_COUNT"
  if [ "\${#calls}" = "$FAULT_AT" ]; then echo "\${0##*/}: no space left on device" >&2; exit 97; fi
fi
exec ${target} "$@"
`;

/** Read by bash when it starts: commands know by $SITE which lines of which files have led to them. */
const SITES = `unset BASH_ENV
export SITE
set -T
trap 'SITE="\${LINENO} \${BASH_LINENO[*]}|\${BASH_SOURCE[*]##*/}"' DEBUG
`;

/** The way through the functions of the runtime to a command, as function:line, without the bundle that called the first. */
function placeOf(site: string, library: readonly string[]): string {
  const [lines, files] = site.split('|').map((part) => part.split(' '));
  const name = (line: number): string => {
    let start = line - 1;
    while (start > 0 && !/^\w+\(\) [{(]/.test(library[start]!)) start--;
    return `${library[start]!.split('(', 1)[0]}:${line - start}`;
  };
  return lines!
    .filter((_, index) => files?.[index] === 'lib.sh')
    .map((line) => name(Number(line)))
    .join(' ');
}

/** Programs that run another one, which is made to fail in their place. */
const runsAnother = (command: string): boolean => {
  const inner = /^(?:timeout \d+|env(?: \w+=\S*)+) (\S+)/.exec(command)?.[1];
  return inner !== undefined && existsSync(join(shims, inner));
};

const scratch = mkdtempSync(join(tmpdir(), 'pigstyc-faults-'));
const [tools, shims] = [join(scratch, 'tools'), join(scratch, 'shims')];
for (const path of [tools, shims]) mkdirSync(path);
for (const [name, path] of programs()) tool(name, path);
writeFileSync(join(scratch, 'sites'), SITES);
test.after(() => {
  rmSync(scratch, { recursive: true, force: true });
  console.log(
    `${stopped + tolerated} of ${places.size} commands failed: ${stopped} stopped the run, ${tolerated} are tolerated`,
  );
});

function tool(name: string, target: string): void {
  symlinkSync(target, join(tools, name));
  mkdirSync(join(shims, name));
  writeFileSync(join(shims, name, name), shim(target), { mode: 0o755 });
}

/** A host of the scenario just before the run that is disturbed. */
class Prepared {
  readonly box = new Sandbox();

  readonly scenario: Scenario;

  constructor(scenario: Scenario, from?: Prepared) {
    this.scenario = scenario;

    const { box } = this;
    Object.assign(box.env, { PATH: this.path([]), STAND_INS, PIGSTYC_PROC_SYS: join(box.base, 'proc') });
    if (from !== undefined) {
      for (const part of ['root', 'fake', 'bundle', 'proc']) {
        if (existsSync(join(from.box.base, part)))
          cpSync(join(from.box.base, part), join(box.base, part), {
            recursive: true,
            preserveTimestamps: true,
            verbatimSymlinks: true,
          });
      }
      return;
    }
    writeFileSync(
      join(box.fake, 'passwd'),
      `${process.env['USER'] ?? 'root'}:x:${process.getuid!()}:0::/home/op:/bin/sh\nroot:x:0:0::/home/op:/bin/sh\n`,
    );
    writeFileSync(join(box.fake, 'group'), 'root:x:0:\n');
    writeFileSync(join(box.fake, 'packages'), 'bash\n');
    scenario.host?.(box);
    for (const steps of scenario.before ?? []) {
      box.build(steps);
      const run = box.apply();
      assert.is(run.code, 0, run.error);
    }
    box.build(scenario.steps);
  }

  /** PATH with shims of these programs in front of what the host has, and nothing else. */
  path(disturbed: readonly string[]): string {
    const lacks = this.scenario.lacks ?? [];
    let own = tools;
    if (lacks.length > 0) {
      own = join(this.box.base, 'tools');
      if (!existsSync(own)) cpSync(tools, own, { recursive: true, verbatimSymlinks: true });
      for (const name of lacks) rmSync(join(own, name), { force: true });
    }
    return [...disturbed.filter((name) => !lacks.includes(name)).map((name) => join(shims, name)), own].join(':');
  }

  /** What the run leaves on the host, without the former versions of files, which another number of runs keeps differently. */
  tree(): string {
    const { box } = this;
    return [treeOf(box.root, ['/var/lib/pigstyc/generations']), treeOf(box.fake, ['/systemctl.log'])].join('\n');
  }

  async run(extra: Readonly<Record<string, string>> = {}, ...options: readonly string[]): Promise<Outcome> {
    const { env } = this.box;
    const before = { ...env };
    Object.assign(env, extra);
    const ended = this.box.applyAside(...(this.scenario.options ?? []), ...options);
    for (const name of Object.keys(extra)) delete env[name];
    Object.assign(env, before);
    return ended;
  }
}

/** Commands that may fail, by place and program. */
const places = new Set<string>();
let stopped = 0;
let tolerated = 0;

async function injectAll(scenario: Scenario): Promise<readonly string[]> {
  const problems: string[] = [];
  const prepared = new Prepared(scenario);
  const whole = new Prepared(scenario, prepared);
  try {
    const record = join(whole.box.base, 'record');
    const first = await whole.run({
      RECORD: record,
      BASH_ENV: join(scratch, 'sites'),
      PATH: whole.path(readdirSync(shims)),
    });
    assert.is(first.code, 0, first.error);
    assert.not.match(first.error, 'command not found');
    const goal = whole.tree();
    const faults = faultsOf(
      readFileSync(record, 'utf8'),
      readFileSync(join(whole.box.bundle, 'lib.sh'), 'utf8').split('\n'),
    );
    const worker = async (): Promise<void> => {
      for (let fault = faults.shift(); fault !== undefined; fault = faults.shift())
        await injectOne(prepared, fault, goal, problems);
    };
    await Promise.all(Array.from({ length: 2 }, worker));
  } finally {
    whole.box.close();
    prepared.box.close();
  }
  return problems;
}

interface Fault {
  readonly name: string;
  readonly at: number;
  readonly command: string;
}

/** What a recorded run called, once for each place that has not failed before. */
function faultsOf(record: string, library: readonly string[]): Fault[] {
  const faults: Fault[] = [];
  const seen = new Map<string, number>();
  for (const [site, command] of record
    .split('\x1e')
    .slice(0, -1)
    .map((entry) => entry.split('\x1f') as [string, string])) {
    const name = command.slice(0, command.indexOf(' '));
    const at = (seen.get(name) ?? 0) + 1;
    seen.set(name, at);
    const place = `${name} ${placeOf(site, library)}`;
    if (runsAnother(command) || places.has(place)) continue;
    places.add(place);
    if (!isChosen(places.size - 1)) continue;
    faults.push({ name, at, command: command.replaceAll(/\/tmp\/\S*?\/(root|bundle|proc|fake)(?=\/)/g, '<$1>') });
  }
  return faults;
}

async function injectOne(prepared: Prepared, fault: Fault, goal: string, problems: string[]): Promise<void> {
  const own = new Prepared(prepared.scenario, prepared);
  const problem = (what: string, output = ''): void =>
    void problems.push(`${fault.command.slice(0, 160)} (${fault.name} #${fault.at}): ${what}\n${output}`);
  try {
    const failed = await own.run({
      PATH: own.path([fault.name]),
      FAULT_AT: String(fault.at),
      FAULT_COUNT: join(own.box.base, 'count'),
    });
    if (failed.code === 0) {
      if (!TOLERATED.some(({ command, noted }) => command.test(fault.command) && noted?.test(failed.output) !== false))
        return problem('swallowed', failed.output);
      tolerated++;
    } else if (failed.code === 3 && !failed.output.includes('node\n')) {
      if (!failed.error.includes('REFUSED')) return problem('refused without a word', failed.error);
      stopped++;
    } else {
      const missing = [
        'stage ',
        'step ',
        'command: ',
        'exit code: ',
        `${fault.name}: no space left on device`,
        'run apply.sh again',
      ].filter((part) => !failed.error.includes(part));
      if (failed.code !== 1 || missing.length > 0)
        return problem(`exit ${failed.code}, not said: ${missing.join(' | ')}`, failed.error);
      stopped++;
    }
    // Going back again would go back further.
    const resumed = failed.code === 0 && prepared.scenario.options?.includes('--rollback') ? failed : await own.run();
    if (resumed.code !== 0) return problem('the next run fails', resumed.error);
    // Whether a debt was paid is not known when writing down that it was fails: it is announced once more.
    if (/pending=[1-9]/.test(resumed.output) && own.tree() !== goal)
      assert.is((await own.run({}, '--allow-restart')).code, 0);
    if (own.tree() !== goal) return problem('the next run does not converge', difference(goal, own.tree()));
  } finally {
    own.box.close();
  }
}

function difference(a: string, b: string): string {
  const [left, right] = [new Set(a.split('\n')), new Set(b.split('\n'))];
  return [
    ...[...left].filter((line) => !right.has(line)).map((line) => `- ${line}`),
    ...[...right].filter((line) => !left.has(line)).map((line) => `+ ${line}`),
  ].join('\n');
}

for (const scenario of SCENARIOS) {
  if (process.env['ONLY'] !== undefined && !scenario.name.includes(process.env['ONLY'])) continue;
  test(scenario.name, async () => {
    const problems = await injectAll(scenario);
    assert.ok(problems.length === 0, problems.join('\n'));
  });
}

test.run();
