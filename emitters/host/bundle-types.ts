/** What phases 7 and 8 hand to the bundle: per host, every step in order and every file rendered for both readers. */
import type { Host } from '../../compiler/model/site.ts';
import type { Effect, FileStep, Step, Validator } from '../api.ts';
import type { Stage } from '../modules.ts';

/** Steps of one host, grouped by stage in {@link Stage} order; within a stage in emitter order. */
export interface HostPlan {
  readonly host: Host;
  readonly steps: readonly Step[];
}

/** A file step after rendering. */
export interface RenderedFile {
  /** Absolute path on the host. */
  readonly path: string;
  /** The reviewable text: secrets are markers. */
  readonly twin: string;
  /** The real text; undefined when it equals the twin. */
  readonly sealed?: string | undefined;
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
  /** Inventory parameters it depends on most. */
  readonly params: readonly string[];
}

/** Everything the bundle needs to know about one host. */
export interface RenderedHost {
  readonly plan: HostPlan;
  /** One per file step of the plan, in the same order. */
  readonly files: readonly RenderedFile[];
}
