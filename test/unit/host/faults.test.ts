/**
 * Fault injection: over bundles that call every function of the runtime, each external command of each run is made to fail once. The run
 * has to stop at that step and say what is wrong, and the next run has to end where an undisturbed one ends. PATH holds nothing but shims, so a command
 * that nobody thought of is found by the test as well.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Sandbox, STAND_INS, treeOf, type Outcome } from './harness.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { TOLERATED } from './tolerated.ts';

const test = suite('fault injection');

/** Real programs the runtime may use. */
const PROGRAMS = [
  'cat', 'chmod', 'chown', 'cmp', 'cp', 'cut', 'diff', 'env', 'fallocate', 'find', 'flock', 'grep', 'head', 'id', 'install', 'ln', 'mkdir', 'mktemp', 'mv', 'nproc',
  'readlink', 'rm', 'rmdir', 'sed', 'sha256sum', 'sleep', 'sort', 'stat', 'sync', 'tail', 'timeout', 'tr', 'truncate', 'uname', 'wc',
];
const REAL = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** A program that is noted in $RECORD, or that fails the $FAULT_AT-th time it is called. */
const shim = (target: string): string => `#!/bin/sh
if [ -n "\${RECORD-}" ]; then
  printf '%s\\036' "\${0##*/} $*" >>"$RECORD"
else
  printf x >>"$FAULT_COUNT"
  read -r calls <"$FAULT_COUNT"
  if [ "\${#calls}" = "$FAULT_AT" ]; then echo "\${0##*/}: no space left on device" >&2; exit 97; fi
fi
exec ${target} "$@"
`;

const scratch = mkdtempSync(join(tmpdir(), 'pigstyc-faults-'));
const [tools, shims] = [join(scratch, 'tools'), join(scratch, 'shims')];
for (const path of [tools, shims]) mkdirSync(path);
for (const name of PROGRAMS) tool(name, REAL.map((part) => join(part, name)).find((path) => existsSync(path))!);
for (const name of readdirSync(STAND_INS)) tool(name, join(STAND_INS, name));
test.after(() => rmSync(scratch, { recursive: true, force: true }));

function tool(name: string, target: string): void {
  symlinkSync(target, join(tools, name));
  mkdirSync(join(shims, name));
  writeFileSync(join(shims, name, name), shim(target), { mode: 0o755 });
}

/** A host of the scenario just before the run that is disturbed. */
class Prepared {
  readonly box = new Sandbox();

  constructor(readonly scenario: Scenario, from?: Prepared) {
    const { box } = this;
    Object.assign(box.env, { PATH: this.path([]), STAND_INS, PIGSTYC_PROC_SYS: join(box.base, 'proc') });
    if (from !== undefined) {
      for (const part of ['root', 'fake', 'bundle', 'proc']) {
        if (existsSync(join(from.box.base, part))) cpSync(join(from.box.base, part), join(box.base, part), { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
      }
      return;
    }
    writeFileSync(join(box.fake, 'passwd'), `${process.env['USER'] ?? 'root'}:x:${process.getuid!()}:0::/home/op:/bin/sh\nroot:x:0:0::/home/op:/bin/sh\n`);
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

interface Tally {
  stopped: number;
  readonly tolerated: Map<string, number>;
  readonly problems: string[];
}

async function injectAll(scenario: Scenario): Promise<Tally> {
  const tally: Tally = { stopped: 0, tolerated: new Map(), problems: [] };
  const prepared = new Prepared(scenario);
  const whole = new Prepared(scenario, prepared);
  try {
    const record = join(whole.box.base, 'record');
    const first = await whole.run({ RECORD: record, PATH: whole.path(readdirSync(shims)) });
    assert.is(first.code, 0, first.error);
    assert.not.match(first.error, 'command not found');
    const goal = whole.tree();
    const faults: Fault[] = [];
    const seen = new Map<string, number>();
    for (const command of readFileSync(record, 'utf8').split('\x1e').slice(0, -1)) {
      const name = command.slice(0, command.indexOf(' '));
      const at = (seen.get(name) ?? 0) + 1;
      seen.set(name, at);
      faults.push({ name, at, command: command.replaceAll(/\/tmp\/\S*?\/(root|bundle|proc|fake)(?=\/)/g, '<$1>') });
    }
    const worker = async (): Promise<void> => {
      for (let fault = faults.shift(); fault !== undefined; fault = faults.shift()) await injectOne(prepared, fault, goal, tally);
    };
    await Promise.all(Array.from({ length: 4 }, worker));
  } finally {
    whole.box.close();
    prepared.box.close();
  }
  return tally;
}

interface Fault {
  readonly name: string;
  readonly at: number;
  readonly command: string;
}

async function injectOne(prepared: Prepared, fault: Fault, goal: string, tally: Tally): Promise<void> {
  const own = new Prepared(prepared.scenario, prepared);
  const problem = (what: string, output = ''): void => void tally.problems.push(`${fault.command.slice(0, 160)} (${fault.name} #${fault.at}): ${what}\n${output}`);
  try {
    const failed = await own.run({ PATH: own.path([fault.name]), FAULT_AT: String(fault.at), FAULT_COUNT: join(own.box.base, 'count') });
    if (failed.code === 0) {
      const rule = TOLERATED.find(({ command }) => command.test(fault.command));
      if (rule === undefined) return problem('swallowed', failed.output);
      tally.tolerated.set(rule.reason, (tally.tolerated.get(rule.reason) ?? 0) + 1);
    } else if (failed.code === 3 && !failed.output.includes('node\n')) {
      if (!failed.error.includes('REFUSED')) return problem('refused without a word', failed.error);
      tally.stopped++;
    } else {
      const missing = ['stage ', 'step ', 'command: ', 'exit code: ', `${fault.name}: no space left on device`, 'run apply.sh again'].filter((part) => !failed.error.includes(part));
      if (failed.code !== 1 || missing.length > 0) return problem(`exit ${failed.code}, not said: ${missing.join(' | ')}`, failed.error);
      tally.stopped++;
    }
    // Going back again would go back further.
    const resumed = failed.code === 0 && prepared.scenario.options?.includes('--rollback') ? failed : await own.run();
    if (resumed.code !== 0) return problem('the next run fails', resumed.error);
    // Whether a debt was paid is not known when writing down that it was fails: it is announced once more.
    if (/pending=[1-9]/.test(resumed.output) && own.tree() !== goal) assert.is((await own.run({}, '--allow-restart')).code, 0);
    if (own.tree() !== goal) return problem('the next run does not converge', difference(goal, own.tree()));
  } finally {
    own.box.close();
  }
}

function difference(a: string, b: string): string {
  const [left, right] = [new Set(a.split('\n')), new Set(b.split('\n'))];
  return [...[...left].filter((line) => !right.has(line)).map((line) => `- ${line}`), ...[...right].filter((line) => !left.has(line)).map((line) => `+ ${line}`)].join('\n');
}

const totals = { stopped: 0, tolerated: new Map<string, number>() };
for (const scenario of SCENARIOS) {
  if (process.env['ONLY'] !== undefined && !scenario.name.includes(process.env['ONLY'])) continue;
  test(scenario.name, async () => {
    const tally = await injectAll(scenario);
    totals.stopped += tally.stopped;
    for (const [reason, count] of tally.tolerated) totals.tolerated.set(reason, (totals.tolerated.get(reason) ?? 0) + count);
    assert.is(tally.problems.join('\n'), '');
  });
}

test.run();
