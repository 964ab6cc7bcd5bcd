import type { ManifestHost } from '../../phases/9-bundle/bundle-files.ts';
import type { FileChange } from './bundle-diff.ts';

const SEALED = /^hosts\/([^/]+)\/sealed\//;
const LIST = /^hosts\/[^/]+\/sealed\/manifest\.tsv$/;

/**
 * The changes without those of sealed files that cannot be compared. Sealed files are ignored by git: where one is
 * absent that the bundle has, or its content is unknown, its twin tells what changed.
 *
 * @param former hosts of the bundle that is there
 * @param isKnown whether both contents of a sealed file are known
 */
export function knownChanges(
  files: readonly FileChange[],
  former: readonly ManifestHost[],
  isKnown: (path: string) => boolean,
): readonly FileChange[] {
  const sealed = new Set(
    former.flatMap(({ name, files: own }) =>
      own.flatMap(({ bundle, sealed }) => (sealed ? [`hosts/${name}/sealed/${bundle}`] : [])),
    ),
  );
  const told = files.filter(({ path }) => !sealed.has(path) || isKnown(path));
  // The list of a host's sealed files changes with them.
  const hosts = new Set(told.flatMap(({ path }) => (LIST.test(path) ? [] : (SEALED.exec(path)?.[1] ?? []))));
  return told.filter(({ path }) => !LIST.test(path) || hosts.has(SEALED.exec(path)![1]!));
}

/**
 * The changes that reach a host. A file whose sealed form is known and stays as it is stays on the host, too: its twin
 * only shows it in another way.
 */
export function changesOnHosts(
  files: readonly FileChange[],
  former: readonly ManifestHost[],
  isKnown: (path: string) => boolean,
): readonly FileChange[] {
  const changed = new Set(files.map(({ path }) => path));
  const shownAnew = new Set(
    former.flatMap(({ name, files: own }) =>
      own.flatMap(({ bundle, sealed }) => {
        const form = `hosts/${name}/sealed/${bundle}`;
        const twin = `hosts/${name}/files/${bundle}`;
        return sealed && changed.has(twin) && !changed.has(form) && isKnown(form) ? [twin] : [];
      }),
    ),
  );
  return files.filter(({ path }) => !shownAnew.has(path));
}
