/** Questions about clusters, answered member by member, with the place in the inventory of the rule that decides. */
import type { Checked } from '../../phases/5-check/checked.ts';
import type { PgCluster, PgService, Site } from '../../model/site.ts';
import type { InventoryHost } from '../../phases/2-merge/inventory.ts';
import type { Span } from '../../source/node.ts';
import { parseAddress, parseNetwork, type Address, type Network } from '../../domain/address.ts';
import { decide, type Decision, type Question } from './decide.ts';
import type { Dialect } from '../../domain/hba/hba-line.ts';
import { memberOf, type Member, type RuleLine } from './member.ts';

/** The way from a client to PostgreSQL. A service ends in one of the two programs, and its HAProxy is the client they see. */
export type Via = 'postgres' | 'pgbouncer' | { readonly service: string };

export interface Answer {
  readonly member: Member;
  readonly asked: Dialect;
  /** Address of the HAProxy the connection goes through. */
  readonly proxy: string | undefined;
  readonly tls: boolean;
  readonly decision: Decision;
}

/** Members of a cluster with what their facts say about interfaces. */
export function membersOf(site: Site, cluster: PgCluster, checked: Checked): readonly Member[] {
  return cluster.members.map((instance) => {
    const interfaces = checked.facts.get(instance.host.name)?.interfaces ?? [];
    const networks = interfaces
      .flatMap((nic) => nic.addresses)
      .flatMap((cidr): readonly (readonly [string, Network])[] => {
        const network = parseNetwork(cidr);
        return network === undefined ? [] : [[cidr.split('/')[0]!, network]];
      });
    return memberOf(site, instance, new Map(networks));
  });
}

/** Answers for every member of a cluster; two when `tls` is left open. */
export function ask(
  cluster: PgCluster,
  members: readonly Member[],
  question: Omit<Question, 'tls'>,
  tls: boolean | undefined,
  via: Via,
): readonly Answer[] {
  const kinds = question.from === 'local' ? [false] : tls === undefined ? [true, false] : [tls];
  const answer = (member: Member, asked: Dialect, proxy?: Address, address?: string): readonly Answer[] =>
    kinds.map((kind) => ({
      member,
      asked,
      proxy: address,
      tls: kind,
      decision: decide(member, { ...question, from: proxy ?? question.from, tls: kind }, asked),
    }));
  if (typeof via === 'string') return members.flatMap((member) => answer(member, via));
  const service = cluster.services.find(({ name, fullName }) => name === via.service || fullName === via.service);
  return proxiesOf(cluster).flatMap((proxy) =>
    servedBy(service, members).flatMap(([member, asked]) => answer(member, asked, parseAddress(proxy), proxy)),
  );
}

/** Hosts whose HAProxy carries the services of a cluster. */
function proxiesOf(cluster: PgCluster): readonly string[] {
  const hosts = cluster.serviceProvider ?? cluster.members.map(({ host }) => host);
  return hosts.filter(({ params }) => params.haproxyEnabled).map(({ address }) => address);
}

function servedBy(service: PgService | undefined, members: readonly Member[]): readonly (readonly [Member, Dialect])[] {
  return (service?.members ?? []).flatMap(({ instance, port }): readonly (readonly [Member, Dialect])[] => {
    const member = members.find((candidate) => candidate.instance === instance);
    if (member === undefined || ![instance.host.params.pgPort, instance.host.params.pgbouncerPort].includes(port))
      return [];
    return [[member, port === instance.host.params.pgPort ? 'postgres' : 'pgbouncer']];
  });
}

/** Where a rule was written. */
export interface Origin {
  /** Parameter that holds the rule. */
  readonly parameter: string;
  /** Undefined for a default of the schema. */
  readonly span: Span | undefined;
}

/** The place of a line's rule, or of the line itself where it is written out. */
export function originOf({ dialect, rule, index }: RuleLine, host: InventoryHost | undefined): Origin {
  const parameter = `${dialect === 'postgres' ? 'pg' : 'pgb'}_${rule.list === 'default' ? 'default_' : ''}hba_rules`;
  const node = host?.vars.get(parameter)?.node;
  const item = node?.kind === 'seq' ? node.items[rule.index] : undefined;
  const written = item?.kind === 'map' ? item.entries.find(({ key }) => key.text === 'rules')?.value : undefined;
  const text = written?.kind === 'seq' ? written.items[index] : undefined;
  return { parameter, span: (text ?? item)?.span };
}
