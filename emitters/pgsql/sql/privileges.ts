/** Default privileges and ACL conditions. */
import { sqlIdentifier, sqlLiteral } from '../../toolkit/quote/sql.ts';
import type { SqlScript } from './script.ts';

/** Letter of an object kind in pg_default_acl. */
const KINDS: Readonly<Record<string, string>> = { TABLES: 'r', SEQUENCES: 'S', FUNCTIONS: 'f', ROUTINES: 'f', TYPES: 'T', SCHEMAS: 'n' };
const GRANT = /^GRANT\s+([A-Za-z]+(?:\s*,\s*[A-Za-z]+)*)\s+ON\s+([A-Za-z]+)\s+TO\s+("?[A-Za-z0-9_.@-]+"?)\s*;?\s*$/i;

/**
 * One entry of pg_default_privileges (`GRANT SELECT ON TABLES TO role`) for the objects a role will create. Other forms
 * run inside a block that undoes itself when they have changed nothing.
 */
export function addDefaultPrivilege(script: SqlScript, owner: string, privilege: string): void {
  const statement = `ALTER DEFAULT PRIVILEGES FOR ROLE ${sqlIdentifier(owner)} ${privilege.trim().replace(/\s*;$/, '').replace(/\s+/g, ' ')}`;
  const ownerExists = `EXISTS (SELECT FROM pg_roles WHERE rolname = ${sqlLiteral(owner)})`;
  const parsed = GRANT.exec(privilege.trim());
  const kind = parsed === null ? undefined : KINDS[parsed[2]!.toUpperCase()];
  const privileges = parsed?.[1]!.split(',').map((word) => word.trim().toUpperCase()) ?? [];
  if (parsed === null || kind === undefined || privileges.includes('ALL')) {
    script.raw('\\set QUIET on', selfUndoing(statement), '\\set QUIET off');
    return;
  }
  const grantee = parsed[3]!.startsWith('"') ? parsed[3]!.slice(1, -1) : parsed[3]!.toLowerCase();
  const held = `SELECT 1 FROM pg_default_acl d, aclexplode(d.defaclacl) a WHERE d.defaclrole = (SELECT oid FROM pg_roles WHERE rolname = ${sqlLiteral(owner)})`
    + ` AND d.defaclnamespace = 0 AND d.defaclobjtype = ${sqlLiteral(kind)} AND a.grantee = (SELECT oid FROM pg_roles WHERE rolname = ${sqlLiteral(grantee)})`;
  const missing = privileges.map((word) => `NOT EXISTS (${held} AND a.privilege_type = ${sqlLiteral(word)})`).join(' OR ');
  script.change(`${ownerExists} AND (${missing})`, statement);
}

function selfUndoing(statement: string): string {
  const snapshot = `(SELECT string_agg(d::text, ',' ORDER BY d.oid) FROM pg_default_acl d)`;
  return [
    'DO $pigstyc$', 'DECLARE', `  before text := ${snapshot};`, 'BEGIN', `  ${statement};`,
    `  IF before IS NOT DISTINCT FROM ${snapshot} THEN RAISE EXCEPTION USING ERRCODE = 'PX001'; END IF;`,
    `EXCEPTION WHEN SQLSTATE 'PX001' THEN NULL;`, 'END', '$pigstyc$;',
  ].join('\n');
}

/** Condition: the ACL (of default kind `kind`) gives `grantee` the privilege; grantee undefined means PUBLIC. */
export function aclGives(acl: string, grantee: string | undefined, privilege: string, grantable = false): string {
  const oid = grantee === undefined ? '0' : `(SELECT oid FROM pg_roles WHERE rolname = ${sqlLiteral(grantee)})`;
  return `EXISTS (SELECT FROM ${acl} o(acl), aclexplode(o.acl) a WHERE a.grantee = ${oid} AND a.privilege_type = ${sqlLiteral(privilege)}${grantable ? ' AND a.is_grantable' : ''})`;
}

/** The ACL of a database as a one-row subquery. */
export function databaseAcl(database: string): string {
  return `(SELECT coalesce(datacl, acldefault('d', datdba)) FROM pg_database WHERE datname = ${sqlLiteral(database)})`;
}

/** The ACL of a schema of the current database as a one-row subquery. */
export function schemaAcl(schema: string): string {
  return `(SELECT coalesce(nspacl, acldefault('n', nspowner)) FROM pg_namespace WHERE nspname = ${sqlLiteral(schema)})`;
}
