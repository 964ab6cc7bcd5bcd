import type { Host, PgCluster, Site } from '../../model/site.ts';
import { byCodePoint } from '../../words/order.ts';

/**
 * The model as plain JSON data for `dump --phase 6` and the goldens: references become names, maps become objects,
 * secrets show their name only. `params` lists what the inventory set; defaults are in docs/parameters.md.
 */
export function dumpSite(site: Site, hosts: readonly Host[] = site.hosts): unknown {
  return {
    platform: site.platform.name,
    adminIp: site.adminIp,
    ca: site.ca,
    hosts: hosts.map(dumpHost),
    infra: site.infra.map(({ name, seq, host }) => ({ name, seq, host: host.name })),
    etcd: site.etcd && {
      name: site.etcd.name,
      members: site.etcd.members.map(({ name, seq, host }) => ({ name, seq, host: host.name })),
    },
    pgClusters: site.pgClusters.map(dumpPgCluster),
    redisClusters: site.redisClusters.map(({ name, mode, password, nodes }) => ({
      name,
      mode,
      password: password?.toString(),
      nodes: nodes.map(({ host, node, instances }) => ({ host: host.name, node, instances: plain(instances) })),
    })),
    minioClusters: site.minioClusters.map(({ name, members }) => ({
      name,
      members: members.map((member) => ({
        name: member.name,
        seq: member.seq,
        nodeName: member.nodeName,
        host: member.host.name,
      })),
    })),
    nodeVips: site.nodeVips.map(({ address, vrid, members }) => ({
      address,
      vrid,
      members: members.map((member) => member.name),
    })),
  };
}

function dumpHost(host: Host): unknown {
  return {
    name: host.name,
    address: host.address,
    nodename: host.nodename,
    nodeCluster: host.nodeCluster,
    groups: host.groups,
    facts: host.facts,
    params: plain(Object.fromEntries(Object.entries(host.params).sort(([a], [b]) => byCodePoint(a, b)))),
  };
}

function dumpPgCluster(cluster: PgCluster): unknown {
  return {
    name: cluster.name,
    scope: cluster.scope,
    group: cluster.group,
    primary: cluster.primary.name,
    upstream: cluster.upstream,
    vip: cluster.vip,
    serviceProvider: cluster.serviceProvider?.map((host) => host.name),
    members: cluster.members.map(({ name, seq, role, upstream, host }) => ({
      name,
      seq,
      role,
      upstream,
      host: host.name,
    })),
    services: cluster.services.map((service) => ({
      ...service,
      members: service.members.map((member) => ({ ...member, instance: member.instance.name })),
    })),
  };
}

/** Maps to objects, everything else as it is; `Secret` has a toJSON of its own. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  }
  return value;
}
