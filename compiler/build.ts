/**
 * Phases 6 to 9, for an inventory that passed the gate. Only commands that need more than the checks load this module.
 * Hosts are rendered one at a time while the bundle is written, so that memory does not grow with their number.
 */
import { dirname } from 'node:path';
import { setPackageTextReader } from '../emitters/toolkit/package-text.ts';
import type { HostPlan, RenderedHost } from '../emitters/host/bundle-types.ts';
import { UnrepresentableError } from '../emitters/toolkit/quote/unrepresentable.ts';
import { buildNotes } from './build-notes.ts';
import type { Checked } from './compile.ts';
import { hasErrors } from './compile.ts';
import { inBuild, report } from './diagnostics/report.ts';
import { applySuppressions } from './diagnostics/suppressions.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import type { Host as System } from './host.ts';
import { didYouMean } from './diagnostics/suggest.ts';
import { limitHosts, limitNames } from './limit.ts';
import type { Host, Site } from './model/site.ts';
import { readPackageFile } from './package-files.ts';
import { withCertificates } from './pki/placements.ts';
import { buildSite } from './phases/6-model/build-site.ts';
import { EMITTERS } from './phases/7-plan/emitters.ts';
import { planHosts } from './phases/7-plan/plan.ts';
import { emitHost, unwritable, type Locate } from './phases/8-emit/emit.ts';
import { blame } from './phases/8-emit/locate.ts';
import type { BundleFile } from './phases/9-bundle/bundle-files.ts';
import { openOutput, type Output } from './phases/9-bundle/output.ts';
import { writeBundle, type BundleResult } from './phases/9-bundle/write-bundle.ts';
import { locateState } from './state/locate.ts';
import type { Result } from './result.ts';
import { prepareMaterials, type Materials, type SiteMaterials } from './state/materials.ts';

