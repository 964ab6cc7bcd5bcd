/** Who leads and who follows, asked of Patroni and PostgreSQL themselves. */
import * as assert from 'uvu/assert';
import { address, type HostName, type Lab } from './lab.ts';

export const MEMBERS = ['h11', 'h12', 'h13'] as const;

/** Whether Patroni of a host answers 200, with or without TLS. */
function answers(lab: Lab, host: HostName, path: string): boolean {
  return lab.admin(['sh', '-c', `for scheme in http https; do curl -fsk -o /dev/null -m 5 $scheme://${address(host)}:8008${path} && exit 0; done; exit 1`]).code === 0;
}

/** The member that answers as primary, or undefined. */
export function primary(lab: Lab, members: readonly HostName[] = MEMBERS): HostName | undefined {
  return members.find((host) => answers(lab, host, '/primary'));
}

export function leader(lab: Lab, members: readonly HostName[] = MEMBERS): HostName {
  const host = primary(lab, members);
  if (host === undefined) assert.unreachable('no leader answers');
  return host!;
}

/** One value a line, as the superuser on the host itself. */
export function query(lab: Lab, host: HostName, sql: string, database = 'postgres'): string {
  return lab.exec(host, ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', '/usr/pgsql/bin/psql', '-wqAXt', '-d', database, '-c', sql]).stdout.trim();
}

/** Whether the leader has so many replicas that stream. */
export function streaming(lab: Lab, count: number, members: readonly HostName[] = MEMBERS): boolean {
  const host = primary(lab, members);
  return host !== undefined && query(lab, host, "select count(*) from pg_stat_replication where state = 'streaming'") === String(count);
}

/** Whether Patroni has named a synchronous standby: the member that may be promoted when the leader is lost (`crit`). */
export function synchronous(lab: Lab, members: readonly HostName[] = MEMBERS): boolean {
  return members.some((host) => answers(lab, host, '/sync'));
}
