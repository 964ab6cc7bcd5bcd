/** Default privileges and ACL conditions. */
import { sqlIdentifier, sqlLiteral } from '../../toolkit/quote/sql.ts';
import type { SqlScript } from './script.ts';

/** Letter of an object kind in pg_default_acl. */
const KINDS: Readonly<Record<string, string>> = {
  TABLES: 'r',
  SEQUENCES: 'S',
  FUNCTIONS: 'f',
  ROUTINES: 'f',
  TYPES: 'T',
  SCHEMAS: 'n',
};
const GRANT = /^GRANT\s+([A-Za-z]+(?:\s*,\s*[A-Za-z]+)*)\s+ON\s+([A-Za-z]+)\s+TO\s+("?[A-Za-z0-9_.@-]+"?)\s*;?\s*$/i;

/**
 * One entry of pg_default_privileges (`GRANT SELECT ON TABLES TO role`) for the objects a role will create. Other forms
 * run inside a block that undoes itself when they have changed nothing.
 */
export function addDefaultPrivilege(script: SqlScript, owner: string, privilege: string): void {
  const statement =
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${sqlIdentifier(owner)} ` +
    `${privilege.trim().replace(/\s*;$/, '').replace(/\s+/g, ' ')}`;
  const ownerExists = `EXISTS (SELECT FROM pg_roles WHERE rolname = ${sqlLiteral(owner)})`;
  const parsed = GRANT.exec(privilege.trim());
  const kind = parsed === null ? undefined : KINDS[parsed[2]!.toUpperCase()];
  const privileges = parsed === null ? [] : parsed[1]!.split(',').map((word) => word.trim().toUpperCase());
  if (parsed === null || kind === undefined || privileges.includes('ALL')) {
    script.silent(selfUndoing(statement));
    return;
  }
  const grantee = parsed[3]!.startsWith('"') ? parsed[3]!.slice(1, -1) : parsed[3]!.toLowerCase();
  const defaults = {
    from: 'pg_default_acl',
    acl: 'defaclacl',
    row: `pg_get_userbyid(defaclrole) = ${sqlLiteral(owner)} AND defaclnamespace = 0 AND defaclobjtype = ${sqlLiteral(kind)}`,
  };
  const missing = privileges.map((word) => `NOT ${aclGives(defaults, grantee, word)}`).join(' OR ');
  script.change(`${ownerExists} AND ${privileges.length > 1 ? `(${missing})` : missing}`, statement);
}

function selfUndoing(statement: string): string {
  const snapshot = `(SELECT string_agg(d::text, ',' ORDER BY d.oid) FROM pg_default_acl d)`;
  return [
    'DO $pigstyc$',
    'DECLARE',
    `  before text := ${snapshot};`,
    'BEGIN',
    `  ${statement};`,
    `  IF before IS NOT DISTINCT FROM ${snapshot} THEN RAISE EXCEPTION USING ERRCODE = 'PX001'; END IF;`,
    `EXCEPTION WHEN SQLSTATE 'PX001' THEN NULL;`,
    'END',
    '$pigstyc$;',
  ].join('\n');
}

/** Where an access list is found: rows of a catalog and the expression of the list in them. */
export interface AclSource {
  readonly from: string;
  readonly acl: string;
  readonly row: string;
}

/** Condition: the access list gives `grantee` the privilege; grantee undefined means PUBLIC. */
export function aclGives(source: AclSource, grantee: string | undefined, privilege: string, grantable = false): string {
  const holder = grantee === undefined ? 'a.grantee = 0' : `pg_get_userbyid(a.grantee) = ${sqlLiteral(grantee)}`;
  return (
    `EXISTS (SELECT FROM ${source.from}, aclexplode(${source.acl}) a WHERE ${source.row} AND ${holder} AND ` +
    `a.privilege_type = ${sqlLiteral(privilege)}${grantable ? ' AND a.is_grantable' : ''})`
  );
}

/** The access list of a database. */
export function databaseAcl(database: string): AclSource {
  return {
    from: 'pg_database',
    acl: `coalesce(datacl, acldefault('d', datdba))`,
    row: `datname = ${sqlLiteral(database)}`,
  };
}

/** The access list of a schema of the current database. */
export function schemaAcl(schema: string): AclSource {
  return {
    from: 'pg_namespace',
    acl: `coalesce(nspacl, acldefault('n', nspowner))`,
    row: `nspname = ${sqlLiteral(schema)}`,
  };
}
