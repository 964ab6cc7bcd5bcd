import { report, type Variant } from '../../../../diagnostics/report.ts';
import { didYouMean } from '../../../../words/suggest.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { CheckContext } from '../../context.ts';
import type { MapNode } from '../../../../source/node.ts';
import { field, flag, has, integer, textField } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';
import { clusterObjects, grantedRoles, nameSpan, type ClusterObjects, type SystemUser } from './objects.ts';

/** Roles that PostgreSQL 14 to 18 create themselves. */
const PREDEFINED = [
  'pg_checkpoint',
  'pg_create_subscription',
  'pg_database_owner',
  'pg_execute_server_program',
  'pg_maintain',
  'pg_monitor',
  'pg_read_all_data',
  'pg_read_all_settings',
  'pg_read_all_stats',
  'pg_read_server_files',
  'pg_signal_autovacuum_worker',
  'pg_signal_backend',
  'pg_stat_scan_tables',
  'pg_use_reserved_connections',
  'pg_write_all_data',
  'pg_write_server_files',
];

export const users: Rule = {
  codes: ['user-absent-system', 'user-redefines-system', 'user-no-password', 'user-expires-twice', 'user-pool-ignored'],
  about: 'Users that the cluster itself needs stay as it needs them; others can log in and expire once.',
  *check(context) {
    for (const objects of clusterObjects(context)) {
      for (const user of objects.users) yield* checkUser(user, objects);
    }
  },
};

function* checkUser(user: MapNode, objects: ClusterObjects): Iterable<Diagnostic> {
  const name = textField(user, 'name');
  if (name === undefined) return;
  const absent = textField(user, 'state') === 'absent';
  const system = objects.systemUsers.get(name);
  if (absent && system !== undefined) yield report('user-absent-system', field(user, 'state')!.span, { name });
  if (absent) return;
  if (system !== undefined) {
    const found = redefinition(objects, user, system);
    if (found !== undefined) yield report('user-redefines-system', nameSpan(user), { name, ...found });
  }
  if (flag(user, 'login') !== false && !has(user, 'password') && system === undefined)
    yield report('user-no-password', nameSpan(user), { name });
  if (has(user, 'expire_in') && has(user, 'expire_at'))
    yield report('user-expires-twice', field(user, 'expire_at')!.span, { name });
  if (flag(user, 'pgbouncer') !== true) {
    const pool = ['pool_mode', 'pool_connlimit'].find((key) => has(user, key));
    if (pool !== undefined) yield report('user-pool-ignored', field(user, pool)!.span, { field: pool, name });
  }
}

type PasswordParameter = 'pgDbsuPassword' | 'pgAdminPassword' | 'pgReplicationPassword' | 'pgMonitorPassword';

/** What each user of the cluster itself must keep when an entry of `pg_users` describes it again. */
const SYSTEM: Readonly<Record<SystemUser, { readonly attribute?: string; readonly password: PasswordParameter }>> = {
  pgDbsu: { attribute: 'superuser', password: 'pgDbsuPassword' },
  pgAdminUsername: { attribute: 'superuser', password: 'pgAdminPassword' },
  pgReplicationUsername: { attribute: 'replication', password: 'pgReplicationPassword' },
  pgMonitorUsername: { password: 'pgMonitorPassword' },
};

function redefinition(
  objects: ClusterObjects,
  user: MapNode,
  parameter: SystemUser,
): Variant<'user-redefines-system', 'name'> | undefined {
  const { attribute, password } = SYSTEM[parameter];
  const expected = objects.params[password].text;
  if (flag(user, 'login') === false) return { problem: 'login' };
  if (attribute !== undefined && flag(user, attribute) !== true) return { problem: 'attribute', attribute };
  return has(user, 'password') && expected !== '' && textField(user, 'password') !== expected
    ? { problem: 'password', parameter: objects.params[password].name }
    : undefined;
}

export const uniqueUsers: Rule = {
  codes: ['user-duplicate'],
  about: 'A user is defined once.',
  *check(context) {
    for (const objects of clusterObjects(context)) {
      // A user of both lists is `user-redefines-system`, or a harmless repetition.
      for (const list of [objects.defaultRoles, objects.users]) {
        const seen = new Map<string, MapNode>();
        for (const user of list) {
          const name = textField(user, 'name');
          const first = name === undefined ? undefined : seen.get(name);
          if (name === undefined) continue;
          if (first === undefined) seen.set(name, user);
          else
            yield report(
              'user-duplicate',
              nameSpan(user),
              { name },
              { related: [{ span: nameSpan(first), message: 'first defined here' }] },
            );
        }
      }
    }
  },
};

