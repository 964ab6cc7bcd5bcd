/** The machines of the lab: h10 to h13, which are 10.10.10.10 to .13, and the operator's namespace at 10.10.10.9. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { must, run, type Options, type Outcome } from './command.ts';

export type HostName = 'h10' | 'h11' | 'h12' | 'h13';
export const HOSTS: readonly HostName[] = ['h10', 'h11', 'h12', 'h13'];

export const LAB = process.env['LAB'] ?? '/var/tmp/pigstyc-lab';
/** Everything of this lab that is not a root file system or a key. */
export const HERE = join(LAB, process.env['LAB_NAME'] ?? 'lab');

const script = (name: string): string => join(import.meta.dirname, '..', 'scripts', name);

export const addressOf = (host: HostName): string => `10.10.10.${host.slice(1)}`;
export const hostAt = (address: string): HostName => `h${address.slice(address.lastIndexOf('.') + 1)}` as HostName;

/** What this machine lacks to run the lab; undefined when it has everything. */
export function missing(): string | undefined {
  if (process.platform !== 'linux') return 'a Linux machine';
  if (process.getuid?.() !== 0) return 'root';
  const tools = ['systemd-nspawn', 'ip', 'nsenter', 'ssh', 'make', 'psql', 'redis-cli', 'curl'];
  const path = (process.env['PATH'] ?? '').split(':').concat('/usr/sbin', '/sbin');
  const absent = tools.filter((tool) => !path.some((dir) => existsSync(join(dir, tool))));
  if (!existsSync(join(LAB, 'rootfs.done')) && !path.some((dir) => existsSync(join(dir, 'debootstrap')))) absent.push('debootstrap');
  return absent.length > 0 ? absent.join(', ') : undefined;
}

/** Boots the given hosts; those that run are left alone. */
export async function up(...hosts: readonly HostName[]): Promise<void> {
  await must(script('build-rootfs.sh'), [], { seconds: 600 });
  await must(script('lab-up.sh'), hosts, { seconds: 120 });
}

/** Ends the lab; the disks go too unless they are kept. */
export async function down(options: { readonly keepDisks?: boolean } = {}): Promise<void> {
  await must(script('lab-down.sh'), options.keepDisks === true ? ['--keep-disks'] : [], { seconds: 60 });
}

/** As root in a host, not through its sshd. */
export const inHost = (host: HostName, command: readonly string[], options?: Options): Promise<Outcome> => run(script('lab-exec.sh'), ['exec', host, ...command], options);

/** A bash script as root in a host. */
export const shell = (host: HostName, text: string, options?: Options): Promise<Outcome> => inHost(host, ['bash', '-c', text], options);

/** A command in the operator's namespace. */
export const operator = (command: readonly string[], options?: Options): Promise<Outcome> => run(script('lab-exec.sh'), ['admin', ...command], options);

/** Power loss: process 1 is killed and the cable is gone. */
export const crash = (host: HostName): Promise<Outcome> => must(script('lab-exec.sh'), ['crash', host]);
/** Clean shutdown. */
export const stop = (host: HostName): Promise<Outcome> => must(script('lab-exec.sh'), ['stop', host], { seconds: 120 });
/** Pulls the network cable; the host keeps running. */
export const cut = (host: HostName): Promise<Outcome> => must(script('lab-exec.sh'), ['cut', host]);
export const joinNetwork = (host: HostName): Promise<Outcome> => must(script('lab-exec.sh'), ['join', host]);
