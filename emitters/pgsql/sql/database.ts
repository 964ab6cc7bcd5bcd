/** SQL that brings one database to what the inventory says. */
import type { DatabaseSpec, ExtensionSpec, SchemaSpec } from '../../../compiler/model/params.gen.ts';
import { fileNamePart } from '../../toolkit/quote/file-name.ts';
import { sqlIdentifier, sqlLiteral } from '../../toolkit/quote/sql.ts';
import type { InstanceView } from '../instance.ts';
import { aclGives, addDefaultPrivilege, databaseAcl, schemaAcl } from './privileges.ts';
import { psqlArgument, SqlScript } from './script.ts';
import { addSettings } from './settings.ts';

/** Database-level settings that remember what happened once: a requested recreation, a baseline still to be loaded. */
const RECREATED = 'pigstyc.recreated';
const BASELINE = 'pigstyc.baseline';

/** Never dropped, whatever their state says. */
const SYSTEM_DATABASES: readonly string[] = ['postgres', 'template0', 'template1'];

/** Where the baseline of a database is put, when the inventory names one that was found. */
export function baselinePath(view: InstanceView, database: DatabaseSpec): string | undefined {
  return database.baseline !== undefined && view.site.assets?.has(database.baseline)
    ? `/pg/tmp/${databaseScript(database)}-baseline.sql`
    : undefined;
}

/** Name of the script of a database, without suffix. */
export function databaseScript({ name }: DatabaseSpec): string {
  return `pg-db-${fileNamePart(name)}`;
}

/** /pg/tmp/pg-db-NAME.sql; starts in database `postgres` and connects to the database itself. */
export function renderDatabaseSql(view: InstanceView, database: DatabaseSpec): string {
  const script = new SqlScript(`database ${database.name} of ${view.cluster.name}`);
  // The template of a copy must have no sessions: a copy of `postgres` is made from template1's.
  if (database.template === 'postgres') script.connect('template1');
  addRemoval(script, database);
  if (database.state === 'absent') return script.toString();
  addCreation(script, view, database);
  script.transaction(() => {
    addProperties(script, database);
    addAccess(script, view, database);
  });
  const exists = `coalesce((SELECT datallowconn FROM pg_database WHERE datname = ${sqlLiteral(database.name)}), false)`;
  script.when('connectable', exists, () => {
    script.connect(database.name);
    addContents(script, view, database);
    script.connect('postgres');
  });
  if (database.tablespace !== undefined && database.tablespace !== '')
    addTablespace(script, database.name, database.tablespace);
  if (database.allowconn === false) addAllowConnections(script, database.name, false);
  return script.toString();
}

/** Condition: the database exists, and is so. */
function is(database: string, condition?: string): string {
  return `EXISTS (SELECT FROM pg_database WHERE datname = ${sqlLiteral(database)}${condition === undefined ? '' : ` AND ${condition}`})`;
}

function marker(database: string, name: string, value = '%'): string {
  return (
    'EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) e ' +
    `WHERE s.setrole = 0 AND d.datname = ${sqlLiteral(database)} AND e LIKE ${sqlLiteral(`${name}=${value}`)})`
  );
}

/**
 * `absent` drops; `recreate` drops once: the new database carries a marker, and only after the inventory has said
 * `create` in between does `recreate` drop again.
 */
function addRemoval(script: SqlScript, database: DatabaseSpec): void {
  const name = sqlIdentifier(database.name);
  if (SYSTEM_DATABASES.includes(database.name)) return;
  if (database.state === 'create') {
    script.change(marker(database.name, RECREATED), `ALTER DATABASE ${name} RESET ${RECREATED}`);
    return;
  }
  const due =
    database.state === 'absent'
      ? is(database.name)
      : `${is(database.name)} AND NOT ${marker(database.name, RECREATED)}`;
  script.section('drop');
  script.change(`${due} AND ${is(database.name, 'datistemplate')}`, `ALTER DATABASE ${name} IS_TEMPLATE false`);
  script.change(due, `DROP DATABASE ${name} WITH (FORCE)`);
}

