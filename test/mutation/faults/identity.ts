/** Members: identities missing, given twice, or at the wrong level; members too many or too few. */
import type { Base, GroupSpot, HostSpot, Range, Spot } from '../base.ts';
import { each, fault, insert, insertVariable, mapOf, pairs, remove, replace } from '../edits.ts';
import type { FaultClass } from '../fault.ts';
import { objectOf } from '../../../compiler/schema/table.ts';

const holding = (base: Base, name: string): readonly (readonly [HostSpot, Spot])[] =>
  base.hosts.flatMap((host) => host.vars.filter((spot) => spot.name === name).map((spot) => [host, spot] as const));

/** The identity of a member is removed; the finding is at the member's address, whatever group it is written in. */
const missing = (name: string, severity?: 'hint'): FaultClass => ({
  name: `missing-${name.replace('_', '-')}`,
  what: `a member without \`${name}\``,
  ...(severity === undefined ? {} : { severity }),
  sites: (base) =>
    each(holding(base, name), ([host]) => fault([remove(base, host.map!, name)], keysOf(base, host.name))),
});

const keysOf = (base: Base, host: string): readonly Range[] =>
  base.hosts.filter(({ name }) => name === host).map(({ key }) => key);

/** Two members of a group get the same identity; either place is right. */
const twice = (name: string): FaultClass => ({
  name: `duplicate-${name.replace('_', '-')}`,
  what: `two members with the same \`${name}\``,
  sites: (base) =>
    base.groups.flatMap((group) =>
      each(pairs(holding(base, name).filter(([host]) => host.group === group.name)), ([[, first], [, second]]) => ({
        edits: [{ range: second.value, text: `⟦${String(first.data)}⟧` }],
        places: [first.value],
      })),
    ),
});

/** Names of objects in one list must differ. */
const twiceNamed = (object: string, field: string, what: string): FaultClass => ({
  name: `duplicate-${object}-${field.replaceAll('_', '-')}`,
  what,
  sites: (base) => {
    const lists = new Map<unknown, Spot[]>();
    for (const spot of base.fields(object, field))
      lists.set(spot.parent!.within, [...(lists.get(spot.parent!.within) ?? []), spot]);
    return [...lists.values()].flatMap((spots) =>
      each(pairs(spots), ([first, second]) => ({
        edits: [{ range: second.value, text: `⟦${base.source(first.value)}⟧` }],
        places: [first.value],
      })),
    );
  },
});

/** PostgreSQL groups with a cluster of their own. */
export const pgGroups = (base: Base): readonly GroupSpot[] =>
  base.groups.filter((group) => group.vars.some((spot) => spot.name === 'pg_cluster') && group.hosts.length > 0);

const role = (host: HostSpot): Spot | undefined => host.vars.find((spot) => spot.name === 'pg_role');

/** Required fields; what makes the name of an object is required too. */
const missingField: FaultClass = {
  name: 'missing-field',
  what: 'an object without a required field',
  sites: (base) =>
    base.spots
      .filter((spot) => spot.holds !== undefined)
      .flatMap((spot) => {
        const required = objectOf(spot.holds!)!
          .fields.filter((field) => field.required)
          .map((field) => field.name);
        return each(
          base.within(spot).filter((field) => required.includes(field.name)),
          (field) =>
            fault([remove(base, mapOf(spot), field.name)], [spot.value, ...(spot.key === undefined ? [] : [spot.key])]),
        );
      }),
};

const level = (
  name: string,
  what: string,
  variable: string,
  where: (base: Base) => readonly GroupSpot[],
  note?: string,
): FaultClass => ({
  name,
  what,
  ...(note === undefined ? {} : { note }),
  sites: (base) =>
    each(
      where(base).filter((group) => group.vars.length > 0),
      (group) => fault([insert(base, group.vars[0]!.within as never, variable)]),
    ),
});

