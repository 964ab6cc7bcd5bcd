import { dirname, join, relative } from 'node:path';
import { isConnection } from '../cmdb/name.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { report } from '../diagnostics/report.ts';
import type { Host as System } from '../host/host.ts';
import { directoryOf, stateDirectory } from '../inputs/directories.ts';
import type { Result } from '../diagnostics/result.ts';

/** Where the state of a site is: what belongs to it alone and cannot be made again the same. */
export interface StatePlace {
  readonly directory: string;
  /** Private key of fingerprints and verifiers. */
  readonly key: string;
  /** Committed key of an example, beside the last inventory file. */
  readonly demoKey: string;
  /** The authority, and certificates with their keys. */
  readonly pki: string;
  /** The inventory files as seen from the directory, which tell sites apart. */
  readonly files: readonly string[];
}

const AUTHORITY = 'ca/ca.crt';
/** Names the inventory files of the site, one a line. */
const OWNER = 'site';

/**
 * Looks for the state of a site. It is an error when it may be another's, or when it is not clear which one it is.
 *
 * @param beginning a new state is wanted where there is none
 */
export function locateState(
  system: System,
  files: readonly string[],
  given?: string | undefined,
  beginning = false,
): Result<StatePlace | undefined> {
  const directory = stateDirectory(files, given);
  const own = { crt: `${directory}/pki/${AUTHORITY}`, adopted: `${directory}/files/pki/${AUTHORITY}` };
  const adopted = exists(system, own.adopted);
  if (adopted && exists(system, own.crt))
    return [undefined, [report('two-authorities', undefined, { first: own.crt, second: own.adopted })]];
  const place: StatePlace = {
    directory,
    key: `${directory}/.pigstyc/key`,
    demoKey: join(directoryOf(files.at(-1) ?? '.'), '.pigstyc-demo-key'),
    pki: adopted ? `${directory}/files/pki` : `${directory}/pki`,
    files: files.map((file) => (isConnection(file) ? file : relative(directory, file))),
  };
  const problems =
    given === undefined ? [...foreign(system, place), ...(beginning ? [] : elsewhere(system, place, files))] : [];
  return [problems.length > 0 ? undefined : place, problems];
}

/** Notes whose state this is, for the next build of another site beside it. */
export function claimState(system: System, { pki, files }: StatePlace): void {
  const path = `${pki}/${OWNER}`;
  if (system.stat(pki)?.kind !== 'directory' || exists(system, path)) return;
  system.writeFile(path, files.map((file) => `${file}\n`).join(''), 0o644);
}

/** The state was made for other files. One more or one less file is still the same site, and so is a file that went into a database. */
function foreign(system: System, { directory, pki, files }: StatePlace): readonly Diagnostic[] {
  const owners = ownersOf(system, pki);
  if (owners === undefined || within(owners, files) || within(files, owners)) return [];
  if (owners.some(isConnection) !== files.some(isConnection)) return [];
  return [report('state-of-another', undefined, { directory, owner: owners.join(' + ') })];
}

/** Where several files make a site, its state was once beside the first of them. */
function elsewhere(system: System, { directory }: StatePlace, files: readonly string[]): readonly Diagnostic[] {
  if (files.length < 2 || system.stat(directory) !== undefined) return [];
  const former = dirname(files[0]!);
  const found = ['pki', 'files/pki'].find((pki) => exists(system, `${former}/${pki}/${AUTHORITY}`));
  if (found === undefined || ownersOf(system, `${former}/${found}`) !== undefined) return [];
  return [report('state-elsewhere', undefined, { found: join(former, found), directory })];
}

function ownersOf(system: System, pki: string): readonly string[] | undefined {
  if (!exists(system, `${pki}/${OWNER}`)) return undefined;
  const lines = Buffer.from(system.readFile(`${pki}/${OWNER}`))
    .toString('utf8')
    .split(/\r?\n/);
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

function within(some: readonly string[], all: readonly string[]): boolean {
  return some.every((one) => all.includes(one));
}

function exists(system: System, path: string): boolean {
  return system.stat(path)?.kind === 'file';
}
