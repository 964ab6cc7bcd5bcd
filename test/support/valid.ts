/** Valid inventories, made from the schema: a site with every module, and values that parameters may have where they may stand. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parameters, type Level, type ParameterInfo } from '../../compiler/schema/table.ts';
import { Random } from '../mutation/random.ts';

interface Schema {
  readonly type?: string | readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
}

const SCHEMAS = new URL('../../schemas/params/', import.meta.url).pathname;
const schemas = new Map<string, Schema>(
  readdirSync(SCHEMAS).flatMap((file) => {
    const { properties } = JSON.parse(readFileSync(join(SCHEMAS, file), 'utf8')) as {
      readonly properties: Readonly<Record<string, Schema>>;
    };
    return Object.entries(properties);
  }),
);

/** A value and where it is written. */
export interface Placed {
  readonly name: string;
  readonly level: Level;
  readonly value: unknown;
}

/** Values that only fit beside others, and texts whose grammar is not in the schema. */
const KNOWN: Readonly<Record<string, readonly unknown[]>> = {
  ansible_host: [],
  certbot_email: ['ops@example.com'],
  dns_records: [['10.10.10.10 a.lan b.lan', '# more'], []],
  etcd_cluster: [],
  etcd_election_timeout: [1500, 5000],
  etcd_heartbeat_interval: [50, 200],
  infra_services: [[], [{ name: 'Wiki', url: 'https://wiki.lan', desc: 'pages', icon: 'x' }]],
  minio_cluster: [],
  minio_data: ['/srv/minio', '/srv/minio{1...4}', '/srv/minio{01...08}'],
  minio_node: ['s${minio_seq}.lan', '${minio_cluster}-${minio_seq}.lan'],
  minio_volumes: ['/data/minio'],
  node_crontab: [['00 03 * * * root /usr/bin/true'], ['@daily root date +\\%F >> /tmp/days'], []],
  node_dns_options: [['options timeout:1'], []],
  node_dns_servers: [['${admin_ip}', '9.9.9.9'], []],
  node_etc_hosts: [['10.10.10.99 a.lan  b_1.lan'], ['${admin_ip} sss.pigsty'], []],
  node_default_etc_hosts: [['${admin_ip} i.pigsty'], []],
  node_firewall_intranet: [['10.0.0.0/8'], ['10.10.0.0/16', 'fd00::/8']],
  node_firewall_public_port: [[22, 80], [22]],
  node_hugepage_ratio: [0, 0.3],
  node_overcommit_ratio: [0, 50],
  node_repo_modules: ['local', 'node,infra', 'node, pgsql'],
  node_timezone: ['UTC', 'Europa/Berlin', ''],
  pg_crontab: [['00 01 * * * /pg/bin/pg-backup full'], ['0 1 * * 1-5 /pg/bin/pg-backup'], []],
  pg_delay: ['0'],
  pg_encoding: ['UTF8'],
  pg_listen: ['0.0.0.0', '${ip},${lo}', '${ip}, ${vip}, ${lo}'],
  pg_locale: ['C'],
  pg_lc_collate: ['C', 'C.UTF-8'],
  pg_lc_ctype: ['C', 'C.UTF8'],
  pg_libs: ['pg_stat_statements', 'auto_explain, pg_stat_statements', ''],
  pg_max_conn: ['auto', 300],
  pg_mode: ['pgsql'],
  pg_parameters: [{ work_mem: '64MB', max_wal_size: '8GB', log_statement: 'ddl' }, {}],
  pg_primary_db: ['postgres', 'shop'],
  pg_role: [],
  pg_rto: ['fast', 'norm', 'safe', 'wide'],
  pg_service_provider: [''],
  pg_shared_buffer_ratio: [0.1, 0.25],
  pg_shard: ['shop'],
  pg_upstream: [],
  pg_users: [],
  pg_vip_address: ['10.10.10.76/24', '10.10.10.76/32'],
  pg_vip_enabled: [],
  pg_version: [14, 15, 16, 17, 18],
  pgbackrest_method: ['local'],
  pgbouncer_redirect_to: [],
  pgsodium_key: [],
  redis_cluster: [],
  redis_bind_address: ['0.0.0.0', '', '127.0.0.1 ${ip}'],
  redis_mem_policy: ['allkeys-lru', 'noeviction'],
  redis_mode: ['standalone'],
  redis_rdb_save: [['900 1', '300 10'], []],
  redis_rename_commands: [{ keys: '', flushall: 'flush_9' }, {}],
  redis_type: ['redis', 'valkey'],
  vip_address: ['10.10.10.77'],
  vip_role: ['master', 'backup'],
  vip_enabled: [],
  vip_preempt: [false],
  vmetrics_scrape_timeout: ['5s'],
  vmetrics_scrape_interval: ['15s', '1m'],
};

