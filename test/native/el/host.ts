/**
 * A host that says it is Enterprise Linux: the file system of this machine under an overlay, in namespaces of its own. It has the
 * real dnf and rpm, nothing of Debian's package manager, and a systemd that only remembers. What it runs is the emitted apply.sh.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { LocalKey } from '../../../compiler/secrets/local-key.ts';
import { SealedSink, TwinSink } from '../../../compiler/secrets/sinks.ts';
import type { Host, Site } from '../../../compiler/model/site.ts';
import { EMITTERS } from '../../../compiler/phases/7-plan/emitters.ts';
import { planHosts } from '../../../compiler/phases/7-plan/plan.ts';
import { emitHost } from '../../../compiler/phases/8-emit/emit.ts';
import { hostFiles } from '../../../compiler/phases/9-bundle/bundle-files.ts';
import type { Step } from '../../../emitters/api.ts';
import '../../package-text.ts';
import { STAND_INS } from '../../integration/host/harness.ts';
import { testSite } from '../../unit/pgsql/site.ts';
import { run, runBeside, type Outcome } from '../node/checker.ts';

/** Programs of Debian that an EL host does not have. */
const DEBIAN = ['apt-get', 'apt', 'dpkg', 'dpkg-query', 'dpkg-deb', 'update-ca-certificates', 'ufw'];

/** Builds the overlay in a fresh tmpfs, then waits to be entered; its end is the end of the host. */
const INIT = `set -eu
mount -t tmpfs -o mode=755 host "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay host -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mount -t proc proc "$1/root/proc"
mount --rbind /dev "$1/root/dev"
mount --bind "$1.shared" "$1/root/mnt"
ip link set lo up
ip addr add 10.10.10.10/32 dev lo
cd "$1/root"
exec chroot . sleep 3600`;

const CONF = `[main]
gpgcheck=1
installonly_limit=3
clean_requirements_on_remove=True
best=True
skip_if_unavailable=False
`;

const UNSHARE = ['--mount', '--pid', '--net', '--uts', '--ipc', '--fork'];

/** Whether this machine can make such hosts; otherwise why not. */
export function obstacle(programs: readonly string[]): string | undefined {
  const missing = [...programs, 'unshare', 'nsenter', 'ip', 'chroot'].filter(
    (program) => run(['sh', '-c', 'command -v "$1"', 'sh', program]).code !== 0,
  );
  if (missing.length > 0) return `no ${missing.join(', ')}`;
  const base = mkdtempSync(join(tmpdir(), 'pigstyc-el-'));
  const mount = `mount -t tmpfs t ${base} && mkdir ${base}/u ${base}/w ${base}/r &&
    mount -t overlay o -o lowerdir=/,upperdir=${base}/u,workdir=${base}/w ${base}/r`;
  const able = run(['unshare', ...UNSHARE, 'sh', '-c', mount]);
  rmSync(base, { recursive: true, force: true });
  return able.code === 0 ? undefined : 'no overlay mounts in namespaces: needs root';
}

/** A running host. */
export class ElHost {
  private readonly base = mkdtempSync(join(tmpdir(), 'pigstyc-el-'));
  /** Seen as /mnt by the host. */
  readonly shared = `${this.base}.shared`;
  private readonly init: ChildProcess;
  private readonly pid: number;

  readonly release: string;
  readonly address: string;

