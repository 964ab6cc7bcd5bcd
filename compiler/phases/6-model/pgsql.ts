import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Host, PgCluster, PgInstance, PgRole } from '../../model/site.ts';
import type { Params } from '../../model/params.gen.ts';
import type { Result } from '../../diagnostics/result.ts';
import type { Draft, HostDraft } from './build-site.ts';
import { buildServices } from './services.ts';

/** A cluster's member while it is built. */
export interface PgMember extends HostDraft {
  readonly instance: PgInstance;
}

/** PostgreSQL clusters by the effective value of pg_cluster: membership is a variable's value, not a group. */
export function buildPgClusters(
  drafts: readonly HostDraft[],
  groups: ReadonlyMap<string, readonly Host[]>,
): Result<readonly PgCluster[]> {
  const byName = new Map<string, HostDraft[]>();
  for (const draft of drafts) {
    const { pgCluster, pgSeq, pgRole } = draft.host.params;
    if (pgCluster === undefined || pgCluster === '' || pgSeq === undefined || pgRole === undefined) continue;
    const members = byName.get(pgCluster);
    if (members === undefined) byName.set(pgCluster, [draft]);
    else members.push(draft);
  }
  const addresses = clusterByAddress(drafts, byName);
  const diagnostics: Diagnostic[] = [];
  const clusters = [...byName].map(([name, members]) => {
    const [cluster, problems] = buildCluster(name, members, groups, addresses);
    diagnostics.push(...problems);
    return cluster;
  });
  return [clusters, diagnostics];
}

/** Clusters by the addresses one may follow them at: those of their members, and their VIP. */
function clusterByAddress(
  drafts: readonly HostDraft[],
  clusters: ReadonlyMap<string, readonly HostDraft[]>,
): ReadonlyMap<string, string> {
  const vips = [...clusters].flatMap(([name, members]) => {
    const vip = vipOf(primaryOf(members).host.params);
    return vip === undefined ? [] : [[vip.address, name] as const];
  });
  const members = drafts.flatMap(({ host }) => {
    const cluster = host.params.pgCluster;
    return cluster === undefined ? [] : [[host.name, cluster] as const];
  });
  return new Map([...vips, ...members]);
}

/** The member declared primary, or the first. */
function primaryOf<T extends HostDraft>(members: readonly T[]): T {
  return members.find(({ host }) => host.params.pgRole === 'primary') ?? members[0]!;
}

function buildCluster(
  name: string,
  drafts: readonly HostDraft[],
  groups: ReadonlyMap<string, readonly Host[]>,
  addresses: ReadonlyMap<string, string>,
): Result<PgCluster> {
  const cluster = {} as Draft<PgCluster>;
  const members = drafts.map((draft): PgMember => ({ ...draft, instance: buildInstance(draft.host, name, cluster) }));
  const primary = primaryOf(members).instance;
  const params = primary.host.params;
  const citus = params.pgMode === 'citus';
  cluster.name = name;
  cluster.scope = citus ? (params.pgShard ?? name) : name;
  cluster.group = citus ? (params.pgGroup ?? 0) : undefined;
  cluster.members = members.map((member) => member.instance);
  cluster.primary = primary;
  cluster.upstream = upstreamOf(params, addresses);
  cluster.vip = vipOf(params);
  cluster.serviceProvider = params.pgServiceProvider === '' ? undefined : groups.get(params.pgServiceProvider);
  const [services, problems] = buildServices(name, params, members);
  cluster.services = services;
  return [Object.freeze(cluster), problems];
}

function buildInstance(host: Host, cluster: string, owner: PgCluster): PgInstance {
  const role = host.params.pgRole as PgRole;
  const upstream = host.params.pgUpstream;
  const instance: PgInstance = Object.freeze({
    host,
    cluster: owner,
    name: `${cluster}-${host.params.pgSeq!}`,
    seq: String(host.params.pgSeq),
    role,
    upstream: role === 'primary' || upstream === undefined || upstream === '' ? undefined : upstream,
  });
  (host as Draft<Host>).pg = instance;
  return instance;
}

/** A primary with pg_upstream leads a standby cluster that follows another cluster, possibly some time behind. */
function upstreamOf(primary: Params, addresses: ReadonlyMap<string, string>): PgCluster['upstream'] {
  const address = primary.pgUpstream;
  if (address === undefined || address === '') return undefined;
  const delay = String(primary.pgDelay);
  return {
    address,
    port: primary.pgPort,
    cluster: addresses.get(address),
    delay: delay === '0' || delay === '' ? undefined : delay,
  };
}

/** pg_vip_address is CIDR; a missing mask means 24, as vip-manager's upstream template has it. */
function vipOf(primary: Params): PgCluster['vip'] {
  if (!primary.pgVipEnabled) return undefined;
  const [address, mask] = primary.pgVipAddress.split('/');
  return { address: address!, mask: mask === undefined ? 24 : Number(mask) };
}
