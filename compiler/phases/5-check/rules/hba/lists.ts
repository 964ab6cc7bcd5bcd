/** The lines that one list of rules comes to on a member; members with the same have the same lines. */
import { parseLine, type Dialect, type Parsed } from '../../../../domain/hba/hba-line.ts';
import { toRule, type HbaLine, type HbaRule, type HbaScope } from '../../../../domain/hba/model.ts';
import { representableLine } from '../../../../domain/hba/text.ts';
import type { HbaSpec } from '../../../../model/params.gen.ts';
import type { PgRole } from '../../../../model/site.ts';
import type { MapNode } from '../../../../source/node.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import { items } from '../../nodes.ts';

/** A line of a member's file, with the rule of the inventory that made it (none for a default of the schema). */
export interface SubjectLine {
  readonly rule: HbaRule;
  readonly node: MapNode | undefined;
  readonly text: string;
  readonly parsed: Parsed;
}

/** The defaults and a site's own. */
export const LISTS = {
  postgres: ['pg_default_hba_rules', 'pg_hba_rules'],
  pgbouncer: ['pgb_default_hba_rules', 'pgb_hba_rules'],
} as const;

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

/** What the lines of a list depend on besides the settings of the host. */
interface Traits {
  readonly aboutCluster: boolean;
  readonly aboutRoles: boolean;
}

function traitsOf(rules: readonly HbaSpec[]): Traits {
  return {
    aboutCluster: rules.some(({ addr }) => addr === 'cluster'),
    aboutRoles: rules.some(({ role }) => !['', 'default', 'common'].includes(role)),
  };
}

/** The lines that are in force of one rule. */
interface RuleLines {
  readonly order: number | undefined;
  readonly lines: readonly SubjectLine[];
}

/** The lists of one inventory. */
export class HbaLists {
  readonly #context: CheckContext;
  readonly #read = lineReader();
  readonly #ids = new Map<unknown, number>();
  readonly #settings = new Map<InventoryHost, string>();
  readonly #traits = new Map<unknown, Traits>();
  readonly #rules = new Map<string, readonly RuleLines[]>();

  constructor(context: CheckContext) {
    this.#context = context;
  }

  /** A number for a value: the same for the same one. */
  id(value: unknown): number {
    let id = this.#ids.get(value);
    if (id === undefined) this.#ids.set(value, (id = this.#ids.size));
    return id;
  }

  /** All that the lines of a list follow from. */
  keyOf(cluster: ClusterView, host: InventoryHost, list: string): string {
    const context = this.#context;
    const { aboutCluster, aboutRoles } = this.#traitsOf(host, list);
    return [
      list,
      this.id(context.node(host, list)),
      this.#settingsOf(host),
      aboutCluster ? cluster.name : '',
      ...(aboutRoles ? [context.text(host, 'pg_role'), context.text(host, 'pg_offline_query')] : []),
    ].join(' ');
  }

  /** The rules of a list that are in force on a member. `key` is that of {@link keyOf}. */
  rules(key: string, cluster: ClusterView, host: InventoryHost, dialect: Dialect, list: string): readonly RuleLines[] {
    let rules = this.#rules.get(key);
    if (rules === undefined)
      this.#rules.set(key, (rules = rulesOf(this.#context, cluster, host, dialect, list, this.#read)));
    return rules;
  }

  /** What names in rules stand for on a host, apart from its cluster. */
  #settingsOf(host: InventoryHost): string {
    let text = this.#settings.get(host);
    if (text === undefined) {
      const intranet = this.id(this.#context.node(host, 'node_firewall_intranet'));
      text = [...SETTINGS.map((name) => this.#context.text(host, name)), intranet].join(' ');
      this.#settings.set(host, text);
    }
    return text;
  }

  #traitsOf(host: InventoryHost, list: string): Traits {
    const written = this.#context.node(host, list) ?? list;
    let traits = this.#traits.get(written);
    if (traits === undefined)
      this.#traits.set(written, (traits = traitsOf(this.#context.list(host, list).map(specOf))));
    return traits;
  }
}

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

/** The rules of one list of a member that are in force there. */
function rulesOf(
  context: CheckContext,
  cluster: ClusterView,
  host: InventoryHost,
  dialect: Dialect,
  list: string,
  read: LineReader,
): readonly RuleLines[] {
  const scope = scopeOf(context, cluster, host);
  const origin = list === LISTS[dialect][0] ? 'default' : 'own';
  const nodes = items(context.node(host, list));
  return context
    .list(host, list)
    .map((value, index) => toRule(scope, specOf(value), origin, index, dialect))
    .filter(({ enabled }) => enabled)
    .map((rule) => ({
      order: rule.order,
      lines: rule.lines.flatMap((line): readonly SubjectLine[] => {
        const node = nodes[rule.index];
        const written = isReported(line) ? undefined : read(line, dialect);
        return written === undefined ? [] : [{ rule, node: node?.kind === 'map' ? node : undefined, ...written }];
      }),
    }));
}

/** Empty fields and line breaks are reported where they are written. */
function isReported(line: HbaLine): boolean {
  if (line.kind === 'raw') return /[\r\n]/.test(line.text);
  return (
    line.address === '/32' ||
    [line.database, line.user].some(
      (names) => names.split(',').some((name) => name.trim() === '') || /[\r\n]/.test(names),
    )
  );
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
