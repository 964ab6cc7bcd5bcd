/**
 * The last bundle of a host that left the inventory, in retired/HOST: it stays there until somebody removes it, or
 * until the host comes back. It is made once, of what the former bundle says about the host.
 */
import type { Site } from '../../model/site.ts';
import { runtimeLibrary } from '../../../emitters/host/library.ts';
import { MANIFEST_HEADER } from '../../../emitters/host/manifest.ts';
import {
  addressIn,
  clustersIn,
  isPrimaryIn,
  leavingHost,
  retiredScript,
  turnIn,
} from '../../../emitters/host/retired-script.ts';
import { LIBRARY, type BundleFile } from './bundle-files.ts';
import { dataDirectories } from './data-directories.ts';
import type { Manifest } from './manifest.ts';
import { recordOfScript, type PlanRecord } from './plan-record.ts';
import { textOf, type Output } from './output.ts';
import { bundlePathFault } from './paths.ts';
import { HEAD } from './ssh-config.ts';

export const RETIRED = 'retired';
const SSH_CONFIG = 'ssh_config';
/** All that is ours of a directory there. */
const FILES = ['apply.sh', 'manifest.tsv', SSH_CONFIG, LIBRARY];

/** How to reach a host that has left. */
export interface RetiredHost {
  readonly name: string;
  /** Its block of ssh_config. */
  readonly block: string;
  /** When it goes. */
  readonly turn: number;
  /** Clusters that it is a member of and that end with their last one. */
  readonly clusters: readonly string[];
  /** Whether its instance of PostgreSQL was declared as the primary. */
  readonly isPrimary: boolean;
}

export interface Retirement {
  /** All that have left and whose directories are there, in the order in which they go. */
  readonly hosts: readonly RetiredHost[];
  readonly files: readonly BundleFile[];
  /** Of hosts that are back. */
  readonly removed: readonly string[];
}

/**
 * What is below retired/ after this build. `former` is the manifest of the bundle that is there. A host with another name and the same
 * address has not left: to end what runs there would end what it is now.
 */
export function retire(output: Output, site: Site, former: Manifest | undefined): Retirement {
  const there = retiredNames(output);
  const left = (former?.hosts ?? []).map(({ name }) => name).filter((name) => isName(name));
  const addresses = new Set(site.hosts.map(({ address }) => address));
  const isHere = (name: string): boolean =>
    site.hostByName.has(name) || addresses.has(addressIn(formerScript(output, name)) ?? '');
  const gone = [...new Set([...there, ...left])].filter((name) => !isHere(name)).sort();
  const plans = new Map(former?.hosts.map(({ name, plan }) => [name, plan]));
  const all = gone.flatMap((name) => lastBundle(output, name, plans.get(name)) ?? []);
  return {
    hosts: inOrder(all.map(({ host }) => host)),
    files: all.flatMap(({ files }) => files),
    removed: there
      .filter(isHere)
      .flatMap((name) => FILES.map((file) => `${RETIRED}/${name}/${file}`))
      .filter((path) => output.host.lstat(`${output.directory}/${path}`)?.kind === 'file'),
  };
}

/**
 * Who serves others goes after them; a primary after all its replicas, whatever else these do: as long as one of them runs, it would be
 * promoted when the primary stops, and have what the primary has not.
 */
function inOrder(hosts: readonly RetiredHost[]): readonly RetiredHost[] {
  const turnOf = ({ turn, clusters, isPrimary }: RetiredHost): number => {
    const fellows = isPrimary ? hosts.filter((one) => one.clusters.some((name) => clusters.includes(name))) : [];
    return Math.max(turn, ...fellows.map((one) => one.turn));
  };
  return [...hosts].sort((a, b) => turnOf(a) - turnOf(b) || Number(a.isPrimary) - Number(b.isPrimary));
}

/** apply.sh of a host of the former bundle, or its last one. */
function formerScript({ host, directory }: Output, name: string): string {
  const script = (place: string): string => textOf(host, `${directory}/${place}/${name}/apply.sh`);
  return script('hosts') || script(RETIRED);
}

function retiredNames({ host, directory }: Output): readonly string[] {
  if (host.lstat(`${directory}/${RETIRED}`)?.kind !== 'directory') return [];
  return host.readDir(`${directory}/${RETIRED}`).filter(isName);
}

function isName(name: string): boolean {
  return !name.includes('/') && bundlePathFault(name) === undefined;
}

/** @param plan what the former manifest says of it */
function lastBundle(
  output: Output,
  name: string,
  plan: PlanRecord | undefined,
): { host: RetiredHost; files: readonly BundleFile[] } | undefined {
  const { host, directory } = output;
  const path = (file: string): string => `${RETIRED}/${name}/${file}`;
  const library: BundleFile = { path: path(LIBRARY), text: runtimeLibrary(), mode: 0o644 };
  const script = textOf(host, `${directory}/hosts/${name}/apply.sh`);
  const former = (file: string): string => textOf(host, `${directory}/hosts/${name}/files/${file}`);
  const data = dataDirectories(plan ?? recordOfScript(script));
  const leaving = leavingHost(name, script, data, former);
  if (leaving === undefined) {
    const block = textOf(host, `${directory}/${path(SSH_CONFIG)}`)
      .slice(HEAD.length)
      .trim();
    const last = textOf(host, `${directory}/${path('apply.sh')}`);
    if (last === '') return undefined;
    const told = { turn: turnIn(last), clusters: clustersIn(last), isPrimary: isPrimaryIn(last) };
    return { host: { name, block, ...told }, files: [library] };
  }
  const block = formerBlock(output, name);
  const { turn, clusters, isPrimary } = leaving;
  return {
    host: { name, block, turn, clusters, isPrimary },
    files: [
      { path: path('apply.sh'), text: retiredScript(leaving), mode: 0o755 },
      { path: path('manifest.tsv'), text: `${MANIFEST_HEADER}\n`, mode: 0o644 },
      { path: path(SSH_CONFIG), text: `${HEAD}\n${block}\n`, mode: 0o644 },
      library,
    ],
  };
}

/** How the former bundle reached a host: as its Makefile says, with the options of its ssh_config. */
function formerBlock({ host, directory }: Output, name: string): string {
  const makefile = textOf(host, `${directory}/Makefile`).split('\n');
  const prefix = `AT_${slug(name)} := `;
  const target = makefile.find((line) => line.startsWith(prefix))?.slice(prefix.length) ?? name;
  const blocks = textOf(host, `${directory}/${SSH_CONFIG}`).split('\n\n');
  return blocks.find((block) => block.startsWith(`Host ${target}\n`))?.trimEnd() ?? `Host ${target}`;
}

/** Where make finds it. */
export function targetOf({ name, block }: RetiredHost): string {
  return /^Host (\S+)/.exec(block)?.[1] ?? name;
}

/** Hosts are usually addresses; what make or the shell would trip over becomes `_`. */
export function slug(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]/g, '_');
}
