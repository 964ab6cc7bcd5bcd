/**
 * What the last build into a directory knew and left, in `.pigstyc/built-…` of the state: never in git, made with the
 * key of the site. A host whose files would be made from the same, and are as that build left them, needs neither be
 * rendered nor read.
 */
import { createHash } from 'node:crypto';
import { IoError, type Host as System } from '../host/host.ts';
import type { Vetted } from '../pki/certificates.ts';
import type { ManifestHost } from '../phases/9-bundle/bundle-files.ts';
import { hasStaged } from '../phases/9-bundle/journal.ts';
import { parseManifest, pathsOf, type Manifest } from '../phases/9-bundle/manifest.ts';
import { MANIFEST, textOf, type Known } from '../phases/9-bundle/output.ts';
import { packMarks, unpackMarks, type HostMark, type PackedMarks } from './marks.ts';
import { parentOf } from '../phases/9-bundle/paths.ts';
import type { LocalKey } from '../secrets/local-key.ts';

interface Kept {
  /** The directory of the bundle. */
  readonly directory: string;
  readonly manifest: string;
  readonly hosts: PackedMarks;
  readonly certificates: Readonly<Record<string, Vetted>>;
}

/** Where the record of a bundle is, and who may have written it: this build of the program with this key. */
export interface LastBuildPlace {
  /** Of the private key. */
  readonly state: string;
  readonly directory: string;
  readonly key: LocalKey;
  /** Tells one build of the program from another. */
  readonly program: string;
}

const PREFIX = 'built-';

export class LastBuild implements Known {
  readonly certificates: ReadonlyMap<string, Vetted>;
  readonly marks: ReadonlyMap<string, HostMark>;
  /** When this was read, which is before any file was looked at. */
  readonly since: number;
  #text: string | undefined;
  #manifest: Manifest | undefined;
  #hosts: ReadonlyMap<string, ManifestHost> | undefined;
  readonly #isIntact = new Map<string, boolean>();
  readonly #system: System;
  readonly #directory: string;

  constructor(system: System, directory: string, kept: Kept) {
    this.#system = system;
    this.#directory = directory;
    this.since = system.now();
    this.certificates = new Map(Object.entries(kept.certificates));
    this.marks = unpackMarks(kept.hosts);
  }

