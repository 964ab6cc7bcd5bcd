/** Facts files: size and operating system of hosts, as `pigstyc facts` writes them. */
import { join } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { report } from '../diagnostics/report.ts';
import type { Result } from '../diagnostics/result.ts';
import type { Host } from '../host/host.ts';
import { refusal } from './confines.ts';
import { directoryOf, stateDirectory } from './directories.ts';
import { readText } from './text.ts';

/** What `facts/<host>.json` holds; written by the read-only script of `pigstyc facts`. */
export interface FactsFile {
  readonly hostname?: string;
  readonly cpu: number;
  /** MiB */
  readonly memoryMib: number;
  /** GiB of the file system that holds the data directory. */
  readonly diskGib: number;
  readonly os: { readonly vendor: string; readonly version: string; readonly codename?: string };
  readonly arch: string;
  readonly interfaces?: readonly { readonly name: string; readonly addresses: readonly string[] }[];
}

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
