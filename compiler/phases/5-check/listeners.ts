/** Ports that the programs of each host listen on: one table for the check of conflicts and for `pigstyc ports`. */
import type { Module, Port } from '../../../emitters/module.ts';
import { MODULES } from '../../../emitters/modules.ts';
import { parameter } from '../../schema/table.ts';
import type { Span } from '../../source/node.ts';
import type { Traced } from '../../source/traced.ts';
import type { InventoryHost } from '../2-merge/inventory.ts';
import type { CheckContext } from './context.ts';
import { hasModule } from './module-hosts.ts';
import { entries, maps, integer, field, toInteger, textField } from './nodes.ts';

/** A port and why it is taken. */
export interface Listener {
  readonly port: number;
  /** The program, service or instance. */
  readonly what: string;
  readonly module: string;
  /** What holds the port; undefined where it cannot be chosen. */
  readonly parameter: string | undefined;
  /** Where the port was written; undefined for a default. */
  readonly span: Span | undefined;
  /** Where the parameter was set; undefined for a default. */
  readonly traced: Traced | undefined;
}

/** A module that is known and not deployed. */
const KAFKA: Pick<Module, 'cluster' | 'ports'> = {
  cluster: 'kafka_cluster',
  ports: [
    { parameter: 'kafka_port' },
    { parameter: 'kafka_controller_port', what: 'kafka (controller)' },
    { parameter: 'kafka_exporter_port' },
    { parameter: 'kafka_jmx_exporter_port' },
  ],
};

const DEPLOYED = [...MODULES, KAFKA];

/** Alertmanagers of several infra nodes talk to each other here. */
const ALERTMANAGER_PEERS = 9094;
const MYSQL_PORTS = [3306, 33060, 33061, 6446, 6447, 9104];

/** Every port of a host, in the order of the modules. */
export function* listeners(context: CheckContext, host: InventoryHost): Iterable<Listener> {
  const delegated = context.once(delegatedServices, () => delegatedServices(context));
  yield* portsOfModules(context, host);
  if (host.groups.includes('infra') && context.of(host).alertmanagerEnabled.value)
    yield { ...fixed('INFRA'), port: ALERTMANAGER_PEERS, what: 'alertmanager (peers)' };
  if (
    context.of(host).pgCluster.value !== '' &&
    !context.groups.has(context.of(host).pgServiceProvider.value) &&
    context.of(host).haproxyEnabled.value
  )
    yield* clusterServices(context, host);
  for (const group of host.groups) yield* delegated.get(group) ?? [];
  for (const service of maps(context.of(host).haproxyServices.node)) {
    const port = integer(field(service, 'port'));
    if (port !== undefined)
      yield {
        port,
        what: `haproxy service ${textField(service, 'name') ?? ''}`,
        ...owned('haproxy_services', context.of(host).haproxyServices.traced),
        span: field(service, 'port')!.span,
      };
  }
  if (context.of(host).redisCluster.value !== '') yield* redisInstances(context, host);
  for (const { key } of entries(context.of(host).pgExporters.node)) {
    const port = toInteger(key.value);
    if (port !== undefined)
      yield {
        port,
        what: 'an exporter of pg_exporters',
        ...owned('pg_exporters', context.of(host).pgExporters.traced),
        span: key.span,
      };
  }
  if (context.of(host).mysqlCluster.value !== '')
    for (const port of MYSQL_PORTS) yield { ...fixed('MYSQL'), port, what: 'MySQL' };
}

/** Ports that parameters hold. */
function* portsOfModules(context: CheckContext, host: InventoryHost): Iterable<Listener> {
  for (const module of DEPLOYED) {
    if (!hasModule(context, host, module)) continue;
    for (const port of knownPorts(context, module)) {
      if ('span' in port) {
        yield port;
        continue;
      }
      if (port.when !== undefined && context.parameter(host, port.when).value !== true) continue;
      const { traced, value } = context.parameter(host, port.parameter);
      if (typeof value === 'number')
        yield traced === undefined ? byDefault(context, port, value) : listenerOf(port, value, traced);
    }
  }
}

