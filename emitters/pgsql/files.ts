/** File steps of an instance, grouped by when they are needed. */
import { namedInterface } from '../../compiler/model/interface.ts';
import type { SecretSink } from '../../compiler/model/secret.ts';
import type { DatabaseSpec } from '../../compiler/model/params.gen.ts';
import type { CallStep, Effect, FileStep, LinkStep, Step } from '../api.ts';
import { runtimeCall, type Arguments, type RuntimeFunction } from '../runtime-calls.ts';
import { packageText } from '../toolkit/package-text.ts';
import { fileNamePart } from '../toolkit/quote/file-name.ts';
import { systemdEnvironment, systemdValue, systemdWord } from '../toolkit/quote/systemd.ts';
import { renderTemplate } from '../toolkit/template.ts';
import { renderHba } from './hba.ts';
import { IDENTITY_FILE, PROGRAMS, type InstanceView } from './instance.ts';
import { renderAutoConf } from './auto-conf.ts';
import { renderCrontab } from './crontab.ts';
import { renderInstanceEnv } from './instance-env.ts';
import { renderPgpass } from './pgpass.ts';
import { renderPgsodiumKey } from './pgsodium-key.ts';
import { renderProfile } from './profile.ts';
import { renderSudoers } from './sudoers.ts';
import { tuningProfile } from './patroni/sizing.ts';
import { renderPatroniYml, renderDcsYml } from './patroni/patroni-yml.ts';
import { PITR_FILE, renderPgbackrestConf, renderPitrConf } from './pgbackrest.ts';
import { renderPgbouncerIni } from './pgbouncer/pgbouncer-ini.ts';
import { renderDatabaseList, renderUserlist, renderUserOptions } from './pgbouncer/lists.ts';
import { DCS_SETTINGS, INSTANCE_SETTINGS, OWN_SETTINGS, PATRONI_SETTINGS, POOL_SETTINGS } from './settings.ts';
import { baselinePath, databaseScript, renderDatabaseSql } from './sql/database.ts';
import { renderRoleSql, renderSystemRolesSql } from './sql/role.ts';
import { renderTemplateSql } from './sql/template.ts';
import { renderVipManagerYml } from './vip-manager.ts';

const SCRIPTS = [
  'pg-backup',
  'pg-drop-role',
  'pg-failover-callback',
  'pg-migrate',
  'pg-pitr',
  'pg-rehearse',
  'pg-role',
  'pg-vacuum',
  'pgsodium_getkey',
  'vip-interface',
] as const;
/** What programs share; nobody calls them. */
const SHARED = ['migration.sh', 'recovery.sh'] as const;

type Render = (secrets: SecretSink) => string;

interface FileOptions {
  readonly mode: number;
  /** `root:root` for system files, else the database superuser and group postgres. */
  readonly owner: 'root' | 'root-postgres' | 'dbsu';
  readonly effects?: readonly Effect[] | undefined;
  readonly validate?: FileStep['validate'];
  readonly settings?: FileStep['settings'];
}

function file(view: InstanceView, source: string, path: string, render: Render, options: FileOptions): FileStep {
  const { pgDbsu } = view.host.params;
  return {
    kind: 'file',
    stage: 'pgsql',
    path,
    owner: options.owner === 'dbsu' ? pgDbsu : 'root',
    group: options.owner === 'root' ? 'root' : 'postgres',
    mode: options.mode,
    effects: options.effects ?? [],
    validate: options.validate,
    settings: options.settings,
    source: `pgsql/${source}`,
    render,
  };
}

function call<F extends RuntimeFunction>(name: string, fn: F, ...args: Arguments<F>): CallStep {
  return { kind: 'call', stage: 'pgsql', name, ...runtimeCall(fn, ...args) };
}

const reload = (unit: string): Effect => ({ kind: 'reload', unit });
const RELOAD_POSTGRES: Effect = { kind: 'call', fn: 'pg_reload_hba', args: [] };

/** Debian creates and starts a cluster of its own when the server package is installed, unless told before. */
export function packageGuard(view: InstanceView): readonly Step[] {
  if (view.host.facts.osFamily !== 'deb') return [];
  return [
    { kind: 'dir', stage: 'pgsql', path: '/etc/postgresql-common', owner: 'root', group: 'root', mode: 0o755 },
    file(
      view,
      'packages',
      '/etc/postgresql-common/createcluster.conf',
      () => 'create_main_cluster = false\nstart_conf = manual\n',
      { mode: 0o644, owner: 'root' },
    ),
  ];
}

