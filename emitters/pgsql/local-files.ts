/** Small files of an instance: environment, settings that overrule the DCS, client access, schedule, sudo rights, shell profile. */
import type { PgPitrSpec } from '../../compiler/model/params.gen.ts';
import { Secret, secretOr, type SecretSink } from '../../compiler/model/secret.ts';
import { isPasswordHash } from '../../compiler/model/stored-password.ts';
import { createHash } from 'node:crypto';
import { environmentFile } from '../toolkit/env.ts';
import { shellProfileExport } from '../toolkit/quote/bash.ts';
import { crontabVariable } from '../toolkit/quote/crontab.ts';
import { pgpassLine } from '../toolkit/quote/pgpass.ts';
import { pgConfValue } from '../toolkit/quote/postgres-conf.ts';
import { requireLine, UnrepresentableError } from '../toolkit/quote/unrepresentable.ts';
import { PITR_FILE, pitrTarget } from './pgbackrest.ts';
import { isEmptySecret, PROGRAMS, type InstanceView } from './instance.ts';
import { listenAddresses, patroniUrl } from '../../compiler/domain/pgsql-cluster.ts';
import { systemPasswords } from './sql/role.ts';

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

/** postgresql.auto.conf: pg_parameters, which overrule what the DCS says on this instance. */
export function renderAutoConf(view: InstanceView): string {
  const lines = ['# Written from pg_parameters; ALTER SYSTEM would be overwritten by the next deployment.'];
  for (const [name, value] of view.host.params.pgParameters) {
    if (value === null || value === undefined) continue;
    if (!/^[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)?$/.test(name))
      throw new UnrepresentableError('postgresql.auto.conf', 'a name that is no setting', name);
    lines.push(
      `${name} = ${pgConfValue(typeof value === 'number' || typeof value === 'boolean' ? value : String(value))}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** ~/.pgpass of the database superuser. */
export function renderPgpass(view: InstanceView, secrets: SecretSink): string {
  const { params } = view.host;
  const lines = [...systemPasswords(view)].map(([user, password]) =>
    pgpassLine('*', '*', '*', user, secrets.reveal(password)),
  );
  // Citus nodes connect to each other as the user of the session.
  if (view.cluster.group !== undefined) {
    for (const user of params.pgUsers) {
      if (
        user.state === 'absent' ||
        user.password === undefined ||
        isEmptySecret(user.password) ||
        isPasswordHash(user.password.expose())
      )
        continue;
      lines.push(pgpassLine('*', '*', '*', user.name, secrets.reveal(user.password)));
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Crontab of the database superuser: pg_crontab as written. */
export function renderCrontab(view: InstanceView): string {
  const { params } = view.host;
  return [
    `# schedule of ${params.pgDbsu} on ${view.instance.name}`,
    crontabVariable('SHELL', '/bin/bash'),
    crontabVariable('PATH', `${params.pgBinDir}:/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin:${PROGRAMS}:/pg/bin`),
    crontabVariable('MAILTO', ''),
    ...params.pgCrontab.map((line) => requireLine('crontab', line)),
    '',
  ].join('\n');
}

const SERVICES = [
  'postgres',
  'pgbouncer',
  'patroni',
  'pgbackrest',
  'pg_exporter',
  'pgbouncer_exporter',
  'pgbackrest_exporter',
  'vip-manager',
];

/** /etc/sudoers.d/postgres; undefined for pg_dbsu_sudo none. What opens a pager is kept from starting other programs. */
export function renderSudoers(view: InstanceView): string | undefined {
  const { pgDbsuSudo, pgDbsu } = view.host.params;
  switch (pgDbsuSudo) {
    case 'none':
      return undefined;
    case 'all':
      return `${pgDbsu} ALL=(ALL) ALL\n`;
    case 'nopass':
      return `${pgDbsu} ALL=(ALL) NOPASSWD: ALL\n`;
    case 'limit': {
      const lines = [
        '%postgres ALL=NOPASSWD: /usr/sbin/modprobe softdog',
        `%postgres ALL=NOPASSWD: /usr/bin/chown ${pgDbsu} /dev/watchdog`,
      ];
      for (const service of SERVICES) {
        for (const verb of ['stop', 'start', 'reload', 'restart'])
          lines.push(`%postgres ALL=NOPASSWD: /usr/bin/systemctl ${verb} ${service}`);
        lines.push(
          `%postgres ALL=NOPASSWD:NOEXEC: /usr/bin/systemctl status ${service}`,
          `%postgres ALL=NOPASSWD:NOEXEC: /usr/bin/journalctl -u ${service}`,
        );
      }
      lines.push('%postgres ALL=NOPASSWD: /usr/bin/systemctl reload haproxy');
      return `${lines.join('\n')}\n`;
    }
  }
}

/** /etc/profile.d/pgsql.sh. The database superuser may put anything into /pg/bin: it comes last, and not for root. */
export function renderProfile(view: InstanceView): string {
  const { params } = view.host;
  return [
    `export PATH="${params.pgBinDir}:$PATH:${PROGRAMS}"`,
    'if [ "$(id -u)" != 0 ]; then PATH="$PATH:/pg/bin"; fi',
    shellProfileExport('PGHOME', params.pgBinDir.replace(/\/[^/]*\/?$/, '')),
    shellProfileExport('PGDATA', params.pgData),
    shellProfileExport('PGPORT', String(params.pgPort)),
    shellProfileExport('PGDATABASE', params.pgPrimaryDb),
    '',
  ].join('\n');
}

/** /pg/conf/pgsodium.key: the given key, else one derived from the cluster's name as upstream does. */
export function renderPgsodiumKey(view: InstanceView, secrets: SecretSink): string {
  const key = view.host.params.pgsodiumKey ?? new Secret('pgsodium_key', '');
  return `${secrets.reveal(secretOr(key, createHash('sha256').update(view.cluster.name).digest('hex')))}\n`;
}
