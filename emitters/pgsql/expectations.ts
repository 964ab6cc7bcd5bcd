/** What must be true of a host before its instance is touched: who it is, and that nobody else has its ports and its socket. */
import { expectPort } from '../node/steps.ts';
import type { ExpectStep } from '../api.ts';
import type { InstanceView } from './instance.ts';

const INI = '/etc/pgbouncer/pgbouncer.ini';

export function instanceExpectations(view: InstanceView): readonly ExpectStep[] {
  const { params, facts } = view.host;
  const { platform } = view.site;
  const [patroni, postgres] = [platform.unit('patroni', facts), platform.unit('postgres', facts)];
  const expect = (fn: ExpectStep['fn'], ...args: readonly string[]): ExpectStep => ({
    kind: 'expect',
    stage: 'pgsql',
    fn,
    args,
  });
  return [
    ...(params.patroniEnabled
      ? [
          expect('identity', 'pgsql', ...identityOf(view)),
          expectPort('pgsql', params.pgPort, 'pg_port', patroni, postgres),
          expect('expect_socket', `/run/postgresql/.s.PGSQL.${params.pgPort}`, 'pg_port', patroni, postgres),
          expect('expect_unmoved', 'pg_port', String(params.pgPort), `${params.pgData}/postmaster.pid`, '4'),
          expectPort('pgsql', params.patroniPort, 'patroni_port', patroni),
        ]
      : []),
    ...(params.pgbouncerEnabled
      ? [
          expectPort('pgsql', params.pgbouncerPort, 'pgbouncer_port', platform.unit('pgbouncer', facts)),
          expect('expect_unmoved', 'pgbouncer_port', String(params.pgbouncerPort), INI, 'listen_port'),
        ]
      : []),
    // Debian's way to run a server: a unit for each, below one that the bundle disables.
    ...(facts.osFamily === 'deb' ? [expect('expect_stopped', 'postgresql@*.service')] : []),
  ];
}

/** What cannot change while there are data. */
function identityOf(view: InstanceView): readonly string[] {
  const { cluster, instance, clusterDir } = view;
  const { params } = view.host;
  return [
    `scope=${cluster.scope}`,
    ...(cluster.group === undefined ? [] : [`group=${cluster.group}`]),
    `name=${instance.name}`,
    `namespace=${params.pgNamespace.replace(/\/$/, '')}`,
    `version=${params.pgVersion}`,
    `data=${params.pgData}`,
    `directory=${clusterDir}`,
    ...(params.pgEncoding === '' ? [] : [`encoding=${params.pgEncoding}`]),
  ];
}
