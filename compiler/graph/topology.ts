import { needsWrites, passes } from '../domain/health-check.ts';
import type { Host, PgCluster, PgInstance, PgService, PgServiceMember, RedisCluster, Site } from '../model/site.ts';
import { dashboard, ofHost, ofVip, type Board } from './boards.ts';
import type { EdgeKind, NodeKind } from './kinds.ts';

/** One box of the drawing. Nothing here is secret: a drawing is made to be shown. */
export interface TopologyNode {
  readonly id: string;
  readonly kind: NodeKind;
  /** First line is the name. */
  readonly lines: readonly string[];
  /** Inventory name of the host it runs on. */
  readonly host: string | undefined;
  /** Of what it is a part, where boxes stand for parts of clusters. */
  readonly part?: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Where more is seen of it. */
  readonly boards?: readonly Board[];
}

export interface TopologyGroup {
  readonly id: string;
  readonly label: string;
  readonly nodes: readonly TopologyNode[];
  readonly boards?: readonly Board[];
}

export interface TopologyEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  readonly label: string;
}

/** What a drawing shows, in inventory order: the same site always gives the same drawing. */
export interface Topology {
  readonly groups: readonly TopologyGroup[];
  readonly edges: readonly TopologyEdge[];
}

/** The topology of a site: clusters with their members, services, addresses, and how they depend on each other. */
export function topologyOf(site: Site): Topology {
  const ofEtcd = dashboard('etcd-overview', 'cls', site.etcd?.name);
  const etcd = site.etcd?.members.map(({ name, host }) => box(name, 'etcd', [name, host.name], host, [], ofEtcd)) ?? [];
  const ofInfra = dashboard('infra-overview');
  const groups: TopologyGroup[] = [
    {
      id: 'infra',
      label: 'infra',
      nodes: site.infra.map(({ name, host }) => box(name, 'infra', [name, host.name], host, [], ofInfra)),
      boards: [ofInfra],
    },
    ...site.pgClusters.map(pgGroup),
    ...site.redisClusters.map(redisGroup),
    ...site.minioClusters.map(minioGroup),
    { id: 'etcd', label: titled('etcd', site.etcd?.name ?? 'etcd'), nodes: etcd, boards: [ofEtcd] },
    {
      id: 'addresses',
      label: 'virtual addresses',
      nodes: site.nodeVips.map((vip) => vipNode(vip.address, `VRID ${vip.vrid}`, ofVip(vip))),
    },
    {
      id: 'load-balancers',
      label: 'HAProxy services',
      nodes: balancers(site).map(({ id, name, port }) => box(id, 'service', [name, `:${port}`], undefined)),
    },
    { id: 'outside', label: 'elsewhere', nodes: outside(site) },
  ];
  return {
    groups: groups.filter((group) => group.nodes.length > 0),
    edges: unique([
      ...site.pgClusters.flatMap((cluster) => pgEdges(site, cluster)),
      ...site.redisClusters.flatMap((cluster) => redisEdges(site, cluster)),
      ...nodeEdges(site),
    ]),
  };
}

/** What a frame holds and its name, once when they are the same word. */
function titled(kind: string, name: string): string {
  return name.toLowerCase() === kind.toLowerCase() ? kind : `${kind} ${name}`;
}

function box(
  id: string,
  kind: NodeKind,
  lines: readonly string[],
  host: Host | undefined,
  facts: TopologyNode['facts'] = [],
  board?: Board,
): TopologyNode {
  const boards = [...(board === undefined ? [] : [board]), ...(host === undefined ? [] : [ofHost(host.nodename)])];
  const all = [...facts, ...(host === undefined ? [] : hostFacts(host))];
  return { id, kind, lines, host: host?.name, facts: all, boards };
}

function hostFacts({ name, nodename, facts }: Host): TopologyNode['facts'] {
  const size = `${facts.cpu} CPUs, ${facts.memoryMib} MiB, ${facts.diskGib} GiB disk`;
  return [
    ['host', name],
    ['node name', nodename],
    ['system', `${facts.osVendor} ${facts.osVersion}, ${facts.arch}`],
    ['size', facts.source === 'assumed' ? `${size} (assumed)` : size],
  ];
}

