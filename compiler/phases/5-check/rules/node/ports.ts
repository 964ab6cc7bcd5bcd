import { report } from '../../../../diagnostics/report.ts';
import type { Span } from '../../../../source/node.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { entries, maps, integer, field, toInteger, textField } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

interface Listener {
  readonly port: number;
  readonly what: string;
  /** Where the port was written; undefined for a default. */
  readonly span: Span | undefined;
}

/** Components by the condition that puts them on a host, with the parameters that hold their ports. */
const COMPONENTS: readonly { readonly on: (context: CheckContext, host: InventoryHost) => boolean; readonly ports: readonly (readonly [string, string | undefined])[] }[] = [
  { on: () => true, ports: [['node_exporter_port', 'node_exporter_enabled'], ['haproxy_exporter_port', 'haproxy_enabled'], ['vector_port', 'vector_enabled'], ['vip_exporter_port', 'vip_enabled'], ['docker_exporter_port', 'docker_enabled']] },
  {
    on: (context, host) => context.text(host, 'pg_cluster') !== '',
    ports: [['pg_port', undefined], ['patroni_port', 'patroni_enabled'], ['pgbouncer_port', 'pgbouncer_enabled'], ['pg_exporter_port', 'pg_exporter_enabled'], ['pgbouncer_exporter_port', 'pgbouncer_exporter_enabled'], ['pgbackrest_exporter_port', 'pgbackrest_exporter_enabled']],
  },
  { on: (_, host) => host.groups.includes('etcd'), ports: [['etcd_port', undefined], ['etcd_peer_port', undefined]] },
  {
    on: (_, host) => host.groups.includes('infra'),
    ports: [
      ['nginx_port', 'nginx_enabled'], ['nginx_ssl_port', 'nginx_enabled'], ['nginx_exporter_port', 'nginx_exporter_enabled'], ['dns_port', 'dns_enabled'], ['vmetrics_port', 'vmetrics_enabled'],
      ['vlogs_port', 'vlogs_enabled'], ['vtraces_port', 'vtraces_enabled'], ['vmalert_port', 'vmalert_enabled'], ['alertmanager_port', 'alertmanager_enabled'], ['blackbox_port', 'blackbox_enabled'], ['grafana_port', 'grafana_enabled'],
    ],
  },
  { on: (context, host) => context.text(host, 'minio_cluster') !== '', ports: [['minio_port', undefined], ['minio_admin_port', undefined]] },
  { on: (context, host) => context.text(host, 'redis_cluster') !== '', ports: [['redis_exporter_port', 'redis_exporter_enabled']] },
  { on: (context, host) => context.text(host, 'kafka_cluster') !== '', ports: [['kafka_port', undefined], ['kafka_controller_port', undefined], ['kafka_exporter_port', undefined], ['kafka_jmx_exporter_port', undefined]] },
];

const MYSQL_PORTS = [3306, 33060, 33061, 6446, 6447, 9104];

/** No two programs on one host may listen on one port. */
export const hostPorts: Rule = function* (context) {
  const reported = new Set<string>();
  const delegated = delegatedServices(context);
  for (const host of context.hosts) {
    const taken = new Map<number, Listener>();
    for (const listener of listeners(context, host, delegated)) {
      const first = taken.get(listener.port);
      if (first === undefined) {
        taken.set(listener.port, listener);
        continue;
      }
      const span = listener.span ?? first.span ?? host.key.span;
      const key = `${span.file.path}:${span.start}:${listener.port}`;
      if (reported.has(key)) continue;
      reported.add(key);
      const other = span === listener.span ? first : listener;
      const mine = span === listener.span ? listener : first;
      yield report('port-conflict', span, { port: listener.port, host: host.name, what: mine.what, other: other.what }, other.span && { related: [{ span: other.span, message: other.what }] });
    }
  }
};

function* listeners(context: CheckContext, host: InventoryHost, delegated: ReadonlyMap<string, readonly Listener[]>): Iterable<Listener> {
  for (const component of COMPONENTS) {
    if (!component.on(context, host)) continue;
    for (const [name, condition] of component.ports) {
      if (condition !== undefined && !context.flag(host, condition)) continue;
      const port = context.integer(host, name);
      if (port !== undefined) yield { port, what: name, span: context.traced(host, name)?.node.span };
    }
  }
  if (context.text(host, 'pg_cluster') !== '' && !context.groups.has(context.text(host, 'pg_service_provider')) && context.flag(host, 'haproxy_enabled')) yield* clusterServices(context, host);
  for (const group of host.groups) yield* delegated.get(group) ?? [];
  for (const service of maps(context.node(host, 'haproxy_services'))) {
    const port = integer(field(service, 'port'));
    if (port !== undefined) yield { port, what: `haproxy service ${textField(service, 'name') ?? ''}`, span: field(service, 'port')!.span };
  }
  if (context.text(host, 'redis_cluster') !== '') yield* redisInstances(context, host);
  for (const { key } of entries(context.node(host, 'pg_exporters'))) {
    const port = toInteger(key.value);
    if (port !== undefined) yield { port, what: 'an exporter of pg_exporters', span: key.span };
  }
  if (context.text(host, 'mysql_cluster') !== '') for (const port of MYSQL_PORTS) yield { port, what: 'MySQL', span: undefined };
}

/** Duplicates within the services of one cluster have a diagnostic of their own. */
function* clusterServices(context: CheckContext, host: InventoryHost): Iterable<Listener> {
  const own = new Set<number>();
  for (const list of ['pg_default_services', 'pg_services'] as const) {
    const nodes = maps(context.node(host, list));
    for (const [index, service] of (context.list(host, list) as readonly ({ name?: unknown; port?: unknown } | null)[]).entries()) {
      const port = toInteger(service?.port);
      if (port === undefined || own.has(port)) continue;
      own.add(port);
      yield { port, what: `service ${context.text(host, 'pg_cluster')}-${String(service?.name)}`, span: field(nodes[index], 'port')?.span };
    }
  }
}

/** Services of clusters that delegate them, by provider group. Conflicts between such clusters are the provider rule's. */
function delegatedServices(context: CheckContext): ReadonlyMap<string, readonly Listener[]> {
  const found = new Map<string, Map<number, Listener>>();
  for (const cluster of context.clusters('pg_cluster')) {
    const host = cluster.members[0]!;
    const group = context.text(host, 'pg_service_provider');
    if (!context.groups.has(group)) continue;
    const ports = found.get(group) ?? new Map<number, Listener>();
    found.set(group, ports);
    for (const listener of clusterServices(context, host)) if (!ports.has(listener.port)) ports.set(listener.port, listener);
  }
  return new Map([...found].map(([group, ports]) => [group, [...ports.values()]]));
}

/** A native cluster also listens on the cluster bus, ten thousand above each port. */
function* redisInstances(context: CheckContext, host: InventoryHost): Iterable<Listener> {
  const bus = context.text(host, 'redis_mode') === 'cluster';
  for (const { key } of entries(context.node(host, 'redis_instances'))) {
    const port = toInteger(key.value);
    if (port === undefined) continue;
    yield { port, what: `redis instance ${port}`, span: key.span };
    if (bus) yield { port: port + 10000, what: `the cluster bus of redis instance ${port}`, span: key.span };
  }
}