  get text(): string {
    return (this.#text ??= textOf(this.#system, `${this.#directory}/${MANIFEST}`));
  }

  get manifest(): Manifest {
    return (this.#manifest ??= parseManifest(this.text) ?? { version: '', hosts: [], drawings: [] });
  }

  /** Whether everything below the directory of a host is what the build left there. */
  isIntact(name: string): boolean {
    let known = this.#isIntact.get(name);
    if (known === undefined) this.#isIntact.set(name, (known = this.#look(name)));
    return known;
  }

  /** What the manifest says of a host whose files are as the last build left them. */
  left(name: string): ManifestHost | undefined {
    return this.isIntact(name) ? this.#hostOf(name) : undefined;
  }

  /** Hashes of the sealed files of a host, by their keys. */
  sealedOf(name: string): ReadonlyMap<string, string> {
    const lines = textOf(this.#system, `${this.#directory}/hosts/${name}/sealed/manifest.tsv`).split('\n').slice(0, -1);
    return new Map(lines.map((line) => [line.slice(line.indexOf('\t') + 1), line.slice(0, line.indexOf('\t'))]));
  }

  #look(name: string): boolean {
    const [mark, host] = [this.marks.get(name), this.#hostOf(name)];
    return mark !== undefined && host !== undefined && leftOf(this.#system, this.#directory, host) === mark.left;
  }

  #hostOf(name: string): ManifestHost | undefined {
    this.#hosts ??= new Map(this.manifest.hosts.map((host) => [host.name, host]));
    return this.#hosts.get(name);
  }
}

/** The record of the bundle in a directory, unless it is none of ours or the bundle is another one by now. */
export function openLastBuild(system: System, place: LastBuildPlace): LastBuild | undefined {
  const { directory } = place;
  if (system.lstat(directory)?.kind !== 'directory' || hasStaged(system, directory)) return undefined;
  const path = pathOf(system, place);
  const kept = system.lstat(path)?.kind === 'file' ? parse(system.readFile(path), place) : undefined;
  if (kept === undefined || system.trace(`${directory}/${MANIFEST}`)?.text !== kept.manifest) return undefined;
  return new LastBuild(system, directory, kept);
}

/** Writes it anew. That it cannot be kept is no error: the next build takes longer. */
export function keepLastBuild(
  system: System,
  place: LastBuildPlace,
  hosts: ReadonlyMap<string, HostMark>,
  certificates: ReadonlyMap<string, Vetted>,
): void {
  const manifest = system.trace(`${place.directory}/${MANIFEST}`)?.text;
  // File systems that only know whole seconds would not show a second change in the same one.
  if (manifest === undefined || /0{9}$/.test(manifest)) return;
  const directory = system.realPath(place.directory);
  const kept: Kept = {
    directory,
    manifest,
    hosts: packMarks(hosts),
    certificates: Object.fromEntries(certificates),
  };
  const body = JSON.stringify(kept);
  try {
    if (system.stat(`${place.state}/.gitignore`) === undefined)
      system.writeFile(`${place.state}/.gitignore`, '*\n', 0o644);
    const path = pathOf(system, place);
    system.writeFile(`${path}.new`, `${seal(place, body)}\n${body}\n`, 0o600);
    system.rename(`${path}.new`, path);
    forgetGone(system, place.state);
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
  }
}

/**
 * Digest of what is in a host's directory; undefined when a file is not there, or has changed after `latest`: then it
 * may not be what the build has made or seen.
 */
export function leftOf(
  system: System,
  directory: string,
  host: ManifestHost,
  latest: (path: string) => number = () => Infinity,
): string | undefined {
  const files = pathsOf(host);
  const hash = createHash('sha256');
  for (const path of directoriesOf(files)) hash.update(`${system.trace(`${directory}/${path}`)?.text}\n`);
  for (const path of files) {
    const trace = system.trace(`${directory}/${path}`);
    if (trace === undefined || trace.modified > latest(path)) return undefined;
    hash.update(`${path}\0${trace.text}\n`);
  }
  return hash.digest('base64');
}

/** All directories that the files of a host lie in, its own the first. */
function directoriesOf(files: readonly string[]): ReadonlySet<string> {
  const directories = new Set<string>();
  for (const file of files)
    for (let at = parentOf(file); at !== 'hosts' && !directories.has(at); at = parentOf(at)) directories.add(at);
  return directories;
}

function pathOf(system: System, { state, directory }: LastBuildPlace): string {
  const name = createHash('sha256').update(system.realPath(directory)).digest('hex').slice(0, 16);
  return `${state}/${PREFIX}${name}`;
}

function seal({ key, program }: LastBuildPlace, body: string): string {
  return key.hmac('last build', program, body).toString('hex');
}

function parse(bytes: Uint8Array, place: LastBuildPlace): Kept | undefined {
  const text = Buffer.from(bytes).toString('utf8');
  const end = text.indexOf('\n');
  const body = text.slice(end + 1, -1);
  return text.slice(0, end) === seal(place, body) ? (JSON.parse(body) as Kept) : undefined;
}

/** Records of bundles that are no longer there. */
function forgetGone(system: System, state: string): void {
  for (const name of system.readDir(state).filter((one) => one.startsWith(PREFIX))) {
    const text = Buffer.from(system.readFile(`${state}/${name}`)).toString('utf8');
    const directory = /^[0-9a-f]+\n\{"directory":("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
    if (directory === undefined || system.lstat(JSON.parse(directory) as string) === undefined)
      system.remove(`${state}/${name}`);
  }
}
