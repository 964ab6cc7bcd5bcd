/** Real hosts: systemd machines in network namespaces, driven the way an operator drives them. */
import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import * as assert from 'uvu/assert';
import type { HostImpact } from '../../../compiler/review/impact/impact.ts';

export const SCRIPTS = resolve('test/lab/scripts');
/** The platform of the hosts: LAB_PLATFORM chooses another than the default. */
export const PLATFORM = process.env['LAB_PLATFORM'] ?? 'debian-12';
export const DEFAULT = 'pigsty-4.5'; // the platform of an inventory that says nothing
export const ROOT = process.env['LAB'] ?? '/var/tmp/pigstyc-lab';
export const HOSTS = ['h10', 'h11', 'h12', 'h13'] as const;
export type HostName = (typeof HOSTS)[number];

/** The address of a host; 10.10.10.9 is the operator's. */
export const address = (host: HostName): string => `10.10.10.${host.slice(1)}`;

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly output: string;
  readonly seconds: number;
}

/** Runs a command with a time limit; npm's directories are not searched. */
export function run(
  command: readonly string[],
  options: {
    readonly seconds?: number;
    readonly cwd?: string;
    readonly input?: string;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Outcome {
  const started = performance.now();
  const done = spawnSync(command[0]!, command.slice(1), {
    encoding: 'utf8',
    timeout: (options.seconds ?? 60) * 1000,
    killSignal: 'SIGKILL',
    cwd: options.cwd,
    input: options.input ?? '',
    env: environment(options.env),
    maxBuffer: 2 ** 26,
  });
  return {
    code: done.status,
    stdout: done.stdout,
    output: `${done.stdout}${done.stderr}`,
    seconds: (performance.now() - started) / 1000,
  };
}

/** Seconds of nothing; the scenarios are programs that wait. */
export function pause(seconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000);
}

function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const path = (process.env['PATH'] ?? '')
    .split(':')
    .filter((dir) => !dir.includes('node_modules'))
    .join(':');
  // Debian's psql is a wrapper in Perl, ten times as slow as the program itself.
  return {
    ...process.env,
    PATH: `/usr/lib/postgresql/15/bin:${path}:/usr/sbin:/sbin`,
    LC_ALL: 'C',
    MAKEFLAGS: '',
    ...more,
  };
}

/** A command that runs beside the test. */
export interface Background {
  /** Ends it and returns what it has printed. */
  stop(): string;
}

/**
 * One lab with its inventory and bundle. Labs with different names run side by side, each with namespaces, disks and an operator's
 * directory of its own below one root file system; LAB_NAME tells the labs of two checkouts apart.
 */
export class Lab {
  readonly name: string;
  /** The operator's: inventory, bundle, pki. */
  readonly directory: string;
  readonly platform: string;

  /** How the operator logs in. */
  readonly ssh =
    `ssh -i ${ROOT}/id_ed25519 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ` +
    'BatchMode=yes -o KexAlgorithms=curve25519-sha256 -o ConnectTimeout=10 -o ServerAliveInterval=5 -o ' +
    'ServerAliveCountMax=3';

  /** `site`: another operator of the same hosts, with an inventory for `platform`. */
  constructor(name: string, site = 'operator', platform = PLATFORM) {
    this.name = `${process.env['LAB_NAME'] ?? 'lab'}-${name}`;
    this.directory = join(ROOT, this.name, site);
    this.platform = platform;
  }

  /** Boots hosts, those in `older` with Debian 12. */
  start(hosts: readonly HostName[] = HOSTS, older: readonly HostName[] = []): void {
    mkdirSync(this.directory, { recursive: true });
    this.#ok(this.#script('lab-up.sh', hosts, 120, { OLDER: older.join(' '), LAB_PLATFORM: this.platform }));
  }