function addCreation(script: SqlScript, view: InstanceView, database: DatabaseSpec): void {
  const name = sqlIdentifier(database.name);
  const missing = `NOT ${is(database.name)}`;
  const { template } = database;
  script.section('create');
  if (template !== undefined && template !== '' && !['template0', 'template1'].includes(template)) {
    script.change(
      `${missing} AND EXISTS (SELECT FROM pg_stat_activity WHERE datname = ${sqlLiteral(template)} AND pid <> pg_backend_pid())`,
      'DO $$BEGIN PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = ' +
        `${sqlLiteral(template)} AND pid <> pg_backend_pid(); END$$`,
    );
  }
  const pending = baselinePath(view, database) !== undefined;
  if (pending) script.silent(`SELECT ${missing} AS created \\gset`);
  script.change(missing, `CREATE DATABASE ${name}${creationOptions(view, database)}`);
  // The marker goes in with the creation, so that an interrupted run still loads the baseline.
  if (pending) script.change(":'created'::boolean", `ALTER DATABASE ${name} SET ${BASELINE} TO 'pending'`);
  if (database.state === 'recreate')
    script.change(`NOT ${marker(database.name, RECREATED)}`, `ALTER DATABASE ${name} SET ${RECREATED} TO 'true'`);
}

/** PostgreSQL 14 takes either `LOCALE` or the two categories, later ones both: where one is given, the other follows. */
function localeOptions(
  version: number,
  { locale, lcCollate, lcCtype }: DatabaseSpec,
): readonly (readonly [keyword: string, value: string | undefined])[] {
  if (version >= 15 || !(lcCollate || lcCtype))
    return [
      ['LOCALE', locale],
      ['LC_COLLATE', lcCollate],
      ['LC_CTYPE', lcCtype],
    ];
  return [
    ['LC_COLLATE', lcCollate || locale],
    ['LC_CTYPE', lcCtype || locale],
  ];
}

function creationOptions(view: InstanceView, database: DatabaseSpec): string {
  const version = view.host.params.pgVersion;
  const identifier = (keyword: string, value: string | undefined, least = 0): string =>
    value === undefined || value === '' || version < least ? '' : ` ${keyword} ${sqlIdentifier(value)}`;
  const literal = (keyword: string, value: string | undefined, least = 0): string =>
    value === undefined || value === '' || version < least ? '' : ` ${keyword} ${sqlLiteral(value)}`;
  return [
    identifier('OWNER', database.owner),
    identifier('TEMPLATE', database.template),
    literal('ENCODING', database.encoding),
    ...localeOptions(view.host.params.pgVersion, database).map(([keyword, value]) => literal(keyword, value)),
    identifier('TABLESPACE', database.tablespace),
    database.isTemplate === undefined ? '' : ` IS_TEMPLATE ${database.isTemplate}`,
    identifier('STRATEGY', database.strategy?.toLowerCase(), 15),
    literal('LOCALE_PROVIDER', database.localeProvider, 15),
    literal('ICU_LOCALE', database.icuLocale, 15),
    literal('ICU_RULES', database.icuRules, 16),
    literal('BUILTIN_LOCALE', database.builtinLocale, 17),
  ].join('');
}

function addProperties(script: SqlScript, database: DatabaseSpec): void {
  const name = sqlIdentifier(database.name);
  const { owner } = database;
  script.section('properties');
  if (owner !== undefined && owner !== '') {
    script.change(
      is(database.name, `pg_get_userbyid(datdba) <> ${sqlLiteral(owner)}`),
      `ALTER DATABASE ${name} OWNER TO ${sqlIdentifier(owner)}`,
    );
  }
  if (database.connlimit !== undefined)
    script.change(
      is(database.name, `datconnlimit <> ${database.connlimit}`),
      `ALTER DATABASE ${name} CONNECTION LIMIT ${database.connlimit}`,
    );
  if (database.isTemplate !== undefined)
    script.change(
      is(database.name, `datistemplate <> ${database.isTemplate}`),
      `ALTER DATABASE ${name} IS_TEMPLATE ${database.isTemplate}`,
    );
  if (database.allowconn === true) addAllowConnections(script, database.name, true);
  addSettings(
    script,
    {
      target: `DATABASE ${name}`,
      row: `setrole = 0 AND setdatabase = (SELECT oid FROM pg_database WHERE datname = ${sqlLiteral(database.name)})`,
    },
    database.parameters,
  );
  const comment = sqlLiteral(database.comment ?? `business database ${database.name}`);
  script.change(
    `(SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = ` +
      `${sqlLiteral(database.name)}) IS DISTINCT FROM ${comment}`,
    `COMMENT ON DATABASE ${name} IS ${comment}`,
  );
}