export interface Modelled {
  /** What the model was made from. */
  readonly checked: Checked;
  readonly site: Site;
  /** Hosts that --limit selects, in inventory order. */
  readonly hosts: readonly Host[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Phase 6 and the selection of hosts. Undefined when the inventory did not pass the gate. */
export function modelInventory(checked: Checked, limit?: string): Modelled | undefined {
  if (checked.resolved === undefined || hasErrors(checked.diagnostics)) return undefined;
  const [model, found] = buildSite(checked.resolved, { platform: checked.platform, facts: checked.facts });
  const site: Site = { ...model, assets: checked.assets };
  const hosts = limit === undefined ? site.hosts : limitHosts(site, limit);
  const nothing = limit !== undefined && hosts.length === 0 ? [limitsNobody(site, limit)] : [];
  return {
    checked,
    site,
    hosts,
    diagnostics: applySuppressions([...found, ...nothing], checked.suppressions).kept,
  };
}

function limitsNobody(site: Site, pattern: string): Diagnostic {
  return report('limit-matches-nothing', undefined, { pattern }, { help: didYouMean(pattern, limitNames(site)) });
}

/** Phases 7 and 8, lazily: each host is planned and rendered when it is asked for. What is found on the way is added to `diagnostics`. */
export function* renderHosts(
  modelled: Modelled,
  checked: Checked,
  { sinks, pki, adjust }: Materials,
  diagnostics: Diagnostic[],
): Generator<RenderedHost> {
  setPackageTextReader(readPackageFile);
  const locate = locator(checked);
  for (const host of modelled.hosts) {
    const [plan, clashes] = planHost(modelled.site, host, locate);
    diagnostics.push(...clashes);
    if (plan === undefined) continue;
    const [rendered, refused] = emitHost(withCertificates(modelled.site, plan, pki), sinks, locate);
    diagnostics.push(...refused);
    yield adjust === undefined
      ? rendered
      : { ...rendered, files: rendered.files.map((file) => adjust(host.name, file)) };
  }
}

/** The plan of one host; undefined when a value has no spelling where the plan itself needs one. */
function planHost(site: Site, host: Host, locate: Locate): Result<HostPlan | undefined> {
  try {
    const [plans, clashes] = planHosts(site, [host], EMITTERS);
    return [plans[0], clashes];
  } catch (error) {
    if (!(error instanceof UnrepresentableError)) throw error;
    return [undefined, [unwritable(error, 'the plan', host.name, locate(host.name, []))]];
  }
}

export interface BuildRequest {
  readonly outDir: string;
  readonly limit?: string | undefined;
  readonly version: string;
  /** Where the state of the site is, when it was said. */
  readonly stateDir?: string | undefined;
  /** Another authority or key than the former bundle's is meant. */
  readonly newAuthority?: boolean | undefined;
  /** Where keys and certificates come from, when it is not the state of the site. Then the system must be one that keeps nothing. */
  readonly prepare?: Prepare | undefined;
  /** Put beside the manifest: drawings of the topology, which take their time and are made only when asked for. */
  readonly drawings?: readonly BundleFile[] | undefined;
  /** The page for portals that show the topology; see `Site`. */
  readonly topology?: string | undefined;
  readonly onHost?: ((done: number, total: number) => void) | undefined;
}

/** How a build gets its keys and certificates. */
export type Prepare = (
  system: System,
  checked: Checked,
  site: Site,
  request: BuildRequest,
) => Result<SiteMaterials | undefined>;

export interface Built {
  readonly diagnostics: readonly Diagnostic[];
  /** Missing when the build stopped at an error; the former bundle is untouched then. */
  readonly bundle?: BundleResult | undefined;
  readonly hosts: number;
  /** What was built; missing when nothing was. */
  readonly site?: Site | undefined;
  /** See `buildNotes`. */
  readonly notes?: readonly string[] | undefined;
  /** Keys that were made, and what else nobody must miss. */
  readonly announcements?: readonly string[] | undefined;
  /** Set when the sealed files of a review are not what a build would make. */
  readonly sealedUnknown?: boolean | undefined;
}

/** Phases 6 to 9: writes the bundle, or nothing at all. */
export function buildBundle(system: System, checked: Checked, request: BuildRequest): Built {
  const model = modelInventory(checked, request.limit);
  if (model === undefined) return { diagnostics: checked.diagnostics, hosts: 0 };
  const modelled = { ...model, site: { ...model.site, topology: request.topology } };
  const diagnostics = [...checked.diagnostics, ...modelled.diagnostics].map(inBuild);
  if (hasErrors(diagnostics)) return { diagnostics, hosts: 0 };
  const [output, refused] = openOutput(system, request.outDir, stateDirectories(system, checked, request));
  if (output === undefined) return { diagnostics: [...diagnostics, ...refused], hosts: 0 };
  try {
    return buildInto(output, modelled, request, diagnostics);
  } finally {
    output.close();
  }
}

function buildInto(output: Output, modelled: Modelled, request: BuildRequest, diagnostics: Diagnostic[]): Built {
  const { checked } = modelled;
  const { prepare = prepareMaterials } = request;
  const [materials, unusable] = prepare(output.host, checked, modelled.site, request);
  if (materials === undefined) return { diagnostics: [...diagnostics, ...unusable], hosts: 0 };
  const problems: Diagnostic[] = [];
  const bundle = writeBundle(output, {
    version: request.version,
    site: modelled.site,
    rendered: counted(renderHosts(modelled, checked, materials, problems), modelled.hosts.length, request.onHost),
    limited: request.limit !== undefined,
    drawings: request.drawings ?? [],
    records: materials.records,
    failed: () => hasErrors([...problems, ...materials.misuse()]),
  });
  const { announcements, sealedUnknown } = materials;
  diagnostics.push(...problems, ...materials.misuse(), ...bundle.diagnostics);
  if (hasErrors(diagnostics)) return { diagnostics, hosts: 0, announcements };
  const notes = buildNotes(modelled.hosts, request.outDir);
  const { site, hosts } = modelled;
  return { diagnostics, bundle, site, hosts: hosts.length, notes, announcements, sealedUnknown };
}

/** Where keys and certificates of the site are. */
function stateDirectories(system: System, checked: Checked, { stateDir }: BuildRequest): readonly string[] {
  const [place] = locateState(
    system,
    checked.sources.map(({ path }) => path),
    stateDir,
  );
  return place === undefined ? [] : [place.pki, dirname(place.key)];
}

function* counted<T>(items: Iterable<T>, total: number, tell: BuildRequest['onHost']): Generator<T> {
  let done = 0;
  for (const item of items) {
    yield item;
    tell?.(++done, total);
  }
}

function locator(checked: Checked): Locate {
  const hosts = new Map(checked.resolved?.hosts.map((host) => [host.name, host]));
  return (name, parameters) => blame(hosts.get(name), parameters);
}
