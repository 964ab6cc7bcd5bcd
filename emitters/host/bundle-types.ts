/** What phases 7 and 8 hand to the bundle: per host, every step in order and every file rendered for both readers. */
import type { Names } from '../../compiler/model/reads.ts';
import type { Host } from '../../compiler/model/site.ts';
import type { Effect, FileStep, Step, Validator } from '../api.ts';
import type { Stage } from '../modules.ts';

/** Steps of one host, grouped by stage in {@link Stage} order; within a stage in emitter order. */
export interface HostPlan {
  readonly host: Host;
  readonly steps: readonly Step[];
  /** Network interfaces that the host has to have, with the parameter that names each. */
  readonly interfaces?: readonly (readonly [parameter: string, name: string])[] | undefined;
  /** Parameters that were read for it. */
  readonly reads?: Names | undefined;
}

/** A file as the bundle describes it. */
interface MadeFile {
  /** Absolute path on the host. */
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: number;
  readonly stage: Stage;
  readonly manage: 'whole' | 'block';
  /** Written only when absent on the host. */
  readonly once: boolean;
  readonly effects: readonly Effect[];
  /** See {@link FileStep.settings}. */
  readonly settings?: FileStep['settings'];
  readonly validate?: Validator | undefined;
  /** The emitter file that made it. */
  readonly source: string;
  /** Parameters that were read for it. */
  readonly reads: Names;
  /** See {@link FileStep.place}. */
  readonly place?: string | undefined;
}

/** A file step after rendering. */
export interface RenderedFile extends MadeFile {
  /** The reviewable text: secrets are markers. */
  readonly twin: string;
  /** The real text; undefined when it equals the twin. */
  readonly sealed?: string | undefined;
}

/** A file that the bundle has already. */
export interface KeptFile extends MadeFile {
  readonly kept: Kept;
}

/** What is known of such a file: hashes of its texts, and the parameters that were read for them. */
export interface Kept {
  readonly twin: string;
  readonly sealed: string | undefined;
  readonly reads: Names;
}

export type BundledFile = RenderedFile | KeptFile;

/** Whether the text of a file holds a secret. */
export function isSealed(file: BundledFile): boolean {
  return 'kept' in file ? file.kept.sealed !== undefined : file.sealed !== undefined;
}

/** A host of which some files may be there already. */
export interface MadeHost {
  readonly plan: HostPlan;
  readonly files: readonly BundledFile[];
}

/** A host of which nothing changes but the texts of some files. */
export interface PatchedHost {
  readonly patched: string;
  readonly files: readonly RenderedFile[];
}

/** Everything the bundle needs to know about one host. */
export interface RenderedHost {
  readonly plan: HostPlan;
  /** One per file step of the plan, in the same order. */
  readonly files: readonly RenderedFile[];
}
