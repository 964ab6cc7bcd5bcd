/** SQL that brings one role to what the inventory says: attributes, password, validity, settings, comment, memberships. */
import { createHash } from 'node:crypto';
import type { RoleMembershipSpec, RoleSpec, UserSpec } from '../../../compiler/model/params.gen.ts';
import type { Secret, SecretSink } from '../../../compiler/model/secret.ts';
import { isMd5Hash, isScramVerifier } from '../../../compiler/model/stored-password.ts';
import { sqlIdentifier, sqlLiteral } from '../../toolkit/quote/sql.ts';
import { isEmptySecret, type InstanceView } from '../instance.ts';
import { SqlScript } from './script.ts';
import { addSettings } from './settings.ts';

type Role = RoleSpec | UserSpec;

const ATTRIBUTES = [
  ['login', 'rolcanlogin', 'LOGIN'],
  ['superuser', 'rolsuper', 'SUPERUSER'],
  ['createdb', 'rolcreatedb', 'CREATEDB'],
  ['createrole', 'rolcreaterole', 'CREATEROLE'],
  ['inherit', 'rolinherit', 'INHERIT'],
  ['replication', 'rolreplication', 'REPLICATION'],
  ['bypassrls', 'rolbypassrls', 'BYPASSRLS'],
] as const;

/** /pg/tmp/pg-user-NAME.sql */
export function renderRoleSql(view: InstanceView, role: Role, secrets: SecretSink): string {
  const script = new SqlScript(`role ${role.name} of ${view.cluster.name}`);
  script.transaction(() => addRole(script, view, role, role.password, secrets));
  return script.toString();
}

/** /pg/tmp/pg-init-roles.sql: the system roles, with the passwords of the global parameters. */
export function renderSystemRolesSql(view: InstanceView, secrets: SecretSink): string {
  const { params } = view.host;
  const passwords = systemPasswords(view);
  const script = new SqlScript(`system roles of ${view.cluster.name}`);
  script.transaction(() => {
    const roles = params.pgDefaultRoles.filter((role) => role.state !== 'absent');
    for (const role of roles) addRole(script, view, role, passwords.get(role.name) ?? role.password, secrets);
    for (const [name, password] of passwords) {
      if (roles.some((role) => role.name === name)) continue;
      script.section(name);
      addPassword(script, view, name, password, secrets);
    }
  });
  return script.toString();
}

/** Passwords given by parameters of their own: replication, monitor and admin user, and the superuser when it has one. */
export function systemPasswords(view: InstanceView): ReadonlyMap<string, Secret> {
  const { params } = view.host;
  const passwords = new Map([
    [params.pgReplicationUsername, params.pgReplicationPassword],
    [params.pgMonitorUsername, params.pgMonitorPassword],
    [params.pgAdminUsername, params.pgAdminPassword],
  ]);
  if (!isEmptySecret(params.pgDbsuPassword)) passwords.set(params.pgDbsu, params.pgDbsuPassword);
  return passwords;
}

/** What PostgreSQL stores for a password: a verifier given as such, else one computed by pg_pwd_enc of the cluster that stores it first. */
export function passwordVerifier(view: InstanceView, user: string, password: Secret, secrets: SecretSink): string {
  if (passwordKind(view, password) === 'scram') return secrets.scram(password, view.original.name, user);
  if (isMd5Hash(password.expose())) return secrets.reveal(password);
  return secrets.derive(
    password,
    `md5.${user}`,
    (plain) =>
      `md5${createHash('md5')
        .update(plain + user)
        .digest('hex')}`,
  );
}

/** Which kind of verifier a password is stored as. */
export function passwordKind(view: InstanceView, password: Secret): 'scram' | 'md5' {
  if (isMd5Hash(password.expose())) return 'md5';
  return view.original.primary.host.params.pgPwdEnc !== 'md5' || isScramVerifier(password.expose()) ? 'scram' : 'md5';
}

