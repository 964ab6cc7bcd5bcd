/** patroni.yml of one instance, the same in effect as the upstream templates oltp, olap, crit and tiny. */
import type { SecretSink } from '../../../compiler/model/secret.ts';
import { yamlDocument } from '../../toolkit/yaml.ts';
import { etcdPassword, isEmptySecret, PROGRAMS, type InstanceView } from '../instance.ts';
import {
  etcdEndpoints,
  infraAddresses,
  inStringOrder,
  listenAddresses,
  memberAddresses,
} from '../../../compiler/domain/pgsql-cluster.ts';
import { etcdApi } from '../../../compiler/domain/etcd-api.ts';
import { hbaLines } from '../hba.ts';
import { dcsSettings, standbyCluster } from './dcs.ts';
import type { EvaluatedSetting } from './parameters.ts';
import { rtoPlan } from './rto-plan.ts';
import { sizeInstance, type Sizing } from './sizing.ts';

type Section = Readonly<Record<string, unknown>>;

const TLS_FILES = { cacert: '/pg/cert/ca.crt', certfile: '/pg/cert/server.crt', keyfile: '/pg/cert/server.key' };
const CALLBACK = `${PROGRAMS}/pg-failover-callback`;

/** Renders the configuration Patroni starts with. */
export function renderPatroniYml(view: InstanceView, secrets: SecretSink): string {
  const sizing = sizeInstance(view.host);
  const dcs = dcsSettings(view, sizing);
  const { cluster, instance, host } = view;
  const document = {
    namespace: `${host.params.pgNamespace}/`,
    name: instance.name,
    scope: cluster.scope,
    citus: cluster.group === undefined ? undefined : { group: cluster.group, database: host.params.pgPrimaryDb },
    log: logSection(view, sizing),
    ...dcsEndpoint(view, secrets),
    ctl: host.params.patroniSslEnabled ? { insecure: false, ...TLS_FILES } : { insecure: true },
    restapi: restApi(view, secrets),
    tags: tags(view, sizing),
    watchdog: watchdog(view, sizing),
    bootstrap: {
      method: 'initdb',
      initdb: initdbOptions(view, sizing),
      pg_hba: hbaLines(view, 'postgres'),
      dcs: { standby_cluster: standbyCluster(view), ...dcs.value },
    },
    postgresql: postgresSection(view, secrets),
  };
  return `---\n${yamlDocument(document, { comments: comments(view, dcs.parameters, 'bootstrap.dcs.') })}`;
}

/** The settings `patronictl edit-config --apply` brings a running cluster to. */
export function renderDcsYml(view: InstanceView): string {
  const dcs = dcsSettings(view, sizeInstance(view.host));
  return `---\n${yamlDocument(dcs.value, { comments: parameterComments(dcs.parameters, '') })}`;
}

function logSection(view: InstanceView, sizing: Sizing): Section {
  return {
    level: 'INFO',
    dir: view.host.params.patroniLogDir,
    file_size: 33554432,
    file_num: sizing.profile === 'crit' ? 16 : 4,
    dateformat: '%Y-%m-%d %H:%M:%S %z',
    format: '%(asctime)s %(levelname)s: %(message)s',
  };
}

/**
 * Patroni before 3.1 can overwrite the leader key through the v3 API once a partition heals: it gets the v2 API, where its certificate is
 * its login. A password costs etcd 70 ms of CPU a request there.
 */
function dcsEndpoint(view: InstanceView, secrets: SecretSink): Section {
  const v3 = etcdApi(view.site.platform) === 'v3';
  return {
    [v3 ? 'etcd3' : 'etcd']: {
      hosts: etcdEndpoints(view.site).join(','),
      cacert: '/pg/cert/ca.crt',
      cert: '/pg/cert/server.crt',
      key: '/pg/cert/server.key',
      protocol: 'https',
      ...(v3 ? { username: view.cluster.scope, password: etcdPassword(view, secrets) } : {}),
    },
  };
}

function restApi(view: InstanceView, secrets: SecretSink): Section {
  const { address, params } = view.host;
  return {
    ...(params.patroniSslEnabled ? { ...TLS_FILES, verify_client: 'none' } : {}),
    listen: `${address}:${params.patroniPort}`,
    connect_address: `${address}:${params.patroniPort}`,
    authentication: { username: params.patroniUsername, password: secrets.reveal(params.patroniPassword) },
    allowlist: inStringOrder([view.site.adminIp, ...memberAddresses(view.cluster), ...infraAddresses(view.site)]),
  };
}

function tags(view: InstanceView, sizing: Sizing): Section {
  const { params, facts } = view.host;
  return {
    nofailover: false,
    clonefrom: true,
    noloadbalance: false,
    nosync: false,
    replicatefrom: cascadeSource(view),
    version: String(params.pgVersion),
    spec: `${facts.cpu}C.${sizing.memoryGib}G.${sizing.diskGib}G`,
    conf: params.pgConf,
  };
}

/** Patroni looks replicatefrom up among member names; an inventory gives the address of the member. */
function cascadeSource(view: InstanceView): string | undefined {
  const { upstream } = view.instance;
  if (upstream === undefined) return undefined;
  return (
    view.cluster.members.find((member) => member.host.address === upstream || member.host.name === upstream)?.name ??
    upstream
  );
}

