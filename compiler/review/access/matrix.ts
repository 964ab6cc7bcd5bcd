/** Who can reach what: every user that may log in, every database, every kind of address, with TLS and without. */
import type { Site } from '../../model/site.ts';
import {
  addressText,
  contains,
  isEverything,
  isLoopback,
  parseAddress,
  parseNetwork,
  single,
  type Address,
  type Network,
} from '../../domain/address.ts';
import { decide, type Decision } from './decide.ts';
import type { Dialect } from '../../domain/hba/hba-line.ts';
import type { Member } from './member.ts';

/** A kind of address, and one of it to ask about. */
export interface Place {
  readonly name: string;
  readonly from: Address | 'local';
}

export interface Cell {
  readonly place: Place;
  /** Undefined for the Unix socket, which has no TLS. */
  readonly tls: Decision | undefined;
  readonly plain: Decision;
}

export interface MatrixRow {
  readonly user: string;
  readonly database: string;
  readonly cells: readonly Cell[];
}

export interface Matrix {
  readonly member: Member;
  readonly asked: Dialect;
  readonly places: readonly Place[];
  readonly rows: readonly MatrixRow[];
}

/** The table of one member, asked directly or through its pool. */
export function matrixOf(site: Site, member: Member, asked: Dialect): Matrix {
  const places = placesOf(site, member, asked);
  const { roles } = member.servers.postgres;
  const users = roles.names.filter((name) => roles.get(name)!.login);
  const databases =
    asked === 'postgres'
      ? [...[...member.databases.keys()].filter((name) => !name.startsWith('template')), 'replication']
      : [...member.poolDatabases, 'pgbouncer'];
  const cell = (user: string, database: string, place: Place): Cell => {
    const answer = (tls: boolean): Decision => decide(member, { user, database, from: place.from, tls }, asked);
    return { place, tls: place.from === 'local' ? undefined : answer(true), plain: answer(false) };
  };
  const rows = users.flatMap((user) =>
    databases.map((database) => ({ user, database, cells: places.map((place) => cell(user, database, place)) })),
  );
  return { member, asked, places, rows };
}

/**
 * The places rules speak of: aliases first, then networks written out, then the rest of the world. Each is asked by an
 * address no narrower place has.
 */
function placesOf(site: Site, { instance, lines }: Member, asked: Dialect): readonly Place[] {
  const address = (text: string): readonly Address[] => [parseAddress(text)].filter((found) => found !== undefined);
  const special = [site.adminIp, ...site.infra.map(({ host }) => host.address)];
  const others = instance.cluster.members
    .filter((member) => member !== instance)
    .map(({ host }) => host.address)
    .sort((a, b) => Number(special.includes(a)) - Number(special.includes(b)));
  const hosts = [
    { name: 'cluster', found: (others.length > 0 ? others : [instance.host.address]).flatMap(address) },
    { name: 'infra', found: site.infra.map(({ host }) => host.address).flatMap(address) },
    { name: 'admin', found: address(site.adminIp) },
  ];
  const intranet = instance.host.params.nodeFirewallIntranet.flatMap((text) =>
    [parseNetwork(text)].filter((network) => network !== undefined),
  );
  const named = [
    ...intranet,
    ...hosts.flatMap(({ found }) => found.map(single)),
    ...instance.cluster.members.flatMap(({ host }) => address(host.address).map(single)),
  ];
  const written = writtenNetworks(
    lines[asked].flatMap(({ parsed }) =>
      parsed.kind === 'line' && parsed.line.source.kind === 'network' ? [parsed.line.source.network] : [],
    ),
    named,
  );
  const places: Place[] = [
    { name: 'local', from: 'local' },
    { name: 'localhost', from: parseAddress('127.0.0.1')! },
  ];
  for (const { name, found } of hosts)
    if (found[0] !== undefined && !places.some(({ from }) => sameAddress(from, found[0]!)))
      places.push({ name, from: found[0] });
  const narrow = [...named.filter((network) => !intranet.includes(network)), ...written];
  for (const network of written)
    places.push({
      name: networkText(network),
      from: sample(
        network,
        narrow.filter((other) => other !== network),
      ),
    });
  if (intranet[0] !== undefined) places.push({ name: 'intranet', from: sample(intranet[0], narrow) });
  return [
    ...places,
    {
      name: 'world',
      from: sample(parseNetwork('203.0.113.0/0')!, [...narrow, ...intranet], parseAddress('203.0.113.1')!.bits),
    },
  ];
}

function sameAddress(a: Place['from'], b: Address): boolean {
  return a !== 'local' && a.family === b.family && a.bits === b.bits;
}

/** Networks that rules write out, each once, without those that have a name. */
function writtenNetworks(networks: readonly Network[], named: readonly Network[]): readonly Network[] {
  const seen = new Set(named.map(networkText));
  return networks.filter((network) => {
    const text = networkText(network);
    if (isEverything(network) || isLoopback(network) || seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

function networkText({ base, mask }: Network): string {
  const bits = mask.toString(2).replace(/0+$/, '').length;
  const address = addressText({ family: base.family, bits: base.bits & mask });
  return bits === (base.family === 4 ? 32 : 128) ? address : `${address}/${mask === 0n ? 0 : bits}`;
}

/** An address of a network that no narrower one has; its first where they fill it. */
function sample({ base, mask }: Network, avoid: readonly Network[], start = (base.bits & mask) + 1n): Address {
  const candidates = [0n, 1n, 2n, 100n, 1000n, 65_536n, 1_000_000n, 20_000_000n].map(
    (step): Address => ({ family: base.family, bits: start + step }),
  );
  const inside = candidates.filter((address) => contains({ base, mask }, address));
  return (
    inside.find((address) => !avoid.some((network) => contains(network, address))) ?? {
      family: base.family,
      bits: base.bits & mask,
    }
  );
}
