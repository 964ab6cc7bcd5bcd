/** What works alone and cuts hosts off, opens them, or makes a cluster of two. */
import { parameters } from '../../../compiler/schema/table.ts';
import type { Base, HostSpot } from '../base.ts';
import { each, fault, insertVariable, pairs } from '../edits.ts';
import type { FaultClass } from '../fault.ts';
import { chosen, everywhere } from './given.ts';
import { pgGroups } from './identity.ts';

const addressed = (base: Base): readonly HostSpot[] => base.hosts.filter(({ name }) => /^\d+(?:\.\d+){3}$/.test(name));
const hosts = (base: Base): readonly HostSpot[] => [
  ...new Map(addressed(base).map((host) => [host.name, host])).values(),
];
const members = (base: Base): readonly HostSpot[] =>
  pgGroups(base)
    .filter((group) => group.hosts.length > 1)
    .flatMap((group) => group.hosts);
const keysOf = (base: Base, name: string): readonly (readonly [number, number])[] =>
  base.hosts.filter((host) => host.name === name).map(({ key }) => key);

/** What a cluster has once, with another value than anyone has. */
const OF_CLUSTERS = [...parameters().values()].flatMap(({ name, type, module, levels, onePer, default: value }) => {
  if (module !== 'PGSQL' || levels.includes('I') || onePer === 'member' || !/^pg_|^patroni_|^pgbackrest_/.test(name))
    return [];
  if (type === 'password') return [`${name}: ⟦Other.Word-9⟧`];
  if (type === 'port') return [`${name}: ⟦${Number(value) + 71}⟧`];
  if (type === 'path' && typeof value === 'string' && value !== '') return [`${name}: ⟦${value}_other⟧`];
  return [];
});

export const dangers: readonly FaultClass[] = [
  {
    name: 'one-address-twice',
    what: 'two names with one address',
    sites: (base) =>
      each(pairs(hosts(base)).slice(0, 40), ([one, other]) =>
        fault(
          [insertVariable(base, other, `ansible_host: ⟦${one.name}⟧`)],
          [...keysOf(base, one.name), ...keysOf(base, other.name)],
        ),
      ),
  },
  {
    name: 'loopback-address',
    what: 'a host at an address that means another one, or none',
    sites: (base) =>
      each(hosts(base).length > 1 ? hosts(base) : [], (host, random) => {
        const text = random.pick(['127.0.0.1', '0.0.0.0', '224.0.0.5', '255.255.255.255']);
        return { edits: keysOf(base, host.name).map((range) => ({ range, text: `⟦${text}⟧` })) };
      }),
  },
  {
    name: 'cluster-value-at-member',
    what: 'what a cluster has once, set for one of its members',
    sites: (base) =>
      each(members(base), (host, random) =>
        fault([insertVariable(base, host, random.pick(OF_CLUSTERS))], keysOf(base, host.name)),
      ),
  },
  chosen(
    'ssh-port-closed',
    'a firewall that closes the port of ssh',
    ['node_firewall_public_port: ⟦[ 80, 443 ]⟧', 'node_firewall_public_port: ⟦[]⟧'],
    (base) =>
      everywhere(base).filter(
        () => !base.of('node_firewall_mode').some(({ data }) => data === 'none' || data === false || data === 'off'),
      ),
  ),
  chosen(
    'intranet-elsewhere',
    'an intranet that the hosts are not in',
    ['node_firewall_intranet: ⟦[ 198.51.100.0/24 ]⟧'],
    (base) =>
      everywhere(base).filter(
        () => hosts(base).length > 1 && base.of('node_firewall_mode').some(({ data }) => data === 'zone'),
      ),
    (base) => base.hosts.map(({ key }) => key),
  ),
  chosen(
    'replication-refused',
    'a rule that keeps members out of each other',
    [
      'pg_hba_rules: [ ⟦{ user: all, db: all, addr: world, auth: deny, title: nobody else, order: 10 }⟧ ]',
      "pg_hba_rules: [ ⟦{ user: '${repl}', db: replication, addr: 0.0.0.0/0, auth: deny, title: oops, order: 10 }⟧ ]",
      "⟦pg_default_hba_rules⟧: ⟦[ { user: '${dbsu}', db: all, addr: local, auth: ident, title: dbsu } ]⟧",
    ],
    (base) => pgGroups(base).filter((group) => group.hosts.length > 1),
  ),
  chosen(
    'impossible-vip',
    'an address for the primary that no host can have',
    [
      'pg_vip_enabled: true, pg_vip_address: ⟦10.77.0.255/24⟧',
      'pg_vip_enabled: true, pg_vip_address: ⟦10.77.0.0/24⟧',
      'pg_vip_enabled: true, pg_vip_address: ⟦10.77.0.9/0⟧',
      'pg_vip_enabled: true, pg_vip_address: ⟦10.77.0.9/33⟧',
    ],
    (base) =>
      pgGroups(base).filter(
        (group) => !group.vars.some(({ name }) => name.startsWith('pg_vip')) && group.vars[0]!.within.flow === true,
      ),
  ),
];
