/** Directories with data, as the plan of a host makes them. */
import type { PlanRecord } from './plan-record.ts';

/** Never data: made anew at each start, or configuration. */
export const NO_DATA = /^\/(?:etc|run|usr|tmp|home|root)\//;

/** Directories that an account other than root writes to. */
export function writtenDirectories({ directories }: PlanRecord): readonly string[] {
  return Object.entries(directories).flatMap(([owner, paths]) => (owner === 'root' ? [] : paths));
}

/** Links that lead from one place of data to another. */
export function dataLinks({ links }: PlanRecord): readonly (readonly [path: string, target: string])[] {
  return Object.entries(links).filter(([path, target]) => !NO_DATA.test(`${path}/`) && !NO_DATA.test(target));
}

/** Directories of services, the outermost of each, in order. One at the top of the file system is everybody's: what is below it counts. */
export function dataDirectories(record: PlanRecord): readonly string[] {
  const links = dataLinks(record);
  const linked = (path: string): boolean => links.some(([link]) => path.startsWith(`${link}/`));
  return outermost(
    writtenDirectories(record).filter((path) => /^\/[^/]+\/./.test(path) && !NO_DATA.test(path) && !linked(path)),
  );
}

/** Without those that lie in another one, in order. */
export function outermost(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)].filter((path) => !paths.some((other) => path.startsWith(`${other}/`))).sort();
}
