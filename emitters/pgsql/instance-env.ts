import type { PgPitrSpec } from '../../compiler/model/params.gen.ts';
import { environmentFile } from '../toolkit/env.ts';
import { PITR_FILE, pitrTarget } from './pgbackrest.ts';
import type { InstanceView } from './instance.ts';
import { listenAddresses, patroniUrl } from '../../compiler/domain/pgsql-cluster.ts';

/**
 * IDENTITY_FILE: what scripts on the host need to know about the instance. Read by the runtime and by the
 * programs, so that these are the same on every host.
 */
export function renderInstanceEnv(view: InstanceView): string {
  const { params, facts } = view.host;
  const { platform } = view.site;
  return environmentFile({
    PG_CLUSTER: view.cluster.name,
    // Patroni's scope; with PG_GROUP set it is a Citus formation and patronictl needs --group.
    PG_SCOPE: view.cluster.scope,
    PG_GROUP: view.cluster.group,
    PG_INSTANCE: view.instance.name,
    // Declared role; the one of this moment is asked of PATRONI_URL.
    PG_ROLE: view.instance.role,
    // What a standby cluster follows.
    PG_UPSTREAM: view.cluster.upstream?.address,
    PG_DBSU: params.pgDbsu,
    // Who may do everything, and from elsewhere.
    PG_ADMIN: params.pgAdminUsername,
    PG_VERSION: params.pgVersion,
    PG_BIN_DIR: params.pgBinDir,
    PG_DATA: params.pgData,
    PG_SOCKET_DIR: params.pgLocalhost,
    PG_PORT: params.pgPort,
    PG_LISTEN: listenAddresses(view),
    PG_PRIMARY_DB: params.pgPrimaryDb,
    PATRONI_UNIT: platform.unit('patroni', facts),
    POSTGRES_UNIT: platform.unit('postgres', facts),
    PATRONI_CONFIG: '/etc/patroni/patroni.yml',
    PATRONICTL: platform.path('patronictlBin', facts),
    PATRONI_URL: patroniUrl(view.instance),
    // REST API of every member, this one included, blanks between them; certificates are checked against PATRONI_CA.
    PATRONI_PEERS: view.cluster.members.map(patroniUrl).join(' '),
    PATRONI_CA: '/pg/cert/ca.crt',
    PGBACKREST: params.pgbackrestEnabled ? platform.path('pgbackrestBin', facts) : undefined,
    PATRONI_LOG_DIR: params.patroniLogDir,
    ...(params.pgPitr === undefined ? {} : recoveryDefaults(view.cluster.name, params.pgPitr)),
  });
}

/** What pg-pitr does unless told otherwise. */
function recoveryDefaults(cluster: string, spec: PgPitrSpec): Record<string, string> {
  const options = [
    ...(spec.set === 'latest' ? [] : [`--set=${spec.set}`]),
    ...(spec.timeline === 'latest' ? [] : [`--timeline=${spec.timeline}`]),
    ...(spec.exclusive ? ['--target-exclusive'] : []),
  ];
  return {
    PITR_CONFIG: PITR_FILE,
    PITR_CLUSTER: spec.cluster ?? cluster,
    PITR_TARGET: pitrTarget(spec),
    PITR_OPTIONS: options.join(' '),
  };
}