function addAllowConnections(script: SqlScript, database: string, allowed: boolean): void {
  script.change(
    is(database, `datallowconn <> ${allowed}`),
    `ALTER DATABASE ${sqlIdentifier(database)} ALLOW_CONNECTIONS ${allowed}`,
  );
}

function addAccess(script: SqlScript, view: InstanceView, database: DatabaseSpec): void {
  const name = sqlIdentifier(database.name);
  const { params } = view.host;
  const acl = databaseAcl(database.name);
  const grant = (grantee: string, privilege: string, grantable = false): void => {
    script.change(
      `NOT ${aclGives(acl, grantee, privilege, grantable)} AND EXISTS (SELECT FROM pg_roles WHERE rolname = ${sqlLiteral(grantee)})`,
      `GRANT ${privilege} ON DATABASE ${name} TO ${sqlIdentifier(grantee)}${grantable ? ' WITH GRANT OPTION' : ''}`,
    );
  };
  script.section('access');
  const { owner } = database;
  if (owner !== undefined && owner !== '')
    for (const privilege of ['CREATE', 'TEMPORARY', 'CONNECT']) grant(owner, privilege);
  if (database.revokeconn === true) {
    script.change(aclGives(acl, undefined, 'CONNECT'), `REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`);
    grant(params.pgReplicationUsername, 'CONNECT');
    grant(params.pgMonitorUsername, 'CONNECT');
    grant(params.pgAdminUsername, 'CONNECT', true);
    if (owner !== undefined && owner !== '') grant(owner, 'CONNECT', true);
  } else if (database.revokeconn === false) {
    script.change(`NOT ${aclGives(acl, undefined, 'CONNECT')}`, `GRANT CONNECT ON DATABASE ${name} TO PUBLIC`);
  }
  script.change(aclGives(acl, undefined, 'CREATE'), `REVOKE CREATE ON DATABASE ${name} FROM PUBLIC`);
  grant('dbrole_admin', 'CREATE');
}

/** What is done inside the database. Extensions are created one by one: some refuse a transaction with other work in it. */
function addContents(script: SqlScript, view: InstanceView, database: DatabaseSpec): void {
  script.transaction(() => {
    addPublicSchemaRules(script);
    if (database.owner !== undefined && database.owner !== '') {
      script.section(`default privileges of ${database.owner}`);
      for (const privilege of view.host.params.pgDefaultPrivileges)
        addDefaultPrivilege(script, database.owner, privilege);
    }
    if (database.schemas.length > 0) script.section('schemas');
    for (const schema of database.schemas) addSchema(script, schema);
  });
  if (database.extensions.length > 0) script.section('extensions');
  for (const extension of database.extensions) addExtension(script, extension);
  const path = baselinePath(view, database);
  if (path === undefined) return;
  script.section('baseline: once, in a database that was created with it');
  script.when('baseline_pending', marker(database.name, BASELINE, 'pending'), () => {
    script
      .silent(`\\i ${psqlArgument(path)}`, '\\set ON_ERROR_STOP on', '\\set QUIET on')
      .statement(`ALTER DATABASE ${sqlIdentifier(database.name)} RESET ${BASELINE}`);
  });
}

