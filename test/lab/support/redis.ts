/** Redis, asked from the operator's namespace as an application asks it. */
import type { Lab } from './lab.ts';

/** One command to one instance; the password goes as redis-cli wants it from scripts, in the environment. */
export function redis(lab: Lab, at: string, password: string, ...command: readonly string[]): string {
  const [host, port] = at.split(':') as [string, string];
  return lab
    .admin(
      [
        'env',
        `REDISCLI_AUTH=${password}`,
        'timeout',
        '5',
        'redis-cli',
        '--no-auth-warning',
        '-h',
        host,
        '-p',
        port,
        ...command,
      ],
      10,
    )
    .stdout.trim();
}

/** `master`, or `slave HOST PORT STATE`. */
export function role(lab: Lab, at: string, password: string): string {
  const [kind, host, port, state] = redis(lab, at, password, 'ROLE').split('\n');
  return kind === 'slave' ? `slave ${host} ${port} ${state}` : (kind ?? '');
}

/** `host:port` of the primary, as clients with sentinel support find it: the first sentinel that answers is believed. */
export function primaryBySentinel(
  lab: Lab,
  sentinels: readonly string[],
  password: string,
  name: string,
): string | undefined {
  for (const at of sentinels) {
    const [host, port] = redis(lab, at, password, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name).split('\n');
    if (port !== undefined) return `${host}:${port}`;
  }
  return undefined;
}

export interface ClusterNode {
  readonly at: string;
  readonly flags: readonly string[];
  readonly follows: string | undefined;
  readonly slots: readonly string[];
}

/** CLUSTER NODES as one member sees it. */
export function clusterNodes(lab: Lab, at: string, password: string): readonly ClusterNode[] {
  const lines = redis(lab, at, password, 'CLUSTER', 'NODES')
    .split('\n')
    .map((line) => line.split(' '))
    .filter((words) => words.length >= 8);
  const addressOf = new Map(lines.map(([id, where]) => [id, where!.split('@')[0]!]));
  return lines.map(([, where, flags, follows, , , , , ...slots]) => ({
    at: where!.split('@')[0]!,
    flags: flags!.split(','),
    follows: addressOf.get(follows!),
    slots,
  }));
}