/** Values of a kind. `at` makes ports and names of their own. */
function ofKind({ name, type, grammar, enum: words }: ParameterInfo, schema: Schema, at: number): readonly unknown[] {
  const word = `w${at}`;
  if (words !== undefined) return words;
  switch (type) {
    case 'bool':
      return [true, false];
    case 'port':
      return [20000 + at * 7];
    case 'int':
      return numbers(schema);
    case 'path':
      return grammar === 'url-path'
        ? ['/metrics', '/x/y']
        : [`/srv/${word}`, `/srv/a b/${word}`].slice(0, name.endsWith('_dir') ? 1 : 2);
    case 'password':
      return grammar === undefined ? [`P#ss ${word}'"é`, `Pass.${word}`] : [`Pass.${word}`, `P%ss/${word}@x`];
    case 'username':
      return [`user_${word}`];
    case 'url':
      return [`https://${word}.lan:8443/path`];
    case 'string':
      return texts(grammar, word, schema);
    case 'csv':
      return [String(schema.default ?? '')];
    default:
      return schema.default === undefined ? [] : [schema.default];
  }
}

function numbers({ minimum = 0, maximum = 1e6, default: usual }: Schema): readonly unknown[] {
  const number = typeof usual === 'number' ? usual : minimum;
  return [...new Set([number, Math.min(maximum, number + 1)])].filter((one) => one >= minimum);
}

function texts(grammar: string | undefined, word: string, schema: Schema): readonly unknown[] {
  switch (grammar) {
    case 'domain':
      return [`${word}.lan`];
    case 'domain-suffix':
      return ['.lan', '', `-x.${word}.lan`];
    case 'environment':
      return ['', 'A=1\nB=two words\n# end'];
    case 'interface':
      return ['auto', 'eth1', 'bond0.17'];
    default:
      return typeof schema.default === 'string' ? [schema.default] : [word];
  }
}

const MODULES: Readonly<Record<string, string>> = {
  ETCD: 'etcd',
  INFRA: 'infra',
  MINIO: 'minio',
  PGSQL: 'pg-test',
  REDIS: 'kv',
};

/** Every parameter that makes files with the values it may have, at each level. */
export function placements(): readonly Placed[] {
  const found: Placed[] = [];
  for (const info of parameters().values()) {
    if (!info.emits || info.identity || ['admin_ip', 'version'].includes(info.name)) continue;
    const values = KNOWN[info.name] ?? ofKind(info, schemas.get(info.name)!, found.length % 4000);
    for (const level of info.levels.filter((one) => one !== 'A'))
      for (const value of values) found.push({ name: info.name, level, value });
  }
  return found;
}

/** A site with every module and the values. What a cluster has once stands at its group, also where a host may have it. */
export function validInventory(placed: readonly Placed[], random?: Random): string {
  const vars: Record<string, Record<string, unknown>> = { all: {}, ...GROUP_VARS() };
  const own: Record<string, unknown> = {};
  for (const { name, level, value } of placed) {
    const group = MODULES[parameters().get(name)!.module] ?? 'web';
    const said = random === undefined ? value : spelled(name, value, vars['all']!, random);
    if (level === 'G') vars['all']![name] = said;
    else if (level === 'C') vars[group]![name] = said;
    else own[`${group} ${name}`] = said;
  }
  fit(vars, own);
  const children = Object.entries(HOSTS).map(([group, hosts]) => {
    const [[first, base] = ['', {}], ...rest] = Object.entries(hosts);
    const extra = Object.fromEntries(
      Object.entries(own).flatMap(([key, value]) =>
        key.startsWith(`${group} `) ? [[key.slice(group.length + 1), value]] : [],
      ),
    );
    return [
      group,
      { hosts: Object.fromEntries([[first, { ...base, ...extra }], ...rest]), vars: vars[group] },
    ] as const;
  });
  return idioms(Object.fromEntries(children), vars['all']!, random ?? new Random('valid'));
}

