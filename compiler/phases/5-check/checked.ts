import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Suppression } from '../../diagnostics/suppressions.ts';
import type { FactsFile } from '../../inputs/facts.ts';
import type { PlatformProfile } from '../../platform/profile.ts';
import type { SourceFile, Span } from '../../source/node.ts';
import type { Resolved } from '../4-resolve/resolve.ts';

/** Product of phases 1 to 5. `resolved` is missing when the files could not be read at all. */
export interface Checked {
  readonly platform: PlatformProfile;
  readonly sources: readonly SourceFile[];
  readonly facts: ReadonlyMap<string, FactsFile>;
  /** Contents of files the inventory names, by name. */
  readonly assets: ReadonlyMap<string, string>;
  readonly resolved: Resolved | undefined;
  /** Text that may be secret, of files whose grammar is broken. */
  readonly unclear: readonly Span[];
  readonly diagnostics: readonly Diagnostic[];
  /** Findings that a comment in the inventory allows, each with the reason. */
  readonly allowed: readonly Diagnostic[];
  /** For what later phases find. */
  readonly suppressions: readonly Suppression[];
  /** Set when values are absent that were allowed to be. */
  readonly absent: boolean;
}
