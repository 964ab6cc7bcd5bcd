import { MODULES } from '../../emitters/modules.ts';
import type { Host, Site } from '../model/site.ts';

/**
 * Hosts that a `--limit` pattern selects, in inventory order: comma-separated names of hosts, groups or clusters with
 * `*` and `?`; `!name` excludes; a list of exclusions alone starts from every host.
 */
export function limitHosts(site: Site, pattern: string): readonly Host[] {
  const words = pattern.split(/[,\s]+/).filter((word) => word !== '');
  const wanted = words.filter((word) => !word.startsWith('!')).map(glob);
  const unwanted = words.filter((word) => word.startsWith('!')).map((word) => glob(word.slice(1)));
  const clusters = clustersOf(site);
  return site.hosts.filter((host) => {
    const names = namesOf(host, clusters);
    const matches = (tests: readonly RegExp[]): boolean => tests.some((test) => names.some((name) => test.test(name)));
    return (wanted.length === 0 || matches(wanted)) && !matches(unwanted);
  });
}

/** Every name that selects somebody. */
export function limitNames(site: Site): readonly string[] {
  const clusters = clustersOf(site);
  return [...new Set(site.hosts.flatMap((host) => namesOf(host, clusters)))];
}

/** Every name an operator may know a host by. */
function namesOf(host: Host, clusters: ReadonlyMap<Host, readonly string[]>): readonly string[] {
  const instance = host.pg === undefined ? [] : [host.pg.name];
  return [
    ...[host.name, host.nodename, host.nodeCluster, 'all'],
    ...host.groups,
    ...instance,
    ...(clusters.get(host) ?? []),
  ];
}

/** Names of the clusters that a host is in. */
function clustersOf(site: Site): ReadonlyMap<Host, readonly string[]> {
  const names = new Map<Host, string[]>();
  for (const module of MODULES)
    for (const { name, hosts, aliases = [] } of module.clusters?.(site) ?? [])
      for (const host of hosts) names.set(host, [...(names.get(host) ?? []), name, ...aliases]);
  return names;
}

function glob(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`);
}
