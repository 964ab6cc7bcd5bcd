/** Names that lead nowhere, or nearly somewhere. */
import type { Base, Range, Spot } from '../base.ts';
import { each, fault, mapOf, remove, replace, replaceAll, setVariable, typoValues } from '../edits.ts';
import type { FaultClass } from '../fault.ts';
import { mistype } from '../random.ts';
import { pgGroups } from './identity.ts';

const SYSTEM_ROLES = [
  'dbrole_readonly',
  'dbrole_offline',
  'dbrole_readwrite',
  'dbrole_admin',
  'postgres',
  'replicator',
  'dbuser_dba',
  'dbuser_monitor',
];

/** Every user any list of the inventory defines, with the default roles and those of PostgreSQL itself. */
function isUser(base: Base, name: string): boolean {
  return (
    SYSTEM_ROLES.includes(name) ||
    name === 'pg_monitor' ||
    [...base.fields('user', 'name'), ...base.fields('role', 'name')].some((spot) => spot.data === name)
  );
}

const isDatabase = (base: Base, name: string): boolean =>
  ['postgres', 'template0', 'template1'].includes(name) ||
  base.fields('database', 'name').some((spot) => spot.data === name);

const dangling = (name: string, what: string, spots: (base: Base) => readonly Spot[], text: string): FaultClass => ({
  name,
  what,
  sites: (base) => replaceAll(spots(base), text),
});

const mistyped = (
  name: string,
  what: string,
  spots: (base: Base) => readonly Spot[],
  valid: (base: Base, word: string) => boolean,
): FaultClass => ({
  name,
  what,
  sites: (base) => typoValues(base, spots(base), (_, word) => valid(base, word)),
});

const owners = (base: Base): readonly Spot[] =>
  base.fields('database', 'owner').filter((spot) => inPgCluster(base, spot));

/** The exporters' and the module-less lists have no cluster to look into. */
const inPgCluster = (base: Base, spot: Spot): boolean =>
  ['pg_databases', 'pg_users'].includes(spot.parameter) &&
  (spot.group === 'all' || pgGroups(base).some(({ name }) => name === spot.group));

/** Roles granted, as words or as objects. */
const grants = (base: Base): readonly Spot[] =>
  base.spots.filter(
    (spot) =>
      ['pg_users', 'pg_default_roles'].includes(spot.parameter) &&
      typeof spot.data === 'string' &&
      ((spot.key === undefined && spot.name === 'roles') ||
        (spot.object === 'role-membership' && spot.name === 'name')),
  );

const hbaUsers = (base: Base): readonly Spot[] =>
  base
    .fields('hba', 'user')
    .filter((spot) => typeof spot.data === 'string' && /^\+?[a-z_]\w+$/.test(spot.data) && spot.data !== 'all');
const hbaAliases = (base: Base): readonly Spot[] =>
  base.fields('hba', 'addr').filter((spot) => /^[a-z]+$/.test(String(spot.data)));
const ALIASES = ['local', 'localhost', 'admin', 'infra', 'cluster', 'intra', 'intranet', 'world', 'all'];

/** Selectors that name a field: `[? pg_role == …]`. */
const selectors = (base: Base): readonly Spot[] =>
  [...base.fields('service', 'selector'), ...base.fields('service', 'backup')].filter((spot) =>
    /\bpg_\w+/.test(String(spot.data)),
  );

/** Replaces a part of a scalar's text; the whole scalar is where the fault is. */
function rewrite(
  base: Base,
  spot: Spot,
  pattern: RegExp,
  text: string,
):
  | { readonly edits: readonly [{ readonly range: Range; readonly text: string }]; readonly places: readonly Range[] }
  | undefined {
  const source = base.source(spot.value);
  const match = pattern.exec(source);
  if (match === null || match[0] === text) return undefined;
  const start = spot.value[0] + match.index;
  return { edits: [{ range: [start, start + match[0].length], text: `⟦${text}⟧` }], places: [spot.value] };
}

const selectorFault = (name: string, what: string, pattern: RegExp, text: string): FaultClass => ({
  name,
  what,
  sites: (base) => each(selectors(base), (spot) => rewrite(base, spot, pattern, text)),
});

const instanceOf = (base: Base, field: string): readonly Spot[] => base.fields('redis-instance', field);

