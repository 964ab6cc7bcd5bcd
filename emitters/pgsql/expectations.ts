/** What must be true of a host before its instance is touched: who it is, and that nobody else has its ports and its socket. */
import { expectPort } from '../toolkit/steps.ts';
import type { ExpectStep, IdentityStep } from '../api.ts';
import type { InstanceView } from './instance.ts';

const INI = '/etc/pgbouncer/pgbouncer.ini';

export function instanceExpectations(view: InstanceView): readonly (ExpectStep | IdentityStep)[] {
  const { params, facts } = view.host;
  const { platform } = view.site;
  const [patroni, postgres] = [platform.unit('patroni', facts), platform.unit('postgres', facts)];
  const expect = { kind: 'expect', stage: 'pgsql' } as const;
  const socket = `/run/postgresql/.s.PGSQL.${params.pgPort}`;
  const pid = `${params.pgData}/postmaster.pid`;
  return [
    ...(params.patroniEnabled
      ? [
          { kind: 'identity', stage: 'pgsql', module: 'pgsql', values: identityOf(view) } as const,
          expectPort('pgsql', params.pgPort, 'pg_port', patroni, postgres),
          { ...expect, fn: 'expect_socket', args: [socket, 'pg_port', patroni, postgres] } as const,
          { ...expect, fn: 'expect_unmoved', args: ['pg_port', String(params.pgPort), pid, 4] } as const,
          expectPort('pgsql', params.patroniPort, 'patroni_port', patroni),
        ]
      : []),
    ...(params.pgbouncerEnabled
      ? [
          expectPort('pgsql', params.pgbouncerPort, 'pgbouncer_port', platform.unit('pgbouncer', facts)),
          {
            ...expect,
            fn: 'expect_unmoved',
            args: ['pgbouncer_port', String(params.pgbouncerPort), INI, 'listen_port'],
          } as const,
        ]
      : []),
    // Debian's way to run a server: a unit for each, below one that the bundle disables.
    ...(facts.osFamily === 'deb' ? [{ ...expect, fn: 'expect_stopped', args: ['postgresql@*.service'] } as const] : []),
  ];
}

/** What cannot change while there are data. */
function identityOf(view: InstanceView): IdentityStep['values'] {
  const { cluster, instance, clusterDir } = view;
  const { params } = view.host;
  return {
    scope: cluster.scope,
    ...(cluster.group === undefined ? {} : { group: String(cluster.group) }),
    name: instance.name,
    namespace: params.pgNamespace.replace(/\/$/, ''),
    version: String(params.pgVersion),
    data: params.pgData,
    directory: clusterDir,
    ...(params.pgEncoding === '' ? {} : { encoding: params.pgEncoding }),
  };
}
