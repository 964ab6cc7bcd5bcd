import { join } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { report } from '../diagnostics/report.ts';
import { IoError, type Host } from '../host/host.ts';
import { readText } from './text.ts';
import { formatOf } from '../phases/1-parse/format.ts';
import { isVault, vaultOpener } from '../phases/1-parse/vault.ts';
import type { Result } from '../diagnostics/result.ts';
import { SourceFile, type VarsOwner } from '../source/node.ts';
import { directoryOf } from './directories.ts';

/** Ends of names that may hold variables; Ansible takes the first that is there. */
const EXTENSIONS = ['', '.yml', '.yaml', '.json'];

/**
 * The inventories, then the files of `group_vars` and `host_vars` beside them, each directory once. A file that cannot be read, is
 * not UTF-8 or is encrypted with another password is a diagnostic.
 */
export function readSources(
  host: Host,
  paths: readonly string[],
  passwords: readonly string[],
  { runInventory = false }: { readonly runInventory?: boolean | undefined } = {},
): Result<readonly SourceFile[]> {
  const open = vaultOpener(passwords);
  const diagnostics: Diagnostic[] = [];
  const sources: SourceFile[] = [];
  const read = (path: string, owner?: VarsOwner): void => {
    const [raw, problem] = readText(host, path);
    const program = problem === undefined && owner === undefined && isProgram(host, path, raw);
    if (program && !runInventory) return void diagnostics.push(report('inventory-program', undefined, { path }));
    const text = program ? printedList(host, path, diagnostics) : raw;
    const encrypted = isVault(text);
    const answer = encrypted ? open(text) : { plain: text };
    if (problem !== undefined) diagnostics.push(problem);
    else if ('plain' in answer) {
      const format = owner !== undefined ? 'yaml' : program ? 'list' : formatOf(path, answer.plain);
      sources.push(new SourceFile(path, answer.plain, { owner, encrypted, format }));
    } else diagnostics.push(report(answer.problem, { file: new SourceFile(path, text), start: 0, end: 0 }, {}));
  };
  for (const path of paths) {
    const table = host.tables?.get(path);
    if (table === undefined) read(path);
    else if (typeof table === 'string') sources.push(new SourceFile(path, table, { format: 'tables' }));
    else diagnostics.push(...table);
  }
  const files = paths.filter((path) => host.tables?.has(path) !== true);
  for (const directory of new Set(files.map(directoryOf)))
    for (const kind of ['group', 'host'] as const)
      for (const [path, name] of varsFiles(host, join(directory, `${kind}_vars`)))
        read(path, { kind, name, directory });
  return [sources, diagnostics];
}

/** A file that is run for what it prints: one that begins as a script, unless its name says that it is data. */
function isProgram(host: Host, path: string, text: string): boolean {
  if (!text.startsWith('#!')) return false;
  return !/\.(?:ya?ml|json|ini)$/i.test(path) || ((host.stat(path)?.mode ?? 0) & 0o111) !== 0;
}

/** What the program prints for `--list`; nothing, and a diagnostic, when it fails. */
function printedList(host: Host, path: string, diagnostics: Diagnostic[]): string {
  try {
    return host.runProgram(path, ['--list']);
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    diagnostics.push(report('unreadable-file', undefined, { path, reason: error.reason }));
    return '{}';
  }
}

/** The files of variables in a directory, each with the group or host whose they are, as Ansible looks for them. */
function varsFiles(host: Host, directory: string): readonly (readonly [path: string, name: string])[] {
  if (host.stat(directory)?.kind !== 'directory') return [];
  const present = new Set(host.readDir(directory));
  const names = new Set([...present].filter(isVisible).map((file) => file.replace(/\.(?:ya?ml|json)$/, '')));
  return [...names].flatMap((name) => {
    const file = EXTENSIONS.map((extension) => name + extension).find((candidate) => present.has(candidate))!;
    const path = join(directory, file);
    const files = host.stat(path)?.kind === 'directory' ? filesBelow(host, path) : [path];
    return files.map((found) => [found, name] as const);
  });
}

function filesBelow(host: Host, directory: string): readonly string[] {
  return host
    .readDir(directory)
    .filter(isVisible)
    .flatMap((name) => {
      const path = join(directory, name);
      const extension = /\.[^.]*$/.exec(name)?.[0] ?? '';
      if (host.stat(path)?.kind === 'directory') return extension === '' ? filesBelow(host, path) : [];
      return EXTENSIONS.includes(extension) ? [path] : [];
    });
}

/** Hidden files and backups of editors are not read. */
function isVisible(name: string): boolean {
  return !name.startsWith('.') && !name.endsWith('~');
}