/** A database moves to another tablespace only while nobody is connected to it. */
function addTablespace(script: SqlScript, database: string, tablespace: string): void {
  script.change(
    is(database, `(SELECT spcname FROM pg_tablespace t WHERE t.oid = dattablespace) <> ${sqlLiteral(tablespace)}`),
    `ALTER DATABASE ${sqlIdentifier(database)} SET TABLESPACE ${sqlIdentifier(tablespace)}`,
  );
}

/** Nobody but administrators creates objects in schema public. */
export function addPublicSchemaRules(script: SqlScript): void {
  const acl = schemaAcl('public');
  script.section('schema public');
  script.change(aclGives(acl, undefined, 'CREATE'), 'REVOKE CREATE ON SCHEMA public FROM PUBLIC');
  script.change(
    `EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public') AND EXISTS (SELECT FROM pg_roles WHERE rolname ` +
      `= 'dbrole_admin') AND NOT ${aclGives(acl, 'dbrole_admin', 'CREATE')}`,
    'GRANT CREATE ON SCHEMA public TO dbrole_admin',
  );
}

export function addSchema(script: SqlScript, schema: string | SchemaSpec): void {
  const { name, owner, state } =
    typeof schema === 'string' ? { name: schema, owner: undefined, state: 'create' } : schema;
  const exists = `EXISTS (SELECT FROM pg_namespace WHERE nspname = ${sqlLiteral(name)})`;
  if (state === 'absent') {
    script.change(exists, `DROP SCHEMA ${sqlIdentifier(name)} CASCADE`);
    return;
  }
  const owned = owner !== undefined && owner !== '';
  script.change(
    `NOT ${exists}`,
    `CREATE SCHEMA ${sqlIdentifier(name)}${owned ? ` AUTHORIZATION ${sqlIdentifier(owner)}` : ''}`,
  );
  if (owned)
    script.change(
      `EXISTS (SELECT FROM pg_namespace WHERE nspname = ${sqlLiteral(name)} AND pg_get_userbyid(nspowner) <> ${sqlLiteral(owner)})`,
      `ALTER SCHEMA ${sqlIdentifier(name)} OWNER TO ${sqlIdentifier(owner)}`,
    );
}

/** Creates an extension whose files are installed; one that is not installed is named in a warning and left out. */
export function addExtension(script: SqlScript, extension: string | ExtensionSpec): void {
  const spec =
    typeof extension === 'string'
      ? { name: extension, schema: undefined, version: undefined, state: 'create' as const }
      : extension;
  const [name, literal] = [sqlIdentifier(spec.name), sqlLiteral(spec.name)];
  const installed = `EXISTS (SELECT FROM pg_extension WHERE extname = ${literal})`;
  if (spec.state === 'absent') {
    script.change(installed, `DROP EXTENSION ${name} CASCADE`);
    return;
  }
  const available = `EXISTS (SELECT FROM pg_available_extensions WHERE name = ${literal})`;
  const [schema, version] = [spec.schema ?? '', spec.version ?? ''];
  const options = `${schema === '' ? '' : ` SCHEMA ${sqlIdentifier(schema)}`}${version === '' ? '' : ` VERSION ${sqlLiteral(version)}`}`;
  script.when(
    'available',
    available,
    () => {
      script.change(`NOT ${installed}`, `CREATE EXTENSION ${name}${options} CASCADE`);
      if (version !== '')
        script.change(
          `EXISTS (SELECT FROM pg_extension WHERE extname = ${literal} AND extversion <> ${sqlLiteral(version)})`,
          `ALTER EXTENSION ${name} UPDATE TO ${sqlLiteral(version)}`,
        );
      if (schema !== '') {
        script.change(
          `EXISTS (SELECT FROM pg_extension WHERE extname = ${literal} AND extrelocatable AND extnamespace <> ` +
            `(SELECT oid FROM pg_namespace WHERE nspname = ${sqlLiteral(schema)}))`,
          `ALTER EXTENSION ${name} SET SCHEMA ${sqlIdentifier(schema)}`,
        );
      }
    },
    [`\\warn ${psqlArgument(`extension ${spec.name} is not installed on this host: left out`)}`],
  );
}
