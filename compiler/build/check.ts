/** Phase 5 with what belongs to it: the rules, files that the inventory names, and comments that allow a finding. */
import type { Network } from '../domain/address.ts';
import { hasErrors, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { applySuppressions, readSuppressions, reportUnused } from '../diagnostics/suppressions.ts';
import { readAssets } from '../inputs/assets.ts';
import type { FactsFile } from '../inputs/facts.ts';
import type { FrontEnd } from '../inputs/front-end.ts';
import { checkInventory } from '../phases/5-check/check.ts';
import type { Checked } from '../phases/5-check/checked.ts';
import type { CheckOptions } from '../phases/5-check/context.ts';
import { networksOf } from '../phases/5-check/segment.ts';
import { hostFacts } from '../phases/6-model/facts.ts';
import type { Resolved } from '../phases/4-resolve/resolve.ts';
import type { HostFacts } from '../platform/host-facts.ts';
import type { PlatformProfile } from '../platform/profile.ts';
import { withoutAbsent } from '../secrets/absent.ts';
import { secretRegions, withoutRegions } from '../secrets/regions.ts';
import { cutPieces } from '../secrets/spans.ts';
import type { Span } from '../source/node.ts';
import type { Inputs } from './inputs.ts';

/** Everything wrong with the inventory, in one run. Without complete inputs it is not read. */
export function checkInputs(inputs: Inputs, read: () => FrontEnd): Checked {
  const { system, request, platform, sources, facts } = inputs;
  const diagnostics = [...inputs.diagnostics];
  const nothing = {
    platform,
    sources,
    facts,
    assets: new Map<string, string>(),
    resolved: undefined,
    unclear: [],
    diagnostics,
    allowed: [],
    suppressions: [],
    absent: false,
  };
  if (!inputs.complete) return nothing;
  const [resolved, problems, comments, broken] = read();
  diagnostics.push(...problems);
  if (resolved !== undefined && request.isChecked !== true)
    diagnostics.push(...checkInventory(resolved, checkOptions(inputs, resolved)));
  const [assets, missing] =
    resolved === undefined
      ? [nothing.assets, []]
      : readAssets(system, resolved, request.files[0] ?? '', request.allowFile);
  diagnostics.push(...missing);
  const { diagnostics: present, absent } =
    request.noSecrets === true ? withoutAbsent(diagnostics, resolved) : { diagnostics, absent: false };
  const unclear = [
    ...broken.flatMap(secretRegions),
    ...(present.some(({ slug }) => slug === 'comma-in-value') ? cutPieces(resolved) : []),
  ];
  const judged = judge(withoutRegions(present, unclear), comments, request.demo);
  return { ...nothing, assets, resolved, unclear, absent, ...judged };
}

/** The findings as comments in the inventory want them. Errors hide other findings, so that a comment is called unused only without any. */
function judge(
  diagnostics: readonly Diagnostic[],
  comments: readonly Span[],
  demo = false,
): Pick<Checked, 'diagnostics' | 'allowed' | 'suppressions'> {
  const [suppressions, unclear] = readSuppressions(comments);
  const isMeant = ({ slug }: Diagnostic): boolean => demo && slug === 'default-secret';
  const meant = diagnostics.filter(isMeant).map((diagnostic) => ({ ...diagnostic, allowed: '--demo' }));
  const { kept, allowed, unused } = applySuppressions(
    diagnostics.filter((diagnostic) => !isMeant(diagnostic)),
    suppressions,
  );
  const notUnused = unused.filter(({ code }) => !meant.some((diagnostic) => diagnostic.code === code));
  return {
    diagnostics: [...kept, ...unclear, ...(hasErrors(kept) ? [] : notUnused.map(reportUnused))],
    allowed: [...allowed, ...meant],
    suppressions,
  };
}

/** Facts the checks may rely on: those of hosts with a facts file, never assumed ones. */
function knownFacts(
  resolved: Resolved,
  facts: ReadonlyMap<string, FactsFile>,
  platform: PlatformProfile,
): ReadonlyMap<string, HostFacts> {
  const hosts = facts.size === 0 ? [] : resolved.hosts.filter((host) => facts.has(host.name));
  return new Map(hosts.map((host) => [host.name, hostFacts(host.vars, facts.get(host.name), platform)]));
}

/** What rules know besides the inventory. */
export function checkOptions(
  { platform, facts }: Pick<Checked, 'platform' | 'facts'>,
  resolved: Resolved,
): CheckOptions {
  return { platform, facts: knownFacts(resolved, facts, platform), networks: knownNetworks(facts) };
}

function knownNetworks(facts: ReadonlyMap<string, FactsFile>): ReadonlyMap<string, readonly Network[]> {
  return new Map(
    [...facts].flatMap(([host, { interfaces = [] }]) => {
      const networks = networksOf(interfaces.flatMap(({ addresses }) => addresses));
      return networks.length === 0 ? [] : [[host, networks] as const];
    }),
  );
}
