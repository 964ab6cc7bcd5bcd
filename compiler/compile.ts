/**
 * The compiler on one screen:
 *
 *   files ─1 parse─2 merge─3 normalize─4 resolve→ inventory ─5 check→ GATE ─6 model→ site ─7 plan→ steps ─8 emit─9 bundle→ out/
 *
 * Each phase returns its product and what it found wrong; any error stops at the gate, before a byte is written.
 */
import { withoutAbsent } from './secrets/absent.ts';
import type { Network } from './domain/address.ts';
import { hasErrors, type Diagnostic } from './diagnostics/diagnostic.ts';
import { report } from './diagnostics/report.ts';
import { applySuppressions, readSuppressions, reportUnused } from './diagnostics/suppressions.ts';
import type { Host as System } from './host/host.ts';
import { readAssets } from './inputs/assets.ts';
import { externalLookup } from './inputs/lookup.ts';
import { readFacts } from './inputs/facts.ts';
import type { HostFacts } from './platform/host-facts.ts';
import { readInventory } from './inputs/front-end.ts';
import type { Resolved } from './phases/4-resolve/resolve.ts';
import { checkInventory } from './phases/5-check/check.ts';
import type { CheckOptions } from './phases/5-check/context.ts';
import { networksOf } from './phases/5-check/segment.ts';
import { hostFacts } from './phases/6-model/facts.ts';
import type { FactsFile } from './inputs/facts.ts';
import { readVaultPasswords } from './secrets/vault-passwords.ts';
import { PLATFORMS, platformByName } from './platform/index.ts';
import type { PlatformProfile } from './platform/profile.ts';
import type { Result } from './diagnostics/result.ts';
import { secretRegions, withoutRegions } from './secrets/regions.ts';
import { cutPieces } from './secrets/spans.ts';
import type { Span } from './source/node.ts';
import type { Request } from './inputs/request.ts';
import { readSources } from './inputs/sources.ts';
import type { Checked } from './phases/5-check/checked.ts';

/** Phases 1 to 5: everything wrong with the inventory, in one run. */
export function checkFiles(system: System, request: Request): Checked {
  const [platform, unknown] = choosePlatform(request.platform);
  const [facts, badFacts] = readFacts(system, request);
  const [vaultPasswords, noPassword] = readVaultPasswords(system, request);
  const [sources, unreadable] = readSources(system, request.files, vaultPasswords, request);
  const diagnostics = [...unknown, ...unreadable, ...badFacts, ...noPassword];
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
  if (unreadable.length > 0 || noPassword.length > 0) return nothing;
  const [resolved, problems, comments, broken] = readInventory(sources, {
    vaultPasswords,
    keepAbsent: request.noSecrets,
    lookup: externalLookup(system, request),
  });
  diagnostics.push(...problems);
  if (resolved !== undefined)
    diagnostics.push(...checkInventory(resolved, checkOptions({ platform, facts }, resolved)));
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
  return {
    ...nothing,
    assets,
    resolved,
    unclear,
    absent,
    ...judge(withoutRegions(present, unclear), comments, request.demo),
  };
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

/** An unknown name is an error; the checks go on with the default profile. */
function choosePlatform(name: string | undefined): Result<PlatformProfile> {
  const platform = name === undefined ? PLATFORMS[0]! : platformByName(name);
  if (platform !== undefined) return [platform, []];
  return [
    PLATFORMS[0]!,
    [report('unknown-platform', undefined, { name: name!, known: PLATFORMS.map((p) => p.name).join(', ') })],
  ];
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