/** Files that need nothing but their directories. */
export function commonFiles(view: InstanceView): readonly FileStep[] {
  const { params, facts } = view.host;
  const { platform } = view.site;
  const sudoers = renderSudoers(view);
  const steps: FileStep[] = [
    file(view, 'instance-env', IDENTITY_FILE, () => renderInstanceEnv(view), {
      mode: 0o644,
      owner: 'root',
      settings: INSTANCE_SETTINGS,
    }),
    file(view, 'profile', '/etc/profile.d/pgsql.sh', () => renderProfile(view), {
      mode: 0o644,
      owner: 'root',
    }),
    file(
      view,
      'profile',
      '/etc/profile.d/pg-alias.sh',
      () =>
        renderTemplate('emitters/pgsql/templates/pg-alias.sh.njk', {
          user: params.pgDbsu,
          data: params.pgData,
          pgbouncerPort: params.pgbouncerPort,
          patronictl: platform.path('patronictlBin', facts),
          stanza: view.cluster.name,
        }),
      { mode: 0o644, owner: 'root' },
    ),
    file(view, 'profile', `${params.pgDbsuHome}/.psqlrc`, () => packageText('emitters/pgsql/templates/psqlrc'), {
      mode: 0o600,
      owner: 'dbsu',
    }),
    file(view, 'pgpass', `${params.pgDbsuHome}/.pgpass`, (secrets) => renderPgpass(view, secrets), {
      mode: 0o600,
      owner: 'dbsu',
    }),
    file(
      view,
      'tmpfiles',
      '/etc/tmpfiles.d/postgresql.conf',
      () => `d /run/postgresql 0755 ${params.pgDbsu} postgres -\n`,
      { mode: 0o644, owner: 'root' },
    ),
    ...[...SCRIPTS, ...SHARED].map((name) =>
      file(view, 'scripts', `${PROGRAMS}/${name}`, () => scriptText(view, name), scriptAccess(name)),
    ),
    file(view, 'pgsodium', '/pg/conf/pgsodium.key', (secrets) => renderPgsodiumKey(view, secrets), {
      mode: 0o600,
      owner: 'dbsu',
    }),
  ];
  if (sudoers !== undefined) {
    steps.push(
      file(view, 'sudoers', '/etc/sudoers.d/postgres', () => sudoers, {
        mode: 0o440,
        owner: 'root',
        validate: { command: ['/usr/sbin/visudo', '-c', '-q', '-f', '{}'] },
      }),
    );
  }
  return steps;
}

function scriptAccess(name: string): Pick<FileOptions, 'mode' | 'owner'> {
  if (name === 'pgsodium_getkey') return { mode: 0o750, owner: 'root-postgres' };
  return { mode: name.endsWith('.sh') ? 0o644 : 0o755, owner: 'root' };
}

function scriptText(view: InstanceView, name: string): string {
  const own = name === 'pgsodium_getkey' ? view.host.params.pgsodiumGetkeyScript : undefined;
  return (own === undefined ? undefined : view.site.assets?.get(own)) ?? packageText(`emitters/pgsql/scripts/${name}`);
}

/** The programs by the names users know. */
export function programLinks(view: InstanceView): readonly LinkStep[] {
  const { pgDbsu } = view.host.params;
  return SCRIPTS.map((name) => ({
    kind: 'link',
    stage: 'pgsql',
    path: `/pg/bin/${name}`,
    target: `${PROGRAMS}/${name}`,
    owner: pgDbsu,
    group: 'postgres',
  }));
}

/** Open files a service may ask for: fs.nr_open is raised by the tuned profiles, else it has the kernel's default. */
function openFiles(view: InstanceView): number {
  return view.host.params.nodeTune === 'none' ? 1048576 : 8388608;
}

