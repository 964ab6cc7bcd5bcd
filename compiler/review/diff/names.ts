/** Names by which the files of one host differ from those of another without saying anything else. */
import type { Host, Site } from '../../model/site.ts';

/** Names of the hosts of a plan. */
export interface PlanNames {
  /** The text with the names of the host that a file is about in a common form. Equal for files that differ in them only. */
  plain(path: string, text: string): string;
  /** The path with `*` for what names one of many hosts. */
  kindOf(path: string): string;
  /** The cluster of a host, as people call it. */
  clusterOf(host: string): string | undefined;
}

/** Words of a host by the kind of name they are, most telling first. */
type Words = ReadonlyMap<string, string>;

/** @param sites those of both sides; the first one says to which cluster a host belongs */
export function planNames(sites: readonly Site[]): PlanNames {
  const words = new Map<string, Map<string, string>>();
  const clusters = new Map<string, string>();
  /** Host by a name of it that nothing else has. */
  const known = new Map<string, string>();
  for (const host of sites.flatMap(({ hosts }) => hosts)) {
    const own = words.get(host.name) ?? new Map<string, string>();
    words.set(host.name, own);
    for (const [kind, name] of namesOf(host)) {
      if (!own.has(name)) own.set(name, kind);
      if (kind !== CLUSTER) known.set(name, host.name);
    }
    const cluster = clusterName(host);
    if (cluster !== undefined && !clusters.has(host.name)) clusters.set(host.name, cluster);
  }
  const replacers = new Map<string, (text: string) => string>();
  const replacerOf = (host: string): ((text: string) => string) => {
    const replace = replacers.get(host) ?? replacer(words.get(host) ?? new Map([[host, 'name']]));
    replacers.set(host, replace);
    return replace;
  };
  return {
    plain: (path, text) => {
      const host = subject(path, known);
      return host === undefined ? text : replacerOf(host)(text);
    },
    kindOf: (path) => {
      const named = namedIn(path, known);
      const file = named === undefined ? path : `${path.slice(0, -named.file.length)}*${named.extension}`;
      return file.replace(/^hosts\/[^/]+\//, 'hosts/*/');
    },
    clusterOf: (host) => clusters.get(host),
  };
}

/** The host that the name of the file names, as those of monitoring's targets do, else the one whose file it is. */
function subject(path: string, known: ReadonlyMap<string, string>): string | undefined {
  return namedIn(path, known)?.host ?? /^hosts\/([^/]+)\//.exec(path)?.[1];
}

/** The last part of a path where it is the name of a host or an instance, with or without an extension. */
function namedIn(
  path: string,
  known: ReadonlyMap<string, string>,
): { readonly host: string; readonly file: string; readonly extension: string } | undefined {
  const file = path.slice(path.lastIndexOf('/') + 1);
  for (const extension of ['', /\.[a-z]+$/.exec(file)?.[0] ?? '']) {
    const host = known.get(file.slice(0, file.length - extension.length));
    if (host !== undefined) return { host, file, extension };
  }
  return undefined;
}

/** Longer names first: one may be the beginning of another. */
function replacer(marks: Words): (text: string) => string {
  const words = [...marks.keys()]
    .filter((word) => word !== '')
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replaceAll(/[^\w]/gu, (sign) => `\\u{${sign.codePointAt(0)!.toString(16)}}`));
  const pattern = new RegExp(`(?<![\\p{L}\\d])(?:${words.join('|')})(?![\\p{L}\\d])`, 'gu');
  return (text) => text.replaceAll(pattern, (word) => `\0${marks.get(word)!}\0`);
}

const CLUSTER = 'cluster';

function namesOf(host: Host): readonly (readonly [kind: string, name: string])[] {
  const { name, address, nodename, pg, redis, etcd, minio, infra } = host;
  return [
    ['name', name],
    ['address', address],
    ...[pg, etcd, minio, infra].flatMap((member, at) =>
      member === undefined ? [] : [[`instance ${at}`, member.name] as const],
    ),
    ...(redis?.instances ?? []).map((instance, at) => [`redis ${at}`, instance.name] as const),
    ['node', nodename],
    ...[pg, redis].flatMap((member) => (member === undefined ? [] : [[CLUSTER, member.cluster.name] as const])),
  ];
}

function clusterName({ pg, redis, minio, etcd }: Host): string | undefined {
  return (pg ?? redis ?? minio ?? etcd)?.cluster.name;
}