  end(): void {
    for (const end of this.#running) end();
    this.#script('lab-down.sh', [], 120);
    rmSync(join(ROOT, this.name), { recursive: true, force: true });
  }

  /** Writes the inventory and builds its bundle with the real program. */
  build(inventory: string, ...options: readonly string[]): void {
    this.#compile('build', inventory, '--demo', '--format', 'compact', ...options);
  }

  /** Runs the real program in the operator's directory. */
  pigstyc(...words: readonly string[]): Outcome {
    return run([process.execPath, resolve('dist/pigstyc.cjs'), ...words], { cwd: this.directory });
  }

  /** What `pigstyc diff` says that this inventory would do to each host. */
  impact(inventory: string): Readonly<Partial<Record<HostName, HostImpact>>> {
    const { impact } = JSON.parse(this.#compile('diff', inventory, '--json', '--quiet')) as {
      readonly impact: readonly HostImpact[];
    };
    return Object.fromEntries(impact.map((one) => [one.host.replace('10.10.10.', 'h'), one]));
  }

  #compile(command: string, inventory: string, ...options: readonly string[]): string {
    mkdirSync(this.directory, { recursive: true });
    writeFileSync(join(this.directory, 'pigsty.yml'), inventory);
    const outcome = this.pigstyc(command, 'pigsty.yml', '-o', 'out', '--platform', this.platform, ...options);
    this.#ok(outcome);
    return outcome.stdout;
  }

  /** make -C out … over real ssh and scp. */
  makeCommand(...words: readonly string[]): readonly string[] {
    return [
      'make',
      '-C',
      join(this.directory, 'out'),
      `SSH=${this.ssh}`,
      `SCP=${this.ssh.replace(/^ssh/, 'scp -q -r')}`,
      'LOGIN=dba@',
      ...words,
    ];
  }

  /** The same, run in the operator's namespace. */
  make(...words: readonly string[]): Outcome {
    const outcome = this.admin(this.makeCommand(...words), 600);
    writeFileSync(join(this.directory, `make-${words.join('-').replace(/[^a-z0-9-]/g, '')}.log`), outcome.output);
    return outcome;
  }

