/**
 * Phases 7 to 9, for a site that was modelled. Only commands that need more than the model load this module.
 * Hosts are rendered one at a time while the bundle is written, so that memory does not grow with their number.
 */
import { dirname } from 'node:path';
import { buildNotes } from './notes.ts';
import type { Checked } from '../phases/5-check/checked.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import { inBuild } from '../diagnostics/report.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Host as System } from '../host/host.ts';
import type { Modelled } from './model.ts';
import type { Site } from '../model/site.ts';
import type { BundleFile } from '../phases/9-bundle/bundle-files.ts';
import { openOutput, type Output } from '../phases/9-bundle/output.ts';
import { writeBundle, type BundleResult } from '../phases/9-bundle/write-bundle.ts';
import { MadeHosts, type Parallel } from './made-hosts.ts';
import { recall, Rebuild } from './rebuild.ts';
import type { LastBuild } from '../state/last-build.ts';
import { locateState, type StatePlace } from '../state/locate.ts';
import type { Result } from '../diagnostics/result.ts';
import { prepareMaterials, type SiteMaterials, type StateRequest } from '../state/materials.ts';

export interface BuildRequest {
  readonly outDir: string;
  readonly limit?: string | undefined;
  readonly version: string;
  /** Where the state of the site is, when it was said. */
  readonly stateDir?: string | undefined;
  /**
   * Tells one build of the program from another. Then hosts whose files would be the same are left alone, and the state
   * keeps what the next build needs to see that.
   */
  readonly program?: string | undefined;
  /** All hosts are rendered, whatever is known of the last build. */
  readonly fresh?: boolean | undefined;
  /** Where other threads may render, too. */
  readonly parallel?: Pick<Parallel, 'request' | 'readings' | 'tables' | 'threads'> | undefined;
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
  request: BuildRequest & StateRequest,
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

/** Phases 7 to 9: writes the bundle, or nothing at all; without a model, what the checks found. */
export function buildBundle(
  system: System,
  checked: Checked,
  model: Modelled | undefined,
  request: BuildRequest,
): Built {
  if (model === undefined) return { diagnostics: checked.diagnostics, hosts: 0 };
  const modelled = { ...model, site: { ...model.site, topology: request.topology } };
  const diagnostics = [...checked.diagnostics, ...modelled.diagnostics].map(inBuild);
  if (hasErrors(diagnostics)) return { diagnostics, hosts: 0 };
  const place = placeOf(system, checked, request);
  const reserved = place === undefined ? [] : [place.pki, dirname(place.key)];
  let last: LastBuild | undefined;
  const [output, refused] = openOutput(system, request.outDir, reserved, (directory) => {
    if (request.program !== undefined && request.fresh !== true && place !== undefined)
      last = recall(system, place, directory, request.program);
    return last;
  });
  if (output === undefined) return { diagnostics: [...diagnostics, ...refused], hosts: 0 };
  try {
    return buildInto(output, modelled, request, diagnostics, last);
  } finally {
    output.close();
  }
}

function buildInto(
  output: Output,
  modelled: Modelled,
  request: BuildRequest,
  diagnostics: Diagnostic[],
  last: LastBuild | undefined,
): Built {
  const { checked } = modelled;
  const { prepare = prepareMaterials, program } = request;
  const [materials, unusable] = prepare(output.host, checked, modelled.site, {
    ...request,
    vetted: last?.certificates,
  });
  if (materials === undefined) return { diagnostics: [...diagnostics, ...unusable], hosts: 0 };
  const problems: Diagnostic[] = [];
  const { own, pki } = materials;
  const rebuild =
    program === undefined || own === undefined
      ? undefined
      : new Rebuild(output, modelled.site, program, pki, own, last);
  const made = new MadeHosts(modelled, materials, problems, rebuild, parallelOf(request, output));
  const bundle = writeBundle(output, {
    version: request.version,
    site: modelled.site,
    rendered: counted(made, modelled.hosts.length, request.onHost),
    shared: made.shared,
    limited: request.limit !== undefined,
    drawings: request.drawings ?? [],
    records: materials.records,
    failed: () => hasErrors([...problems, ...materials.misuse()]),
  });
  const { announcements, sealedUnknown } = materials;
  diagnostics.push(...problems, ...materials.misuse(), ...bundle.diagnostics);
  if (hasErrors(diagnostics)) return { diagnostics, hosts: 0, announcements };
  if (request.prepare === undefined) rebuild?.keep(bundle);
  const notes = buildNotes(modelled.hosts, request.outDir);
  const { site, hosts } = modelled;
  return { diagnostics, bundle, site, hosts: hosts.length, notes, announcements, sealedUnknown };
}

function parallelOf({ limit, parallel }: BuildRequest, { directory }: Output): Parallel | undefined {
  return parallel === undefined ? undefined : { ...parallel, limit, directory };
}

/** Where keys and certificates of the site are. */
function placeOf(system: System, checked: Checked, { stateDir }: BuildRequest): StatePlace | undefined {
  const files = checked.sources.map(({ path }) => path);
  return locateState(system, files, stateDir)[0];
}

function* counted<T>(items: Iterable<T>, total: number, tell: BuildRequest['onHost']): Generator<T> {
  let done = 0;
  for (const item of items) {
    yield item;
    tell?.(++done, total);
  }
}