/** Configuration and units of Patroni and the bare server. */
export function patroniFiles(view: InstanceView): readonly FileStep[] {
  const { params, facts } = view.host;
  const { platform } = view.site;
  const patroni = platform.unit('patroni', facts);
  const postgres = platform.unit('postgres', facts);
  const restart = (unit: string): readonly Effect[] => [{ kind: 'restart', unit, guarded: true }];
  const shared = { user: params.pgDbsu, home: systemdValue(params.pgDbsuHome), openFiles: openFiles(view) };
  const steps = [
    file(view, 'patroni', `/pg/conf/${view.instance.name}.yml`, (secrets) => renderPatroniYml(view, secrets), {
      mode: 0o640,
      owner: 'dbsu',
      effects: [reload(patroni)],
      settings: PATRONI_SETTINGS,
    }),
    file(
      view,
      'patroni',
      `/etc/systemd/system/${patroni}.service`,
      () =>
        renderTemplate('emitters/pgsql/templates/patroni.service.njk', {
          ...shared,
          cluster: systemdValue(view.cluster.name),
          loadWatchdog: params.patroniWatchdogMode === 'required',
          ownWatchdog: params.patroniWatchdogMode !== 'off' || tuningProfile(params.pgConf) === 'crit',
          program: systemdWord(platform.path('patroniBin', facts)),
        }),
      { mode: 0o644, owner: 'root', effects: restart(patroni) },
    ),
    file(
      view,
      'postgres',
      `/etc/systemd/system/${postgres}.service`,
      () =>
        renderTemplate('emitters/pgsql/templates/postgres.service.njk', {
          ...shared,
          version: params.pgVersion,
          pgdata: systemdEnvironment('PGDATA', params.pgData),
          program: systemdWord(`${params.pgBinDir}/postgres`),
        }),
      {
        mode: 0o644,
        owner: 'root',
        effects: params.patroniMode === 'remove' ? restart(postgres) : [],
      },
    ),
  ];
  if (view.instance.role === 'primary') {
    steps.push(
      file(view, 'dcs', `/pg/conf/${view.instance.name}.dcs.yml`, () => renderDcsYml(view), {
        mode: 0o640,
        owner: 'dbsu',
        settings: DCS_SETTINGS,
      }),
    );
  }
  return steps;
}

/** Files inside the data directory: they exist only once the cluster does. */
export function dataFiles(view: InstanceView): readonly FileStep[] {
  const { params } = view.host;
  const extra = params.pgFiles.flatMap((name) => {
    const content = view.site.assets?.get(name);
    return content === undefined
      ? []
      : [
          file(view, 'files', `${params.pgData}/${name.replace(/^.*\//, '')}`, () => content, {
            mode: 0o600,
            owner: 'dbsu',
          }),
        ];
  });
  return [
    file(view, 'hba', `${params.pgData}/pg_hba.conf`, () => renderHba(view, 'postgres'), {
      mode: 0o600,
      owner: 'dbsu',
      effects: [RELOAD_POSTGRES],
    }),
    file(view, 'auto-conf', `${params.pgData}/postgresql.auto.conf`, () => renderAutoConf(view), {
      mode: 0o600,
      owner: 'dbsu',
      effects: [RELOAD_POSTGRES],
      settings: OWN_SETTINGS,
    }),
    ...extra,
  ];
}

/** Provisioning: every member carries the scripts, whichever leads runs them. */
export function provisioning(view: InstanceView): readonly Step[] {
  const { params } = view.host;
  const sql = (name: string, render: Render): FileStep =>
    file(view, 'sql', `/pg/tmp/${name}.sql`, render, { mode: 0o640, owner: 'dbsu' });
  const steps: Step[] = [
    sql('pg-init-roles', (secrets) => renderSystemRolesSql(view, secrets)),
    sql('pg-init-template', () => renderTemplateSql(view)),
    call('system roles', 'pg_run_sql', 'postgres', '/pg/tmp/pg-init-roles.sql'),
    ...templateDatabases(view).map((database) =>
      call(`contents of ${database}`, 'pg_run_sql', database, '/pg/tmp/pg-init-template.sql'),
    ),
  ];
  if (!params.pgProvision) return steps;
  for (const user of params.pgUsers.filter((user) => user.state !== 'absent')) {
    steps.push(
      sql(`pg-user-${fileNamePart(user.name)}`, (secrets) => renderRoleSql(view, user, secrets)),
      call(`role ${user.name}`, 'pg_provision_role', user.name, `/pg/tmp/pg-user-${fileNamePart(user.name)}.sql`),
    );
  }
  for (const database of params.pgDatabases) steps.push(...databaseSteps(view, database, sql));
  // A role goes last: a database it owned may have been dropped or given away above.
  for (const user of params.pgUsers.filter((user) => user.state === 'absent'))
    steps.push(call(`role ${user.name} is gone`, 'pg_provision_role', user.name, 'absent'));
  return steps;
}

function databaseSteps(
  view: InstanceView,
  database: DatabaseSpec,
  sql: (name: string, render: Render) => FileStep,
): readonly Step[] {
  const drops = database.state === 'absent';
  const once = database.state === 'recreate' ? ', dropped and made again once' : '';
  const words = [database.name, `/pg/tmp/${databaseScript(database)}.sql`] as const;
  const steps: Step[] = [];
  if (baselinePath(view, database) !== undefined)
    steps.push(sql(`${databaseScript(database)}-baseline`, () => view.site.assets!.get(database.baseline!)!));
  steps.push(
    sql(databaseScript(database), () => renderDatabaseSql(view, database)),
    call(
      `${drops ? 'DROPS ' : ''}database ${database.name}${once}`,
      'pg_provision_database',
      ...(drops ? ([...words, 'drop'] as const) : words),
    ),
  );
  return steps;
}