function pgGroup(cluster: PgCluster): TopologyGroup {
  const board = dashboard('pgsql-cluster', 'cls', cluster.name);
  const vips = [cluster.vip ?? []].flat().map(({ address }) => vipNode(address, 'VIP of the leader', board));
  const services = cluster.services.map((service) =>
    box(
      `service/${service.fullName}`,
      'service',
      [service.name, `:${service.port}`],
      undefined,
      [
        ['service', service.fullName],
        ['port', String(service.port)],
        ['check', service.check],
        ['balance', service.balance],
      ],
      board,
    ),
  );
  const citus = cluster.group === undefined ? '' : `, group ${cluster.group} of ${cluster.scope}`;
  return {
    id: `pg-${cluster.name}`,
    label: `${cluster.name}${citus}`,
    nodes: [...vips, ...services, ...cluster.members.map(pgNode)],
    boards: [board],
  };
}

function vipNode(address: string, about: string, board: Board): TopologyNode {
  return box(`vip/${address}`, 'vip', [address, about], undefined, [], board);
}

function pgNode(instance: PgInstance): TopologyNode {
  const { params } = instance.host;
  const facts: TopologyNode['facts'] = [
    ['instance', instance.name],
    ['role', instance.role],
    ['PostgreSQL', `${params.pgVersion}, port ${params.pgPort}`],
    ['tuning', params.pgConf],
  ];
  const lines = [instance.name, instance.role, instance.host.name];
  return box(
    instance.name,
    instance.role,
    lines,
    instance.host,
    facts,
    dashboard('pgsql-instance', 'ins', instance.name),
  );
}

function redisGroup(cluster: RedisCluster): TopologyGroup {
  const nodes = cluster.nodes.flatMap(({ host, instances }) =>
    instances.map(({ name, port }) =>
      box(name, 'redis', [name, `${host.name}:${port}`], host, [], dashboard('redis-instance', 'ins', name)),
    ),
  );
  const boards = [dashboard('redis-cluster', 'cls', cluster.name)];
  return { id: `redis-${cluster.name}`, label: `Redis ${cluster.name}, ${cluster.mode}`, nodes, boards };
}

function minioGroup({ name, members }: Site['minioClusters'][number]): TopologyGroup {
  const board = dashboard('minio-overview', 'cls', name);
  const nodes = members.map((member) =>
    box(`minio/${member.name}`, 'minio', [member.name, member.host.name], member.host, [], board),
  );
  return { id: `minio-${name}`, label: titled('MinIO', name), nodes, boards: [board] };
}

function pgEdges(site: Site, cluster: PgCluster): readonly TopologyEdge[] {
  const edges: TopologyEdge[] = cluster.services.flatMap((service) =>
    service.members.map((member) =>
      edge(`service/${service.fullName}`, member.instance.name, routeKind(cluster, service, member)),
    ),
  );
  const leader = cluster.primary.name;
  if (cluster.vip !== undefined) edges.push(edge(`vip/${cluster.vip.address}`, leader, 'route'));
  for (const member of cluster.members) {
    if (member === cluster.primary) continue;
    const source = member.upstream === undefined ? undefined : site.hostByName.get(member.upstream)?.pg?.name;
    edges.push(edge(source ?? leader, member.name, 'replication'));
  }
  if (cluster.upstream !== undefined)
    edges.push(
      edge(
        upstreamId(site, cluster)!,
        leader,
        'upstream',
        cluster.upstream.delay === undefined ? 'standby cluster' : `delayed ${cluster.upstream.delay}`,
      ),
    );
  if (site.etcd !== undefined) edges.push(edge(leader, site.etcd.members[0]!.name, 'dcs'));
  const { pgbackrestEnabled, pgbackrestMethod, pgbackrestRepo } = cluster.primary.host.params;
  const store = site.minioClusters[0]?.members[0];
  const isObjectStore = pgbackrestRepo.get(pgbackrestMethod)?.get('type') === 's3';
  if (pgbackrestEnabled && isObjectStore && store !== undefined)
    edges.push(edge(leader, `minio/${store.name}`, 'backup', pgbackrestMethod));
  return edges;
}

/** Whether a member serves as long as everybody has the declared role, or only after others are lost. */
function routeKind(cluster: PgCluster, service: PgService, { instance, backup }: PgServiceMember): EdgeKind {
  if (backup) return 'backup-route';
  const leads = instance === cluster.primary;
  const kind = passes(service.check);
  if (kind === 'any') return 'route';
  if (kind === 'replica') return leads ? 'spare-route' : 'route';
  return leads && (cluster.upstream === undefined || !needsWrites(service.check)) ? 'route' : 'spare-route';
}

