/** One host with every module that makes files, as data: a place for each parameter and each field. */
import { modelInventory, type Modelled } from '../../compiler/build/model.ts';
import { overlay } from '../../compiler/review/diff/overlay-host.ts';
import { compileFiles } from '../../compiler/compile.ts';
import type { Checked } from '../../compiler/phases/5-check/checked.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { nodeHost } from '../../compiler/host/host.ts';
import { objectOf, parameter, type FieldInfo } from '../../compiler/schema/table.ts';
import { renderScenario } from './scenario.ts';

export const HOST = '10.10.10.10';

/** Where only the object of a field matters. */
const FIELD: FieldInfo = { name: '', camel: '', type: '', description: '', aliases: [] };

export type Values = Record<string, unknown>;

/** Settings of the one host, by parameter; a function, so that each caller may change its copy. */
export function everything(): Values {
  return {
    version: 'v4.5.0',
    admin_ip: HOST,
    infra_seq: 1,
    infra_portal: { home: { domain: 'i.pigsty' }, wiki: { domain: 'wiki.pigsty', endpoint: `${HOST}:8080` } },
    repo_url_packages: [{ name: 'tool', url: 'https://repo.example.com/tool' }],
    infra_extra_services: [{ name: 'Shop', url: 'https://shop.pigsty', desc: 'the shop' }],
    nginx_users: { gate: 'Gate.Pass-1' },
    dns_records: [`${HOST} extra.pigsty`],
    repo_upstream: [
      {
        name: 'base',
        description: 'base system',
        module: 'node',
        releases: [9, 12, 13],
        arch: ['x86_64'],
        baseurl: { default: 'https://repo.example.com/base' },
      },
    ],
    pg_exporters: { 20001: { pg_cluster: 'pg-far', pg_seq: 1, pg_host: '10.10.9.1' } },
    etcd_seq: 1,
    etcd_cluster: 'etcd',
    minio_seq: 1,
    minio_cluster: 'minio',
    minio_buckets: [{ name: 'pgsql' }],
    minio_users: [{ access_key: 'loader', secret_key: 'Loader-Secret-1', policy: 'pgsql' }],
    vip_enabled: true,
    vip_vrid: 128,
    vip_address: '10.10.10.99',
    vip_interface: 'eth1',
    vip_role: 'master',
    node_etc_hosts: [`${HOST} again.pigsty`],
    node_crontab: ['00 03 * * * root /usr/local/bin/clean'],
    node_firewall_mode: 'zone',
    haproxy_services: [
      { name: 'web', port: 9002, protocol: 'tcp', servers: [{ name: 'one', ip: '10.10.10.21', port: 9000 }] },
    ],
    pg_cluster: 'pg-test',
    pg_seq: 1,
    pg_role: 'primary',
    pg_users: [
      {
        name: 'app',
        password: 'App.Pass-1',
        pgbouncer: true,
        roles: ['dbrole_readwrite', { name: 'dbrole_readonly' }],
      },
    ],
    pg_databases: [{ name: 'shop', owner: 'app', schemas: [{ name: 'app' }], extensions: [{ name: 'pg_trgm' }] }],
    pg_hba_rules: [{ user: 'app', db: 'shop', addr: 'intra', auth: 'pwd', title: 'the application' }],
    pgb_hba_rules: [{ user: 'app', db: 'shop', addr: 'intra', auth: 'pwd', title: 'the application' }],
    pg_services: [{ name: 'standby', port: 5435, selector: '[]' }],
    pg_parameters: { work_mem: '64MB' },
    pg_vip_enabled: true,
    pg_vip_address: '10.10.10.98/24',
    pg_vip_interface: 'eth1',
    pg_crontab: ['00 01 * * * /pg/bin/pg-backup full'],
    pgbackrest_method: 'local',
    redis_cluster: 'redis-test',
    redis_node: 1,
    redis_instances: { 6379: {}, 6380: { replica_of: `${HOST} 6379` } },
    redis_password: 'Redis.Pass-1',
  };
}

/** The same with a sentinel in place of the Redis servers. */
export function watching(): Values {
  return {
    ...everything(),
    redis_mode: 'sentinel',
    redis_instances: { 26379: {} },
    redis_sentinel_monitor: [{ name: 'cache', host: '10.10.10.12', port: 6379, password: 'Redis.Pass-1', quorum: 1 }],
  };
}

