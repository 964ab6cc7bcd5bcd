/**
 * 200 runs are killed with SIGKILL, each at a random moment of what it has to do: the runs of a life alternate between
 * two versions of a bundle, so that the one that dies always has work. Then one undisturbed run has to end where a life
 * without kills ends: files, accounts, units, and what the units have read.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Effect, Step } from '../../../emitters/api.ts';
import { fileStep, GROUP, OWNER, Sandbox, secretStep, STAND_INS, treeOf, unitStep as unit } from './harness.ts';

const test = suite('kill -9');

const [LIVES, KILLS_PER_LIFE] = [10, 20];
const RELOAD: readonly Effect[] = [{ kind: 'reload', unit: 'web' }];
const RESTART: readonly Effect[] = [{ kind: 'restart', unit: 'web' }];
const GUARDED: readonly Effect[] = [{ kind: 'restart', unit: 'db', guarded: true }];

/** Every kind of thing a run makes, changes and takes away. */
const version = (version: '1' | '2'): readonly Step[] => [
  ...(version === '1'
    ? []
    : [
        { kind: 'group', stage: 'node', name: 'web', gid: 901 } as const,
        { kind: 'user', stage: 'node', name: 'web', group: 'web', uid: 901, shell: '/bin/sh' } as const,
      ]),
  { kind: 'dir', stage: 'node', path: '/etc/web', owner: OWNER, group: GROUP, mode: version === '1' ? 0o750 : 0o755 },
  { kind: 'link', stage: 'node', path: '/data', target: `/srv/${version}` },
  fileStep('/etc/web/web.conf', `version ${version}\n`, {
    effects: RELOAD,
    validate: { command: ['test', '-s', '{}'] },
  }),
  fileStep('/etc/web/mode.conf', 'the same\n', { mode: version === '1' ? 0o644 : 0o640, effects: RESTART }),
  fileStep(`/etc/web/only-${version}.conf`, 'one of two\n', { effects: RELOAD }),
  secretStep('/etc/web/secret.env', `secret ${version}`, { effects: RESTART }),
  fileStep('/etc/hosts', `10.0.0.${version} box-1\n`, { manage: 'block', source: 'node/hosts' }),
  ...(version === '1' ? [fileStep('/etc/motd', 'hello\n', { manage: 'block', source: 'node/motd' })] : []),
  fileStep('/etc/db.conf', `version ${version}\n`, { effects: GUARDED }),
  fileStep('/etc/systemd/system/web.service', `[Service]\nExecStart=/bin/echo ${version}\n`, { effects: RESTART }),
  ...(version === '1' ? [fileStep('/etc/systemd/system/old.service', '[Service]\n'), unit('old')] : []),
  unit('web'),
  unit('db', { guarded: true }),
  unit('legacy', version === '1' ? {} : { enabled: false, state: 'stopped' }),
];

/** What each unit reads. */
const READS = {
  web: ['/etc/web/web.conf', '/etc/web/secret.env', '/etc/systemd/system/web.service'],
  db: ['/etc/db.conf'],
  'daemon-reload': ['/etc/systemd/system/web.service'],
};

/** A host that runs version 1, with both bundles at hand. */
class Life {
  readonly box = new Sandbox();

  constructor(from?: Life) {
    const { box } = this;
    Object.assign(box.env, {
      PATH: `${box.bin}:${STAND_INS}:${process.env['PATH']!}`,
      TMPDIR: join(box.base, 'tmp'),
      PIGSTYC_PROC_SYS: join(box.base, 'proc'),
    });
    mkdirSync(join(box.base, 'tmp'));
    if (from === undefined) {
      box.write('/etc/hosts', '127.0.0.1 localhost\n');
      box.write('/etc/motd', 'welcome\n');
      writeFileSync(join(box.fake, 'passwd'), 'root:x:0:0::/root:/bin/sh\n');
      writeFileSync(join(box.fake, 'group'), 'root:x:0:\n');
      for (const name of ['1', '2'] as const) {
        box.build(version(name));
        cpSync(box.bundle, join(box.base, name), { recursive: true });
      }
    } else {
      for (const part of ['root', 'fake', '1', '2'])
        cpSync(join(from.box.base, part), join(box.base, part), {
          recursive: true,
          preserveTimestamps: true,
          verbatimSymlinks: true,
        });
    }
    for (const name of ['reads', 'loaded']) mkdirSync(join(box.fake, name), { recursive: true });
    for (const [name, paths] of Object.entries(READS))
      writeFileSync(join(box.fake, 'reads', name), paths.map((path) => `${box.root}${path}\n`).join(''));
  }

