/**
 * PGSQL: PostgreSQL under Patroni, PgBouncer, pgBackRest and vip-manager on one host. Service files come from the haproxy
 * emitter, exporters from the monitoring emitter.
 */
import { dirname } from 'node:path/posix';
import { certificateName } from '../../compiler/model/certificate-names.ts';
import type { Host, Site } from '../../compiler/model/site.ts';
import { osData } from '../../compiler/platform/os.ts';
import { expandPackages } from '../../compiler/platform/packages.ts';
import { runtimeCall } from '../runtime-calls.ts';
import type { DirStep, Effect, Emitter, Step, UnitStep } from '../api.ts';
import { parts } from '../toolkit/parts.ts';
import { serverCertificate } from '../toolkit/certificates.ts';
import { instanceExpectations } from './expectations.ts';
import {
  commonFiles,
  crontabFile,
  dataFiles,
  packageGuard,
  patroniFiles,
  pgbackrestFiles,
  pgbouncerFiles,
  programLinks,
  provisioning,
  vipManagerFiles,
} from './files.ts';
import { IDENTITY_FILE, instanceView, pgHome, PROGRAMS, type InstanceView } from './instance.ts';

export const pgsqlEmitter: Emitter = {
  module: 'pgsql',
  plan(site: Site, host: Host): readonly Step[] {
    const view = instanceView(site, host);
    if (view === undefined) return [];
    const { params } = host;
    return parts(
      () => instanceExpectations(view),
      () => account(view),
      () => packages(view),
      () => directories(view),
      () => commonFiles(view),
      () => [homeFiles(view)],
      () => programLinks(view),
      () => (params.pgbackrestEnabled ? pgbackrestFiles(view) : []),
      () => (params.patroniEnabled ? cluster(view) : []),
      () => (params.pgbouncerEnabled ? pool(view) : []),
      () => (view.cluster.vip === undefined ? [] : virtualAddress(view)),
      () => (params.pgCrontab.length === 0 ? [] : [crontabFile(view)]),
    );
  },
};

/** 26 is the uid of postgres on EL; on Debian it belongs to somebody else, so 543 takes its place. */
function account(view: InstanceView): readonly Step[] {
  const { params, facts } = view.host;
  const uid = facts.osFamily === 'deb' && params.pgDbsuUid === 26 ? 543 : params.pgDbsuUid;
  return [
    { kind: 'group', stage: 'pgsql', name: 'postgres', gid: uid },
    {
      kind: 'user',
      stage: 'pgsql',
      name: params.pgDbsu,
      uid,
      group: 'postgres',
      home: params.pgDbsuHome,
      shell: '/bin/bash',
      comment: 'PostgreSQL superuser',
    },
    { kind: 'call', stage: 'pgsql', name: `ssh key of ${params.pgDbsu}`, fn: 'ssh_key_ensure', args: [params.pgDbsu] },
  ];
}

/** What programs of the account read, also where it has another home. */
function homeFiles({ host }: InstanceView): Step {
  const { pgDbsu, pgDbsuHome } = host.params;
  const args = [pgDbsu, pgDbsuHome, '.pgpass', '.psqlrc'] as const;
  return { kind: 'call', stage: 'pgsql', name: `home of ${pgDbsu}`, ...runtimeCall('pg_home', ...args) };
}

/** Installs the server and what belongs to it, and stops the cluster Debian would run by itself. */
function packages(view: InstanceView): readonly Step[] {
  const { params, facts } = view.host;
  const { platform } = view.site;
  const alias = (word: string): readonly string[] | undefined => platform.packageAlias(word, facts, params.pgVersion);
  const names = expandPackages([...params.pgPackages, ...params.pgExtensions], facts, params.pgVersion, alias);
  const steps: Step[] = [...packageGuard(view)];
  if (names.length > 0) steps.push({ kind: 'package', stage: 'pgsql', names });
  if (facts.osFamily === 'deb')
    steps.push({ kind: 'unit', stage: 'pgsql', unit: 'postgresql', enabled: false, state: 'stopped' });
  const home = osData(facts).pgHome[params.pgMode];
  const link = dirname(params.pgBinDir);
  const target = home === undefined ? undefined : pgHome(home, params.pgVersion);
  if (target !== undefined && target !== link) steps.push({ kind: 'link', stage: 'pgsql', path: link, target });
  return steps;
}