export const identity: readonly FaultClass[] = [
  missing('pg_seq'),
  missing('pg_role'),
  missing('etcd_seq'),
  missing('minio_seq'),
  missing('redis_node'),
  missing('redis_instances'),
  missing('infra_seq'),
  missing('kafka_seq'),
  {
    name: 'missing-pg-cluster',
    what: 'members of a cluster without name',
    sites: (base) =>
      each(
        pgGroups(base).filter((group) => group.vars.length > 1),
        (group) =>
          fault(
            [remove(base, group.vars[0]!.within as never, 'pg_cluster')],
            [
              group.key,
              ...group.hosts.flatMap((host) => [
                ...keysOf(base, host.name),
                ...host.vars.flatMap((spot) => [spot.key!, spot.value]),
              ]),
            ],
          ),
      ),
  },
  missingField,
  twice('pg_seq'),
  twice('etcd_seq'),
  twice('minio_seq'),
  twice('redis_node'),
  twice('infra_seq'),
  twice('kafka_seq'),
  twice('nodename'),
  twiceNamed('user', 'name', 'two users of a cluster with one name'),
  twiceNamed('role', 'name', 'two default roles with one name'),
  twiceNamed('database', 'name', 'two databases of a cluster with one name'),
  twiceNamed('service', 'name', 'two services of a cluster with one name'),
  twiceNamed('service', 'port', 'two services of a cluster with one port'),
  twiceNamed('minio-user', 'access_key', 'two MinIO users with one key'),
  twiceNamed('minio-bucket', 'name', 'two buckets with one name'),
  twiceNamed('infra-portal-entry', 'domain', 'two sites with one domain'),
  twiceNamed('haproxy-server', 'name', 'two servers of a service with one name'),
  twiceNamed('sentinel-master', 'name', 'one name for two watched masters'),
  twiceNamed('kafka-topic', 'name', 'two Kafka topics with one name'),
  twiceNamed('repo', 'name', 'two repositories with one name'),
  {
    name: 'duplicate-host',
    what: 'a host twice in one group',
    sites: (base) =>
      base.groups.flatMap((group) =>
        each(pairs(group.hosts), ([first, second]) => ({
          edits: [{ range: second.key, text: `⟦${first.name}⟧` }],
          places: [first.key],
        })),
      ),
  },
  {
    name: 'host-in-two-clusters',
    what: 'a host in two clusters of one module',
    sites: (base) =>
      each(pairs(pgGroups(base)), ([first, second], random) => {
        const [here, there] = [random.pick(first.hosts), random.pick(second.hosts)];
        return here.name === there.name || second.hosts.some(({ name }) => name === here.name)
          ? undefined
          : {
              edits: [{ range: there.key, text: `⟦${here.name}⟧` }],
              places: [
                ...keysOf(base, here.name),
                first.key,
                second.key,
                ...[here, there].flatMap((host) => host.vars.map((spot) => spot.value)),
                ...[first, second].flatMap((group) =>
                  group.vars.filter((spot) => spot.name === 'pg_cluster').map((spot) => spot.value),
                ),
              ],
            };
      }),
  },
  {
    name: 'two-clusters-one-name',
    what: 'two groups with the same `pg_cluster`',
    sites: (base) =>
      each(
        pairs(pgGroups(base).map((group) => group.vars.find((spot) => spot.name === 'pg_cluster')!)),
        ([first, second]) => ({
          edits: [{ range: second.value, text: `⟦${String(first.data)}⟧` }],
          places: [
            first.value,
            ...base.hosts
              .filter(({ group }) => [first.group, second.group].includes(group))
              .flatMap((host) =>
                host.vars.filter((spot) => ['pg_role', 'pg_seq'].includes(spot.name)).map((spot) => spot.value),
              ),
          ],
        }),
      ),
  },
  {
    name: 'no-primary',
    what: 'a cluster whose primary became a replica',
    sites: (base) =>
      each(
        pgGroups(base).map((group) => [group, group.hosts.map(role).find((spot) => spot?.data === 'primary')] as const),
        ([group, spot]) =>
          spot && {
            edits: [{ range: spot.value, text: '⟦replica⟧' }],
            places: [
              group.key,
              ...group.hosts.flatMap(({ name }) => keysOf(base, name)),
              ...group.vars.filter(({ name }) => name === 'pg_cluster').map(({ value }) => value),
            ],
          },
      ),
  },
  {
    name: 'two-primaries',
    what: 'a second primary in a cluster',
    sites: (base) =>
      each(
        pgGroups(base).flatMap((group) =>
          group.hosts.map(role).filter((spot) => spot !== undefined && spot.data !== 'primary'),
        ),
        (spot) => ({
          edits: [{ range: spot!.value, text: '⟦primary⟧' }],
          places: base
            .of('pg_role')
            .filter((other) => other.group === spot!.group && other.data === 'primary')
            .map(({ value }) => value),
        }),
      ),
  },
  level(
    'seq-for-all-members',
    '`pg_seq` in the variables of a group of several',
    'pg_seq⟧: 1'.replace('pg_seq', '⟦pg_seq'),
    (base) => pgGroups(base).filter((group) => group.hosts.length > 1),
  ),
  level('cluster-name-for-all', '`pg_cluster` in the variables of `all`', '⟦pg_cluster⟧: pg-all', (base) =>
    base.groups.filter((group) => group.name === 'all' && base.hosts.length > 1),
  ),
  level('minio-cluster-for-all', '`minio_cluster` in the variables of `all`', '⟦minio_cluster⟧: minio', (base) =>
    base.groups.filter((group) => group.name === 'all'),
  ),
  {
    name: 'cluster-list-at-host',
    what: 'a list of the whole cluster (`pg_users`, `pg_databases`) given to one member',
    sites: (base) =>
      each(
        pgGroups(base)
          .filter((group) => group.hosts.length > 1)
          .flatMap((group) => group.hosts),
        (host, random) =>
          fault([
            insertVariable(
              base,
              host,
              `⟦${random.pick([
                'pg_users: [ { name: extra, password: Extra-1, pgbouncer: true } ]',
                'pg_databases: [ { name: extra } ]',
              ])}⟧`,
            ),
          ]),
      ),
  },
  {
    name: 'member-setting-differs',
    what: 'a setting that must be the same on all members differs on one',
    sites: (base) =>
      each(
        pgGroups(base)
          .filter((group) => group.hosts.length > 1)
          .flatMap((group) => group.hosts),
        (host, random) => {
          const [name, value] = random.pick([
            ['pg_version', 16],
            ['pg_port', 5499],
            ['pg_namespace', '/other'],
            ['pg_encoding', 'SQL_ASCII'],
            ['pg_mode', 'ivory'],
          ] as const);
          return fault([insertVariable(base, host, `${name}: ⟦${value}⟧`)], keysOf(base, host.name));
        },
      ),
  },
  {
    name: 'etcd-port-differs',
    what: 'an etcd member on a port of its own',
    sites: (base) =>
      each(
        base.groups.filter((group) => group.name === 'etcd' && group.hosts.length > 1).flatMap((group) => group.hosts),
        (host, random) =>
          fault(
            [insertVariable(base, host, `${random.pick(['etcd_port', 'etcd_peer_port'])}: ⟦12379⟧`)],
            keysOf(base, host.name),
          ),
      ),
  },
  {
    name: 'etcd-member-removed',
    what: 'one of three etcd members removed',
    sites: (base) =>
      each(
        base.groups
          .filter((group) => group.name === 'etcd' && group.hosts.length === 3)
          .flatMap((group) => group.hosts.map((host) => [group, host] as const)),
        ([group, host]) =>
          fault(
            [remove(base, group.map.get('hosts', true) as never, host.name)],
            [group.key, ...group.hosts.map(({ key }) => key)],
          ),
      ),
  },
  {
    name: 'group-removed',
    what: 'the group `etcd` or `infra` removed',
    note: 'the first cluster that needs it, or `all`',
    sites: (base) =>
      each(
        base.groups.filter(
          (group) =>
            (group.name === 'infra' || (group.name === 'etcd' && pgGroups(base).length > 0)) &&
            base.all?.sections.has('children'),
        ),
        (group) =>
          fault(
            [remove(base, base.all!.map.get('children', true) as never, group.name)],
            [base.all!.key, ...base.of('admin_ip').map(({ value }) => value), ...pgGroups(base).map(({ key }) => key)],
          ),
      ),
  },
  {
    name: 'admin-ip-removed',
    what: '`admin_ip` removed',
    sites: (base) =>
      each(
        base.groups.filter((group) => group.name === 'all' && group.vars.some(({ name }) => name === 'admin_ip')),
        (group) => fault([remove(base, group.vars[0]!.within as never, 'admin_ip')], [group.key]),
      ),
  },
  {
    name: 'admin-ip-elsewhere',
    what: '`admin_ip` is no infra host',
    sites: (base) =>
      each(
        base.of('admin_ip').filter((spot) => spot.group === 'all'),
        (spot) => replace(spot, '10.99.99.99'),
      ),
  },
];
