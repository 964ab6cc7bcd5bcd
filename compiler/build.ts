/**
 * Phases 6 to 9, for an inventory that passed the gate. Only commands that need more than the checks load this module.
 * Hosts are rendered one at a time while the bundle is written, so that memory does not grow with their number.
 */
import { dirname } from 'node:path';
import { setPackageTextReader } from '../emitters/toolkit/package-text.ts';
import type { RenderedHost } from '../emitters/host/bundle-types.ts';
import { buildNotes } from './build-notes.ts';
import type { Checked } from './compile.ts';
import { hasErrors } from './compile.ts';
import { report } from './diagnostics/report.ts';
import { applySuppressions } from './diagnostics/suppressions.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import type { Host as System } from './host.ts';
import { limitHosts } from './limit.ts';
import type { Host, Site } from './model/site.ts';
import { readPackageFile } from './package-root.ts';
import { ensurePki, type Pki } from './pki/store.ts';
import { withCertificates } from './pki/placements.ts';
import { buildSite } from './phases/6-model/build-site.ts';
import { EMITTERS } from './phases/7-plan/emitters.ts';
import { planHosts } from './phases/7-plan/plan.ts';
import { emitHost, type Locate, type Sinks } from './phases/8-emit/emit.ts';
import { locateValue } from './phases/8-emit/locate.ts';
import type { BundleFile } from './phases/9-bundle/bundle-files.ts';
import { writeBundle, type BundleResult } from './phases/9-bundle/write-bundle.ts';
import { loadLocalKey } from './secrets/local-key.ts';
import type { Result } from './result.ts';
import { SealedSink, TwinSink } from './secrets/sinks.ts';

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
  const nothing =
    limit !== undefined && hosts.length === 0 ? [report('limit-matches-nothing', undefined, { pattern: limit })] : [];
  return {
    checked,
    site,
    hosts,
    diagnostics: applySuppressions(checked.external.diagnostics([...found, ...nothing]), checked.suppressions).kept,
  };
}

/** What rendering needs besides the model. */
export interface Materials {
  readonly sinks: Sinks;
  readonly pki: Pki;
}

/** The local key and the certificates beside the inventory; what is missing is created. */
export function prepareMaterials(system: System, checked: Checked, site: Site): Result<Materials | undefined> {
  const directory = dirname(checked.sources[0]!.path);
  const [key, badKey] = loadLocalKey(system, directory);
  const [pki, badPki] = ensurePki(system, directory, site);
  const problems = [...badKey, ...badPki];
  if (key === undefined || pki === undefined) return [undefined, problems];
  return [{ sinks: { sealed: new SealedSink(key), twin: new TwinSink(key) }, pki }, problems];
}

/** Phases 7 and 8, lazily: each host is planned and rendered when it is asked for. What is found on the way is added to `diagnostics`. */
export function* renderHosts(
  modelled: Modelled,
  checked: Checked,
  { sinks, pki }: Materials,
  diagnostics: Diagnostic[],
): Generator<RenderedHost> {
  setPackageTextReader(readPackageFile);
  const locate = locator(checked);
  for (const host of modelled.hosts) {
    const [plans, clashes] = planHosts(modelled.site, [host], EMITTERS);
    diagnostics.push(...checked.external.diagnostics(clashes));
    const [rendered, unwritable] = emitHost(withCertificates(modelled.site, plans[0]!, pki), sinks, locate);
    diagnostics.push(...checked.external.diagnostics(unwritable));
    yield rendered;
  }
}

export interface BuildRequest {
  readonly outDir: string;
  readonly limit?: string | undefined;
  readonly version: string;
  /** Put beside the manifest: drawings of the topology, which take their time and are made only when asked for. */
  readonly drawings?: readonly BundleFile[] | undefined;
  readonly onHost?: ((done: number, total: number) => void) | undefined;
}

export interface Built {
  readonly diagnostics: readonly Diagnostic[];
  /** Missing when the build stopped at an error; the former bundle is untouched then. */
  readonly bundle?: BundleResult | undefined;
  readonly hosts: number;
  /** See `buildNotes`. */
  readonly notes?: readonly string[] | undefined;
}

/** Phases 6 to 9: writes the bundle, or nothing at all. */
export function buildBundle(system: System, checked: Checked, request: BuildRequest): Built {
  const modelled = modelInventory(checked, request.limit);
  if (modelled === undefined) return { diagnostics: checked.diagnostics, hosts: 0 };
  const diagnostics = [...checked.diagnostics, ...modelled.diagnostics];
  if (hasErrors(diagnostics)) return { diagnostics, hosts: 0 };
  const [materials, unusable] = prepareMaterials(system, checked, modelled.site);
  if (materials === undefined) return { diagnostics: [...diagnostics, ...unusable], hosts: 0 };
  const problems: Diagnostic[] = [];
  const bundle = writeBundle(system, {
    outDir: request.outDir,
    version: request.version,
    inventory: checked.sources.map((source) => source.text),
    site: modelled.site,
    rendered: counted(renderHosts(modelled, checked, materials, problems), modelled.hosts.length, request.onHost),
    limited: request.limit !== undefined,
    drawings: request.drawings ?? [],
    failed: () => hasErrors(problems),
  });
  diagnostics.push(...problems, ...bundle.diagnostics);
  if (hasErrors(diagnostics)) return { diagnostics, hosts: 0 };
  const notes = buildNotes(modelled.hosts, request.outDir);
  return { diagnostics, bundle, hosts: modelled.hosts.length, notes };
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
  return (name, value) => locateValue(hosts.get(name), value);
}