  constructor(release: string, address: string = SELF) {
    this.release = release;
    this.address = address;
    mkdirSync(this.shared);
    this.init = spawn(
      'setpriv',
      ['--pdeathsig', 'KILL', 'unshare', ...UNSHARE, '--kill-child', 'bash', '-c', INIT, 'init', this.base],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    this.pid = this.awaitInit();
    this.setUp();
  }

  /** The process in the new namespaces, once it only waits. */
  private awaitInit(): number {
    const children = `/proc/${this.init.pid}/task/${this.init.pid}/children`;
    for (let i = 0; i < 400; i++) {
      const child = existsSync(children) ? Number(readFileSync(children, 'utf8').trim()) : 0;
      if (child > 0 && readFileSync(`/proc/${child}/comm`, 'utf8') === 'sleep\n') return child;
      spawnSync('sleep', ['0.02']);
    }
    throw new Error('the host does not come up');
  }

  private setUp(): void {
    const major = this.release.split('.')[0]!;
    const id = `NAME="Rocky Linux"\nID="rocky"\nID_LIKE="rhel centos fedora"\n`;
    this.write('/etc/os-release', `${id}VERSION_ID="${this.release}"\nPLATFORM_ID="platform:el${major}"\n`);
    this.write('/etc/dnf/dnf.conf', CONF);
    copyFileSync(join(STAND_INS, 'systemctl'), join(this.shared, 'systemctl'));
    const script = `set -e
      cd /usr/bin && rm -f ${DEBIAN.join(' ')} && cd /usr/sbin && rm -f ${DEBIAN.join(' ')}
      install -m 755 /mnt/systemctl /usr/bin/systemctl
      mkdir -p /fake/active /fake/enabled /fake/masked /fake/fail /etc/yum.repos.d
      rm -rf /var/lib/rpm /var/lib/pigstyc /var/cache/dnf /var/lib/dnf /etc/yum.repos.d/*; rpm --initdb`;
    const done = this.run(['bash', '-c', script]);
    if (done.code !== 0) throw new Error(done.output);
  }

  private enter(command: readonly string[]): readonly string[] {
    return ['nsenter', '-t', String(this.pid), ...'-m -p -n -u -i -r -w'.split(' '), 'env', ...HOST_ENV, ...command];
  }

  /** Runs a command on the host. */
  run(command: readonly string[], seconds = 120): Outcome {
    return run(this.enter(command), { seconds });
  }

  /** Starts a command that goes on as long as the host. */
  start(...command: readonly string[]): void {
    const [program, ...args] = this.enter(command);
    spawn(program!, args, { stdio: 'ignore' });
  }

  write(path: string, text: string, mode = 0o644): void {
    writeFileSync(join(this.shared, '.text'), text);
    this.run([
      'sh',
      '-c',
      `mkdir -p "\${1%/*}" && rm -f "$1" && install -m ${mode.toString(8)} /mnt/.text "$1"`,
      'sh',
      path,
    ]);
  }

  read(path: string): string {
    return this.run(['cat', path]).output;
  }

  has(path: string): boolean {
    return this.run(['test', '-e', path]).code === 0;
  }

  /** Applies the steps of its plan that `chosen` takes, with the script that a build writes. */
  apply(site: Site, chosen: (step: Step) => boolean, ...options: readonly string[]): Outcome {
    return this.run(this.script(site, chosen, options), 300);
  }

  /** The same beside others, ended after some seconds. */
  applyAside(site: Site, chosen: (step: Step) => boolean, seconds: number): Promise<Outcome> {
    return runBeside(this.enter(['timeout', String(seconds), ...this.script(site, chosen, [])]), 300);
  }

  private script(site: Site, chosen: (step: Step) => boolean, options: readonly string[]): readonly string[] {
    const host = site.hosts.find(({ address }) => address === this.address)!;
    writeBundle(join(this.shared, 'bundle'), site, host, chosen);
    return ['env', `PIGSTYC_ASSUME_HOST=${this.address}`, 'bash', '/mnt/bundle/apply.sh', ...options];
  }

  close(): void {
    this.init.kill('SIGKILL');
    for (const path of [this.base, this.shared]) rmSync(path, { recursive: true, force: true });
  }
}

/** Address of the host that a test applies to. */
export const SELF = '10.10.10.11';

const HOST_ENV = ['PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL=C', 'HOME=/root', 'FAKE=/fake'];

function writeBundle(to: string, site: Site, host: Host, chosen: (step: Step) => boolean): void {
  const [plans] = planHosts(site, [host], EMITTERS);
  const steps = plans[0]!.steps.filter(chosen);
  const key = new LocalKey(Buffer.alloc(32, 7));
  const [rendered] = emitHost({ host, steps }, { sealed: new SealedSink(key), twin: new TwinSink(key) }, () => ({
    span: undefined,
    name: 'a value',
  }));
  rmSync(to, { recursive: true, force: true });
  for (const file of hostFiles(rendered).files) {
    const path = join(to, file.path.replace(`hosts/${host.name}/`, ''));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.text);
    chmodSync(path, file.mode);
  }
}

/** A site of one host with these parameters. */
export function nodeSite(release: string, vars: Readonly<Record<string, unknown>>): Site {
  const facts = { os: { vendor: 'rocky', version: release }, memoryMib: 512, cpu: 1 };
  return testSite([{ name: SELF, groups: ['x'], vars, facts }], { admin_ip: '10.10.10.10' });
}

/** Takes the calls of these functions out of a plan. */
export const calls =
  (...names: readonly string[]) =>
  (step: Step): boolean =>
    step.kind === 'call' && names.includes(step.fn);

/** Asserts how a run ended and what it said; otherwise all it said is shown. */
export function ends(outcome: Outcome, code: number, ...texts: readonly string[]): void {
  const absent = texts.filter((text) => !outcome.output.includes(text));
  assert.is(outcome.code, code, outcome.output);
  assert.equal(absent, [], `not said: ${absent.join(' | ')}\n${outcome.output}`);
}