export const references: readonly FaultClass[] = [
  dangling('unknown-owner', 'a database owned by nobody', owners, 'nobody_here'),
  mistyped('typo-owner', 'the owner of a database mistyped', owners, isUser),
  dangling('unknown-role', 'a role granted that is defined nowhere', grants, 'no_such_role'),
  mistyped('typo-role', 'a granted role mistyped', grants, isUser),
  {
    name: 'role-later',
    what: 'a role granted before it is defined',
    sites: (base) =>
      base.spots
        .filter((spot) => spot.parameter === 'pg_users' && spot.parent === undefined && Array.isArray(spot.data))
        .flatMap((list) => {
          const users = base.objects('user').filter((spot) => spot.parent === list);
          const last = base.within(users.at(-1)!)?.find((spot) => spot.name === 'name')?.data;
          return each(
            grants(base).filter((spot) =>
              users.slice(0, -1).some((user) => user === spot.parent || user === spot.parent?.parent),
            ),
            (spot) => replace(spot, String(last)),
          );
        }),
  },
  dangling(
    'unknown-template',
    'a template that is no database',
    (base) => base.fields('database', 'template').filter((spot) => inPgCluster(base, spot)),
    'no_such_db',
  ),
  mistyped(
    'typo-template',
    'the template of a database mistyped',
    (base) => base.fields('database', 'template').filter((spot) => inPgCluster(base, spot)),
    isDatabase,
  ),
  dangling(
    'unknown-auth-user',
    '`pool_auth_user` that is no user',
    (base) => base.fields('database', 'pool_auth_user'),
    'nobody_here',
  ),
  mistyped('typo-auth-user', '`pool_auth_user` mistyped', (base) => base.fields('database', 'pool_auth_user'), isUser),
  dangling('unknown-schema-owner', 'a schema owned by nobody', (base) => base.fields('schema', 'owner'), 'nobody_here'),
  dangling('unknown-hba-user', 'an access rule for a user that does not exist', hbaUsers, 'nobody_here'),
  {
    name: 'typo-hba-user',
    what: 'the user of an access rule mistyped',
    // The `+` before a group is not part of the name that is suggested.
    sites: (base) =>
      typoValues(base, hbaUsers(base), (_, word) => isUser(base, word.replace(/^\+/, '')) || word === 'all').map(
        (site) => (random) => {
          const found = site(random);
          return found && { ...found, meant: found.meant?.replace(/^\+/, '') };
        },
      ),
  },
  dangling(
    'unknown-hba-database',
    'an access rule for a database that does not exist',
    (base) =>
      base
        .fields('hba', 'db')
        .filter((spot) => !['all', 'replication', 'postgres', 'pgbouncer'].includes(String(spot.data))),
    'no_such_db',
  ),
  mistyped('typo-hba-address', 'the name of an address in an access rule mistyped', hbaAliases, (_, word) =>
    ALIASES.includes(word),
  ),
  dangling('unknown-hba-address', 'an access rule from a place that does not exist', hbaAliases, 'nowhere'),
  {
    name: 'unknown-upstream',
    what: '`pg_upstream` outside the inventory',
    sites: (base) => replaceAll(base.of('pg_upstream'), '10.99.99.99'),
  },
  {
    name: 'upstream-wrong-cluster',
    what: 'a replica whose `pg_upstream` is in another cluster',
    sites: (base) =>
      each(
        pgGroups(base).flatMap((group) =>
          group.hosts
            .filter((host) => host.vars.some(({ name, data }) => name === 'pg_role' && data === 'replica'))
            .map((host) => [group, host] as const),
        ),
        ([group, host], random) => {
          const others = pgGroups(base)
            .filter((other) => other !== group)
            .flatMap((other) => other.hosts)
            .filter(({ name }) => !group.hosts.some((member) => member.name === name));
          return others.length === 0
            ? undefined
            : fault([setVariable(base, host, 'pg_upstream', random.pick(others).name)]);
        },
      ),
  },
  {
    name: 'upstream-itself',
    what: 'a member that follows itself',
    sites: (base) =>
      each(
        pgGroups(base)
          .flatMap((group) => group.hosts)
          .filter((host) => host.vars.some(({ name, data }) => name === 'pg_role' && data === 'replica')),
        (host) => fault([setVariable(base, host, 'pg_upstream', host.name)]),
      ),
  },
  dangling(
    'unknown-provider',
    '`pg_service_provider` that is no group',
    (base) => base.of('pg_service_provider'),
    'no-such-group',
  ),
  mistyped(
    'typo-provider',
    '`pg_service_provider` mistyped',
    (base) => base.of('pg_service_provider'),
    (base, word) => base.groups.some(({ name }) => name === word),
  ),
  dangling(
    'unknown-backup-method',
    '`pgbackrest_method` that is no repository',
    (base) => base.of('pgbackrest_method'),
    'tape',
  ),
  mistyped(
    'typo-backup-method',
    '`pgbackrest_method` mistyped',
    (base) => base.of('pgbackrest_method'),
    (base, word) =>
      ['local', 'minio'].includes(word) || base.of('pgbackrest_repo').some((spot) => word in (spot.data as object)),
  ),
  {
    name: 'backup-repository-removed',
    what: 'the repository `pgbackrest_method` names is removed from `pgbackrest_repo`',
    sites: (base) =>
      each(
        base
          .of('pgbackrest_method')
          .flatMap((method) => base.of('pgbackrest_repo').map((repo) => [method, repo] as const)),
        ([method, repo]) =>
          typeof method.data === 'string' && method.data in (repo.data as object)
            ? fault(
                [remove(base, mapOf(repo), method.data)],
                [...base.of('pgbackrest_method').map(({ value }) => value)],
              )
            : undefined,
      ),
  },
  dangling('unknown-recovery-plan', '`pg_rto` that is no plan', (base) => base.of('pg_rto'), 'instant'),
  mistyped(
    'typo-recovery-plan',
    '`pg_rto` mistyped',
    (base) => base.of('pg_rto'),
    (_, word) => ['fast', 'norm', 'safe', 'wide'].includes(word),
  ),
  dangling('unknown-template-file', '`pg_conf` that is no template', (base) => base.of('pg_conf'), 'huge.yml'),
  mistyped(
    'typo-template-file',
    '`pg_conf` mistyped',
    (base) => base.of('pg_conf'),
    (_, word) => ['oltp.yml', 'olap.yml', 'crit.yml', 'tiny.yml'].includes(word),
  ),
  {
    name: 'unknown-repo-module',
    what: 'a module no repository has',
    sites: (base) =>
      each(
        [...base.of('repo_modules'), ...base.of('node_repo_modules')].filter(
          ({ data }) => typeof data === 'string' && data !== '',
        ),
        (spot) => ({ edits: [{ range: spot.value, text: `${String(spot.data)},⟦pgsqll⟧` }], meant: 'pgsql' }),
      ),
  },
  {
    name: 'service-dest',
    what: 'a target of a service mistyped',
    sites: (base) =>
      typoValues(base, [...base.fields('service', 'dest'), ...base.of('pg_default_service_dest')], (_, word) =>
        ['default', 'postgres', 'pgbouncer'].includes(word),
      ),
  },
  {
    name: 'typo-selector-field',
    what: 'a field of a selector mistyped',
    sites: (base) =>
      each(selectors(base), (spot, random) => {
        const [name] = /pg_\w+/.exec(base.source(spot.value))!;
        const fault = rewrite(base, spot, /pg_\w+/, mistype(name, random));
        return fault && { ...fault, meant: name };
      }),
  },
  selectorFault('selector-one-equals', 'a selector with `=` for `==`', /==/, '='),
  selectorFault('selector-unclosed', 'a selector without its last bracket', /\](?=['"]?$)/, ''),
  selectorFault('selector-without-backtick', 'a selector whose word lacks its second backtick', /`(?=[^`]*$)/, ''),
  selectorFault('selector-bare-word', 'a selector that compares with a word without quotes', /`[a-z]+`/, 'primary'),
  selectorFault('selector-selects-nobody', 'a selector no member fits', /`[a-z]+`/, '`primry`'),
  selectorFault('selector-not-a-list', 'a selector that gives no members', /^(['"]?)\[\?.*\]/, '"pg_role'),
  {
    name: 'unknown-replica-source',
    what: '`replica_of` an instance that does not exist',
    sites: (base) =>
      each(instanceOf(base, 'replica_of'), (spot, random) =>
        replace(spot, random.pick([`'${String(spot.data).replace(/\d+$/, '7999')}'`, "'10.99.99.99 6379'"])),
      ),
  },
  {
    name: 'bad-replica-source',
    what: '`replica_of` without a port',
    sites: (base) =>
      each(instanceOf(base, 'replica_of'), (spot, random) =>
        replace(
          spot,
          random.pick([`'${String(spot.data).split(' ')[0]!}'`, `'${String(spot.data).replace(' ', ':')}'`]),
        ),
      ),
  },
  {
    name: 'replica-of-itself',
    what: 'a Redis instance that replicates itself',
    sites: (base) =>
      each(instanceOf(base, 'replica_of'), (spot) => replace(spot, `'${spot.host!} ${spot.parent!.name}'`)),
  },
  {
    name: 'unknown-sentinel-target',
    what: 'sentinels that watch an instance that does not exist',
    sites: (base) =>
      each(
        base
          .objects('sentinel-master')
          .flatMap((spot) => base.within(spot).filter(({ name }) => ['host', 'port'].includes(name))),
        (spot) => replace(spot, spot.name === 'host' ? '10.99.99.99' : '6399'),
      ),
  },
  {
    name: 'sentinel-password',
    what: 'another password for a watched master than it has',
    sites: (base) => replaceAll(base.fields('sentinel-master', 'password'), 'Wrong.Word'),
  },
  {
    name: 'sentinel-quorum',
    what: 'more votes than sentinels',
    sites: (base) => replaceAll(base.fields('sentinel-master', 'quorum'), '9'),
  },
  {
    name: 'minio-policy',
    what: 'a MinIO policy that does not exist',
    sites: (base) => replaceAll(base.fields('minio-user', 'policy'), 'no-such-policy'),
  },
  {
    name: 'typo-minio-policy',
    what: 'a MinIO policy mistyped',
    sites: (base) =>
      typoValues(
        base,
        base.fields('minio-user', 'policy').filter(({ data }) => data !== 'pgsql' || true),
        (_, word) =>
          [
            'readonly',
            'readwrite',
            'writeonly',
            'diagnostics',
            'consoleAdmin',
            ...base.fields('minio-bucket', 'name').map(({ data }) => String(data)),
          ].includes(word),
      ),
  },
  {
    name: 'etcd-cluster-name',
    what: '`etcd_cluster` that is no group',
    sites: (base) => replaceAll(base.of('etcd_cluster'), 'consensus'),
  },
];
