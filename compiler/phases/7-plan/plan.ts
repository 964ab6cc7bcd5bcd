import { report } from '../../diagnostics/report.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Host, Site } from '../../model/site.ts';
import type { Result } from '../../diagnostics/result.ts';
import type { Emitter, PackagesOf, PackageStep, Step } from '../../../emitters/api.ts';
import { STAGES } from '../../../emitters/modules.ts';
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
  const packagesOf = sitePackages(site, emitters);
  const plans = hosts.map((host): HostPlan => {
    const steps = emitters.flatMap((emitter) => emitter.plan(site, host, packagesOf));
    const unique = dropRepeated(host, steps, diagnostics);
    return { host, steps: STAGES.flatMap((stage) => unique.filter((step) => step.stage === stage)) };
  });
  return [plans, diagnostics];
}

/** Package steps of the hosts of a site, asked for once a host. */
function sitePackages(site: Site, emitters: readonly Emitter[]): PackagesOf {
  const known = knownPackages.get(site) ?? new Map<Host, readonly PackageStep[]>();
  knownPackages.set(site, known);
  return (host) => {
    let steps = known.get(host);
    if (steps === undefined) {
      steps = emitters.flatMap((emitter) => emitter.plan(site, host)).filter((step) => step.kind === 'package');
      known.set(host, steps);
    }
    return steps;
  };
}

const knownPackages = new WeakMap<Site, Map<Host, readonly PackageStep[]>>();

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
