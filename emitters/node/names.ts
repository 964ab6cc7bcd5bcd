import { MODULES } from '../modules.ts';
import type { Host, Site } from '../../compiler/model/site.ts';
import type { Step } from '../api.ts';
import { requireLine } from '../toolkit/index.ts';
import { textFile, withAdminIp } from '../toolkit/steps.ts';

/** Host name, /etc/hosts and the resolver. */
export function nameSteps(site: Site, host: Host): readonly Step[] {
  return [
    ...(isNamed(host)
      ? [{ kind: 'call', stage: 'node', name: 'host name', fn: 'hostname_set', args: [host.nodename] } as const]
      : []),
    ...hostsBlock(site, host),
    ...resolverSteps(site, host),
  ];
}

/** Without any declared name the model falls back to the inventory's, an address; the machine keeps its own then. */
const isNamed = ({ params, nodename, name }: Host): boolean => params.nodenameOverwrite && nodename !== name;

/**
 * A block of /etc/hosts: declared records, the name that the host gets (sudo asks for it at every call, and waits for a DNS
 * server that is not there yet), names of hosts that ask to be known everywhere, names by which members of a cluster know
 * each other.
 */
function hostsBlock(site: Site, host: Host): readonly Step[] {
  const { params } = host;
  if (!params.nodeWriteEtcHosts) return [];
  const lines = [
    ...new Set(
      [...params.nodeDefaultEtcHosts, ...params.nodeEtcHosts]
        .map((line) => withAdminIp(site, line.trim()))
        .concat(
          isNamed(host) ? [`${host.address} ${host.nodename}`] : [],
          exchangedNames(site),
          ...MODULES.map((module) => module.knownNames?.(site) ?? []),
        ),
    ),
  ];
  if (lines.length === 0) return [];
  return [
    textFile(
      'node',
      '/etc/hosts',
      'node/hosts',
      () => lines.map((line) => `${requireLine('/etc/hosts', line)}\n`).join(''),
      {
        manage: 'block',
      },
    ),
  ];
}

function exchangedNames(site: Site): readonly string[] {
  return site.hosts
    .filter((host) => host.params.nodenameExchange && host.nodename !== host.name)
    .map((host) => `${host.address} ${host.nodename}`);
}

/** `overwrite`: the file is these lines. `add`: name servers the host already has come after ours, so the runtime merges. */
function resolverSteps(site: Site, host: Host): readonly Step[] {
  const { nodeDnsMethod: method, nodeDnsOptions, nodeDnsServers } = host.params;
  const lines = [
    ...nodeDnsOptions.map((line) => line.trim()),
    ...nodeDnsServers.map((server) => `nameserver ${withAdminIp(site, server)}`),
  ];
  switch (method) {
    case 'none':
      return [];
    case 'add':
      return [{ kind: 'call', stage: 'node', name: 'resolver', fn: 'resolver_add', args: lines }];
    case 'overwrite':
      return [
        textFile(
          'node',
          '/etc/resolv.conf',
          'node/resolver',
          () => lines.map((line) => `${requireLine('resolv.conf', line)}\n`).join(''),
          {},
        ),
      ];
  }
}
