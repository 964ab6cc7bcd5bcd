/** An inventory of the lab: built with the real program, deployed with its own Makefile over ssh and scp. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, run, type Outcome } from './command.ts';
import { HERE, HOSTS, LAB, addressOf, down, inHost, operator, up, type HostName } from './hosts.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const PROGRAM = join(ROOT, 'dist', 'pigstyc.cjs');

const SSH_OPTIONS = [
  '-i', join(LAB, 'id_ed25519'), '-o', 'StrictHostKeyChecking=no', '-o', `UserKnownHostsFile=${join(HERE, 'known_hosts')}`,
  '-o', 'LogLevel=ERROR', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=5',
].join(' ');

/** What apply.sh --json says. */
export interface Applied {
  readonly code: number;
  readonly seconds: number;
  readonly result: string;
  readonly ok: number;
  readonly changed: readonly string[];
  readonly restarted: readonly string[];
  readonly pending: readonly string[];
  readonly notes: readonly string[];
  readonly error?: string;
  /** Progress, for messages of failed assertions. */
  readonly log: string;
}

/** A directory with an inventory, its pki and its bundle; it lives with the lab, so the next test file finds it. */
export class Site {
  readonly dir: string;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
    this.dir = join(HERE, 'sites', name);
  }

  get inventory(): string {
    return readFileSync(join(this.dir, 'pigsty.yml'), 'utf8');
  }

  get out(): string {
    return join(this.dir, 'out');
  }

  /** Changes the inventory; a text that is not there is an error of the test. */
  edit(from: string, to: string): void {
    const text = this.inventory;
    if (!text.includes(from)) throw new Error(`the inventory of ${this.name} has no ${JSON.stringify(from)}`);
    writeFileSync(join(this.dir, 'pigsty.yml'), text.replace(from, () => to));
  }

  /** Compiles; an error of the inventory is an error of the test. */
  build(): Promise<Outcome> {
    return must(process.execPath, [PROGRAM, 'build', join(this.dir, 'pigsty.yml'), '-o', this.out, '--platform', 'debian-12'], { seconds: 60 });
  }

  make(targets: readonly string[], seconds = 420): Promise<Outcome> {
    return operator(['make', '--no-print-directory', '-C', this.out, '-j4', ...targets, `SSH=ssh ${SSH_OPTIONS}`, `SCP=scp -q -r ${SSH_OPTIONS}`, 'LOGIN=dba@'], { seconds });
  }

  async deploy(...targets: readonly string[]): Promise<Outcome> {
    const outcome = await this.make(targets.length > 0 ? targets : ['deploy']);
    mkdirSync(join(HERE, 'logs'), { recursive: true });
    writeFileSync(join(HERE, 'logs', `${this.name}.deploy.log`), outcome.out + outcome.err);
    if (outcome.code !== 0) throw new Error(`deployment of ${this.name} failed\n${(outcome.out + outcome.err).split('\n').slice(-60).join('\n')}`);
    return outcome;
  }

  /** apply.sh as it lies on the host, by hand. */
  async apply(host: HostName, ...flags: readonly string[]): Promise<Applied> {
    const outcome = await inHost(host, ['bash', `/home/dba/.pigstyc/${addressOf(host)}/apply.sh`, '--json', ...flags], { seconds: 300 });
    const line = outcome.out.trimEnd().split('\n').at(-1) ?? '';
    if (!line.startsWith('{')) throw new Error(`apply.sh on ${host} ended with ${outcome.code} and no summary\n${outcome.out}\n${outcome.err}`);
    return { ...(JSON.parse(line) as Applied), code: outcome.code, seconds: outcome.seconds, log: outcome.err };
  }

  /** On several hosts at the same time, as the Makefile does it. */
  applyAll(hosts: readonly HostName[] = HOSTS, ...flags: readonly string[]): Promise<Applied[]> {
    return Promise.all(hosts.map((host) => this.apply(host, ...flags)));
  }
}

/** A fresh copy of an inventory, compiled; an earlier copy and its certificates are gone. */
export async function newSite(name: string): Promise<Site> {
  const site = new Site(name);
  rmSync(site.dir, { recursive: true, force: true });
  mkdirSync(site.dir, { recursive: true });
  cpSync(join(import.meta.dirname, '..', 'inventories', `${name}.yml`), join(site.dir, 'pigsty.yml'));
  await site.build();
  return site;
}

const CURRENT = join(HERE, 'deployed');

/** Which inventory the hosts of the lab run, if any. */
export function deployed(): string | undefined {
  return existsSync(CURRENT) ? readFileSync(CURRENT, 'utf8') : undefined;
}

/** Fresh hosts with an inventory deployed on them. */
export async function redeploy(name: string): Promise<{ readonly site: Site; readonly deployment: Outcome }> {
  rmSync(CURRENT, { force: true });
  await down();
  const site = await newSite(name);
  await up();
  const deployment = await site.deploy();
  writeFileSync(CURRENT, name);
  return { site, deployment };
}

/** The inventory as an earlier test file left it deployed, all hosts up; from nothing when the lab runs something else. */
export async function standing(name: string): Promise<Site> {
  if (deployed() !== name) return (await redeploy(name)).site;
  await up();
  return new Site(name);
}

/** Processor time that the hosts of the lab have used, in seconds. */
export async function processorSeconds(): Promise<number> {
  const outcome = await run('bash', ['-c', 'cat /sys/fs/cgroup/cpuacct/*/cpuacct.usage /proc/stat 2>/dev/null | head -n 1']);
  const words = outcome.out.trim().split(/\s+/);
  // cpu user nice system idle iowait irq softirq, in hundredths of a second
  return words[0] === 'cpu' ? [1, 2, 3, 6, 7].reduce((sum, at) => sum + Number(words[at] ?? 0), 0) / 100 : 0;
}
