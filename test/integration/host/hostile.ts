/** A host whose service accounts are hostile: real accounts, real links, and an audit of everything that is not theirs. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Step } from '../../../emitters/api.ts';
import type { Stage } from '../../../emitters/modules.ts';
import { fileStep, Sandbox, secretStep, treeOf } from './harness.ts';

/** Accounts every Debian and most others have, in place of the services'. */
export interface Account {
  readonly service: string;
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly stage: Stage;
}

const PLACES: readonly (readonly [service: string, name: string, stage: Stage])[] = [
  ['etcd', 'daemon', 'etcd'],
  ['grafana', 'games', 'infra'],
  ['prometheus', 'man', 'infra'],
  ['minio', 'lp', 'minio'],
  ['postgres', 'mail', 'pgsql'],
  ['redis', 'news', 'redis'],
];

export const CANARY = 'only root may read this';

const idOf = (flag: string, name: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));

/** Undefined where the test cannot become somebody else. */
export function accounts(): readonly Account[] | undefined {
  if (process.getuid!() !== 0 || !existsSync('/sbin/runuser')) return undefined;
  return PLACES.map(([service, name, stage]) => ({
    service,
    name,
    uid: idOf('-u', name),
    gid: idOf('-g', name),
    stage,
  }));
}

/** Where an account keeps its things: /srv/SERVICE, which a link of root's leads to as well. */
export const homeOf = ({ service }: Account): string => `/srv/${service}`;

/** What a plan has of one service; of postgres every kind of step: a link, a block, space that is kept, something that is gone. */
export function stepsOf(box: Sandbox, account: Account, version: string): readonly Step[] {
  const { name, service, stage } = account;
  const home = homeOf(account);
  const own = { stage, owner: name, group: execFileSync('id', ['-gn', name], { encoding: 'utf8' }).trim() };
  const dir = (path: string, mode: number): Step => ({ kind: 'dir', path, mode, ...own });
  const conf = (path: string, mode: number): Step =>
    fileStep(path, `version ${version} of ${service}\n`, { ...own, mode });
  const common: readonly Step[] = [
    dir(home, 0o700),
    ...['conf', 'spool', 'tmp'].map((part) => dir(`${home}/${part}`, 0o700)),
    { kind: 'link', stage, path: `/${service}`, target: `${box.root}${home}` },
    conf(`/${service}/conf/main.conf`, 0o640),
    secretStep(`${home}/conf/secret.env`, `secret ${version}`, own),
  ];
  if (service !== 'postgres') return common;
  return [
    ...common,
    { kind: 'link', path: `${home}/backup`, target: `${box.root}${home}/spool`, ...own },
    dir(`/${service}/log`, 0o750),
    { kind: 'call', stage, name: 'space', fn: 'file_reserve', args: [`/${service}/dummy`, '64KiB'] },
    conf(`${home}/conf/more.conf`, version === '1' ? 0o600 : 0o644),
    fileStep(`${home}/tmp/once.sql`, 'SELECT 1;\n', { ...own, once: true }),
    fileStep(`${home}/tmp/list`, `line ${version}\n`, { ...own, manage: 'block', source: 'test/list' }),
    conf(`${home}/made/deeper.conf`, 0o640),
    { kind: 'absent', stage, path: `${home}/conf/gone.conf`, effects: [] },
  ];
}

export class HostileHost extends Sandbox {
  override readonly patience = 600_000;

  readonly accounts: readonly Account[];

  constructor(accounts: readonly Account[]) {
    super();
    this.accounts = accounts;
    for (const path of [this.base, this.root, this.bin]) chmodSync(path, 0o755);
    this.write('/etc/shadow', `${CANARY}\n`);
    chmodSync(`${this.root}/etc/shadow`, 0o600);
    this.write('/etc/cron.d/root', 'job\n');
    mkdirSync(`${this.root}/root`, { mode: 0o700 });
    mkdirSync(`${this.root}/srv`);
    writeFileSync(join(this.fake, 'passwd'), readFileSync('/etc/passwd'));
    writeFileSync(join(this.fake, 'group'), readFileSync('/etc/group'));
  }

  plan(version: string): void {
    this.build(this.accounts.flatMap((account) => stepsOf(this, account, version)));
  }

  /** Owner, mode and content of all that belongs to nobody in particular, and of what root has in their place. */
  audit(): string {
    const theirs = this.accounts.map(homeOf);
    return treeOf(this.root, ['/var', ...theirs])
      .split('\n')
      .filter((line) => !/^\/(home|tmp)/.test(line))
      .join('\n');
  }

  /** Files but /etc/shadow that have what only root may read. Links are not followed. */
  leaks(directory = this.root): readonly string[] {
    return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
      const at = join(directory, entry.name);
      if (entry.isDirectory()) return this.leaks(at);
      return at !== `${this.root}/etc/shadow` && entry.isFile() && readFileSync(at, 'latin1').includes(CANARY)
        ? [at]
        : [];
    });
  }

  /**
   * Paths the account may put something else at: whatever is in a directory of its own, and what the plan wants there.
   * Not a file that is partly its own.
   */
  replaceable(account: Account): readonly string[] {
    const home = homeOf(account);
    const mixed = `${home}/tmp/list`;
    return [
      ...new Set([
        ...this.below(home).filter((path) => path !== mixed),
        `${home}/conf/gone.conf`,
        `${home}/tmp/.list.pigstyc`,
      ]),
    ].sort();
  }

  private below(directory: string): readonly string[] {
    return readdirSync(this.root + directory, { withFileTypes: true }).flatMap((entry) => {
      const path = `${directory}/${entry.name}`;
      return entry.isDirectory() ? [path, ...this.below(path)] : [path];
    });
  }

  isDirectory(path: string): boolean {
    return lstatSync(this.root + path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  }

  /** What is there goes, and the account makes a link in its place. */
  plantLink(account: Account, path: string, target: string): void {
    const at = this.root + path;
    if (this.isDirectory(path)) renameSync(at, `${at}.aside`);
    else rmSync(at, { force: true });
    symlinkSync(this.root + target, at);
    lchownSync(at, account.uid, account.gid);
  }

  plantFile(account: Account, path: string): void {
    const at = this.root + path;
    rmSync(at, { force: true });
    writeFileSync(at, '$(touch /tmp/pwned)\n');
    chmodSync(at, 0o4777);
    chownSync(at, account.uid, account.gid);
  }

  putBack(path: string): void {
    const at = this.root + path;
    rmSync(at, { force: true });
    renameSync(`${at}.aside`, at);
  }
}
