/** Who leads and who follows, asked of Patroni and PostgreSQL themselves. */
import * as assert from 'uvu/assert';
import { address, type HostName, type Lab } from './lab.ts';

export const MEMBERS = ['h11', 'h12', 'h13'] as const;

/** The members whose Patroni answers 200, with or without TLS. */
function answering(lab: Lab, path: string, members: readonly HostName[]): readonly HostName[] {
  const urls = members.flatMap((host) => ['http', 'https'].map((scheme) => `${scheme}://${address(host)}:8008${path}`));
  const codes = lab.admin([
    'curl',
    '-skZ',
    '-m',
    '3',
    '-w',
    '%{url} %{http_code}\n',
    ...urls.flatMap((url) => ['-o', '/dev/null', url]),
  ]).stdout;
  return members.filter((host) => new RegExp(`//${address(host)}:\\S+ 200$`, 'm').test(codes));
}

/** The member that answers as primary, or undefined. */
export function primary(lab: Lab, members: readonly HostName[] = MEMBERS): HostName | undefined {
  return answering(lab, '/primary', members)[0];
}

export function leader(lab: Lab, members: readonly HostName[] = MEMBERS): HostName {
  const host = primary(lab, members);
  if (host === undefined) assert.unreachable('no leader answers');
  return host!;
}

/** One value a line, as the superuser on the host itself. */
export function query(lab: Lab, host: HostName, sql: string, database = 'postgres'): string {
  return lab
    .exec(host, [
      'setpriv',
      '--reuid=postgres',
      '--regid=postgres',
      '--clear-groups',
      '/usr/pgsql/bin/psql',
      '-wqAXt',
      '-d',
      database,
      '-c',
      sql,
    ])
    .stdout.trim();
}

/** Whether the leader has so many replicas that stream. */
export function streaming(lab: Lab, count: number, members: readonly HostName[] = MEMBERS): boolean {
  const host = primary(lab, members);
  return (
    host !== undefined &&
    query(lab, host, "select count(*) from pg_stat_replication where state = 'streaming'") === String(count)
  );
}

/** The member that Patroni has named as synchronous standby, or undefined: the one that may be promoted (`crit`). */
export function standby(lab: Lab, members: readonly HostName[] = MEMBERS): HostName | undefined {
  return answering(lab, '/sync', members)[0];
}

/** Whether there is one. */
export function synchronous(lab: Lab, members: readonly HostName[] = MEMBERS): boolean {
  return standby(lab, members) !== undefined;
}
