/** Leaves hosts alone whose files a build would make as they are, and keeps what the next build needs to see that. */
import { dirname } from 'node:path';
import type { Host as System } from '../host/host.ts';
import type { Host, Site } from '../model/site.ts';
import type { ManifestHost } from '../phases/9-bundle/bundle-files.ts';
import type { BundleResult } from '../phases/9-bundle/write-bundle.ts';
import type { Output } from '../phases/9-bundle/output.ts';
import type { Pki } from '../pki/certificates.ts';
import { readLocalKey } from '../secrets/local-key.ts';
import { HostInputs } from '../state/host-inputs.ts';
import {
  keepLastBuild,
  leftOf,
  openLastBuild,
  type HostMark,
  type LastBuild,
  type LastBuildPlace,
} from '../state/last-build.ts';
import type { StatePlace } from '../state/locate.ts';
import type { Own } from '../state/materials.ts';

/** What a host was made from, and when its files were looked at. */
interface Made {
  readonly inputs: string;
  readonly whole: boolean;
  readonly at: number;
}

export class Rebuild {
  readonly #system: System;
  readonly #place: LastBuildPlace;
  readonly #last: LastBuild | undefined;
  readonly #inputs: HostInputs;
  readonly #vetted: Own['vetted'];
  readonly #made = new Map<string, Made>();

  /** @param last undefined: all hosts are rendered */
  constructor({ host: system, directory }: Output, site: Site, program: string, pki: Pki, own: Own, last?: LastBuild) {
    const { key, salts, directory: state, vetted } = own;
    this.#system = system;
    this.#place = { state, directory, key, program };
    this.#last = last;
    this.#vetted = vetted;
    this.#inputs = new HostInputs(site, { key, pki, salts });
  }

  /** What the manifest of the bundle says of a host that can be left alone. */
  unchanged(host: Host): ManifestHost | undefined {
    return this.#last?.unchanged(host.name, (whole) => this.#inputs.of(host, whole));
  }

  /** A host that is about to be rendered. Call what is returned when it was, without a finding. */
  making(host: Host): (whole: boolean) => void {
    const at = this.#system.now();
    return (whole) => {
      const inputs = this.#inputs.of(host, whole);
      if (inputs !== undefined) this.#made.set(host.name, { inputs, whole, at });
    };
  }

  /** Keeps what the next build can use. */
  keep({ hosts, written, staged }: BundleResult): void {
    const last = this.#last;
    if (this.#made.size === 0 && written.length === 0 && this.#vetted.size === last?.certificates.size) return;
    this.#system.nextTick();
    const isWritten = new Set(written);
    const marks = hosts.flatMap((host): (readonly [string, HostMark])[] => {
      const made = this.#made.get(host.name);
      const former = last?.marks.get(host.name);
      if (made === undefined) return former === undefined ? [] : [[host.name, former]];
      const { inputs, whole, at } = made;
      const latest = (path: string): number => (isWritten.has(path) ? staged : at);
      const left = leftOf(this.#system, this.#place.directory, host, latest);
      return left === undefined ? [] : [[host.name, { inputs, whole, left }]];
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