  apply(
    name: '1' | '2',
    ...options: readonly string[]
  ): Promise<{ readonly code: number | null; readonly output: string; readonly error: string }> {
    this.use(name);
    return this.box.applyAside(...options);
  }

  /** Kills a run of this version after so many milliseconds, with all it has started; false when it had ended before. */
  async kill(name: '1' | '2', after: number): Promise<boolean> {
    this.use(name);
    const child = spawn('/bin/bash', [join(this.box.bundle, 'apply.sh')], {
      env: this.box.environment(),
      stdio: 'ignore',
      detached: true,
    });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    const timer = setTimeout(() => {
      if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL');
    }, after);
    const signal = await ended;
    clearTimeout(timer);
    return signal === 'SIGKILL';
  }

  /** Everything but the former versions of files, of which every run that changes something keeps its own. */
  tree(): string {
    return [
      treeOf(this.box.root, ['/var/lib/pigstyc/generations']),
      treeOf(this.box.fake, ['/systemctl.log', '/reads']),
    ].join('\n');
  }

  /** Temporary files beside their targets, in the journal and among scratch directories. */
  leftovers(): readonly string[] {
    const { box } = this;
    const paths = readdirSync(box.root, { recursive: true, encoding: 'utf8' }).filter(
      (path) => !path.includes('/generations/'),
    );
    return [...paths.filter((path) => /\.pigstyc$|\/\.[^/]*$/.test(path)), ...readdirSync(join(box.base, 'tmp'))];
  }

  private use(name: '1' | '2'): void {
    cpSync(join(this.box.base, name), this.box.bundle, { recursive: true, force: true });
  }
}

/** Numbers in [0, 1) that are the same in every run of the test (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function difference(a: string, b: string): string {
  const [left, right] = [new Set(a.split('\n')), new Set(b.split('\n'))];
  return [
    ...[...left].filter((line) => !right.has(line)).map((line) => `- ${line}`),
    ...[...right].filter((line) => !left.has(line)).map((line) => `+ ${line}`),
  ].join('\n');
}

test('200 killed runs end where undisturbed ones do', async () => {
  const [origin, goal] = [new Life(), new Life()];
  const lives: Life[] = [origin, goal];
  try {
    assert.is((await origin.apply('1')).code, 0);
    const whole = new Life(origin);
    lives.push(whole);
    const started = Date.now();
    const undisturbed = await whole.apply('2');
    assert.is(undisturbed.code, 0, undisturbed.error);
    let duration = Date.now() - started;
    const tree = whole.tree();
    await whole.apply('2', '--allow-restart');
    const settled = whole.tree();
    assert.is(readFileSync(join(whole.box.fake, 'loaded/db'), 'utf8'), 'version 2\n');
    let killed = 0;
    const live = async (seed: number): Promise<void> => {
      const life = new Life(origin);
      lives.push(life);
      const random = seeded(seed);
      for (let kills = 0, turn = 0; kills < KILLS_PER_LIFE; turn++) {
        const begun = Date.now();
        // What a run that ended before its time took is news of how long one takes now.
        if (await life.kill(turn % 2 === 0 ? '2' : '1', random() * duration)) kills++;
        else duration = Date.now() - begun;
      }
      killed += KILLS_PER_LIFE;
      const last = await life.apply('2');
      assert.is(last.code, 0, last.error);
      assert.is(difference(tree, life.tree()), '', `seed ${seed}`);
      assert.equal(life.leftovers(), [], `seed ${seed}`);
      assert.match((await life.apply('2')).output, 'changed=0 ');
      assert.is((await life.apply('2', '--allow-restart')).code, 0);
      assert.is(difference(settled, life.tree()), '', `seed ${seed}: what was owed`);
    };
    const seeds = Array.from({ length: LIVES }, (_, index) => index + 1);
    const worker = async (): Promise<void> => {
      for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) await live(seed);
    };
    await Promise.all(Array.from({ length: 4 }, worker));
    assert.is(killed, 200);
  } finally {
    for (const life of lives) life.box.close();
  }
});

test.run();
