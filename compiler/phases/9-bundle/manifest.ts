import { own } from '../../words/own.ts';
import { LIBRARY, type ManifestFile, type ManifestHost } from './bundle-files.ts';
import { fileOf, fileText } from './manifest-file.ts';
import { bundlePathFault } from './paths.ts';
import type { PlanRecord } from './plan-record.ts';

/** manifest.json of a bundle. */
export interface Manifest {
  readonly version: string;
  readonly hosts: readonly ManifestHost[];
  /** Drawings of the topology beside this file; none when none were asked for. */
  readonly drawings: readonly string[];
}

const BEFORE_HOSTS = '  "hosts": [\n    {\n';
const BETWEEN_HOSTS = '\n    },\n    {\n';
const AFTER_HOSTS = '\n    }\n  ]\n}\n';

/**
 * Text of manifest.json: one line a file, so that a review shows which file changed, and nothing about the whole, so that branches
 * that change different hosts merge.
 * @param former what a build of the same program wrote; the text of hosts that are the same objects is taken from it
 */
export function manifestText(
  manifest: Manifest,
  former?: { readonly manifest: Manifest; readonly text: string },
): string {
  const known = former === undefined ? undefined : textsOf(former.manifest, former.text);
  const hosts = manifest.hosts.map((host) => known?.get(host) ?? hostText(host));
  const drawings = manifest.drawings.length === 0 ? '' : `  "drawings": ${JSON.stringify(manifest.drawings)},\n`;
  const head = `{\n  "pigstyc": ${JSON.stringify(manifest.version)},\n${drawings}`;
  if (hosts.length === 0) return `${head}  "hosts": []\n}\n`;
  return `${head}${BEFORE_HOSTS}${hosts.join(BETWEEN_HOSTS)}${AFTER_HOSTS}`;
}

function hostText(host: ManifestHost): string {
  const files = host.files.map((file) => `        ${fileText(file)}`);
  const plan = Object.entries(host.plan ?? {}).map(([name, value]) => `        "${name}": ${JSON.stringify(value)}`);
  return [
    `      "name": ${JSON.stringify(host.name)}`,
    `      "scripts": ${JSON.stringify(host.scripts)}`,
    ...(plan.length === 0 ? [] : [`      "plan": {\n${plan.join(',\n')}\n      }`]),
    `      "files": [${files.length === 0 ? '' : `\n${files.join(',\n')}\n      `}]`,
  ].join(',\n');
}

/** The part of each host. */
function textsOf({ hosts }: Manifest, text: string): ReadonlyMap<ManifestHost, string> | undefined {
  const start = text.indexOf(BEFORE_HOSTS) + BEFORE_HOSTS.length;
  const texts = text.slice(start, -AFTER_HOSTS.length).split(BETWEEN_HOSTS);
  return texts.length === hosts.length ? new Map(hosts.map((host, index) => [host, texts[index]!])) : undefined;
}

/** Whether a build of ours wrote this, also when it is half of a merge. */
export function isOurs(text: string): boolean {
  return /^\s*"pigstyc": "/m.test(text);
}

/** Whether git has left both sides of a merge in a text. */
export function hasConflict(text: string): boolean {
  return /^<{7} /m.test(text) && /^>{7} /m.test(text);
}

/** Reads the manifest of an earlier build, also when it is half of a merge; undefined when the text is none. */
export function parseManifest(text: string): Manifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return isOurs(text) ? linesOfManifest(text) : undefined;
  }
  if (!isRecord(value) || typeof value['pigstyc'] !== 'string' || !Array.isArray(value['hosts'])) return undefined;
  const hosts = value['hosts'].flatMap((host) => hostOf(host) ?? []);
  const drawings = Array.isArray(value['drawings']) ? value['drawings'].filter((name) => typeof name === 'string') : [];
  return { version: value['pigstyc'], hosts, drawings };
}

/** What both sides of a merge have: each line is one fact. */
function linesOfManifest(text: string): Manifest {
  const hosts = new Map<string, { name: string; scripts: Record<string, string>; files: ManifestFile[] }>();
  const drawings: string[] = [];
  let name = '';
  for (const line of text.split('\n')) {
    const [, key, plain] = /^\s*(?:"(name|scripts|drawings)": )?(.+?),?$/.exec(line) ?? [];
    const value = parsed(plain ?? '');
    if (key === 'name') name = String(value);
    if (key === 'drawings' && Array.isArray(value)) drawings.push(...value.map(String));
    if (name === '' || !isRecord(value)) continue;
    const host = hosts.get(name) ?? { name, scripts: {}, files: [] };
    hosts.set(name, host);
    if (key === 'scripts') Object.assign(host.scripts, value);
    else host.files.push(...[fileOf(value)].flatMap((file) => file ?? []));
  }
  return { version: '', hosts: [...hosts.values()], drawings };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A host as it stands in the manifest; undefined for anything else. */
function hostOf(value: unknown): ManifestHost | undefined {
  if (!isRecord(value) || typeof value['name'] !== 'string' || !isRecord(value['scripts'])) return undefined;
  if (!Array.isArray(value['files'])) return undefined;
  const files = value['files'].map(fileOf);
  if (!files.every((file) => file !== undefined)) return undefined;
  const { name, scripts } = value as unknown as ManifestHost;
  return { name, scripts, plan: planOf(value['plan']), files };
}

/** Somebody may have edited it: each part has to be of its form. */
function planOf(value: unknown): PlanRecord | undefined {
  if (!isRecord(value) || typeof value['address'] !== 'string') return undefined;
  const lists = [value['packages'], value['calls']];
  const maps = [value['identity'], value['units'], value['directories'], value['links']];
  return lists.every(Array.isArray) && maps.every(isRecord) ? (value as unknown as PlanRecord) : undefined;
}

/** Paths of all files of a host, relative to the output directory. */
export function pathsOf(host: ManifestHost): readonly string[] {
  const root = `hosts/${host.name}`;
  return [
    ...Object.keys(host.scripts).map((name) => `${root}/${name}`),
    `${root}/${LIBRARY}`,
    ...host.files.map((file) => `${root}/files/${file.bundle}`),
    ...host.files.filter((file) => file.sealed).map((file) => `${root}/sealed/${file.bundle}`),
    ...(host.files.some((file) => file.sealed) ? [`${root}/sealed/manifest.tsv`] : []),
  ];
}

/** Paths of what two manifests of the same program say the same about; what is secret is in neither. */
export function sameFiles(former: ManifestHost, now: ManifestHost): ReadonlySet<string> {
  const root = `hosts/${now.name}`;
  const hashes = new Map(former.files.map(({ bundle, sha256 }) => [bundle, sha256]));
  const same = now.files.filter(({ bundle, sha256 }) => hashes.get(bundle) === sha256);
  const scripts = Object.entries(now.scripts).filter(([name, hash]) => own(former.scripts, name) === hash);
  return new Set([
    `${root}/${LIBRARY}`,
    ...same.map(({ bundle }) => `${root}/files/${bundle}`),
    ...scripts.map(([name]) => `${root}/${name}`),
  ]);
}

/** A manifest is a file somebody may have edited: only drawings and plain relative paths below `hosts/` may be removed because of it. */
export function isInsideBundle(path: string): boolean {
  return /^topology\.(svg|html)$/.test(path) || (path.startsWith('hosts/') && bundlePathFault(path) === undefined);
}
