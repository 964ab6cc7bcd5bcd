/** /pg/tmp/pg-init-template.sql: what every new database inherits through template1, applied to `postgres` as well. */
import { createHash } from 'node:crypto';
import { sqlIdentifier, sqlLiteral } from '../../toolkit/quote/sql.ts';
import { renderTemplate } from '../../toolkit/template.ts';
import { IDENTITY_FILE, type InstanceView } from '../instance.ts';
import { addExtension, addPublicSchemaRules, addSchema } from './database.ts';
import { addDefaultPrivilege, aclGives, schemaAcl } from './privileges.ts';
import { SqlScript } from './script.ts';
import { addSettings } from './settings.ts';

/** Functions a replication user needs to take backups without being superuser. */
const BACKUP_FUNCTIONS = [
  'current_setting(text)',
  'set_config(text, text, boolean)',
  'pg_is_in_recovery()',
  'pg_create_restore_point(text)',
  'pg_switch_wal()',
  'pg_last_wal_replay_lsn()',
  'txid_current()',
  'txid_current_snapshot()',
  'txid_snapshot_xmax(txid_snapshot)',
  'pg_control_checkpoint()',
];
const BACKUP_FUNCTIONS_BEFORE_15 = ['pg_start_backup(text, boolean, boolean)', 'pg_stop_backup(boolean, boolean)'];

export function renderTemplateSql(view: InstanceView): string {
  const { params } = view.host;
  const script = new SqlScript(`contents of new databases of ${view.cluster.name}`);
  script.transaction(() => {
    script.section('default privileges');
    for (const owner of [params.pgDbsu, params.pgAdminUsername, 'dbrole_admin']) {
      for (const privilege of params.pgDefaultPrivileges) addDefaultPrivilege(script, owner, privilege);
    }
    script.section('schemas');
    for (const schema of new Set([...params.pgDefaultSchemas, 'monitor'])) addSchema(script, schema);
    addPublicSchemaRules(script);
  });
  script.section('extensions');
  for (const extension of params.pgDefaultExtensions) addExtension(script, extension);
  if (!params.pgDefaultExtensions.some((extension) => extension.name === 'file_fdw')) addExtension(script, 'file_fdw');
  script.transaction(() => {
    script.section("foreign server of the host's own files and programs");
    script.change(
      `NOT EXISTS (SELECT FROM pg_foreign_server WHERE srvname = 'fs')`,
      'CREATE SERVER fs FOREIGN DATA WRAPPER file_fdw',
    );
    addBackupPrivileges(script, view);
    addMonitoring(script, view);
  });
  return script.toString();
}

function addBackupPrivileges(script: SqlScript, view: InstanceView): void {
  const { pgReplicationUsername: user, pgVersion } = view.host.params;
  script.section('backup privileges of the replication user');
  for (const signature of [...BACKUP_FUNCTIONS, ...(pgVersion < 15 ? BACKUP_FUNCTIONS_BEFORE_15 : [])]) {
    script.change(
      `NOT has_function_privilege(${sqlLiteral(user)}, ${sqlLiteral(`pg_catalog.${signature}`)}, 'EXECUTE')`,
      `GRANT EXECUTE ON FUNCTION pg_catalog.${signature} TO ${sqlIdentifier(user)}`,
    );
  }
}

function addMonitoring(script: SqlScript, view: InstanceView): void {
  const { params } = view.host;
  script.section('schema monitor');
  for (const user of [params.pgMonitorUsername, params.pgAdminUsername, params.pgReplicationUsername]) {
    script.change(
      `NOT ${aclGives(schemaAcl('monitor'), user, 'USAGE')}`,
      `GRANT USAGE ON SCHEMA monitor TO ${sqlIdentifier(user)}`,
    );
  }
  const monitor = params.pgMonitorUsername;
  addSettings(
    script,
    {
      target: `ROLE ${sqlIdentifier(monitor)}`,
      row: `setdatabase = 0 AND setrole = (SELECT oid FROM pg_roles WHERE rolname = ${sqlLiteral(monitor)})`,
    },
    new Map([['search_path', 'monitor,public']]),
  );
  const objects = monitorObjects(view);
  // The revision of the objects is kept in the comment: they are replaced as a whole, and only when it differs.
  const comment = sqlLiteral(
    `monitoring objects, revision ${createHash('sha256').update(objects).digest('hex').slice(0, 16)}`,
  );
  script.when(
    'outdated',
    `(SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'monitor') IS DISTINCT FROM ${comment}`,
    () => {
      script.silent(objects.trimEnd()).statement(`COMMENT ON SCHEMA monitor IS ${comment}`);
    },
  );
}

function monitorObjects(view: InstanceView): string {
  const { params } = view.host;
  return renderTemplate('emitters/pgsql/templates/monitor.sql.njk', {
    pgbackrestProgram: sqlLiteral(`pgbackrest --stanza=${view.cluster.name} --output=json info`),
    // The address comes from the instance, so that every member has the same objects.
    patroniProgram: sqlLiteral(`. ${IDENTITY_FILE} && curl -s --cacert /pg/cert/ca.crt "$PATRONI_URL/cluster"`),
    patroniConfigProgram: sqlLiteral(`cat ${params.pgData}/patroni.dynamic.json`),
    logProgram: sqlLiteral(`cat "$(awk '$1 == "csvlog" {print $2}' ${params.pgData}/current_logfiles)"`),
    pgbouncer: params.pgbouncerEnabled,
  });
}
