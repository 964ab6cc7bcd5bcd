/** Which values of an inventory name what is declared elsewhere in it, and where in their texts. */
import { MODULES } from '../../../emitters/modules.ts';
import type { ParameterName } from '../../schema/parameter-names.gen.ts';
import type { ValueSlot } from './slot.ts';

export type Kind = 'group' | 'host' | 'user' | 'database' | 'service';

/** How a value names something: as a whole, or with words of its text. */
export interface Naming {
  readonly kind: Kind;
  readonly declares?: true;
  /** The words that are names; the whole value without it. */
  readonly words?: RegExp;
  readonly prefers?: string;
  /** Of a cluster: the parameter that has its name. */
  readonly identity?: ParameterName;
}

/** Parameters that name the cluster of a host. */
export const IDENTITIES: readonly ParameterName[] = [
  ...MODULES.flatMap(({ cluster }) => cluster ?? []),
  'node_cluster',
  'kafka_cluster',
  'mysql_cluster',
];

/** Separated by commas; `+role` means the members of a role. */
const LIST = /(?<=^|[,+\s])[^,+\s]+/g;
/** The second and the third field of a line of pg_hba.conf. */
const SECOND = /(?<=^\s*(?:local|host\w*)\s+(?:\S+,)?)[^\s,"]+(?=[\s,])/g;
const THIRD = /(?<=^\s*(?:local|host\w*)\s+\S+\s+(?:\S+,)?\+?)[^\s,+"]+(?=[\s,])/g;
/** Who gets or loses privileges by a statement of SQL. */
const GRANTEES = /(?<=\b(?:TO|FROM)\s(?:[^;]*[\s,])?)[A-Za-z_][\w$]*/gi;
/** Values that a selector of members compares with their cluster or looks for among their groups. */
const COMPARED = (field: string): RegExp =>
  new RegExp(`(?<=\\b${field}\\s*[!=]=\\s*(?:\`"?|'))[^\`'"]+(?="?\`|')`, 'g');
const CHOSEN_GROUP = /(?<=\bgroup_names\s*,\s*(?:`"?|'))[^`'"]+(?="?`|')/g;

const SELECTOR: readonly Naming[] = [
  { kind: 'group', words: CHOSEN_GROUP },
  ...IDENTITIES.map((identity): Naming => ({ kind: 'group', identity, words: COMPARED(identity) })),
];
const PITR_DATABASES: readonly Naming[] = [{ kind: 'database' }];

/** By `object.field`; parameters have no object. */
const VALUES: Readonly<Record<string, readonly Naming[]>> = {
  'user.name': [{ kind: 'user', declares: true }],
  'role.name': [{ kind: 'user', declares: true }],
  'user.roles': [{ kind: 'user' }],
  'role.roles': [{ kind: 'user' }],
  'role-membership.name': [{ kind: 'user' }],
  'database.name': [{ kind: 'database', declares: true }],
  'database.owner': [{ kind: 'user' }],
  'database.pool_auth_user': [{ kind: 'user' }],
  'database.template': [{ kind: 'database' }],
  'schema.owner': [{ kind: 'user' }],
  'hba.user': [{ kind: 'user', words: LIST }],
  'hba.db': [{ kind: 'database', words: LIST }],
  'hba.rules': [
    { kind: 'database', words: SECOND },
    { kind: 'user', words: THIRD },
  ],
  'service.name': [{ kind: 'service', declares: true }],
  'service.selector': SELECTOR,
  'service.backup': SELECTOR,
  'haproxy-server.ip': [{ kind: 'host' }],
  'sentinel-master.host': [{ kind: 'host' }],
  'pg-pitr.cluster': [{ kind: 'group', identity: 'pg_cluster' }],
  'pg-pitr.db_include': PITR_DATABASES,
  'pg-pitr.db_exclude': PITR_DATABASES,
  '.pg_upstream': [{ kind: 'host', prefers: 'pg_seq' }],
  '.admin_ip': [{ kind: 'host' }],
  '.pg_service_provider': [{ kind: 'group' }],
  '.pg_admin_username': [{ kind: 'user' }],
  '.pg_monitor_username': [{ kind: 'user' }],
  '.pg_replication_username': [{ kind: 'user' }],
  '.pg_dbsu': [{ kind: 'user' }],
  '.pg_default_privileges': [{ kind: 'user', words: GRANTEES }],
  '.pg_primary_db': [{ kind: 'database' }],
  '.pg_exporter_include_database': [{ kind: 'database', words: LIST }],
  '.pg_exporter_exclude_database': [{ kind: 'database', words: LIST }],
  ...Object.fromEntries(IDENTITIES.map((identity) => [`.${identity}`, [{ kind: 'group', identity }] as const])),
};

/** How a value names something; empty when it does not. What is monitored only belongs to no cluster of the inventory. */
export function namingsOf({ object = '', field, parameter }: ValueSlot): readonly Naming[] {
  const key = `${object}.${field}`;
  return parameter !== 'pg_exporters' && Object.hasOwn(VALUES, key) ? VALUES[key]! : [];
}

/** A URL of PostgreSQL in any text: user, host and database. */
const URL = /\bpostgres(?:ql)?:\/\/([^\s:@/]+)(?::[^\s@]*)?@([^\s:/@,]+)(?::\d+)?(?:\/([\w$.-]+))?/dg;

/** A user or database that a URL names, and the server that has it. */
export interface InUrl {
  readonly kind: 'user' | 'database';
  readonly server: string;
  readonly from: number;
  readonly to: number;
}

/** Everything that URLs of PostgreSQL in a text name. */
export function namedInUrls(text: string): readonly InUrl[] {
  if (!text.includes('://')) return [];
  return [...text.matchAll(URL)].flatMap(({ 2: server, indices }) =>
    (['user', 'database'] as const).flatMap((kind): readonly InUrl[] => {
      const place = indices![kind === 'user' ? 1 : 3];
      return place === undefined ? [] : [{ kind, server: server!, from: place[0], to: place[1] }];
    }),
  );
}

/** Groups that expressions look up: `groups['infra'][0]`. */
const LOOKED_UP = /(?<=\bgroups\[['"])[^'"]+(?=['"]\])/g;

/** The words of a text that a pattern finds. */
export function wordsOf(text: string, words: RegExp): readonly { readonly from: number; readonly to: number }[] {
  return [...text.matchAll(words)].map(({ index, 0: word }) => ({ from: index, to: index + word.length }));
}

/** Groups that a text's expressions name. */
export function groupsInExpressions(text: string): readonly { readonly from: number; readonly to: number }[] {
  return text.includes('{{') ? wordsOf(text, LOOKED_UP) : [];
}
