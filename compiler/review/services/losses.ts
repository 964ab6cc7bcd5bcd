import type { Host, PgCluster, PgInstance, PgService, Site } from '../../model/site.ts';
import { remaining, type Remaining } from '../../domain/remaining.ts';

/** Hosts that are lost together: one host, or all with one value of a variable. */
export interface Zone {
  readonly name: string;
  readonly hosts: readonly Host[];
}

/** What is left of a service without a zone. */
export interface Loss extends Remaining<PgInstance> {
  readonly zone: Zone;
  /** Hosts whose load balancer still offers the service. */
  readonly entries: readonly Host[];
}

export interface ServiceReport {
  readonly cluster: PgCluster;
  readonly service: PgService;
  /** Hosts that offer the service on its port. */
  readonly entries: readonly Host[];
  /** One for each zone with a member or entry in it. */
  readonly losses: readonly Loss[];
}

/** Every host is a zone of its own. */
export function hostZones(site: Site): readonly Zone[] {
  return site.hosts.map((host) => ({ name: host.name, hosts: [host] }));
}

/** Hosts by a variable's value, in order of appearance; a host without the variable is on its own. */
export function variableZones(site: Site, valueOf: (host: Host) => string | undefined): readonly Zone[] {
  const zones = new Map<string, Host[]>();
  for (const host of site.hosts) {
    const value = valueOf(host) ?? host.name;
    const zone = zones.get(value);
    if (zone === undefined) zones.set(value, [host]);
    else zone.push(host);
  }
  return [...zones].map(([name, hosts]) => ({ name, hosts }));
}

/** Services of a cluster and what each loses with each zone. */
export function serviceReports(cluster: PgCluster, zones: readonly Zone[]): readonly ServiceReport[] {
  const entries = (cluster.serviceProvider ?? cluster.members.map(({ host }) => host)).filter(
    ({ params }) => params.haproxyEnabled,
  );
  const touched = new Set([...cluster.members.map(({ host }) => host), ...entries]);
  const own = zones.filter(({ hosts }) => hosts.some((host) => touched.has(host)));
  return cluster.services.map((service) => ({
    cluster,
    service,
    entries,
    losses: own.map((zone) => loss(cluster, service, entries, zone)),
  }));
}

function loss(cluster: PgCluster, service: PgService, entries: readonly Host[], zone: Zone): Loss {
  const lost = new Set(cluster.members.filter(({ host }) => zone.hosts.includes(host)));
  const side = (backup: boolean): readonly PgInstance[] =>
    service.members.filter((member) => member.backup === backup).map(({ instance }) => instance);
  const served = { check: service.check, members: side(false), backups: side(true) };
  return {
    ...remaining(served, cluster.members, cluster.primary, lost),
    zone,
    entries: entries.filter((host) => !zone.hosts.includes(host)),
  };
}
