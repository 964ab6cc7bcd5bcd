/** Data that a change leaves where they are, while what used them starts on nothing. */
import { dataLinks, NO_DATA, outermost, writtenDirectories } from '../../phases/9-bundle/data-directories.ts';
import type { PlanRecord } from '../../phases/9-bundle/plan-record.ts';

/**
 * Directories of services that the former plan made and the new one does not name any more, and those that a link no longer leads to:
 * the outermost of each, in order.
 */
export function leftBehind(now: PlanRecord, former: PlanRecord): readonly string[] {
  const named = new Set(Object.values(now.directories).flat());
  const links = new Map(dataLinks(now));
  return outermost([
    ...writtenDirectories(former).filter((path) => !named.has(path) && !NO_DATA.test(path)),
    ...dataLinks(former).flatMap(([path, target]) => ((links.get(path) ?? target) === target ? [] : [target])),
  ]);
}
