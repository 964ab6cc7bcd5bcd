/** Data that a change leaves where they are, while what used them starts on nothing. */

/** Never data: made anew at each start, or configuration. */
const NO_DATA = /^\/(?:etc|run|usr|tmp|home|root)\//;

/**
 * Directories of services that the former apply.sh made and the new one does not name any more, and those that a link no longer leads to:
 * the outermost of each, in order.
 */
export function leftBehind(script: string, formerScript: string): readonly string[] {
  const [now, former] = [places(script), places(formerScript)];
  const left = [
    ...[...former.written].filter((path) => !now.directories.has(path) && !NO_DATA.test(path)),
    ...[...former.links].flatMap(([path, target]) => ((now.links.get(path) ?? target) === target ? [] : [target])),
  ];
  const all = new Set(left);
  return [...all].filter((path) => !left.some((other) => path.startsWith(`${other}/`))).sort();
}

interface Places {
  readonly directories: ReadonlySet<string>;
  /** Those that an account other than root writes to. */
  readonly written: ReadonlySet<string>;
  /** Links that are no account's own, with where they lead. */
  readonly links: ReadonlyMap<string, string>;
}

function places(script: string): Places {
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