/** template1 for databases to come, postgres, and a database the bootstrap itself creates. */
function templateDatabases(view: InstanceView): readonly string[] {
  const { pgMode, pgPrimaryDb } = view.host.params;
  const extra = pgMode === 'citus' ? pgPrimaryDb : pgMode === 'ivory' ? 'ivorysql' : undefined;
  return [...new Set(['template1', 'postgres', ...(extra === undefined ? [] : [extra])])];
}

export function pgbackrestFiles(view: InstanceView): readonly FileStep[] {
  const { pgPitr } = view.host.params;
  const conf = (path: string, render: Render): FileStep =>
    file(view, 'pgbackrest', path, render, {
      mode: 0o640,
      owner: 'dbsu',
    });
  return [
    conf('/etc/pgbackrest/pgbackrest.conf', (secrets) => renderPgbackrestConf(view, secrets)),
    ...(pgPitr === undefined ? [] : [conf(PITR_FILE, (secrets) => renderPitrConf(view, pgPitr, secrets))]),
  ];
}

export function pgbouncerFiles(view: InstanceView): readonly FileStep[] {
  const { params, facts } = view.host;
  const { platform } = view.site;
  const unit = platform.unit('pgbouncer', facts);
  const effects = [reload(unit)];
  return [
    file(
      view,
      'pgbouncer',
      `/etc/systemd/system/${unit}.service`,
      () =>
        renderTemplate('emitters/pgsql/templates/pgbouncer.service.njk', {
          user: params.pgDbsu,
          instance: systemdValue(view.instance.name),
          program: systemdWord(platform.path('pgbouncerBin', facts)),
        }),
      // A restart drops every connection of the pool.
      { mode: 0o644, owner: 'root', effects: [{ kind: 'restart', unit, guarded: true }] },
    ),
    file(view, 'pgbouncer', '/etc/pgbouncer/pgbouncer.ini', () => renderPgbouncerIni(view), {
      mode: 0o640,
      owner: 'dbsu',
      effects,
      settings: POOL_SETTINGS,
    }),
    file(view, 'pgbouncer', '/etc/pgbouncer/database.txt', () => renderDatabaseList(view), {
      mode: 0o600,
      owner: 'dbsu',
      effects,
    }),
    file(view, 'pgbouncer', '/etc/pgbouncer/useropts.txt', () => renderUserOptions(view), {
      mode: 0o600,
      owner: 'dbsu',
      effects,
    }),
    file(view, 'pgbouncer', '/etc/pgbouncer/userlist.txt', (secrets) => renderUserlist(view, secrets), {
      mode: 0o600,
      owner: 'dbsu',
      effects,
    }),
    file(view, 'hba', '/etc/pgbouncer/pgb_hba.conf', () => renderHba(view, 'pgbouncer'), {
      mode: 0o600,
      owner: 'dbsu',
      effects,
    }),
  ];
}

export function vipManagerFiles(view: InstanceView): readonly FileStep[] {
  const { facts, address, params } = view.host;
  const { platform } = view.site;
  const unit = platform.unit('vip-manager', facts);
  const effects: readonly Effect[] = [{ kind: 'restart', unit }];
  return [
    file(view, 'vip-manager', '/etc/default/vip-manager.yml', (secrets) => renderVipManagerYml(view, secrets), {
      mode: 0o600,
      owner: 'root-postgres',
      effects,
    }),
    file(
      view,
      'vip-manager',
      `/etc/systemd/system/${unit}.service`,
      () =>
        renderTemplate('emitters/pgsql/templates/vip-manager.service.njk', {
          cluster: systemdValue(view.cluster.name),
          program: platform.path('vipManagerBin', facts),
          vip: view.cluster.vip!.address,
          detectInterface: namedInterface(params.pgVipInterface) === undefined,
          address,
          programs: PROGRAMS,
        }),
      { mode: 0o644, owner: 'root', effects },
    ),
  ];
}

export function crontabFile(view: InstanceView): FileStep {
  const { params, facts } = view.host;
  const step = file(
    view,
    'crontab',
    `${view.site.platform.path('cronSpool', facts)}/${params.pgDbsu}`,
    () => renderCrontab(view),
    { mode: 0o600, owner: 'dbsu' },
  );
  return { ...step, group: facts.osFamily === 'deb' ? 'crontab' : params.pgDbsu };
}
