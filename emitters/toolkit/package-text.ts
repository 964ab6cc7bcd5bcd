/**
 * Text files that ship with the package (templates, runtime scripts) reach emitters through one injected reader,
 * because only the two ends of the compiler touch the file system.
 */
export type PackageTextReader = (path: string) => string;

let reader: PackageTextReader | undefined;
const cache = new Map<string, string>();

/** Installs the reader; `path` is relative to the package root, e.g. `emitters/haproxy/templates/haproxy.cfg.njk`. */
export function setPackageTextReader(read: PackageTextReader): void {
  reader = read;
  cache.clear();
}

/** Text of a shipped file, read once. */
export function packageText(path: string): string {
  let text = cache.get(path);
  if (text === undefined) {
    if (reader === undefined)
      throw new Error(`no package text reader: call setPackageTextReader() before reading ${path}`);
    text = reader(path);
    cache.set(path, text);
  }
  return text;
}
