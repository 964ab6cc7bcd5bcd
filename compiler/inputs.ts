import { isAbsolute, join } from 'node:path';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { report } from './diagnostics/report.ts';
import type { Request } from './compile.ts';
import { IoError, type Host } from './host.ts';
import type { Inventory } from './phases/2-merge/inventory.ts';
import type { Lookup } from './phases/4-resolve/reference.ts';
import type { FactsFile } from './phases/6-model/facts.ts';
import type { Result } from './result.ts';
import { directoryOf, stateDirectory } from './state/locate.ts';
import { entry, type Node, type ScalarNode } from './source/node.ts';

/** Where facts may be: the directory named, or one of these that may be missing. */
export interface FactsPlace {
  readonly files: readonly string[];
  readonly factsDir?: string | undefined;
  readonly stateDir?: string | undefined;
}

/** `<dir>/<host>.json` of every host; `dir` defaults to `facts` in the state of the site, else beside the first inventory file. */
export function readFacts(
  host: Host,
  { files, factsDir: dir, stateDir }: FactsPlace,
): Result<ReadonlyMap<string, FactsFile>> {
  const own = join(stateDirectory(files, stateDir), 'facts');
  const at = dir ?? (host.stat(own)?.kind === 'directory' ? own : join(directoryOf(files[0] ?? ''), 'facts'));
  const facts = new Map<string, FactsFile>();
  const diagnostics: Diagnostic[] = [];
  if (host.stat(at)?.kind !== 'directory') {
    return [
      facts,
      dir === undefined ? [] : [report('unreadable-file', undefined, { path: at, reason: 'no such directory' })],
    ];
  }
  for (const file of host.readDir(at).filter((name) => name.endsWith('.json'))) {
    const path = join(at, file);
    const [text, problem] = readText(host, path);
    const parsed = problem === undefined ? parseFacts(text) : undefined;
    if (parsed !== undefined) facts.set(file.slice(0, -'.json'.length), parsed);
    else diagnostics.push(problem ?? report('bad-facts-file', undefined, { path }));
  }
  return [facts, diagnostics];
}

/** What `${env:NAME}` and `${file:PATH}` may see; paths are relative to the first inventory file. Files are read once. */
export function externalLookup(host: Host, request: Pick<Request, 'files' | 'publicReferences'>): Lookup {
  const directory = directoryOf(request.files[0] ?? '');
  const allowed = new Set(request.publicReferences);
  const texts = new Map<string, string | undefined>();
  return {
    env: (name) => (Object.hasOwn(host.env, name) ? host.env[name] : undefined),
    file: (path) => {
      if (!texts.has(path)) texts.set(path, readSmall(host, isAbsolute(path) ? path : join(directory, path))[0]);
      return texts.get(path);
    },
    isPublic: (reference) => allowed.has(reference),
  };
}

/** Largest file that the inventory may name. */
const LARGEST_FILE = 1_048_576;

/** A regular file of sensible size, as text: a pipe never ends, and a disk is no password. */
function readSmall(host: Host, path: string): readonly [string, undefined] | readonly [undefined, Diagnostic] {
  const unusable = (reason: string) => [undefined, report('unreadable-file', undefined, { path, reason })] as const;
  try {
    const stat = host.stat(path);
    if (stat !== undefined && stat.kind !== 'file') return unusable('is not a regular file');
    if (stat !== undefined && stat.size > LARGEST_FILE) return unusable('is larger than 1 MiB');
    const [text, problem] = readText(host, path);
    return problem === undefined ? [text, undefined] : [undefined, problem];
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    return unusable(error.reason);
  }
}

/** Parameters that name files of the operator: a list of objects with a field that does, or the name itself. */
const ASSETS: readonly (readonly [parameter: string, field: string | undefined])[] = [
  ['pg_databases', 'baseline'],
  ['pg_files', undefined],
  ['pgsodium_getkey_script', undefined],
];

/**
 * Contents of the files the inventory names, by the name as written. They are looked for beside the first inventory file and in
 * `files/` next to it; one that is not there is reported where it is named and left out of the deployment.
 */
export function readAssets(host: Host, inventory: Inventory, firstSource: string): Result<ReadonlyMap<string, string>> {
  const assets = new Map<string, string>();
  const seen = new Set<Node>();
  const diagnostics: Diagnostic[] = [];
  for (const [parameter, field] of ASSETS) {
    for (const { vars } of inventory.hosts) {
      const node = vars.get(parameter)?.node;
      if (node === undefined || seen.has(node) || !vars.has('pg_cluster')) continue;
      seen.add(node);
      for (const name of assetNames(node, field)) {
        const path = assetPaths(name.text, firstSource).find((candidate) => host.stat(candidate)?.kind === 'file');
        const [text, problem] =
          path === undefined
            ? ([undefined, report('asset-missing', name.span, { path: name.text, parameter })] as const)
            : readSmall(host, path);
        if (text !== undefined) assets.set(name.text, text);
        else diagnostics.push(problem);
      }
    }
  }
  return [assets, diagnostics];
}

function assetNames(node: Node, field: string | undefined): readonly ScalarNode[] {
  const values = node.kind === 'seq' ? node.items : [node];
  const named =
    field === undefined
      ? values
      : values.flatMap((item) => (item.kind === 'map' ? (entry(item, field)?.value ?? []) : []));
  return named.filter(
    (value): value is ScalarNode => value.kind === 'scalar' && typeof value.value === 'string' && value.value !== '',
  );
}

function assetPaths(name: string, firstSource: string): readonly string[] {
  const directory = directoryOf(firstSource);
  return isAbsolute(name) ? [name] : [join(directory, name), join(directory, 'files', name)];
}

function parseFacts(text: string): FactsFile | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const facts = value as Partial<FactsFile> | null;
  const positive = (n: unknown): boolean => typeof n === 'number' && Number.isFinite(n) && n > 0;
  const sized = positive(facts?.cpu) && positive(facts?.memoryMib) && positive(facts?.diskGib);
  return sized && typeof facts?.os?.vendor === 'string' && typeof facts.os.version === 'string'
    ? (facts as FactsFile)
    : undefined;
}

/** A file as text, or what is wrong with it. */
export function readText(host: Host, path: string): readonly [string, undefined] | readonly ['', Diagnostic] {
  try {
    const bytes = host.readFile(path);
    try {
      return [new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), undefined];
    } catch {
      return ['', report('not-utf8', undefined, { path, offset: firstBadByte(bytes) })];
    }
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    return ['', report('unreadable-file', undefined, { path, reason: error.reason })];
  }
}

/** Offset of the first byte that belongs to no character: decoding and encoding again changes it first there. */
function firstBadByte(bytes: Uint8Array): number {
  const again = new TextEncoder().encode(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  let at = 0;
  while (at < bytes.length && bytes[at] === again[at]) at++;
  return at;
}