function addRole(
  script: SqlScript,
  view: InstanceView,
  role: Role,
  password: Secret | undefined,
  secrets: SecretSink,
): void {
  const name = sqlIdentifier(role.name);
  const literal = sqlLiteral(role.name);
  script.section(role.name);
  script.change(`NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal})`, `CREATE USER ${name}`);
  addAttributes(script, role);
  if (password !== undefined && !isEmptySecret(password)) addPassword(script, view, role.name, password, secrets);
  addValidity(script, role);
  if (role.connlimit !== undefined) {
    script.change(
      `EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal} AND rolconnlimit <> ${role.connlimit})`,
      `ALTER ROLE ${name} CONNECTION LIMIT ${role.connlimit}`,
    );
  }
  addSettings(
    script,
    {
      target: `ROLE ${name}`,
      row: `setdatabase = 0 AND setrole = (SELECT oid FROM pg_roles WHERE rolname = ${literal})`,
    },
    role.parameters,
  );
  const comment = sqlLiteral(role.comment ?? `business user ${role.name}`);
  script.change(
    `(SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = ${literal}) IS DISTINCT FROM ${comment}`,
    `COMMENT ON ROLE ${name} IS ${comment}`,
  );
  for (const membership of role.roles) addMembership(script, view, role.name, membership);
}

function addAttributes(script: SqlScript, role: Role): void {
  for (const [field, column, keyword] of ATTRIBUTES) {
    const wanted = role[field];
    if (wanted === undefined) continue;
    script.change(
      `EXISTS (SELECT FROM pg_roles WHERE rolname = ${sqlLiteral(role.name)} AND ${column} IS DISTINCT FROM ${wanted})`,
      `ALTER ROLE ${sqlIdentifier(role.name)} ${wanted ? '' : 'NO'}${keyword}`,
    );
  }
}

function addPassword(script: SqlScript, view: InstanceView, user: string, password: Secret, secrets: SecretSink): void {
  const verifier = sqlLiteral(passwordVerifier(view, user, password, secrets));
  script.change(
    `EXISTS (SELECT FROM pg_authid WHERE rolname = ${sqlLiteral(user)} AND rolpassword IS DISTINCT FROM ${verifier})`,
    `ALTER ROLE ${sqlIdentifier(user)} PASSWORD ${verifier}`,
  );
}

/**
 * `expire_in` counts from the day it is first applied: a role without a limit gets one, a limit further away is brought
 * near, and an earlier one is left alone, so that applying again moves nothing.
 */
function addValidity(script: SqlScript, role: Role): void {
  const literal = sqlLiteral(role.name);
  if (role.expireIn !== undefined) {
    const limit = `(current_date + ${Math.trunc(role.expireIn)})`;
    script.computedChange(
      `EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal} AND (rolvaliduntil IS NULL OR rolvaliduntil > ${limit}))`,
      `format('ALTER ROLE %I VALID UNTIL %L', ${literal}, ${limit})`,
    );
  } else if (role.expireAt !== undefined && role.expireAt !== '') {
    const limit = sqlLiteral(role.expireAt);
    script.change(
      `EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal} AND rolvaliduntil IS DISTINCT FROM ${limit}::timestamptz)`,
      `ALTER ROLE ${sqlIdentifier(role.name)} VALID UNTIL ${limit}`,
    );
  }
}

function addMembership(
  script: SqlScript,
  view: InstanceView,
  member: string,
  membership: string | RoleMembershipSpec,
): void {
  const spec = typeof membership === 'string' ? undefined : membership;
  const role = typeof membership === 'string' ? membership : membership.name;
  const [granted, to] = [sqlIdentifier(role), sqlIdentifier(member)];
  const rows =
    'SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member WHERE ' +
    `g.rolname = ${sqlLiteral(role)} AND u.rolname = ${sqlLiteral(member)}`;
  if (spec?.state === 'revoke' || spec?.state === 'absent') {
    script.change(`EXISTS (${rows})`, `REVOKE ${granted} FROM ${to}`);
    return;
  }
  script.change(`NOT EXISTS (${rows})`, `GRANT ${granted} TO ${to}`);
  const modern = view.host.params.pgVersion >= 16;
  // SET and INHERIT of a single membership exist since PostgreSQL 16; earlier versions have ADMIN alone.
  const options = [
    ['admin', 'admin_option', 'ADMIN'],
    ['set', 'set_option', 'SET'],
    ['inherit', 'inherit_option', 'INHERIT'],
  ] as const;
  for (const [field, column, keyword] of modern ? options : options.slice(0, 1)) {
    const wanted = spec?.[field];
    if (wanted === undefined) continue;
    if (wanted)
      script.change(
        `NOT EXISTS (${rows} AND m.${column})`,
        `GRANT ${granted} TO ${to} WITH ${keyword} ${modern ? 'TRUE' : 'OPTION'}`,
      );
    else script.change(`EXISTS (${rows} AND m.${column})`, `REVOKE ${keyword} OPTION FOR ${granted} FROM ${to}`);
  }
}
