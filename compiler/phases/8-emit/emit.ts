import { report } from '../../diagnostics/report.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { Reads, recording, union, type Names } from '../../model/reads.ts';
import type { Secret, SecretSink } from '../../model/secret.ts';
import type { Result } from '../../diagnostics/result.ts';
import type { CertificateStep, FileStep } from '../../../emitters/api.ts';
import type { Place } from './locate.ts';
import type {
  BundledFile,
  HostPlan,
  Kept,
  MadeHost,
  RenderedFile,
  RenderedHost,
} from '../../../emitters/host/bundle-types.ts';
import { bundlePath } from '../../../emitters/host/manifest.ts';
import { UnrepresentableError } from '../../../emitters/toolkit/quote/unrepresentable.ts';

/** How secrets become text: for the host, and for the reviewer. */
export interface Sinks {
  readonly sealed: SecretSink;
  readonly twin: SecretSink;
}

/** Whom to blame for a file of a host, by the parameters that were read for it. */
export type Locate = (host: string, reads: Names) => Place;

/** The file of a step that asks for a certificate or a key. */
export type CertificateFiles = (step: CertificateStep) => FileStep;

/** Files of a host that are as they would be rendered, by their paths in the bundle. */
export type KeptFiles = ReadonlyMap<string, Kept>;

/**
 * Renders every file of a host: once for the host and, when a secret was touched, once more for the reviewer.
 *
 * @param certificates where the plan asks for some
 * @param kept these are not rendered
 */
export function emitHost(
  plan: HostPlan,
  sinks: Sinks,
  locate: Locate,
  certificates?: CertificateFiles,
): Result<RenderedHost>;
export function emitHost(
  plan: HostPlan,
  sinks: Sinks,
  locate: Locate,
  certificates: CertificateFiles,
  kept: KeptFiles | undefined,
): Result<MadeHost>;
export function emitHost(
  plan: HostPlan,
  sinks: Sinks,
  locate: Locate,
  certificates?: CertificateFiles,
  kept?: KeptFiles,
): Result<MadeHost> {
  const diagnostics: Diagnostic[] = [];
  const files: BundledFile[] = [];
  for (const planned of plan.steps) {
    const step = planned.kind === 'certificate' ? certificates!(planned) : planned;
    if (step.kind !== 'file') continue;
    const known = kept?.get(bundlePath(step));
    if (known !== undefined) {
      files.push({ ...described(step), reads: known.reads, kept: known });
      continue;
    }
    const reads = new Reads();
    try {
      files.push(recording(reads, () => renderFile(step, sinks, reads)));
    } catch (error) {
      if (!(error instanceof UnrepresentableError)) throw error;
      diagnostics.push(unwritable(error, step.path, plan.host.name, locate(plan.host.name, reads.all)));
    }
  }
  return [{ plan, files }, diagnostics];
}

/** The finding for a value that a file has no spelling for. */
export function unwritable(
  { grammar, reason }: UnrepresentableError,
  path: string,
  host: string,
  place: Place,
): Diagnostic {
  return report('unrepresentable-value', place.span, { name: place.name, path, host, grammar, reason });
}

function renderFile(step: FileStep, sinks: Sinks, reads: Reads): RenderedFile {
  const watched = new WatchedSink(sinks.sealed);
  const real = step.render(watched);
  const twin = watched.touched ? step.render(sinks.twin) : real;
  const all = union(reads.all, step.reads ?? NOTHING);
  return { ...described(step), reads: all, twin, sealed: watched.touched ? real : undefined };
}

function described(step: FileStep): Omit<RenderedFile, 'twin' | 'sealed' | 'reads'> {
  return {
    path: step.path,
    owner: step.owner,
    group: step.group,
    mode: step.mode,
    stage: step.stage,
    manage: step.manage ?? 'whole',
    once: step.once ?? false,
    effects: step.effects,
    settings: step.settings,
    validate: step.validate,
    source: step.source,
    place: step.place,
  };
}

const NOTHING: Names = new Set();

/** Notices whether rendering touched a secret at all; most files hold none and are rendered once. */
class WatchedSink implements SecretSink {
  touched = false;

  readonly #inner: SecretSink;

  constructor(inner: SecretSink) {
    this.#inner = inner;
  }

  reveal(secret: Secret): string {
    this.touched = true;
    return this.#inner.reveal(secret);
  }

  derive(secret: Secret, name: string, compute: (plain: string) => string): string {
    this.touched = true;
    return this.#inner.derive(secret, name, compute);
  }

  scram(secret: Secret, cluster: string, user: string): string {
    this.touched = true;
    return this.#inner.scram(secret, cluster, user);
  }
}
