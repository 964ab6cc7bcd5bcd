import { parseLine, type Dialect, type Parsed } from '../../../../access/hba-line.ts';
import { Roles, type Role } from '../../../../access/roles.ts';
import { orderedRules, type HbaLine, type HbaRule, type HbaScope } from '../../../../../emitters/pgsql/hba/model.ts';
import { representableLine } from '../../../../../emitters/pgsql/hba/text.ts';
import type { HbaSpec } from '../../../../model/params.gen.ts';
import type { PgRole } from '../../../../model/site.ts';
import type { MapNode } from '../../../../source/node.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import { leaderOf, originalCluster } from '../../clusters.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import { items, textField } from '../../nodes.ts';

/** A line of a member's file, with the rule of the inventory that made it (none for a default of the schema). */
export interface SubjectLine {
  readonly rule: HbaRule;
  readonly node: MapNode | undefined;
  readonly text: string;
  readonly parsed: Parsed;
}

/** The file of one member, as it will be written. */
export interface Subject {
  readonly dialect: Dialect;
  readonly cluster: ClusterView;
  readonly host: InventoryHost;
  readonly roles: Roles;
  readonly databases: ReadonlySet<string>;
  /** False for a copy of another cluster, whose users and databases are declared there. */
  readonly complete: boolean;
  readonly lines: readonly SubjectLine[];
}

const LISTS = {
  postgres: ['pg_default_hba_rules', 'pg_hba_rules'],
  pgbouncer: ['pgb_default_hba_rules', 'pgb_hba_rules'],
} as const;

/** Files of all members with a rule of their own; those that would be equal in all that rules can say are looked at once. */
export function subjects(context: CheckContext): readonly Subject[] {
  return context.once(subjects, () => [
    ...new Set(
      context
        .clusters('pg_cluster')
        .flatMap((cluster) =>
          cluster.members.flatMap((host) =>
            DIALECTS.flatMap((dialect) =>
              LISTS[dialect].every((name) => context.node(host, name) === undefined)
                ? []
                : [subjectOf(context, cluster, host, dialect)],
            ),
          ),
        ),
    ),
  ]);
}

/** The file of one member; members whose files are equal share one. */
export function subjectOf(context: CheckContext, cluster: ClusterView, host: InventoryHost, dialect: Dialect): Subject {
  const known = context.once(DIALECTS, () => ({
    postgres: new Map<InventoryHost, Subject>(),
    pgbouncer: new Map<InventoryHost, Subject>(),
  }))[dialect];
  let subject = known.get(host);
  if (subject === undefined) known.set(host, (subject = sharedSubject(context, cluster, host, dialect)));
  return subject;
}

function sharedSubject(context: CheckContext, cluster: ClusterView, host: InventoryHost, dialect: Dialect): Subject {
  const { byKey, id, read } = context.once(sharedSubject, () => new Shared());
  const original = leaderOf(context, originalCluster(context, cluster));
  const nodes = LISTS[dialect].map((name) => context.node(host, name));
  const says = (name: string, test: (value: string) => boolean): boolean =>
    nodes.some((node) => items(node).some((item) => test(textField(item, name) ?? '')));
  const aboutCluster = says('addr', (address) => address === 'cluster');
  const aboutRoles = says('role', (role) => !['', 'default', 'common'].includes(role));
  const key = [
    dialect,
    ...nodes.map(id),
    ...OBJECTS.map((name) => id(context.node(original, name))),
    ...SETTINGS.map((name) => context.text(host, name)),
    id(context.node(host, 'node_firewall_intranet')),
    aboutCluster ? cluster.name : '',
    ...(aboutRoles ? [context.text(host, 'pg_role'), context.text(host, 'pg_offline_query')] : []),
  ].join(' ');
  let subject = byKey.get(key);
  if (subject === undefined) {
    subject = {
      dialect,
      cluster,
      host,
      ...context.once(original, () => ({
        roles: rolesOf(context, original),
        databases: databasesOf(context, original),
      })),
      complete: context.text(original, 'pg_upstream') === '',
      lines: linesOf(context, cluster, host, dialect, read),
    };
    byKey.set(key, subject);
  }
  return subject;
}

/** What is shared by all files of an inventory. */
class Shared {
  readonly byKey = new Map<string, Subject>();
  readonly read = lineReader();
  readonly #ids = new Map<unknown, number>();
  readonly id = (value: unknown): number =>
    this.#ids.get(value) ?? (this.#ids.set(value, this.#ids.size), this.#ids.size - 1);
}

const DIALECTS = ['postgres', 'pgbouncer'] as const;
const OBJECTS = ['pg_users', 'pg_default_roles', 'pg_databases'];
const SETTINGS = [
  'pg_pwd_enc',
  'pg_dbsu',
  'pg_replication_username',
  'pg_monitor_username',
  'pg_admin_username',
  'pgbouncer_sslmode',
  'pg_version',
  'admin_ip',
];

type LineReader = (line: HbaLine, dialect: Dialect) => Pick<SubjectLine, 'text' | 'parsed'> | undefined;

