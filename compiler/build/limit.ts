import type { Host, Site } from '../model/site.ts';

/**
 * Hosts that a `--limit` pattern selects, in inventory order: comma-separated names of hosts, groups or clusters with
 * `*` and `?`; `!name` excludes; a list of exclusions alone starts from every host.
 */
export function limitHosts(site: Site, pattern: string): readonly Host[] {
  const words = pattern.split(/[,\s]+/).filter((word) => word !== '');
  const wanted = words.filter((word) => !word.startsWith('!')).map(glob);
  const unwanted = words.filter((word) => word.startsWith('!')).map((word) => glob(word.slice(1)));
  return site.hosts.filter((host) => {
    const names = namesOf(host);
    const matches = (tests: readonly RegExp[]): boolean => tests.some((test) => names.some((name) => test.test(name)));
    return (wanted.length === 0 || matches(wanted)) && !matches(unwanted);
  });
}

/** Every name that selects somebody. */
export function limitNames({ hosts }: Site): readonly string[] {
  return [...new Set(hosts.flatMap(namesOf))];
}

/** Every name an operator may know a host by. */
function namesOf(host: Host): readonly string[] {
  const names = [host.name, host.nodename, host.nodeCluster, 'all', ...host.groups];
  if (host.pg !== undefined) names.push(host.pg.cluster.name, host.pg.name, host.pg.cluster.scope);
  if (host.redis !== undefined) names.push(host.redis.cluster.name);
  if (host.minio !== undefined) names.push(host.minio.cluster.name);
  return names;
}

function glob(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`);
}