function knownPorts(context: CheckContext, module: Pick<Module, 'ports'>): readonly (Port | Listener)[] {
  const known = context.once(portsOf, () => new Map(DEPLOYED.map((one) => [one, portsOf(context, one)])));
  return known.get(module)!;
}

/** The ports of a module: those that no host sets or closes are the same on all. */
function portsOf(context: CheckContext, { ports }: Pick<Module, 'ports'>): readonly (Port | Listener)[] {
  const isWritten = (name: string | undefined): boolean => name !== undefined && context.variables.has(name);
  return ports.flatMap((port): readonly (Port | Listener)[] => {
    if (isWritten(port.parameter) || isWritten(port.when)) return [port];
    const [host] = context.hosts;
    if (host === undefined || (port.when !== undefined && context.parameter(host, port.when).value !== true)) return [];
    const { value } = context.parameter(host, port.parameter);
    return typeof value === 'number' ? [byDefault(context, port, value)] : [];
  });
}

/** A port that a parameter holds. */
function listenerOf({ parameter: name, what }: Port, port: number, traced: Traced | undefined): Listener {
  return { ...owned(name, traced), port, what: what ?? programOf(name), span: traced?.node.span };
}

/** What no host sets is the same on all. */
function byDefault(context: CheckContext, port: Port, number: number): Listener {
  return context.once(`listener ${port.parameter}`, () => listenerOf(port, number, undefined));
}

/** Whose port it is, and who set it. */
function owned(name: string, traced: Traced | undefined): Pick<Listener, 'module' | 'parameter' | 'traced'> {
  return { module: parameter(name)!.module, parameter: name, traced };
}

/** A port that nothing can change. */
function fixed(module: string): Pick<Listener, 'module' | 'parameter' | 'traced' | 'span'> {
  return { module, parameter: undefined, traced: undefined, span: undefined };
}

/** The program that a parameter is called after. */
function programOf(name: string): string {
  return name.replace(/_port$/, '').replaceAll('_', ' ');
}

/** Duplicates within the services of one cluster have a diagnostic of their own. */
function* clusterServices(context: CheckContext, host: InventoryHost): Iterable<Listener> {
  const own = new Set<number>();
  for (const list of ['pg_default_services', 'pg_services'] as const) {
    const { value: services, traced } = context.parameter(host, list);
    for (const { fields } of services) {
      const port = fields.port.value;
      if (port === undefined || own.has(port)) continue;
      own.add(port);
      yield {
        port,
        what: `service ${context.of(host).pgCluster.value}-${fields.name.value}`,
        ...owned(list, traced),
        span: fields.port.node?.span,
      };
    }
  }
}

/** Services of clusters that delegate them, by provider group. Conflicts between such clusters are the provider rule's. */
function delegatedServices(context: CheckContext): ReadonlyMap<string, readonly Listener[]> {
  const found = new Map<string, Map<number, Listener>>();
  for (const cluster of context.clusters('pg_cluster')) {
    const host = cluster.members[0]!;
    const group = context.of(host).pgServiceProvider.value;
    if (!context.groups.has(group)) continue;
    const ports = found.get(group) ?? new Map<number, Listener>();
    found.set(group, ports);
    for (const listener of clusterServices(context, host))
      if (!ports.has(listener.port)) ports.set(listener.port, listener);
  }
  return new Map([...found].map(([group, ports]) => [group, [...ports.values()]]));
}

/** A native cluster also listens on the cluster bus, ten thousand above each port. */
function* redisInstances(context: CheckContext, host: InventoryHost): Iterable<Listener> {
  const bus = context.of(host).redisMode.value === 'cluster';
  const owner = owned('redis_instances', context.of(host).redisInstances.traced);
  for (const { key } of entries(context.of(host).redisInstances.node)) {
    const port = toInteger(key.value);
    if (port === undefined) continue;
    yield { ...owner, port, what: `redis instance ${port}`, span: key.span };
    if (bus) yield { ...owner, port: port + 10000, what: `the cluster bus of redis instance ${port}`, span: key.span };
  }
}
