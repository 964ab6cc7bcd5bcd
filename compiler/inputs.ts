import { isAbsolute, join } from 'node:path';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { report } from './diagnostics/report.ts';
import type { Request } from './compile.ts';
import { IoError, type Host } from './host.ts';
import type { Inventory } from './phases/2-merge/inventory.ts';
import type { Lookup } from './phases/4-resolve/reference.ts';
import type { FactsFile } from './phases/6-model/facts.ts';
import type { Result } from './result.ts';
import { confinesOf, LARGEST_FILE, refusal, type Confines } from './site-files.ts';
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
    const reason = refusal(host, path, { root: at, allowed: [] });
    const [text, problem] =
      reason === undefined
        ? readText(host, path)
        : (['', report('unreadable-file', undefined, { path, reason })] as const);
    const parsed = problem === undefined ? parseFacts(text) : undefined;
    if (parsed !== undefined) facts.set(file.slice(0, -'.json'.length), parsed);
    else diagnostics.push(problem ?? report('bad-facts-file', undefined, { path }));
  }
  return [facts, diagnostics];
}

/**
 * What `${env:NAME}` and `${file:PATH}` may see: files that the inventory may name, and those that whoever runs pigstyc calls public. Paths are
 * relative to the first inventory file. Files are read once.
 */
export function externalLookup(host: Host, request: Pick<Request, 'files' | 'publicReferences' | 'allowFile'>): Lookup {
  const first = request.files[0] ?? '';
  const allowed = new Set(request.publicReferences);
  const texts = new Map<string, string | undefined>();
  const locate = (path: string): string => (isAbsolute(path) ? path : join(directoryOf(first), path));
  const refused = (path: string): string | undefined =>
    allowed.has(`file:${path}`) || host.stat(locate(path)) === undefined
      ? undefined
      : refusal(host, locate(path), confinesOf(first, request.allowFile));
  return {
    env: (name) => (Object.hasOwn(host.env, name) ? host.env[name] : undefined),
    file: (path) => {
      if (!texts.has(path)) texts.set(path, refused(path) === undefined ? readSmall(host, locate(path))[0] : undefined);
      return texts.get(path);
    },
    refusal: refused,
    isPublic: (reference) => allowed.has(reference),
  };
}

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
export function readAssets(
  host: Host,
  inventory: Inventory,
  firstSource: string,
  allowed: readonly string[] = [],
): Result<ReadonlyMap<string, string>> {
  const assets = new Map<string, string>();
  const seen = new Set<Node>();
  const diagnostics: Diagnostic[] = [];
  for (const [parameter, field] of ASSETS) {
    for (const { vars } of inventory.hosts) {
      const node = vars.get(parameter)?.node;
      if (node === undefined || seen.has(node) || !vars.has('pg_cluster')) continue;
      seen.add(node);
      for (const name of assetNames(node, field)) {
        const [text, problem] = readAsset(host, name, parameter, firstSource, confinesOf(firstSource, allowed));
        if (text !== undefined) assets.set(name.text, text);
        else diagnostics.push(problem);
      }
    }
  }
  return [assets, diagnostics];
}

function readAsset(
  host: Host,
  { text: path, span }: ScalarNode,
  parameter: string,
  firstSource: string,
  confines: Confines,
): ReturnType<typeof readSmall> {
  const found = assetPaths(path, firstSource).find((candidate) => host.stat(candidate) !== undefined);
  if (found === undefined) return [undefined, report('asset-missing', span, { path, parameter })];
  const reason = refusal(host, found, confines);
  if (reason !== undefined) return [undefined, report('asset-refused', span, { path, parameter, reason })];
  return readSmall(host, found);
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

/** A facts file; undefined when the text is none. */
export function parseFacts(text: string): FactsFile | undefined {
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
