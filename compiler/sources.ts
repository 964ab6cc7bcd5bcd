import { join } from 'node:path';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { report } from './diagnostics/report.ts';
import type { Host } from './host.ts';
import { readText } from './inputs.ts';
import { isVault, vaultOpener } from './phases/1-parse/vault.ts';
import type { Result } from './result.ts';
import { SourceFile, type VarsOwner } from './source/node.ts';
import { directoryOf } from './state/locate.ts';

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
): Result<readonly SourceFile[]> {
  const open = vaultOpener(passwords);
  const diagnostics: Diagnostic[] = [];
  const sources: SourceFile[] = [];
  const read = (path: string, owner?: VarsOwner): void => {
    const [text, problem] = readText(host, path);
    const encrypted = isVault(text);
    const answer = encrypted ? open(text) : { plain: text };
    if (problem !== undefined) diagnostics.push(problem);
    else if ('plain' in answer) sources.push(new SourceFile(path, answer.plain, { owner, encrypted }));
    else diagnostics.push(report(answer.problem, { file: new SourceFile(path, text), start: 0, end: 0 }, {}));
  };
  for (const path of paths) read(path);
  for (const directory of new Set(paths.map(directoryOf)))
    for (const kind of ['group', 'host'] as const)
      for (const [path, name] of varsFiles(host, join(directory, `${kind}_vars`)))
        read(path, { kind, name, directory });
  return [sources, diagnostics];
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
