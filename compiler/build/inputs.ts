/** What a run is about: everything that is read before the first phase. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { report } from '../diagnostics/report.ts';
import type { Result } from '../diagnostics/result.ts';
import type { Host as System } from '../host/host.ts';
import { readFacts, type FactsFile } from '../inputs/facts.ts';
import type { FrontEndOptions } from '../inputs/front-end.ts';
import { externalLookup } from '../inputs/lookup.ts';
import type { Request } from '../inputs/request.ts';
import { readSources } from '../inputs/sources.ts';
import { PLATFORMS, platformByName } from '../platform/index.ts';
import type { PlatformProfile } from '../platform/profile.ts';
import { readVaultPasswords } from '../secrets/vault-passwords.ts';
import type { SourceFile } from '../source/node.ts';

export interface Inputs {
  readonly system: System;
  readonly request: Request;
  readonly platform: PlatformProfile;
  readonly sources: readonly SourceFile[];
  readonly facts: ReadonlyMap<string, FactsFile>;
  /** How the files are read. */
  readonly options: FrontEndOptions;
  /** What is wrong with the inputs themselves. */
  readonly diagnostics: readonly Diagnostic[];
  /** False when files or passwords are missing, so that findings about the rest would be guesses. */
  readonly complete: boolean;
}

/** Reads what the request names. */
export function readInputs(system: System, request: Request): Inputs {
  const [platform, unknown] = choosePlatform(request.platform);
  const [facts, badFacts] = readFacts(system, request);
  const [vaultPasswords, noPassword] = readVaultPasswords(system, request);
  const [sources, unreadable] = readSources(system, request.files, vaultPasswords, request);
  return {
    system,
    request,
    platform,
    sources,
    facts,
    options: { vaultPasswords, keepAbsent: request.noSecrets, lookup: externalLookup(system, request) },
    diagnostics: [...unknown, ...unreadable, ...badFacts, ...noPassword],
    complete: unreadable.length === 0 && noPassword.length === 0,
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
