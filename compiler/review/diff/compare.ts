import type { Built, Prepare } from '../../build/build.ts';
import { compileFiles, type Compilation } from '../../compile.ts';
import { hasErrors } from '../../diagnostics/diagnostic.ts';
import type { Checked } from '../../phases/5-check/checked.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Host } from '../../host/host.ts';
import type { Site } from '../../model/site.ts';
import { comparisonMaterials } from '../../state/comparison.ts';
import { reviewMaterials } from '../../state/review.ts';
import { bundleChanges, type Changes } from './bundle-diff.ts';
import { emptyHost, overlay, type Overlay } from './overlay-host.ts';
import type { Request } from '../../inputs/request.ts';
import { VERSION } from '../../package/version.ts';
import type { Base } from '../base/base.ts';

/** What a build would change. */
export interface Compared {
  readonly changes: Changes;
  /** Of what is built, and of the base where that is an inventory. */
  readonly sites: readonly Site[];
  /** What the build finds. */
  readonly diagnostics: readonly Diagnostic[];
  readonly announcements: readonly string[];
}

/** Why there is nothing to compare: errors, in the inventory or in that of the base. */
export interface Incomparable {
  readonly checked: Checked;
  readonly errors: readonly Diagnostic[];
  readonly ofBase: boolean;
}

/** What is compared, as a build would be asked for it. */
export interface CompareRequest extends Request {
  readonly outDir: string;
  readonly limit?: string | undefined;
  /** The drawing of the topology is part of the bundle. */
  readonly graph: boolean;
  /** Lines of context around a change. */
  readonly context: number;
  /** Tells one build of the program from another; see `BuildRequest`. */
  readonly program?: string | undefined;
}

/** Compares what a build would make of the inventory with the base. Nothing is written. */
export async function compare(
  host: Host,
  request: CompareRequest,
  base: Base,
  compilation: Compilation,
): Promise<Compared | Incomparable> {
  const checked = compilation.checked();
  if (base.kind === 'bundle') {
    const dry = overlay(host);
    const { program } = request;
    const built = await build(dry.host, compilation, { ...request, outDir: base.directory }, reviewMaterials, program);
    return outcome(host, dry, base.directory, request, checked, built);
  }
  const prepare = comparisonMaterials();
  const former = overlay(emptyHost(host));
  let old: Built | undefined;
  if (base.files.length > 0) {
    const before = compileFiles(base.system, { ...request, files: base.files, noSecrets: true });
    old = await build(former.host, before, request, prepare);
    const errors = old.diagnostics.filter(({ severity, slug }) => severity === 'error' && slug !== NOBODY);
    if (errors.length > 0) return { checked: before.checked(), errors, ofBase: true };
  }
  const dry = overlay(former.host);
  const built = await build(dry.host, compilation, request, prepare);
  return outcome(former.host, dry, request.outDir, request, checked, built, old ?? NOTHING);
}

/** The bundle of no inventory. */
const NOTHING: Built = { diagnostics: [], hosts: 0 };

/** `--limit` may select what is new: then the base has nothing of it. */
const NOBODY = 'limit-matches-nothing';

function build(
  system: Host,
  compilation: Compilation,
  { outDir, limit, stateDir, graph }: CompareRequest,
  prepare: Prepare,
  program?: string | undefined,
): Promise<Built> {
  return compilation.bundled(system, { outDir, limit, version: VERSION, stateDir, prepare, program, graph });
}

function outcome(
  before: Host,
  dry: Overlay,
  outDir: string,
  { context }: CompareRequest,
  checked: Checked,
  built: Built,
  former?: Built,
): Compared | Incomparable {
  const { diagnostics, site, bundle, announcements = [], sealedUnknown } = built;
  if (hasErrors(diagnostics) || site === undefined || bundle === undefined)
    return { checked, errors: diagnostics, ofBase: false };
  const formerHosts = former === undefined ? bundle.former : (former.bundle?.hosts ?? []);
  const comparison = { hosts: bundle.hosts, former: formerHosts, sealedUnknown, context };
  const changes = bundleChanges(before, dry, outDir, comparison);
  const sites = [site, ...(former?.site === undefined ? [] : [former.site])];
  return { changes, sites, diagnostics, announcements };
}