export const grants: Rule = {
  codes: ['role-unknown', 'role-order', 'membership-option-version'],
  about: 'GRANT runs in the order of the lists: a role must exist before it is granted.',
  *check(context) {
    for (const objects of clusterObjects(context)) {
      const written = [...objects.defaultRoles, ...objects.users];
      const later = new Map(
        written
          .filter((role) => textField(role, 'state') !== 'absent')
          .map((role) => [textField(role, 'name') ?? '', role]),
      );
      const known = new Set(objects.defaultRoles.length > 0 ? [] : objects.defaultRoleNames);
      const version = objects.params.pgVersion.value ?? 18;
      for (const role of written) {
        for (const granted of grantedRoles(role)) {
          if (known.has(granted.name) || PREDEFINED.includes(granted.name)) yield* options(granted.node, version);
          else if (granted.name === textField(role, 'name'))
            yield report(
              'role-unknown',
              granted.span,
              { name: granted.name },
              { help: 'a role cannot be a member of itself' },
            );
          else if (later.has(granted.name)) {
            yield report(
              'role-order',
              granted.span,
              { name: granted.name },
              { related: [{ span: nameSpan(later.get(granted.name)!), message: 'defined here' }] },
            );
          } else
            yield report(
              'role-unknown',
              granted.span,
              { name: granted.name },
              { help: didYouMean(granted.name, [...known, ...later.keys(), ...PREDEFINED]) },
            );
        }
        if (textField(role, 'state') !== 'absent') known.add(textField(role, 'name') ?? '');
      }
    }
  },
};

function* options(membership: ReturnType<typeof grantedRoles>[number]['node'], version: number): Iterable<Diagnostic> {
  if (version >= 16) return;
  const option = ['set', 'inherit'].find((key) => has(membership, key));
  if (option !== undefined)
    yield report('membership-option-version', field(membership, option)!.span, { option, version });
}

export const systemRoles: Rule = {
  codes: ['system-role-missing'],
  about: "The cluster's own users are in the list of default roles, under the names the parameters give them.",
  *check(context) {
    yield* listedRoles(context);
    yield* renamedUsers(context);
  },
};

/** The cluster's own users must be in the list of default roles, under the names the parameters give them. */
function* listedRoles(context: CheckContext): Iterable<Diagnostic> {
  for (const objects of clusterObjects(context)) {
    if (objects.defaultRoles.length === 0 && objects.params.pgDefaultRoles.node === undefined) continue;
    for (const [name, parameter] of objects.systemUsers) {
      if (!objects.defaultRoleNames.includes(name))
        yield report('system-role-missing', objects.params.pgDefaultRoles.span, {
          name,
          parameter: objects.params[parameter].name,
        });
    }
  }
}

/** Renaming a system user by its parameter alone leaves the default list with the old name. */
function* renamedUsers(context: CheckContext): Iterable<Diagnostic> {
  for (const objects of clusterObjects(context)) {
    if (objects.params.pgDefaultRoles.node !== undefined) continue;
    for (const [name, parameter] of objects.systemUsers) {
      if (objects.params[parameter].traced !== undefined && !objects.defaultRoleNames.includes(name)) {
        yield report('system-role-missing', objects.params[parameter].span, {
          name,
          parameter: objects.params[parameter].name,
        });
      }
    }
  }
}

export const poolAccess: Rule = {
  codes: ['user-not-in-pool'],
  about: 'Services that lead to the pool admit only users the pool knows.',
  *check(context) {
    for (const objects of clusterObjects(context)) {
      const { params } = objects;
      if (
        params.pgDefaultServiceDest.value !== 'pgbouncer' ||
        params.pgbouncerAuthQuery.value ||
        !params.pgbouncerEnabled.value
      )
        continue;
      for (const user of objects.users) {
        const plain =
          flag(user, 'login') !== false &&
          !['superuser', 'replication', 'pgbouncer'].some((key) => flag(user, key) === true) &&
          !has(user, 'pgbouncer');
        if (!plain || textField(user, 'state') === 'absent' || objects.systemUsers.has(textField(user, 'name') ?? ''))
          continue;
        yield report('user-not-in-pool', nameSpan(user), { name: textField(user, 'name') ?? '' });
      }
    }
  },
};

export const expiry: Rule = {
  codes: ['user-expired'],
  about: 'A user that may log in has not expired when the inventory is built.',
  *check(context) {
    for (const objects of clusterObjects(context)) {
      for (const user of objects.users) {
        const days = integer(field(user, 'expire_in'));
        if (days !== undefined && days <= 0)
          yield report('user-expired', field(user, 'expire_in')!.span, { name: textField(user, 'name') ?? '', days });
      }
    }
  },
};

/** Checks of users and roles, cheap ones first. */
export const USERS: readonly Rule[] = [users, uniqueUsers, grants, systemRoles, poolAccess, expiry];
