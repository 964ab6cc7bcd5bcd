import type { Host } from '../host/host.ts';
import { programFile } from '../package/package-files.ts';
import { VERSION } from '../package/version.ts';

/** Another text for every build of the program and every version of node; undefined when it runs from its sources. */
export function identityOf(host: Host): string | undefined {
  const file = programFile();
  return file === undefined ? undefined : [VERSION, process.version, file, host.trace(file)?.text].join(' ');
}
