import type { Params } from '../../compiler/model/params.gen.ts';
import { Secret } from '../../compiler/model/secret.ts';
import type { PathName, PlatformProfile } from '../../compiler/platform/profile.ts';
import type { RedisCluster, RedisInstance, RedisNode } from '../../compiler/model/site.ts';

/** One instance with its own overrides applied over the host's parameters, and every path it uses. */
export interface InstancePlan {
  readonly instance: RedisInstance;
  readonly node: RedisNode;
  readonly params: Params;
  readonly password: Secret | undefined;
  /** What it logs in with at the primary it was declared a replica of. */
  readonly sourcePassword: Secret | undefined;
  /** Managed, wins at every start. A change of what only a start reads. */
  readonly confPath: string;
  /** Managed, included by the former. A change is applied with CONFIG SET. */
  readonly livePath: string;
  /** Managed, included as well. A change is applied with CONFIG SET while the former password is still known. */
  readonly passwordPath: string;
  /** Address and password for the provisioning functions, readable by root only. */
  readonly accessPath: string;
  /** Working directory. */
  readonly dir: string;
  /** Belongs to Redis once it exists: who is replicated, what a sentinel has learnt. */
  readonly statePath: string;
  readonly unit: string;
  readonly server: string;
  readonly cli: string;
}

/** The instances of a node in the order written. */
export function instancePlans(
  node: RedisNode,
  platform: PlatformProfile,
  clusters: readonly RedisCluster[],
): readonly InstancePlan[] {
  return node.instances.map((instance) => {
    const params = overridden(node.host.params, instance.overrides);
    const password = passwordOf(node, instance);
    const dir = `${params.redisFsMain}/${instance.name}`;
    return {
      instance,
      node,
      params,
      dir,
      password,
      sourcePassword: sourcePassword(instance, clusters, password),
      confPath: `/etc/redis/${instance.name}.conf`,
      livePath: `/etc/redis/${instance.name}.live.conf`,
      passwordPath: `/etc/redis/${instance.name}.password.conf`,
      accessPath: `/etc/redis/${instance.name}.access`,
      statePath: `${dir}/state.conf`,
      unit: instance.name,
      server: engineBinary(platform, 'redisServerBin', node),
      cli: engineBinary(platform, 'redisCliBin', node),
    };
  });
}

function passwordOf(node: RedisNode, { overrides }: RedisInstance): Secret | undefined {
  const own = overrides['redisPassword'];
  return own instanceof Secret ? (own.expose() === '' ? undefined : own) : node.cluster.password;
}

/** Its own where the primary is in no inventory, or where it follows nobody: after a failover it follows a peer. */
function sourcePassword(
  { replicaOf }: RedisInstance,
  clusters: readonly RedisCluster[],
  own: Secret | undefined,
): Secret | undefined {
  if (replicaOf === undefined) return own;
  const found = findInstance(clusters, replicaOf.host, replicaOf.port);
  return found === undefined ? own : passwordOf(found.node, found.instance);
}

/** The instance behind an address and a port. */
export function findInstance(
  clusters: readonly RedisCluster[],
  address: string,
  port: number,
): { readonly node: RedisNode; readonly instance: RedisInstance } | undefined {
  for (const node of clusters.flatMap(({ nodes }) => nodes)) {
    const instance = node.host.address === address ? node.instances.find((one) => one.port === port) : undefined;
    if (instance !== undefined) return { node, instance };
  }
  return undefined;
}

/** Parameters share their defaults through the prototype chain, so an override is one more link and never a copy. */
function overridden(params: Params, overrides: Readonly<Record<string, unknown>>): Params {
  const own = Object.entries(overrides).map(([name, value]) => [name, { value, enumerable: true }] as const);
  return Object.create(params, Object.fromEntries(own)) as Params;
}

/** Valkey installs `valkey-server` where Redis installs `redis-server`. */
function engineBinary(platform: PlatformProfile, path: PathName, node: RedisNode): string {
  const redis = platform.path(path, node.host.facts);
  return node.host.params.redisType === 'valkey' ? redis.replace(/redis-(server|cli)$/, 'valkey-$1') : redis;
}

/** Addresses to listen on; an empty `redis_bind_address` means the host's own address. */
export function bindAddresses(plan: InstancePlan): readonly string[] {
  const given = plan.params.redisBindAddress.split(/\s+/).filter((word) => word !== '');
  return given.length === 0 ? [plan.node.host.address] : given;
}

/** Where the host itself reaches the instance. */
export function localAddress(plan: InstancePlan): string {
  return boundAddress(plan) ?? '127.0.0.1';
}

/**
 * Where others reach it. Said to peers, who would else take the source of a connection for it: on a host with several
 * addresses that may be any.
 */
export function announcedAddress(plan: InstancePlan): string {
  return boundAddress(plan) ?? plan.node.host.address;
}

/** The host's own address where it is listened on, else the first that others reach; undefined when that is any. */
function boundAddress(plan: InstancePlan): string | undefined {
  const words = bindAddresses(plan).map((word) => word.replace(/^-/, ''));
  const own = plan.node.host.address;
  if (words.includes(own)) return own;
  if (words.some((word) => ['0.0.0.0', '*', '::', '::*'].includes(word))) return undefined;
  return words.find((word) => !/^(127\.|::1$|localhost$)/.test(word)) ?? words[0];
}
