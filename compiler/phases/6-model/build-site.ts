import { connectionOf } from '../4-resolve/connection.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Host, InfraNode, NodeVip, Site } from '../../model/site.ts';
import type { Params } from '../../model/params.gen.ts';
import type { PlatformProfile } from '../../platform/profile.ts';
import type { Result } from '../../diagnostics/result.ts';
import type { Inventory, InventoryHost } from '../2-merge/inventory.ts';
import { buildEtcd } from './etcd.ts';
import { hostFacts } from './facts.ts';
import type { FactsFile } from '../../inputs/facts.ts';
import { buildMinio } from './minio.ts';
import { ParamsBuilder } from './params.ts';
import { buildPgClusters } from './pgsql.ts';
import { buildRedis } from './redis.ts';

export type { FactsFile } from '../../inputs/facts.ts';

export interface SiteOptions {
  readonly platform: PlatformProfile;
  /** By host name. */
  readonly facts: ReadonlyMap<string, FactsFile>;
}

/** While the site is built its objects point at each other, so they are filled in steps and frozen at the end. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** One host being built, with the inventory host it comes from: selectors look at inventory variables only. */
export interface HostDraft {
  readonly host: Draft<Host>;
  readonly source: InventoryHost;
  readonly facts: FactsFile | undefined;
}

/** Builds the typed model of a checked inventory. Pure; the result is frozen. */
export function buildSite(inventory: Inventory, options: SiteOptions): Result<Site> {
  const builder = new ParamsBuilder(options.platform);
  const drafts = inventory.hosts.map((source) => draftHost(source, builder, options));
  const hostByName = new Map(drafts.map((draft) => [draft.host.name, draft.host as Host]));
  const groups = hostsOfGroups(drafts);
  const diagnostics: Diagnostic[] = [];
  const infra = buildInfra(groups.get('infra') ?? []);
  const etcd = buildEtcd(groups);
  const [pgClusters, pgProblems] = buildPgClusters(drafts, groups);
  diagnostics.push(...pgProblems);
  const site: Site = {
    platform: options.platform,
    adminIp: adminIp(drafts),
    hosts: drafts.map((draft) => draft.host),
    hostByName,
    groups,
    infra,
    etcd,
    pgClusters,
    redisClusters: buildRedis(drafts, builder),
    minioClusters: buildMinio(drafts),
    nodeVips: buildNodeVips(drafts),
    ca: { commonName: caCommonName(drafts) },
  };
  for (const draft of drafts) Object.freeze(draft.host);
  return [Object.freeze(site), diagnostics];
}

function draftHost(source: InventoryHost, builder: ParamsBuilder, options: SiteOptions): HostDraft {
  const params = builder.build(source.vars);
  const facts = options.facts.get(source.name);
  const host: Draft<Host> = {
    name: source.name,
    address: addressOf(source),
    connection: connectionOf(source.vars, addressOf(source)).connection,
    nodename: nodenameOf(source.name, params, facts),
    nodeCluster: nodeClusterOf(params),
    groups: source.groups,
    facts: hostFacts(source.vars, facts, options.platform),
    params,
    pg: undefined,
    etcd: undefined,
    redis: undefined,
    minio: undefined,
    infra: undefined,
    nodeVip: undefined,
  };
  return { host, source, facts };
}

function addressOf(source: InventoryHost): string {
  const node = source.vars.get('ansible_host')?.node;
  return node?.kind === 'scalar' &&
    typeof node.value === 'string' &&
    /^\d+\.\d+\.\d+\.\d+$/.test(node.value) &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(source.name)
    ? node.value
    : source.name;
}

/** node_id_from_pg wins over an explicit nodename, as upstream does; without either the machine's own name is kept. */
function nodenameOf(name: string, params: Params, facts: FactsFile | undefined): string {
  if (params.nodeIdFromPg && params.pgCluster !== undefined && params.pgSeq !== undefined)
    return `${params.pgCluster}-${params.pgSeq}`;
  if (params.nodename !== undefined && params.nodename !== '') return params.nodename;
  return facts?.hostname ?? name;
}

function nodeClusterOf(params: Params): string {
  const declared = params.nodeCluster;
  const unset = declared === undefined || declared === '' || declared === 'nodes';
  if (params.nodeIdFromPg && params.pgCluster !== undefined && unset) return params.pgCluster;
  return unset ? 'nodes' : declared;
}

function hostsOfGroups(drafts: readonly HostDraft[]): ReadonlyMap<string, readonly Host[]> {
  const groups = new Map<string, Host[]>();
  for (const { host } of drafts) {
    for (const group of host.groups) {
      const members = groups.get(group);
      if (members === undefined) groups.set(group, [host]);
      else members.push(host);
    }
  }
  return groups;
}

function buildInfra(hosts: readonly Host[]): readonly InfraNode[] {
  const nodes = hosts.map((host, i): InfraNode => {
    const seq = host.params.infraSeq ?? i + 1;
    return { host, seq, name: `infra-${seq}` };
  });
  nodes.sort((a, b) => a.seq - b.seq);
  for (const node of nodes) (node.host as Draft<Host>).infra = Object.freeze(node);
  return nodes;
}

function buildNodeVips(drafts: readonly HostDraft[]): readonly NodeVip[] {
  const byAddress = new Map<string, Host[]>();
  for (const { host } of drafts) {
    const address = host.params.vipAddress;
    if (!host.params.vipEnabled || address === undefined || address === '') continue;
    const members = byAddress.get(address);
    if (members === undefined) byAddress.set(address, [host]);
    else members.push(host);
  }
  return [...byAddress].map(([address, members]) => {
    const vip: NodeVip = { address, vrid: members[0]!.params.vipVrid ?? 0, members };
    for (const member of members) (member as Draft<Host>).nodeVip = vip;
    return Object.freeze(vip);
  });
}

/** admin_ip is a global parameter; a fragment without it is administered from its first infra node, else its first host. */
function adminIp(drafts: readonly HostDraft[]): string {
  const declared = drafts.find((draft) => draft.source.vars.has('admin_ip'));
  if (declared !== undefined) return declared.host.params.adminIp;
  return (drafts.find((draft) => draft.host.infra !== undefined) ?? drafts[0])?.host.address ?? '127.0.0.1';
}

function caCommonName(drafts: readonly HostDraft[]): string {
  return drafts[0]?.host.params.caCn ?? 'pigsty-ca';
}
