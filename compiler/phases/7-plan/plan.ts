import { report } from '../../diagnostics/report.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { namedInterface } from '../../model/interface.ts';
import { readAgain, Reads, recording, type Names } from '../../model/reads.ts';
import type { Host, Site } from '../../model/site.ts';
import type { Result } from '../../diagnostics/result.ts';
import type { Emitter, PackagesOf, PackageStep, Step } from '../../../emitters/api.ts';
import { STAGES } from '../../../emitters/modules.ts';
import { onlyParts, parts, wholePlan } from '../../../emitters/toolkit/parts.ts';
import type { HostPlan } from '../../../emitters/host/bundle-types.ts';

/**
 * Asks every module's emitter for its steps on every host and orders them by stage; inside a stage the emitters' order
 * and then their own order is kept. Steps that say the same thing twice (a shared directory, a package) are said once.
 * Two different owners of one path are an error.
 */
export function planHosts(
  site: Site,
  hosts: readonly Host[],
  emitters: readonly Emitter[],
): Result<readonly HostPlan[]> {
  const diagnostics: Diagnostic[] = [];
  const known = packagesByEmitters(emitters);
  const packagesOf = sitePackages(site, emitters, known);
  const plans = hosts.map((host): HostPlan => {
    const reads = new Reads();
    return recording(reads, () => {
      const steps = parts(...emitters.map((emitter) => () => emitter.plan(site, host, packagesOf)));
      known.set(host, { steps: packagesIn(steps), reads: reads.all });
      const unique = dropRepeated(host, steps, diagnostics);
      const inOrder = STAGES.flatMap((stage) => unique.filter((step) => step.stage === stage));
      return { host, steps: inOrder, interfaces: interfacesOf(host), reads: reads.all };
    });
  });
  return [plans, diagnostics];
}

/** The steps of a few parts of a plan, for the files in them: of a host that was planned once, and nothing of its plan has changed. */
export function planParts(
  site: Site,
  host: Host,
  emitters: readonly Emitter[],
  places: Iterable<string>,
): readonly Step[] {
  const packagesOf = sitePackages(site, emitters, packagesByEmitters(emitters));
  return onlyParts(places, () => parts(...emitters.map((emitter) => () => emitter.plan(site, host, packagesOf))));
}

/** Where the host is to find the interface itself, the service does when it starts. */
export function interfacesOf({ nodeVip, pg, params }: Host): NonNullable<HostPlan['interfaces']> {
  const named = [
    ['vip_interface', nodeVip && namedInterface(params.vipInterface)],
    ['pg_vip_interface', pg?.cluster.vip && namedInterface(params.pgVipInterface)],
  ] as const;
  return named.flatMap(([parameter, name]) => (name === undefined ? [] : [[parameter, name] as const]));
}

/** Package steps of the hosts of a site: of a host that was planned, those of its plan. */
function sitePackages(site: Site, emitters: readonly Emitter[], known: KnownPackages): PackagesOf {
  return (host) => {
    let packages = known.get(host);
    if (packages === undefined) {
      const reads = new Reads();
      const steps = wholePlan(() => recording(reads, () => emitters.flatMap((emitter) => emitter.plan(site, host))));
      packages = { steps: packagesIn(steps), reads: reads.all };
      known.set(host, packages);
    }
    readAgain(packages.reads);
    return packages.steps;
  };
}

interface Packages {
  readonly steps: readonly PackageStep[];
  readonly reads: Names;
}

type KnownPackages = WeakMap<Host, Packages>;

const knownPackages = new WeakMap<readonly Emitter[], KnownPackages>();

function packagesByEmitters(emitters: readonly Emitter[]): KnownPackages {
  const known = knownPackages.get(emitters) ?? new WeakMap<Host, Packages>();
  knownPackages.set(emitters, known);
  return known;
}

function packagesIn(steps: readonly Step[]): readonly PackageStep[] {
  return steps.filter((step) => step.kind === 'package');
}

function dropRepeated(host: Host, steps: readonly Step[], diagnostics: Diagnostic[]): readonly Step[] {
  const said = new Map<string, Step>();
  const files = new Map<string, string>();
  return steps.filter((step) => {
    if (step.kind === 'file' || step.kind === 'certificate') {
      const source = step.kind === 'file' ? step.source : 'pki';
      const key = step.kind === 'file' && step.manage === 'block' ? `${step.path}#${source}` : step.path;
      const owner = files.get(key);
      if (owner === undefined) files.set(key, source);
      else
        diagnostics.push(
          report('file-claimed-twice', undefined, {
            path: step.path,
            host: host.name,
            first: owner,
            second: source,
          }),
        );
      return owner === undefined;
    }
    const key = identity(step);
    if (key === undefined) return true;
    if (said.has(key)) return false;
    said.set(key, step);
    return true;
  });
}

/** Text that is equal for steps of which one is enough; undefined for steps that must all run. */
function identity(step: Exclude<Step, { readonly kind: 'file' | 'certificate' }>): string | undefined {
  switch (step.kind) {
    case 'dir':
    case 'link':
      return `${step.kind} ${step.path}`;
    case 'group':
    case 'user':
      return `${step.kind} ${step.name}`;
    case 'package':
      return `${step.kind} ${step.names.join(' ')}`;
    case 'unit':
      return `${step.kind} ${step.unit} ${String(step.state)}`;
    case 'identity':
      return `${step.kind} ${step.module}`;
    case 'expect':
      return `${step.fn} ${step.args.join(' ')}`;
    case 'absent':
    case 'probe':
    case 'call':
      return undefined;
  }
}
