/** Phases 7 and 8 for one host at a time. */
import type { HostPlan, MadeHost, PatchedHost, RenderedFile, RenderedHost } from '../../emitters/host/bundle-types.ts';
import { setPackageTextReader } from '../../emitters/toolkit/package-text.ts';
import { UnrepresentableError } from '../../emitters/toolkit/quote/unrepresentable.ts';
import type { Checked } from '../phases/5-check/checked.ts';
import { Neighbourhoods, NeedsWholeSite } from '../model/neighbourhood.ts';
import { EVERY, Reads, recording } from '../model/reads.ts';
import type { Host, Site } from '../model/site.ts';
import { readPackageFile } from '../package/package-files.ts';
import { certificateFiles } from '../pki/certificate-files.ts';
import { pkiByHost } from '../pki/certificates.ts';
import { EMITTERS } from '../phases/7-plan/emitters.ts';
import { planHosts, planParts } from '../phases/7-plan/plan.ts';
import { emitHost, unwritable, type KeptFiles, type Locate } from '../phases/8-emit/emit.ts';
import { blame } from '../phases/8-emit/locate.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Modelled } from './model.ts';
import type { Result } from '../diagnostics/result.ts';
import { textOf } from '../state/marks.ts';
import type { Materials } from '../state/materials.ts';

/** What a host was made from. */
export interface MadeFrom {
  /** Whether its files needed more of the site than its neighbours. */
  readonly whole: boolean;
  /** Parameters that were read for the plan, then for each file: names as text. */
  readonly reads: readonly string[];
  /** The part of the plan that each file belongs to. */
  readonly places: readonly string[];
}

/** A rendered host. */
export interface Rendering extends MadeFrom {
  readonly host: MadeHost;
}

/** Files of a host, of which nothing else is made. */
export interface FilesOfParts extends Pick<MadeFrom, 'whole'> {
  readonly host: PatchedHost;
}

export interface Renderer {
  /** Renders a host of the site but for what is kept; nothing when a value has no spelling where the plan itself needs one. */
  render(host: Host, kept?: KeptFiles): Result<Rendering | undefined>;
  /** Renders the files of parts of its plan but for what is kept; undefined when something is to be said about them. */
  renderParts(host: Host, kept: KeptFiles, places: ReadonlySet<string>): FilesOfParts | undefined;
}

/** One that keeps what hosts have in common. */
export function hostRenderer({ site, checked }: Modelled, { sinks, pki, adjust }: Materials): Renderer {
  setPackageTextReader(readPackageFile);
  const locate = locator(checked);
  const beside = besideNeighbours(site);
  const pkiOf = pkiByHost(pki);
  const filesOf = (plan: HostPlan, kept?: KeptFiles): Result<MadeHost> => {
    const [made, refused] = emitHost(plan, sinks, locate, certificateFiles(pkiOf(plan.host)), kept);
    const files = made.files.map((file) =>
      adjust === undefined || 'kept' in file ? file : adjust(plan.host.name, file),
    );
    return [{ ...made, files }, refused];
  };
  return {
    render: (host, kept) =>
      beside(host, (from): Result<Rendering | undefined> => {
        const [plan, clashes] = planHost(from, host, locate);
        if (plan === undefined) return [undefined, clashes];
        const [made, refused] = filesOf(plan, kept);
        const reads = [plan, ...made.files].map((one) => (one.reads === undefined ? EVERY : textOf(one.reads)));
        const places = made.files.map(({ place }) => place ?? '');
        return [{ host: made, whole: from === site, reads, places }, [...clashes, ...refused]];
      }),
    renderParts: (host, kept, places) =>
      beside(host, (from) => {
        const steps = unlessUnwritable(() => planParts(from, host, EMITTERS, places));
        const [{ files }, refused] = filesOf({ host, steps: steps ?? [] }, kept);
        if (steps === undefined || refused.length > 0) return undefined;
        const rendered = files.filter((file): file is RenderedFile => 'twin' in file);
        return { host: { patched: host.name, files: rendered }, whole: from === site };
      }),
  };
}

/**
 * Phases 7 and 8, lazily: each host is planned and rendered when it is asked for. What is found on the way is added to `diagnostics`.
 */
export function* renderHosts(
  modelled: Modelled,
  materials: Materials,
  diagnostics: Diagnostic[],
): Generator<RenderedHost> {
  const { render } = hostRenderer(modelled, materials);
  for (const host of modelled.hosts) {
    const [rendered, found] = render(host);
    diagnostics.push(...found);
    // Nothing was kept.
    if (rendered !== undefined) yield rendered.host as RenderedHost;
  }
}

/** Phase 7 for all hosts at once, each beside the whole site. */
export function planSite({ site, hosts }: Modelled): Result<readonly HostPlan[]> {
  setPackageTextReader(readPackageFile);
  return planHosts(site, hosts, EMITTERS);
}

/** The plan of one host; undefined when a value has no spelling where the plan itself needs one. */
function planHost(site: Site, host: Host, locate: Locate): Result<HostPlan | undefined> {
  const reads = new Reads();
  try {
    const [plans, clashes] = recording(reads, () => planHosts(site, [host], EMITTERS));
    return [plans[0], clashes];
  } catch (error) {
    if (!(error instanceof UnrepresentableError)) throw error;
    return [undefined, [unwritable(error, 'the plan', host.name, locate(host.name, reads.all))]];
  }
}

/** Makes something of a host beside its neighbours alone, or beside the whole site where that is needed. */
function besideNeighbours(site: Site): <T>(host: Host, make: (from: Site) => T) => T {
  const neighbourhoods = new Neighbourhoods(site);
  return (host, make) => {
    // Monitoring watches everything.
    if (host.infra !== undefined) return make(site);
    try {
      return make(neighbourhoods.siteOf(host));
    } catch (error) {
      if (!(error instanceof NeedsWholeSite)) throw error;
      return make(site);
    }
  };
}

function unlessUnwritable<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof UnrepresentableError)) throw error;
    return undefined;
  }
}

function locator(checked: Checked): Locate {
  const hosts = new Map(checked.resolved?.hosts.map((host) => [host.name, host]));
  return (name, reads) => blame(hosts.get(name), reads);
}