  /** As root in a host. */
  exec(host: HostName, command: readonly string[], seconds = 120): Outcome {
    return run(this.#inside(host, command), { seconds });
  }

  /** In the operator's namespace. */
  admin(command: readonly string[], seconds = 60): Outcome {
    return run(this.#inside(undefined, command), { seconds });
  }

  /** A shell program beside the test, in a host or (undefined) in the operator's namespace. */
  background(host: HostName | undefined, program: string): Background {
    const log = join(this.directory, `background-${this.#started++}.log`);
    const output = openSync(log, 'w');
    const [enter, ...words] = this.#inside(host, ['bash', '-c', program]);
    const child = spawn(enter!, words, { detached: true, stdio: ['ignore', output, output], env: environment() });
    child.unref();
    const end = (): void => {
      if (!this.#running.delete(end)) return;
      closeSync(output);
      try {
        process.kill(-child.pid!, 'SIGKILL');
      } catch {} // ended with its host
    };
    this.#running.add(end);
    return {
      stop: () => {
        end();
        return readFileSync(log, 'utf8');
      },
    };
  }

  /** A directory of the operator to a host, as root. */
  copy(from: string, host: HostName, to: string): void {
    this.#ok(
      this.admin([
        ...this.ssh.replace(/^ssh/, 'scp -q -r').split(' '),
        join(this.directory, from),
        `root@${address(host)}:${to}`,
      ]),
    );
  }

  power(operation: 'crash' | 'stop' | 'cut' | 'join', host: HostName): void {
    this.#ok(this.#script('lab-exec.sh', [operation, host], 150));
  }

  /** apply.sh on a host that has the bundle. */
  apply(host: HostName, ...flags: readonly string[]): Outcome {
    return this.exec(host, ['bash', `/var/lib/pigstyc/bundle/${address(host)}/apply.sh`, ...flags], 300);
  }

  /** A query as an application sends it; one value a line. */
  psql(target: string, sql: string, seconds = 15): Outcome {
    return this.admin(['psql', '-wqAXt', '-v', 'ON_ERROR_STOP=1', '-d', target, '-c', sql], seconds);
  }

  /** When every service of every host was started: equal before and after a run that restarts nothing. */
  startTimes(hosts: readonly HostName[] = HOSTS): string {
    return hosts
      .map(
        (host) =>
          `${host}: ` +
          `${
            this.exec(host, [
              'sh',
              '-c',
              'systemctl show --property=Id,ActiveEnterTimestampMonotonic,MainPID $(systemctl list-units --type=service ' +
                "--state=running --plain --no-legend | awk '{print $1}' | grep -v -e ssh@ -e user@ -e systemd)",
            ]).stdout
          }`,
      )
      .join('\n');
  }

  /** Repeats a check until it holds. */
  eventually(what: string, seconds: number, holds: () => boolean): number {
    const started = performance.now();
    for (;;) {
      if (holds()) return (performance.now() - started) / 1000;
      if ((performance.now() - started) / 1000 > seconds) assert.unreachable(`not within ${seconds} s: ${what}`);
      pause(0.5);
    }
  }

  /** Journals, configuration and console of every host, for a scenario that failed. */
  keep(step: string): string {
    const into = resolve('test/lab/failed', `${this.name}-${step}`.replace(/[^A-Za-z0-9]+/g, '-'));
    rmSync(into, { recursive: true, force: true });
    mkdirSync(into, { recursive: true });
    for (const host of HOSTS) {
      writeFileSync(join(into, `${host}.journal`), this.exec(host, ['journalctl', '--no-pager', '-n', '6000']).output);
      writeFileSync(join(into, `${host}.state`), this.exec(host, ['sh', '-c', STATE]).output);
      // Configuration as it is on the disk, read from outside: the host may be down. No keys.
      const disk = join(ROOT, this.name, 'hosts', host, 'upper');
      for (const tree of ['etc', 'data/postgres', 'var/log']) {
        if (existsSync(join(disk, tree)))
          cpSync(join(disk, tree), join(into, host, tree), {
            recursive: true,
            verbatimSymlinks: true,
            filter: readable,
          });
      }
      const console = join(ROOT, this.name, 'run', `${host}.console`);
      if (existsSync(console)) copyFileSync(console, join(into, `${host}.console`));
    }
    cpSync(this.directory, join(into, 'operator'), {
      recursive: true,
      filter: (path) => !/\/(sealed|pki|\.pigstyc)(\/|$)/.test(path),
    });
    return into;
  }

  #started = 0;
  readonly #running = new Set<() => void>();

  /** How a program is begun in the operator's namespace that speaks to the test through pipes. */
  get entry(): readonly string[] {
    return this.#inside(undefined, []);
  }

  /** What lab-exec.sh does for people, without its shell: a scenario asks thousands of times. */
  #inside(host: HostName | undefined, command: readonly string[]): readonly string[] {
    if (host === undefined) return ['nsenter', `--net=/run/netns/${this.name}-operator`, ...command];
    const leader = join(ROOT, this.name, 'run', `${host}.leader`);
    return [
      'nsenter',
      '-t',
      existsSync(leader) ? readFileSync(leader, 'utf8').trim() : 'none: it is down',
      '-a',
      'env',
      '-i',
      ...SANE,
      ...command,
    ];
  }

  #script(
    script: string,
    words: readonly string[],
    seconds: number,
    env: Readonly<Record<string, string>> = {},
  ): Outcome {
    return run(['bash', join(SCRIPTS, script), ...words], { seconds, env: { LAB_NAME: this.name, ...env } });
  }

  #ok(outcome: Outcome): void {
    assert.is(outcome.code, 0, outcome.output);
  }
}

/** No keys, no databases, no journals (they are kept as text), none of the marks an overlay makes for removed files. */
function readable(path: string): boolean {
  const entry = lstatSync(path);
  return (
    (entry.isFile() || entry.isDirectory() || entry.isSymbolicLink()) &&
    !/\.key$|\/ssh_host_|\/journal(\/|$)|\/postgres\/[^/]+\/(data|spool|dummy)(\/|$)/.test(path)
  );
}

/** The environment of a host's own processes. */
const SANE = [
  'HOME=/root',
  'USER=root',
  'LANG=C.UTF-8',
  'TERM=dumb',
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
];

const STATE = `systemctl --failed --no-pager; ip addr; timeout 10 patronictl -c /etc/patroni/patroni.yml list
  runuser -u postgres -- psql -xc 'select * from pg_stat_replication' -c 'select * from pg_stat_wal_receiver'; ps axf`;
