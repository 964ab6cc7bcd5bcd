/** All that somebody wants to know who takes over a site that Ansible has deployed. */
import { join } from 'node:path';
import type { Modelled } from '../build/model.ts';
import type { Host as System } from '../host/host.ts';
import { readAuthority, type KnownAuthority } from '../pki/authority.ts';
import { Store } from '../pki/store.ts';
import type { Result } from '../diagnostics/result.ts';
import { readKeptSalts, writeKeptSalts } from '../secrets/kept-salts.ts';
import type { StatePlace } from '../state/locate.ts';
import { readAnsibleConfig, type AnsibleConfig } from './ansible-config.ts';
import { askHosts, type Answer, type Silence } from './ask.ts';
import { comparePasswords, compareTrust, saltsInUse, type PasswordFinding, type TrustFinding } from './compare.ts';

export interface Survey {
  /** The authority of the state, or the one that Ansible keeps beside the inventory. */
  readonly authority: { readonly path: string; readonly known: KnownAuthority } | undefined;
  readonly ansible: AnsibleConfig | undefined;
  readonly silent: readonly Silence[];
  /** Directory of the facts that were written, and how many. */
  readonly facts: { readonly directory: string; readonly count: number };
  readonly trust: readonly TrustFinding[];
  readonly passwords: readonly PasswordFinding[];
  /** How many verifiers of live hosts will be made again as they are. */
  readonly keptSalts: number;
}

/** Where a copy of Ansible's own keeps the authority. */
export const ANSIBLE_PKI = 'files/pki';

/** @param inventory the directory of the inventory */
export async function survey(
  system: System,
  { site, hosts }: Modelled,
  place: StatePlace,
  inventory: string,
  isOffline: boolean,
): Promise<Result<Survey | undefined>> {
  const [authority, badAuthority] = findAuthority(system, place, inventory);
  const [kept, badSalts] = readKeptSalts(system, place.directory);
  const problems = [...badAuthority, ...badSalts];
  if (problems.length > 0) return [undefined, problems];
  const ansible = readAnsibleConfig(
    system,
    inventory,
    knownVariables(site.hosts.map(({ connection }) => connection?.options ?? [])),
  );
  const options = ansible?.settings.flatMap(({ option }) => option ?? []) ?? [];
  const answers = isOffline ? [] : await askHosts(system, hosts, inventory, options);
  const said = answers.filter((answer): answer is Answer => 'facts' in answer);
  const directory = join(place.directory, 'facts');
  if (said.length > 0) system.mkdir(directory);
  for (const { host, facts } of said) system.writeFile(join(directory, `${host.name}.json`), facts, 0o644);
  const salts = saltsInUse(said);
  const keptSalts = [...salts.values()].reduce((count, { size }) => count + size, 0);
  if (keptSalts > 0) writeKeptSalts(system, place.directory, kept, salts);
  const found: Survey = {
    authority,
    ansible,
    silent: answers.filter((answer): answer is Silence => 'reason' in answer),
    facts: { directory, count: said.length },
    trust: said.map((answer) => compareTrust(answer, authority?.known.certificate, system.now())),
    passwords: comparePasswords(said),
    keptSalts,
  };
  return [found, []];
}

function findAuthority(system: System, place: StatePlace, inventory: string): Result<Survey['authority']> {
  for (const path of [place.pki, join(inventory, ANSIBLE_PKI)]) {
    const [known, problems] = readAuthority(new Store(system, path));
    if (problems.length > 0) return [undefined, problems];
    if (known !== undefined) return [{ path, known }, []];
  }
  return [undefined, []];
}

/** Variables that every host has already. */
function knownVariables(options: readonly (readonly string[])[]): ReadonlySet<string> {
  const names: Readonly<Record<string, string>> = {
    User: 'ansible_user',
    Port: 'ansible_port',
    IdentityFile: 'ansible_ssh_private_key_file',
  };
  const known = Object.entries(names).filter(([word]) =>
    options.every((lines) => lines.some((line) => line.startsWith(`${word} `))),
  );
  return new Set(known.map(([, variable]) => variable));
}