/** The instance a standby cluster follows; a box of its own when it is not part of the inventory. */
function upstreamId(site: Site, { upstream }: PgCluster): string | undefined {
  if (upstream === undefined) return undefined;
  const source =
    site.hosts.find((host) => host.name === upstream.address || host.address === upstream.address)?.pg?.cluster ??
    site.pgClusters.find((cluster) => cluster.vip?.address === upstream.address);
  const at =
    source?.members.find(({ host }) => host.name === upstream.address || host.address === upstream.address) ??
    source?.primary;
  return at?.name ?? `outside/${upstream.address}:${upstream.port}`;
}

function outside(site: Site): readonly TopologyNode[] {
  const ids = new Set(
    site.pgClusters.flatMap((cluster) => upstreamId(site, cluster) ?? []).filter((id) => id.startsWith('outside/')),
  );
  return [...ids].map((id) => box(id, 'external', [id.slice('outside/'.length), 'not in this inventory'], undefined));
}

function redisEdges(site: Site, cluster: RedisCluster): readonly TopologyEdge[] {
  const at = (address: string, port: number): string | undefined =>
    site.redisClusters
      .flatMap(({ nodes }) => nodes)
      .find(({ host }) => host.name === address || host.address === address)
      ?.instances.find((instance) => instance.port === port)?.name;
  return cluster.nodes.flatMap(({ host, instances }) =>
    instances.flatMap((instance): readonly TopologyEdge[] => {
      if (cluster.mode === 'sentinel') {
        return host.params.redisSentinelMonitor.flatMap((target) => {
          const watched = at(String(target.host), Number(target.port));
          return watched === undefined ? [] : [edge(instance.name, watched, 'monitor')];
        });
      }
      const source =
        instance.replicaOf === undefined ? undefined : at(instance.replicaOf.host, instance.replicaOf.port);
      return source === undefined ? [] : [edge(source, instance.name, 'replication')];
    }),
  );
}

interface Balancer {
  readonly id: string;
  readonly name: string;
  readonly port: number;
  readonly hosts: readonly Host[];
}

/** `haproxy_services`, one per name and port: every host that balances it is an entry to the same service. */
function balancers(site: Site): readonly Balancer[] {
  const found = new Map<string, { id: string; name: string; port: number; hosts: Host[] }>();
  for (const host of site.hosts) {
    for (const { name, port } of host.params.haproxyServices) {
      const id = `haproxy/${name}:${port}`;
      const known = found.get(id);
      if (known === undefined) found.set(id, { id, name, port, hosts: [host] });
      else known.hosts.push(host);
    }
  }
  return [...found.values()];
}

function nodeEdges(site: Site): readonly TopologyEdge[] {
  const routes = balancers(site).flatMap(({ id, name, port, hosts }) =>
    hosts.flatMap((host) => {
      const servers = host.params.haproxyServices.find(
        (service) => service.name === name && service.port === port,
      )!.servers;
      return servers.flatMap((server) => {
        const host = site.hosts.find(({ address }) => address === server.ip);
        const target = mainNode(host, server.port);
        return target === undefined ? [] : [edge(id, target, server.backup ? 'backup-route' : 'route')];
      });
    }),
  );
  const vips = site.nodeVips.flatMap((vip) =>
    vip.members.flatMap((host) => {
      const target = mainNode(host, undefined);
      return target === undefined ? [] : [edge(`vip/${vip.address}`, target, 'route')];
    }),
  );
  return [...vips, ...routes];
}

/** What stands for a host in the drawing: what listens on the port, else the first of its parts. */
function mainNode(host: Host | undefined, port: number | undefined): string | undefined {
  if (host === undefined) return undefined;
  if (host.minio !== undefined && (port === host.params.minioPort || port === host.params.minioAdminPort))
    return `minio/${host.minio.name}`;
  const redis = host.redis?.instances.find((instance) => instance.port === port);
  return (
    redis?.name ??
    host.pg?.name ??
    (host.minio === undefined ? undefined : `minio/${host.minio.name}`) ??
    host.infra?.name ??
    host.etcd?.name ??
    host.redis?.instances[0]?.name
  );
}

function edge(from: string, to: string, kind: EdgeKind, label = ''): TopologyEdge {
  return { from, to, kind, label };
}

function unique(edges: readonly TopologyEdge[]): readonly TopologyEdge[] {
  return [...new Map(edges.map((e) => [JSON.stringify(e), e])).values()];
}
