/** The files pgbouncer.ini includes: databases, options of users, and passwords. */
import type { DatabaseSpec, RoleSpec, UserSpec } from '../../../compiler/model/params.gen.ts';
import type { Secret, SecretSink } from '../../../compiler/model/secret.ts';
import { isPgbouncerName, pgbouncerEntry, userlistLine } from '../../toolkit/quote/pgbouncer.ts';
import { isEmptySecret, type InstanceView } from '../instance.ts';
import { passwordVerifier, systemPasswords } from '../sql/role.ts';

/** Databases the pooler serves: all that exist and that it has a spelling for, unless one opts out. */
export function pooledDatabases(databases: readonly DatabaseSpec[]): readonly DatabaseSpec[] {
  return databases.filter(
    (database) => database.pgbouncer && database.state !== 'absent' && isPgbouncerName(database.name),
  );
}

/** /etc/pgbouncer/database.txt */
export function renderDatabaseList(view: InstanceView): string {
  const { params } = view.host;
  const redirect = params.pgbouncerRedirectTo;
  const host = redirect === undefined || redirect === '' ? params.pgLocalhost : redirect;
  const port = params.pgPort === 5432 ? undefined : params.pgPort;
  const lines = pooledDatabases(params.pgDatabases).map((database) =>
    padded(
      pgbouncerEntry(database.name, {
        host,
        port,
        auth_user: database.poolAuthUser,
        pool_mode: database.poolMode,
        pool_size: database.poolSize,
        min_pool_size: database.poolSizeMin,
        reserve_pool: database.poolReserve,
        max_db_connections: database.poolConnlimit,
      }),
    ),
  );
  return `# databases of ${view.cluster.name}\n${lines.map((line) => `${line}\n`).join('')}`;
}

/** /etc/pgbouncer/useropts.txt: users with a pool mode or a connection limit of their own; a negative limit is none. */
export function renderUserOptions(view: InstanceView): string {
  const lines = presentUsers(view).flatMap((user) => {
    const limit = user.poolConnlimit !== undefined && user.poolConnlimit >= 0 ? user.poolConnlimit : undefined;
    if ((user.poolMode === undefined && limit === undefined) || !isPgbouncerName(user.name)) return [];
    return [padded(pgbouncerEntry(user.name, { pool_mode: user.poolMode, max_user_connections: limit }))];
  });
  return `# options of users of ${view.cluster.name}\n${lines.map((line) => `${line}\n`).join('')}`;
}

/**
 * /etc/pgbouncer/userlist.txt. PgBouncer logs in to PostgreSQL with the keys of a client's SCRAM login, which
 * works only while both sides hold the very same verifier: both get the compiled one.
 */
export function renderUserlist(view: InstanceView, secrets: SecretSink): string {
  const lines = pooledUsers(view).map(({ name, password }) =>
    userlistLine(name, password === undefined ? '' : passwordVerifier(view, name, password, secrets)),
  );
  return `${lines.join('\n')}\n`;
}

/** Users the pool knows without asking: the superuser, who has no password there, and those with one. */
export function pooledUsers(
  view: InstanceView,
): readonly { readonly name: string; readonly password: Secret | undefined }[] {
  const { params } = view.host;
  const passwords = systemPasswords(view);
  const system = [params.pgMonitorUsername, params.pgAdminUsername].map((name) => ({
    name,
    password: passwords.get(name),
  }));
  const users = params.pgUsers.filter(
    (user) =>
      user.state !== 'absent' &&
      user.pgbouncer &&
      !params.pgbouncerAuthQuery &&
      !system.some(({ name }) => name === user.name),
  );
  const listed = [...system, ...users].filter(({ password }) => password !== undefined && !isEmptySecret(password));
  return [{ name: params.pgDbsu, password: undefined }, ...listed];
}

function presentUsers(view: InstanceView): readonly (RoleSpec | UserSpec)[] {
  const { params } = view.host;
  return [...params.pgDefaultRoles, ...params.pgUsers].filter((user) => user.state !== 'absent');
}

/** Aligns ` = ` for names up to 27 characters, so that a new long name leaves other lines alone. */
function padded(entry: string): string {
  const at = entry.indexOf(' = ');
  return `${entry.slice(0, at).padEnd(27)}${entry.slice(at)}`;
}