/** Users that the list of default roles has under their former names, and a virtual address where one is listened on. */
function fit(vars: Readonly<Record<string, Record<string, unknown>>>, own: Readonly<Record<string, unknown>>): void {
  const group = vars['pg-test']!;
  const value = (name: string): unknown => own[`pg-test ${name}`] ?? group[name] ?? vars['all']![name];
  const names = new Map(SYSTEM_USERS.map((name) => [schemas.get(name)!.default, value(name)]));
  if ([...names.values()].some((name) => name !== undefined)) {
    const roles = schemas.get('pg_default_roles')!.default as readonly { readonly name: string }[];
    group['pg_default_roles'] = roles.map((role) => ({ ...role, name: names.get(role.name) ?? role.name }));
  }
  if (String(value('pg_listen')).includes('${vip}'))
    Object.assign(group, { pg_vip_enabled: true, pg_vip_address: '10.10.10.76/24', pg_vip_interface: 'eth1' });
}

const SYSTEM_USERS = ['pg_dbsu', 'pg_replication_username', 'pg_admin_username', 'pg_monitor_username'];

const HOSTS: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>> = {
  infra: { '10.10.10.10': { infra_seq: 1 } },
  etcd: { '10.10.10.10': { etcd_seq: 1 } },
  minio: { '10.10.10.9': { minio_seq: 1 } },
  'pg-test': {
    '10.10.10.11': { pg_seq: 1, pg_role: 'primary' },
    '10.10.10.12': { pg_seq: 2, pg_role: 'replica' },
    'db-3': { ansible_host: '10.10.10.13', pg_seq: 3, pg_role: 'replica' },
  },
  kv: {
    '10.10.10.21': { redis_node: 1, redis_instances: { 6379: {} } },
    '10.10.10.22': { redis_node: 2, redis_instances: { 6379: { replica_of: '10.10.10.21 6379' } } },
  },
  web: { '10.10.10.31': {}, '10.10.10.32': {} },
};

const GROUP_VARS = (): Record<string, Record<string, unknown>> => ({
  infra: {},
  etcd: { etcd_cluster: 'etcd' },
  minio: { minio_cluster: 'minio' },
  'pg-test': {
    pg_cluster: 'pg-test',
    pg_users: [{ name: 'app', password: 'App.Pass-1', pgbouncer: true, roles: ['dbrole_readwrite'] }],
    pg_databases: [{ name: 'shop', owner: 'app' }],
  },
  kv: { redis_cluster: 'kv', redis_password: 'Kv.Pass-1' },
  web: { vip_enabled: true, vip_vrid: 100, vip_address: '10.10.10.77', node_cluster: 'web' },
});

/** A value as people write it: itself, in quotes, or by a variable of their own. */
function spelled(name: string, value: unknown, all: Record<string, unknown>, random: Random): unknown {
  const way = random.below(6);
  const isPlain = typeof value === 'number' || typeof value === 'boolean';
  if (way === 0 && isPlain) return String(value);
  if (way !== 1 || SYSTEM_USERS.includes(name) || JSON.stringify(value).includes('{')) return value;
  all[`site_${name}`] = value;
  return `{{ site_${name} }}`;
}

/** What real inventories do beside parameters: own variables, anchors, nested groups, values by expression. */
function idioms(
  children: Readonly<Record<string, unknown>>,
  all: Readonly<Record<string, unknown>>,
  random: Random,
): string {
  const nested = random.below(2) === 1 ? { site: { children: { kv: {}, web: {} }, vars: { site_name: 'north' } } } : {};
  const mine = random.below(2) === 1 ? { x_note: { text: 'read by people' }, _own: [1, 2] } : {};
  const text = JSON.stringify(
    {
      all: {
        vars: { admin_ip: '10.10.10.10', version: 'v4.5.0', ...mine, ...all },
        children: { ...children, ...nested },
      },
    },
    null,
    1,
  );
  const anchored = random.below(3) === 0;
  return anchored ? `x_common: &common { node_tune: oltp }\n${yamlOf(text)}` : text;
}

/** A flow map cannot follow a key of a block map: its outermost braces are taken off. */
function yamlOf(json: string): string {
  return json.slice(1, -1).replace(/^\n? ?"all":/, 'all:');
}
