/** Data that a change leaves where they are, while what used them starts on nothing. */
import { NO_DATA, outermost, places } from '../../phases/9-bundle/data-directories.ts';

/**
 * Directories of services that the former apply.sh made and the new one does not name any more, and those that a link no longer leads to:
 * the outermost of each, in order.
 */
export function leftBehind(script: string, formerScript: string): readonly string[] {
  const [now, former] = [places(script), places(formerScript)];
  return outermost([
    ...[...former.written].filter((path) => !now.directories.has(path) && !NO_DATA.test(path)),
    ...[...former.links].flatMap(([path, target]) => ((now.links.get(path) ?? target) === target ? [] : [target])),
  ]);
}