function directories(view: InstanceView): readonly Step[] {
  const { params } = view.host;
  const { clusterDir, backupDir } = view;
  const dir = (path: string, mode: number, owner = params.pgDbsu): DirStep => ({
    kind: 'dir',
    stage: 'pgsql',
    path,
    owner,
    group: 'postgres',
    mode,
  });
  const logs = [params.patroniLogDir, params.pgbouncerLogDir, params.pgbackrestLogDir];
  // A log directory inside the data directory is created by PostgreSQL itself: initdb wants an empty one.
  if (!params.pgLogDir.startsWith(params.pgData)) logs.unshift(params.pgLogDir);
  return [
    dir(params.pgFsMain, 0o700),
    dir(params.pgFsBackup, 0o700),
    dir(clusterDir, 0o700),
    ...['bin', 'tmp', 'cert', 'conf', 'data', 'spool'].map((name) => dir(`${clusterDir}/${name}`, 0o700)),
    dir(`${clusterDir}/log`, 0o750),
    dir(dirname(backupDir), 0o700),
    dir(backupDir, 0o700),
    dir('/run/postgresql', 0o755),
    ...['/etc/patroni', '/etc/pgbackrest', '/etc/pgbouncer'].map((path) => dir(path, 0o750, 'root')),
    ...[dirname(IDENTITY_FILE), PROGRAMS].map((path) => ({ ...dir(path, 0o755, 'root'), group: 'root' })),
    {
      kind: 'link',
      stage: 'pgsql',
      path: `${clusterDir}/backup`,
      target: backupDir,
      owner: params.pgDbsu,
      group: 'postgres',
    },
    { kind: 'link', stage: 'pgsql', path: '/pg', target: clusterDir },
    ...certificates(view),
    ...logs.map((path) => dir(path, 0o750)),
    {
      kind: 'call',
      stage: 'pgsql',
      name: 'space kept for a full disk',
      fn: 'file_reserve',
      args: ['/pg/dummy', String(params.pgDummyFilesize)],
    },
  ];
}

/**
 * PostgreSQL, Patroni's REST API and PgBouncer read certificates again on reload; Patroni's reload reaches PostgreSQL. The keeper of the
 * virtual address reads them when it starts.
 */
function certificates(view: InstanceView): readonly Step[] {
  const { params, facts } = view.host;
  const { platform } = view.site;
  const effects: readonly Effect[] = [
    { kind: 'reload', unit: platform.unit('patroni', facts) },
    ...(params.pgbouncerEnabled ? [{ kind: 'reload', unit: platform.unit('pgbouncer', facts) } as const] : []),
    ...(view.cluster.vip === undefined
      ? []
      : [{ kind: 'restart', unit: platform.unit('vip-manager', facts) } as const]),
  ];
  const owner = { owner: params.pgDbsu, group: 'postgres' };
  return serverCertificate('pgsql', '/pg/cert', certificateName('pgsql', view.instance.name), owner, effects);
}

/** Patroni first, then what lives in the data directory it creates, then the contents of the cluster. */
function cluster(view: InstanceView): readonly Step[] {
  const { params, facts } = view.host;
  const { platform } = view.site;
  const bare = params.patroniMode === 'remove';
  const unit = (name: 'patroni' | 'postgres', enabled: boolean): UnitStep => ({
    kind: 'unit',
    stage: 'pgsql',
    unit: platform.unit(name, facts),
    enabled,
    state: undefined,
    guarded: true,
  });
  const local = params.pgbackrestMethod === 'local';
  const follows = view.cluster.upstream !== undefined;
  const steps: Step[] = [
    ...parts(() => patroniFiles(view)),
    {
      kind: 'link',
      stage: 'pgsql',
      path: '/etc/patroni/patroni.yml',
      target: `/pg/conf/${view.instance.name}.yml`,
    },
    unit(bare ? 'patroni' : 'postgres', false),
    { kind: 'call', stage: 'pgsql', name: 'cluster is up', fn: 'patroni_bootstrap', args: [params.patroniMode] },
    // Only now: a host that loses power while its instance is created must not go on with the half of it when it boots.
    unit(bare ? 'postgres' : 'patroni', true),
    ...parts(() => dataFiles(view)),
  ];
  if (view.instance.role === 'primary' && !bare) {
    steps.push({
      kind: 'call',
      stage: 'pgsql',
      name: 'settings in the DCS',
      fn: 'patroni_dcs',
      args: [`/pg/conf/${view.instance.name}.dcs.yml`],
    });
  }
  // A standby cluster has the contents of the cluster it follows, and a remote repository is its upstream's to write.
  if (!follows) steps.push(...parts(() => provisioning(view)));
  if (params.pgbackrestEnabled && (local || !follows)) {
    steps.push({
      kind: 'call',
      stage: 'pgsql',
      name: 'backup repository',
      fn: 'pgbackrest_stanza',
      args: [local ? 'local' : 'remote', params.pgbackrestInitBackup && !follows ? 'full' : 'skip'],
    });
  }
  return steps;
}

function pool(view: InstanceView): readonly Step[] {
  const { params, facts } = view.host;
  const unit = view.site.platform.unit('pgbouncer', facts);
  return [
    ...parts(() => pgbouncerFiles(view)),
    { kind: 'unit', stage: 'pgsql', unit, enabled: true, state: 'started' },
    {
      kind: 'probe',
      stage: 'pgsql',
      name: 'PgBouncer answers',
      command: [`${params.pgBinDir}/pg_isready`, '-q', '-h', '/run/postgresql', '-p', String(params.pgbouncerPort)],
      user: params.pgDbsu,
      timeoutSeconds: 30,
    },
  ];
}

function virtualAddress(view: InstanceView): readonly Step[] {
  const unit = view.site.platform.unit('vip-manager', view.host.facts);
  const vip = view.cluster.vip?.address;
  return [
    ...vipManagerFiles(view),
    { kind: 'unit', stage: 'pgsql', unit, enabled: true, state: 'started' },
    ...(vip === undefined
      ? []
      : [
          {
            kind: 'probe',
            stage: 'pgsql',
            name: `${vip} is where ${view.cluster.name} is led`,
            command: ['vip_held', vip],
            timeoutSeconds: 0,
          } as const,
        ]),
  ];
}
