/** Where the files of an inventory lie. */
import { basename, dirname, extname, join } from 'node:path';
import { isConnection } from '../cmdb/name.ts';

/**
 * The directory that an inventory's state, facts and other files lie in: the current one where it comes through a pipe
 * or from a database.
 */
export function directoryOf(path: string): string {
  return isConnection(path) || /^\/(?:dev|proc)\//.test(path) ? '.' : dirname(path);
}

/**
 * The directory of the state: the one given; else that of the inventory file; else, where several files make a site,
 * `prod.state` beside the last of them, `prod.yml`: what differs between two sites comes last.
 */
export function stateDirectory(files: readonly string[], given: string | undefined): string {
  const last = files.at(-1) ?? 'pigsty.yml';
  if (given !== undefined) return given;
  return files.length > 1 ? join(directoryOf(last), `${basename(last, extname(last))}.state`) : directoryOf(last);
}
