/** The lines that one list of rules comes to on a member; members with the same have the same lines. */
import { parseLine, type Dialect, type Parsed } from '../../../../domain/hba/hba-line.ts';
import {
  hbaScope,
  isEnabled,
  toRule,
  type HbaLine,
  type HbaParams,
  type HbaRule,
  type HbaScope,
} from '../../../../domain/hba/model.ts';
import { representableLine } from '../../../../domain/hba/text.ts';
import type { HbaSpec } from '../../../../model/params.gen.ts';
import type { PgRole } from '../../../../model/site.ts';
import type { ParameterNames } from '../../../../schema/parameter-names.gen.ts';
import type { MapNode } from '../../../../source/node.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import type { HostParams, Item } from '../../typed.ts';

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

/** A parameter that holds rules. */
export type HbaList = (typeof LISTS)[Dialect][number];

/** Texts and numbers that checks of a member's file may read. */
const READ = [
  'pg_pwd_enc',
  'pg_dbsu',
  'pg_replication_username',
  'pg_monitor_username',
  'pg_admin_username',
  'pgbouncer_sslmode',
  'pg_version',
  'admin_ip',
] as const;

/** Those that only rules for instances of a role depend on. */
const READ_FOR_ROLES = ['pg_role', 'pg_offline_query'] as const;

/** Lists of addresses. */
const READ_LISTS = ['node_firewall_intranet'] as const;

type Read<Names extends readonly (keyof ParameterNames)[]> = Pick<HostParams, ParameterNames[Names[number]]>;

/** All that the lines of a member follow from beside its lists; members that have it in common have the same lines. */
type ScopeParams = Read<typeof READ> & Read<typeof READ_FOR_ROLES> & Read<typeof READ_LISTS>;

/** What checks of a file may read of its member: nothing that members with the same file may have of their own. */
export type SubjectParams = Read<typeof READ>;

/** What the lines of a list depend on besides the settings of the host. */
interface Traits {
  readonly aboutCluster: boolean;
  /** Roles that some rule is for. */
  readonly roles: readonly HbaSpec['role'][];
}

function traitsOf(rules: readonly HbaSpec[]): Traits {
  return {
    aboutCluster: rules.some(({ addr }) => addr === 'cluster'),
    roles: [...new Set(rules.map(({ role }) => role))].filter((role) => !['', 'default', 'common'].includes(role)),
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
  keyOf(cluster: ClusterView, host: InventoryHost, list: HbaList): string {
    const context = this.#context;
    const { aboutCluster, roles } = this.#traitsOf(host, list);
    return [
      list,
      this.id(context.parameter(host, list).node),
      this.#settingsOf(host),
      aboutCluster ? cluster.name : '',
      ...(roles.length === 0 ? [] : roles.filter((role) => isEnabled(role, this.#placeOf(host)))),
    ].join(' ');
  }

  /** The rules of a list that are in force on a member. `key` is that of {@link keyOf}. */
  rules(key: string, cluster: ClusterView, host: InventoryHost, dialect: Dialect, list: HbaList): readonly RuleLines[] {
    let rules = this.#rules.get(key);
    if (rules === undefined)
      this.#rules.set(key, (rules = rulesOf(this.#context, cluster, host, dialect, list, this.#read)));
    return rules;
  }

  /** What names in rules stand for on a host, apart from its cluster. */
  #settingsOf(host: InventoryHost): string {
    let text = this.#settings.get(host);
    if (text === undefined) {
      text = [
        ...READ.map((name) => this.#context.parameter(host, name).text),
        ...READ_LISTS.map((name) => this.id(this.#context.parameter(host, name).node)),
      ].join(' ');
      this.#settings.set(host, text);
    }
    return text;
  }

  /** What decides whether a rule for a role is in force. */
  #placeOf(host: InventoryHost): Pick<HbaScope, 'role' | 'offlineQuery'> {
    const { pgRole, pgOfflineQuery } = this.#context.of(host);
    return { role: pgRole.value as PgRole, offlineQuery: pgOfflineQuery.value };
  }

  #traitsOf(host: InventoryHost, list: HbaList): Traits {
    const written = this.#context.parameter(host, list).node ?? list;
    let traits = this.#traits.get(written);
    if (traits === undefined)
      this.#traits.set(written, (traits = traitsOf(this.#context.parameter(host, list).value.map(specOf))));
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
  list: HbaList,
  read: LineReader,
): readonly RuleLines[] {
  const scope = scopeOf(context.of(host), {
    infra: context.members('infra').map((member) => context.address(member)),
    cluster: cluster.members.map((member) => context.address(member)),
  });
  const origin = list === LISTS[dialect][0] ? 'default' : 'own';
  return context
    .parameter(host, list)
    .value.map((item, index) => ({ item, rule: toRule(scope, specOf(item), origin, index, dialect) }))
    .filter(({ rule }) => rule.enabled)
    .map(({ item: { node }, rule }) => ({
      order: rule.order,
      lines: rule.lines.flatMap((line): readonly SubjectLine[] => {
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
function specOf({ fields }: Item<HbaSpec>): HbaSpec {
  return {
    title: fields.title.value,
    role: fields.role.value as HbaSpec['role'],
    order: fields.order.value,
    user: fields.user.value,
    db: fields.db.value,
    addr: fields.addr.value,
    auth: fields.auth.value as HbaSpec['auth'],
    rules: fields.rules.value.filter((line): line is string => typeof line === 'string'),
  };
}

function scopeOf(params: ScopeParams, addresses: Pick<HbaScope['addresses'], 'infra' | 'cluster'>): HbaScope {
  const plain = {
    pgOfflineQuery: params.pgOfflineQuery.value,
    pgPwdEnc: params.pgPwdEnc.value as HbaParams['pgPwdEnc'],
    pgDbsu: params.pgDbsu.value,
    pgReplicationUsername: params.pgReplicationUsername.value,
    pgMonitorUsername: params.pgMonitorUsername.value,
    pgAdminUsername: params.pgAdminUsername.value,
    nodeFirewallIntranet: params.nodeFirewallIntranet.value.map(String),
  };
  return hbaScope(params.pgRole.value as PgRole, plain, { admin: params.adminIp.value, ...addresses });
}
