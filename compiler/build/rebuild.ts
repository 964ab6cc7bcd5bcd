/** Leaves alone what a build would make as it is, hosts and single files, and keeps what the next build needs to see that. */
import { dirname } from 'node:path';
import { isSealed } from '../../emitters/host/bundle-types.ts';
import { bundlePath, listedKey } from '../../emitters/host/manifest.ts';
import type { Host as System } from '../host/host.ts';
import { hasRead, type Names } from '../model/reads.ts';
import type { Host, Site } from '../model/site.ts';
import type { KeptFiles } from '../phases/8-emit/emit.ts';
import type { ManifestHost } from '../phases/9-bundle/bundle-files.ts';
import type { BundleResult } from '../phases/9-bundle/write-bundle.ts';
import type { Output } from '../phases/9-bundle/output.ts';
import type { Pki } from '../pki/certificates.ts';
import { readLocalKey } from '../secrets/local-key.ts';
import { changedParameters, HostInputs } from '../state/host-inputs.ts';
import { keepLastBuild, leftOf, openLastBuild, type LastBuild, type LastBuildPlace } from '../state/last-build.ts';
import type { StatePlace } from '../state/locate.ts';
import { namesOf, textOf, type HostMark } from '../state/marks.ts';
import type { Own } from '../state/materials.ts';
import type { FilesOfParts, MadeFrom } from './render-host.ts';

/** What is known of a host that was rendered, and when its files were looked at. */
interface Made extends Omit<HostMark, 'left'> {
  readonly at: number;
}

/** What is known of a host of which some files are to be rendered. */
export interface Changed {
  readonly kept: KeptFiles;
  /** The parts of its plan that have the other files; undefined where the plan itself may be another one. */
  readonly places: ReadonlySet<string> | undefined;
}

export class Rebuild {
  readonly #system: System;
  readonly #place: LastBuildPlace;
  readonly #last: LastBuild | undefined;
  readonly #inputs: HostInputs;
  readonly #vetted: Own['vetted'];
  readonly #made = new Map<string, Made>();
  /** Hosts that were left alone although a parameter changed. */
  readonly #moved = new Map<string, HostMark>();
  /** Hosts have most of their records of what was read in common. */
  readonly #names = new Map<string, Names>();

  /** @param last undefined: all hosts are rendered */
  constructor(
    { host: system, directory }: Pick<Output, 'host' | 'directory'>,
    site: Site,
    program: string,
    pki: Pki,
    own: Own,
    last?: LastBuild,
  ) {
    const { key, salts, directory: state, vetted } = own;
    this.#system = system;
    this.#place = { state, directory, key, program };
    this.#last = last;
    this.#vetted = vetted;
    this.#inputs = new HostInputs(site, { key, pki, salts });
  }

  /** What the manifest of the bundle says of a host that can be left alone, or which of its files need not be rendered. */
  left(host: Host): ManifestHost | Changed | undefined {
    const { name } = host;
    const mark = this.#last?.marks.get(name);
    const inputs = mark && this.#inputs.of(host, mark.whole);
    const changed = mark && inputs && changedParameters(mark.inputs, inputs);
    const left = changed && this.#last!.left(name);
    if (mark === undefined || left === undefined || mark.reads.length !== left.files.length + 1) return undefined;
    if (mark.reads.some((reads) => hasRead(reads, changed!))) return this.#kept(left, mark, changed!);
    if (changed!.size > 0) this.#moved.set(name, { ...mark, inputs: inputs! });
    return left;
  }

  #kept(left: ManifestHost, mark: HostMark, changed: Names): Changed {
    const sealed = this.#last!.sealedOf(left.name);
    const files = left.files.flatMap((file, at) => {
      const reads = mark.reads[at + 1]!;
      const hash = file.sealed ? sealed.get(listedKey(file)) : undefined;
      if (hasRead(reads, changed) || (file.sealed && hash === undefined)) return [];
      return [[file.bundle, { twin: file.sha256, sealed: hash, reads }] as const];
    });
    const kept = new Map(files);
    const others = left.files.flatMap(({ bundle }, at) => (kept.has(bundle) ? [] : [mark.places[at]!]));
    return { kept, places: hasRead(mark.reads[0]!, changed) ? undefined : new Set(others) };
  }

  /** What a host was made from of which files were rendered; undefined when they are others than those that had to be. */
  patched({ name }: Host, { kept }: Changed, { host: { files }, whole }: FilesOfParts): MadeFrom | undefined {
    const [mark, left] = [this.#last!.marks.get(name)!, this.#last!.left(name)!];
    const rendered = new Map(files.map((file) => [bundlePath(file), file]));
    const made = left.files.flatMap(({ bundle, sealed }, at) => {
      const file = rendered.get(bundle);
      if (file === undefined) return kept.has(bundle) ? [mark.reads[at + 1]!] : [];
      return isSealed(file) === sealed ? [file.reads] : [];
    });
    if (made.length < left.files.length || kept.size + files.length !== left.files.length) return undefined;
    return { whole, reads: [mark.reads[0]!, ...made].map(textOf), places: mark.places };
  }

  /** A host that is about to be rendered, but for some files. Call what is returned when it was, without a finding. */
  making(host: Host, kept?: KeptFiles): (made: MadeFrom) => void {
    const at = this.#last?.since ?? this.#system.now();
    return (made) => {
      // What is kept may have needed the whole site when it was rendered.
      const whole = made.whole || (kept !== undefined && this.#last!.marks.get(host.name)!.whole);
      const inputs = this.#inputs.of(host, whole);
      const reads = made.reads.map((text) => this.#namesOf(text));
      const { places } = made;
      if (inputs !== undefined) this.#made.set(host.name, { inputs, whole, reads, places, at });
    };
  }

  #namesOf(text: string): Names {
    let names = this.#names.get(text);
    if (names === undefined) this.#names.set(text, (names = namesOf(text)));
    return names;
  }

  /** Keeps what the next build can use. */
  keep({ hosts, written, staged }: BundleResult): void {
    const last = this.#last;
    const isSame = this.#made.size === 0 && this.#moved.size === 0 && written.length === 0;
    if (isSame && this.#vetted.size === last?.certificates.size) return;
    this.#system.nextTick();
    const isWritten = new Set(written);
    const marks = hosts.flatMap((host): (readonly [string, HostMark])[] => {
      const made = this.#made.get(host.name);
      const former = this.#moved.get(host.name) ?? last?.marks.get(host.name);
      if (made === undefined) return former === undefined ? [] : [[host.name, former]];
      const { at, ...mark } = made;
      const latest = (path: string): number => (isWritten.has(path) ? staged : at);
      const left = leftOf(this.#system, this.#place.directory, host, latest);
      return left === undefined ? [] : [[host.name, { ...mark, left }]];
    });
    keepLastBuild(this.#system, this.#place, new Map(marks), this.#vetted);
  }
}

/** What the last build into a directory kept, when it was the same program with the private key of the site. */
export function recall(
  system: System,
  { key: path, demoKey }: StatePlace,
  directory: string,
  program: string,
): LastBuild | undefined {
  const [found] = readLocalKey(system, { key: path, demoKey });
  if (found === undefined || found.publicSecrets !== undefined) return undefined;
  return openLastBuild(system, { state: dirname(path), directory, key: found.key, program });
}