/** Writes and reads a line as the program will; most clusters have most of their lines in common. */
function lineReader(): LineReader {
  const known = new Map<string, ReturnType<LineReader>>();
  return (line, dialect) => {
    const key = [
      dialect,
      ...(line.kind === 'raw' ? [line.text] : [line.connection, line.database, line.user, line.address, line.method]),
    ].join('\n');
    if (!known.has(key)) {
      const text = representableLine(line);
      known.set(key, text === undefined ? undefined : { text, parsed: parseLine(text, dialect) });
    }
    return known.get(key);
  };
}

function linesOf(
  context: CheckContext,
  cluster: ClusterView,
  host: InventoryHost,
  dialect: Dialect,
  read: LineReader,
): readonly SubjectLine[] {
  const [defaults, own] = LISTS[dialect];
  const specs = (list: string): readonly HbaSpec[] => context.list(host, list).map(specOf);
  return orderedRules(scopeOf(context, cluster, host), specs(defaults), specs(own), dialect)
    .filter(({ enabled }) => enabled)
    .flatMap((rule) => {
      const node = items(context.node(host, rule.list === 'default' ? defaults : own))[rule.index];
      return rule.lines.flatMap((line): readonly SubjectLine[] => {
        // Empty fields and line breaks are reported where they are written.
        if (
          line.kind === 'raw'
            ? /[\r\n]/.test(line.text)
            : [line.database, line.user].some(
                (names) => names.split(',').some((name) => name.trim() === '') || /[\r\n]/.test(names),
              ) || line.address === '/32'
        )
          return [];
        const written = read(line, dialect);
        return written === undefined ? [] : [{ rule, node: node?.kind === 'map' ? node : undefined, ...written }];
      });
    });
}

/** A rule as the model would have it; what has another shape is reported elsewhere. */
function specOf(value: unknown): HbaSpec {
  const rule = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const text = (name: string, fallback: string): string =>
    typeof rule[name] === 'string' || typeof rule[name] === 'number' ? String(rule[name]) : fallback;
  return {
    title: text('title', ''),
    role: text('role', 'default') as HbaSpec['role'],
    order: typeof rule['order'] === 'number' ? rule['order'] : undefined,
    user: text('user', 'all'),
    db: text('db', 'all'),
    addr: text('addr', ''),
    auth: text('auth', 'pwd') as HbaSpec['auth'],
    rules: Array.isArray(rule['rules']) ? rule['rules'].filter((line): line is string => typeof line === 'string') : [],
  };
}

/** What other hosts call a host. */
export function addressOf(context: CheckContext, host: InventoryHost): string {
  return context.text(host, 'ansible_host') || host.name;
}

function scopeOf(context: CheckContext, cluster: ClusterView, host: InventoryHost): HbaScope {
  return {
    role: context.text(host, 'pg_role') as PgRole,
    offlineQuery: context.flag(host, 'pg_offline_query'),
    passwordEncryption: context.text(host, 'pg_pwd_enc'),
    users: {
      dbsu: context.text(host, 'pg_dbsu'),
      repl: context.text(host, 'pg_replication_username'),
      monitor: context.text(host, 'pg_monitor_username'),
      admin: context.text(host, 'pg_admin_username'),
    },
    addresses: {
      admin: context.text(host, 'admin_ip'),
      infra: context.members('infra').map((member) => addressOf(context, member)),
      cluster: cluster.members.map((member) => addressOf(context, member)),
      intranet: context.list(host, 'node_firewall_intranet').map(String),
    },
  };
}

type Written = Readonly<Record<string, unknown>>;

function objectsOf(context: CheckContext, host: InventoryHost, name: string): readonly Written[] {
  return context
    .list(host, name)
    .filter(
      (item): item is Written => typeof item === 'object' && item !== null && (item as Written)['state'] !== 'absent',
    );
}

function rolesOf(context: CheckContext, leader: InventoryHost): Roles {
  const written = [...objectsOf(context, leader, 'pg_default_roles'), ...objectsOf(context, leader, 'pg_users')];
  const system = ['pg_dbsu', 'pg_replication_username', 'pg_monitor_username', 'pg_admin_username'].map((name) => ({
    name: context.text(leader, name),
  }));
  return new Roles(
    [...system, ...written].map(
      (role: Written): Role => ({
        name: String(role['name'] ?? ''),
        login: true,
        superuser: false,
        replication: false,
        password: undefined,
        memberOf: (Array.isArray(role['roles']) ? role['roles'] : []).flatMap((granted: unknown) => {
          if (typeof granted === 'string') return [{ role: granted, inherits: true }];
          const membership = (granted ?? {}) as Written;
          return typeof membership['name'] === 'string' && (membership['state'] ?? 'grant') === 'grant'
            ? [{ role: membership['name'], inherits: true }]
            : [];
        }),
      }),
    ),
  );
}

function databasesOf(context: CheckContext, leader: InventoryHost): ReadonlySet<string> {
  return new Set([
    'postgres',
    'template1',
    'template0',
    'pgbouncer',
    ...objectsOf(context, leader, 'pg_databases').map((database) => String(database['name'] ?? '')),
  ]);
}
