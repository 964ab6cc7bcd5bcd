import { join } from 'node:path';
import type { Host } from '../host/host.ts';

/** Adds the rules to the `.gitignore` of a directory that it does not have yet. */
export function ignore(host: Host, directory: string, rules: readonly string[]): void {
  const path = join(directory, '.gitignore');
  const known = host.stat(path)?.kind === 'file' ? Buffer.from(host.readFile(path)).toString('utf8') : '';
  const missing = rules.filter((rule) => !known.split(/\r?\n/).includes(rule));
  if (missing.length === 0) return;
  const gap = known === '' || known.endsWith('\n') ? '' : '\n';
  host.writeFile(path, `${known}${gap}${missing.join('\n')}\n`, 0o644);
}