/** A path in the settings and the definition of the object there. */
export interface ObjectPlace {
  readonly path: readonly (string | number)[];
  readonly object: string;
}

/** One object of each definition that the settings hold. */
export function objectPlaces(settings: Values): readonly ObjectPlace[] {
  const found = new Map<string, ObjectPlace>();
  const visit = (value: unknown, { object }: FieldInfo, path: readonly (string | number)[]): void => {
    if (object === undefined || typeof value !== 'object' || value === null) return;
    if (object.container !== 'object') {
      const below = Object.entries(value).map(
        ([key, item]) => [Array.isArray(value) ? Number(key) : key, item] as const,
      );
      for (const [key, item] of below)
        visit(item, { ...FIELD, object: { ...object, container: 'object' } }, [...path, key]);
      return;
    }
    if (!found.has(object.name)) found.set(object.name, { path, object: object.name });
    for (const field of objectOf(object.name)!.fields)
      visit((value as Values)[field.name], field, [...path, field.name]);
  };
  for (const [name, value] of Object.entries(settings)) {
    const info = parameter(name);
    if (info !== undefined) visit(value, info, [name]);
  }
  return [...found.values()];
}

/** A copy of the settings with another value at a path; undefined takes it away. */
export function plant(settings: Values, path: readonly (string | number)[], value: unknown): Values {
  const [key, ...rest] = path;
  if (key === undefined) throw new Error('a path has a key');
  const copy = (Array.isArray(settings) ? [...settings] : { ...settings }) as Values;
  copy[key] = rest.length === 0 ? value : plant((copy[key] ?? {}) as Values, rest, value);
  return copy;
}

/** Text of an inventory and the line (from 1) of each value in it, by its path in the settings of the host. */
export interface Written {
  readonly text: string;
  lineOf(path: readonly (string | number)[]): number;
}

/** Writes the settings one value a line. */
export function write(settings: Values): Written {
  const lines: string[] = [];
  const places = new Map<string, number>();
  const put = (value: unknown, path: readonly (string | number)[], before: string, after: string): void => {
    const indent = ' '.repeat(path.length);
    places.set(JSON.stringify(path), lines.length + 1);
    if (typeof value !== 'object' || value === null) {
      lines.push(`${indent}${before}${JSON.stringify(value)}${after}`);
      return;
    }
    const list = Array.isArray(value);
    lines.push(`${indent}${before}${list ? '[' : '{'}`);
    for (const [key, below] of Object.entries(value as Values))
      put(below, [...path, list ? Number(key) : key], list ? '' : `${JSON.stringify(key)}: `, ',');
    lines.push(`${indent}${list ? ']' : '}'}${after}`);
  };
  const { version, admin_ip, ...own } = settings;
  for (const group of GROUPS)
    lines.push(`${lines.length === 0 ? '{ "all": { "children": {' : ''}"${group}": { "hosts": {"${HOST}": {} } },`);
  lines.push(`"pg-test": { "hosts": { "${HOST}":`);
  put(own, [], '', '');
  lines.push('} } }, "vars": {');
  put(version, ['version'], '"version": ', ',');
  put(admin_ip, ['admin_ip'], '"admin_ip": ', ',');
  lines.push('} } }');
  return { text: `${lines.join('\n')}\n`, lineOf: (path) => places.get(JSON.stringify(path)) ?? 0 };
}

/** Groups whose name says what their hosts are. */
const GROUPS = ['infra', 'etcd', 'minio'];

const system = overlay(nodeHost()).host;

/** Phases 1 to 5 over a text. */
export function checkText(text: string): Checked {
  system.writeFile('/inventory/pigsty.yml', text, 0o644);
  return compileFiles(system, { files: ['/inventory/pigsty.yml'] }).checked();
}

/** What a build of a checked inventory says and the paths it would write, whatever the checks found. */
export function buildAnyway(checked: Checked): {
  readonly found: readonly Diagnostic[];
  readonly paths: readonly string[];
} {
  const modelled: Modelled | undefined = modelInventory({ ...checked, diagnostics: [] });
  if (modelled === undefined) throw new Error('the inventory could not be read');
  const found: Diagnostic[] = [...modelled.diagnostics];
  return { found, paths: [...renderScenario(modelled, found).keys()] };
}

/** Lines of the errors, without repetition. */
export function errorLines(diagnostics: readonly Diagnostic[]): readonly number[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return [...new Set(errors.map(({ span }) => (span === undefined ? 0 : span.file.position(span.start).line)))];
}