function watchdog(view: InstanceView, sizing: Sizing): Section {
  const mode = view.host.params.patroniWatchdogMode;
  return {
    mode: mode === 'off' && sizing.profile === 'crit' ? 'automatic' : mode,
    device: '/dev/watchdog',
    safety_margin: rtoPlan(view.host.params).safetyMargin,
  };
}

function initdbOptions(view: InstanceView, sizing: Sizing): readonly unknown[] {
  const { params } = view.host;
  const options: unknown[] = [];
  if (sizing.profile === 'crit' || params.pgChecksum) options.push('data-checksums');
  else if (params.pgVersion >= 18) options.push('no-data-checksums');
  const builtin =
    params.pgVersion >= 17 &&
    ['UTF8', 'UTF-8'].includes(params.pgEncoding) &&
    ['C', 'C.UTF-8'].includes(params.pgLocale.toUpperCase());
  if (params.pgEncoding !== '') options.push({ encoding: params.pgEncoding });
  if (builtin) options.push({ 'locale-provider': 'builtin' }, { 'builtin-locale': params.pgLocale });
  else if (params.pgLocale !== '') options.push({ locale: params.pgLocale });
  if (params.pgLcCollate !== '') options.push({ 'lc-collate': params.pgLcCollate });
  if (params.pgLcCtype !== '') options.push({ 'lc-ctype': params.pgLcCtype });
  return options;
}

function postgresSection(view: InstanceView, secrets: SecretSink): Section {
  const { address, params } = view.host;
  const replication = {
    username: params.pgReplicationUsername,
    password: secrets.reveal(params.pgReplicationPassword),
  };
  const remoteBackups = params.pgbackrestEnabled && params.pgbackrestMethod !== 'local';
  return {
    bin_dir: params.pgBinDir,
    data_dir: params.pgData,
    config_dir: params.pgData,
    pgpass: '/pg/tmp/patroni.pgpass',
    listen: `${listenAddresses(view)}:${params.pgPort}`,
    connect_address: `${address}:${params.pgPort}`,
    use_unix_socket: true,
    parameters: { unix_socket_directories: '/var/run/postgresql, /tmp' },
    authentication: {
      superuser: {
        username: params.pgDbsu,
        password: isEmptySecret(params.pgDbsuPassword) ? undefined : secrets.reveal(params.pgDbsuPassword),
      },
      replication,
      rewind: { ...replication },
    },
    callbacks: {
      on_start: CALLBACK,
      on_stop: CALLBACK,
      on_reload: CALLBACK,
      on_restart: CALLBACK,
      on_role_change: CALLBACK,
    },
    use_pg_rewind: true,
    remove_data_directory_on_rewind_failure: true,
    remove_data_directory_on_diverged_timelines: false,
    create_replica_methods: remoteBackups ? ['basebackup', 'pgbackrest'] : ['basebackup'],
    basebackup: [{ 'max-rate': '1000M' }, { checkpoint: 'fast' }, 'verbose', 'progress'],
    pgbackrest: params.pgbackrestEnabled
      ? {
          command: `${view.site.platform.path('pgbackrestBin', view.host.facts)} --stanza=${view.cluster.name} --delta restore`,
          keep_data: true,
          no_params: true,
          no_leader: true,
        }
      : undefined,
  };
}

function comments(view: InstanceView, parameters: readonly EvaluatedSetting[], prefix: string): Record<string, string> {
  const { instance, cluster, host } = view;
  return {
    namespace: `${instance.name} (${instance.role}) at ${host.address}, template ${host.params.pgConf}`,
    scope: cluster.group === undefined ? 'cluster' : `Citus formation; this cluster is ${cluster.name}`,
    log: '\nlog',
    etcd3: '\nDCS, over TLS and with a user of its own',
    etcd: '\nDCS (v2 API), over TLS and with a user of its own',
    ctl: '\npatronictl',
    restapi: '\nREST API: health checks for everyone, changes only from the allow list and with a password',
    'tags.replicatefrom': 'cascades from this member instead of the leader',
    tags: '\ntags',
    watchdog: '\nwatchdog',
    bootstrap: '\nused once, when the cluster is created',
    'bootstrap.dcs': '\ninitial content of the DCS; a running cluster changes through patronictl edit-config',
    'bootstrap.pg_hba': 'access from the first moment on; the file in the data directory takes over after that',
    'bootstrap.dcs.standby_cluster': 'follows another cluster until this section is removed from the DCS',
    postgresql: '\nlocal settings',
    'postgresql.pgpass': 'rewritten by Patroni, hence not the file of the database superuser',
    ...parameterComments(parameters, prefix),
  };
}

function parameterComments(parameters: readonly EvaluatedSetting[], prefix: string): Record<string, string> {
  const texts: Record<string, string> = {
    [`${prefix}ttl`]: 'failover: ttl >= loop_wait + 2 * retry_timeout',
    [`${prefix}maximum_lag_on_failover`]: 'a replica further behind (bytes) is never promoted',
  };
  for (const { name, note, section } of parameters) {
    const lines = [...(section === undefined ? [] : ['', `-- ${section}`]), ...(note === undefined ? [] : [note])];
    if (lines.length > 0) texts[`${prefix}postgresql.parameters.${name}`] = lines.join('\n');
  }
  return texts;
}
