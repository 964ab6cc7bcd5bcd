/** Directories with data, as apply.sh makes them. */

/** Never data: made anew at each start, or configuration. */
export const NO_DATA = /^\/(?:etc|run|usr|tmp|home|root)\//;

export interface Places {
  readonly directories: ReadonlySet<string>;
  /** Those that an account other than root writes to. */
  readonly written: ReadonlySet<string>;
  /** Links that are no account's own, with where they lead. */
  readonly links: ReadonlyMap<string, string>;
}

/** What the text of an apply.sh makes. */
export function places(script: string): Places {
  const directories = new Set<string>();
  const written = new Set<string>();
  const links = new Map<string, string>();
  for (const [, kind, first, second, third] of script.matchAll(/^ {2}(dir|link) (\S+) (\S+)(?: (\S+))?/gm)) {
    if (kind === 'dir') directories.add(first!);
    if (kind === 'dir' && second !== 'root') written.add(first!);
    if (kind === 'link' && third === undefined && !NO_DATA.test(`${first}/`) && !NO_DATA.test(second!))
      links.set(first!, second!);
  }
  return { directories, written, links };
}

/** Directories of services, the outermost of each, in order. One at the top of the file system is everybody's: what is below it counts. */
export function dataDirectories(script: string): readonly string[] {
  const { written, links } = places(script);
  const linked = (path: string): boolean => [...links.keys()].some((link) => path.startsWith(`${link}/`));
  return outermost([...written].filter((path) => /^\/[^/]+\/./.test(path) && !NO_DATA.test(path) && !linked(path)));
}

/** Without those that lie in another one, in order. */
export function outermost(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)].filter((path) => !paths.some((other) => path.startsWith(`${other}/`))).sort();
}
