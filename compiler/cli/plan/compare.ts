import { buildBundle, type Built, type Prepare } from '../../build.ts';
import { checkFiles, hasErrors, type Checked } from '../../compile.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Host } from '../../host.ts';
import type { Site } from '../../model/site.ts';
import { comparisonMaterials } from '../../state/comparison.ts';
import { reviewMaterials } from '../../state/review.ts';
import { bundleChanges, type Changes } from '../bundle-diff.ts';
import type { Args } from '../command.ts';
import { emptyHost, overlay, type Overlay } from '../overlay-host.ts';
import { drawingsFor, requestOf } from '../session.ts';
import { VERSION } from '../version.ts';
import type { Base } from './base.ts';

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

/** Compares what a build would make of the inventory with the base. Nothing is written. */
export async function compare(host: Host, args: Args, base: Base, checked: Checked): Promise<Compared | Incomparable> {
  if (base.kind === 'bundle') {
    const dry = overlay(host);
    const built = await build(dry.host, checked, { ...args, out: base.directory }, reviewMaterials);
    return outcome(host, dry, base.directory, args, checked, built, []);
  }
  const prepare = comparisonMaterials();
  const former = overlay(emptyHost(host));
  const sites: Site[] = [];
  if (base.files.length > 0) {
    const request = { ...requestOf(args), files: base.files, noSecrets: true };
    const before = checkFiles(base.system, request);
    const built = await build(former.host, before, args, prepare);
    const errors = built.diagnostics.filter(({ severity, slug }) => severity === 'error' && slug !== NOBODY);
    if (errors.length > 0) return { checked: before, errors, ofBase: true };
    if (built.site !== undefined) sites.push(built.site);
  }
  const dry = overlay(former.host);
  const built = await build(dry.host, checked, args, prepare);
  return outcome(former.host, dry, args.out, args, checked, built, sites);
}

/** `--limit` may select what is new: then the base has nothing of it. */
const NOBODY = 'limit-matches-nothing';

async function build(system: Host, checked: Checked, args: Args, prepare: Prepare): Promise<Built> {
  const { out: outDir, limit, state: stateDir } = args;
  const drawings = await drawingsFor(args, checked);
  return buildBundle(system, checked, { outDir, limit, version: VERSION, stateDir, prepare, ...drawings });
}

function outcome(
  before: Host,
  dry: Overlay,
  outDir: string,
  args: Args,
  checked: Checked,
  built: Built,
  formerSites: readonly Site[],
): Compared | Incomparable {
  const { diagnostics, site, announcements = [], sealedUnknown } = built;
  if (hasErrors(diagnostics) || site === undefined) return { checked, errors: diagnostics, ofBase: false };
  const changes = bundleChanges(before, dry, outDir, { sealedUnknown, context: args.unified });
  return { changes, sites: [site, ...formerSites], diagnostics, announcements };
}
