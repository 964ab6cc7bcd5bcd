/**
 * Runs the real apply.sh of a made-up host in a scratch root; systemd and the package manager are small stand-ins that
 * remember what was asked of them.
 */
import { execFileSync, spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { hostFiles } from '../../../compiler/phases/9-bundle/bundle-files.ts';
import { Secret } from '../../../compiler/model/secret.ts';
import type { Host } from '../../../compiler/model/site.ts';
import { LocalKey } from '../../../compiler/secrets/local-key.ts';
import { SealedSink, TwinSink } from '../../../compiler/secrets/sinks.ts';
import { interfacesOf } from '../../../compiler/phases/7-plan/plan.ts';
import { emitHost } from '../../../compiler/phases/8-emit/emit.ts';
import type { FileStep, Step } from '../../../emitters/api.ts';
import type { RenderedHost } from '../../../emitters/host/bundle-types.ts';
import '../../package-text.ts';

export const OWNER = userInfo().username;
export const GROUP = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim();

/** Programs that answer as the real ones do and keep their state in $FAKE. */
export const STAND_INS = join(import.meta.dirname, 'stand-ins');

/** Real programs the runtime may use. */
const PROGRAMS = [
  'cat',
  'chmod',
  'chown',
  'cmp',
  'cp',
  'cut',
  'dd',
  'diff',
  'env',
  'fallocate',
  'find',
  'flock',
  'grep',
  'head',
  'id',
  'install',
  'ln',
  'mkdir',
  'mktemp',
  'mv',
  'nproc',
  'readlink',
  'rm',
  'rmdir',
  'sed',
  'sha256sum',
  'sleep',
  'sort',
  'stat',
  'sync',
  'tail',
  'timeout',
  'tr',
  'truncate',
  'uname',
  'wc',
];
const REAL = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** All a host of a test has: name → path, stand-ins before real programs. */
export function programs(): ReadonlyMap<string, string> {
  const real = PROGRAMS.map(
    (name) => [name, REAL.map((part) => join(part, name)).find((path) => existsSync(path))!] as const,
  );
  return new Map([...real, ...readdirSync(STAND_INS).map((name) => [name, join(STAND_INS, name)] as const)]);
}

export interface Outcome {
  readonly code: number | null;
  readonly output: string;
  readonly error: string;
}

/** A host to apply to. */
export class Sandbox {
  readonly base = mkdtempSync(join(tmpdir(), 'pigstyc-host-'));
  readonly root = join(this.base, 'root');
  readonly bundle = join(this.base, 'bundle');
  readonly fake = join(this.base, 'fake');
  readonly bin = join(this.base, 'bin');
  readonly env: Record<string, string> = {};
  /** Milliseconds a run may take. */
  readonly patience: number = 60_000;

  constructor() {
    for (const path of [
      this.root,
      `${this.root}/etc`,
      this.bin,
      ...['active', 'enabled', 'masked', 'fail', 'http'].map((name) => join(this.fake, name)),
    ])
      mkdirSync(path, { recursive: true });
    writeFileSync(`${this.root}/etc/os-release`, 'ID=debian\nVERSION_ID="12"\n');
    writeFileSync(join(this.base, 'meminfo'), 'MemTotal:        8192000 kB\n');
    copyFileSync(join(STAND_INS, 'systemctl'), join(this.bin, 'systemctl'));
  }

  /** Puts a program in front of the real ones. */
  command(name: string, text: string): void {
    writeFileSync(join(this.bin, name), text);
    chmodSync(join(this.bin, name), 0o755);
  }

  /** Writes the bundle of these steps, replacing the former one. */
  build(
    steps: readonly Step[],
    overrides: {
      readonly seal?: boolean;
      readonly pg?: boolean;
      readonly interface?: string;
      readonly assumed?: boolean;
    } = {},
  ): void {
    rmSync(this.bundle, { recursive: true, force: true });
    const host = {
      name: '10.0.0.1',
      address: '10.0.0.1',
      nodename: 'box-1',
      pg: overrides.pg === true ? { cluster: {} } : undefined,
      nodeVip: overrides.interface === undefined ? undefined : {},
      params: { vipInterface: overrides.interface },
      facts: {
        osFamily: 'deb',
        osVendor: 'debian',
        osVersion: '12',
        memoryMib: 4096,
        cpu: 1,
        source: overrides.assumed === true ? 'assumed' : 'facts-file',
      },
    } as unknown as Host;
    const rendered = renderedHost(host, steps, new LocalKey(Buffer.alloc(32, 7)));
    for (const file of hostFiles(rendered).files) {
      if (overrides.seal === false && file.path.includes('/sealed/')) continue;
      const path = join(this.bundle, file.path.replace('hosts/10.0.0.1/', ''));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, file.text);
      chmodSync(path, file.mode);
    }
  }

  environment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
    return {
      ...process.env,
      PATH: `${this.bin}:${process.env['PATH'] ?? ''}`,
      PIGSTYC_ROOT: this.root,
      PIGSTYC_ASSUME_HOST: '10.0.0.1',
      PIGSTYC_MEMINFO: join(this.base, 'meminfo'),
      FAKE: this.fake,
      ...this.env,
      ...extra,
    };
  }

  apply(...options: readonly string[]): Outcome {
    const result: SpawnSyncReturns<string> = spawnSync('/bin/bash', [join(this.bundle, 'apply.sh'), ...options], {
      env: this.environment(),
      encoding: 'utf8',
      timeout: this.patience,
    });
    return { code: result.status, output: result.stdout, error: result.stderr };
  }

  /** `apply` that lets others of this process run meanwhile. */
  applyAside(...options: readonly string[]): Promise<Outcome> {
    return new Promise((resolve) => {
      const child = spawn('/bin/bash', [join(this.bundle, 'apply.sh'), ...options], {
        env: this.environment(),
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: this.patience,
      });
      let [output, error] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
      child.once('close', (code) => resolve({ code, output, error }));
    });
  }

  /** Starts apply.sh and kills it with SIGKILL as soon as `when` exists. */
  async killWhen(when: string): Promise<void> {
    const child = spawn('bash', [join(this.bundle, 'apply.sh')], {
      env: this.environment(),
      stdio: 'ignore',
      detached: true,
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const deadline = Date.now() + 20_000;
    while (!existsSync(when)) {
      if (Date.now() > deadline) throw new Error(`${when} never appeared`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    process.kill(-child.pid!, 'SIGKILL');
    await ended;
  }

  /** Calls of systemctl since the last time, without those that only ask. */
  calls(): readonly string[] {
    const log = join(this.fake, 'systemctl.log');
    const lines = existsSync(log)
      ? readFileSync(log, 'utf8')
          .split('\n')
          .filter((line) => line !== '' && !/^(show|is-active) /.test(line))
      : [];
    rmSync(log, { force: true });
    return lines;
  }

  /** What systemd has of a unit: `active`, `enabled`. */
  mark(state: string, unit: string): void {
    writeFileSync(join(this.fake, state, unit), '');
  }

  read(path: string): string {
    return readFileSync(this.root + path, 'utf8');
  }

  has(path: string): boolean {
    return existsSync(this.root + path);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.root + path), { recursive: true });
    writeFileSync(this.root + path, text);
  }

  close(): void {
    rmSync(this.base, { recursive: true, force: true });
  }
}

export function fileStep(path: string, text: string, more: Partial<FileStep> = {}): FileStep {
  return {
    kind: 'file',
    stage: 'node',
    path,
    owner: OWNER,
    group: GROUP,
    mode: 0o644,
    effects: [],
    source: 'test/file',
    render: () => text,
    ...more,
  };
}

export function unitStep(name: string, more: Partial<Extract<Step, { kind: 'unit' }>> = {}): Step {
  return { kind: 'unit', stage: 'node', unit: name, enabled: true, state: 'started', ...more };
}

export function secretStep(path: string, password: string, more: Partial<FileStep> = {}): FileStep {
  const secret = new Secret('test_password', password);
  return fileStep(path, '', {
    mode: 0o600,
    render: (secrets) => `user=admin\npassword=${secrets.reveal(secret)}\n`,
    ...more,
  });
}

/** Everything below a directory with type, mode, owner and content, one line each; comparable between two sandboxes. */
export function treeOf(root: string, without: readonly string[] = []): string {
  const lines: string[] = [];
  const walk = (path: string): void => {
    for (const name of readdirSync(root + path).sort()) {
      const at = `${path}/${name}`;
      if (without.includes(at)) continue;
      const stat = lstatSync(root + at);
      const what = stat.isSymbolicLink()
        ? readlinkSync(root + at)
        : stat.isFile()
          ? createHash('sha256')
              .update(readFileSync(root + at))
              .digest('hex')
              .slice(0, 16)
          : '';
      lines.push(`${at} ${stat.mode.toString(8)} ${stat.uid}:${stat.gid} ${what}`);
      if (stat.isDirectory()) walk(at);
    }
  };
  walk('');
  return lines.join('\n');
}

function renderedHost(host: Host, steps: readonly Step[], key: LocalKey): RenderedHost {
  const sinks = { sealed: new SealedSink(key), twin: new TwinSink(key) };
  const place = { span: undefined, name: 'a value' };
  return emitHost({ host, steps, interfaces: interfacesOf(host) }, sinks, () => place)[0];
}
