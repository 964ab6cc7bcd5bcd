/** A host of which nothing but the texts of some files may differ from what the bundle has. */
import type { PatchedHost } from '../../../emitters/host/bundle-types.ts';
import { bundlePath, listedKey, withHash } from '../../../emitters/host/manifest.ts';
import { sealedList, sha256, type BundleFile, type ManifestHost } from './bundle-files.ts';

/** What the bundle has of the host. */
export interface FormerHost {
  readonly manifest: ManifestHost;
  /** Hashes of its sealed files, by their keys. */
  readonly sealed: ReadonlyMap<string, string>;
  /** Text of its manifest.tsv. */
  readonly list: string;
}

/** Files that differ, and the host's part of the manifest, which is the same object when none does. */
export function patchedFiles(
  { patched, files: rendered }: PatchedHost,
  former: FormerHost,
): { readonly files: readonly BundleFile[]; readonly manifest: ManifestHost } {
  const root = `hosts/${patched}`;
  const files: BundleFile[] = [];
  const [lines, entries, sealed] = [former.list.split('\n'), [...former.manifest.files], new Map(former.sealed)];
  const places = new Map(entries.map(({ bundle }, at) => [bundle, at]));
  for (const file of rendered) {
    const bundle = bundlePath(file);
    const at = places.get(bundle)!;
    const entry = entries[at]!;
    const hash = sha256(file.twin);
    if (hash !== entry.sha256) {
      files.push({ path: `${root}/files/${bundle}`, text: file.twin, mode: 0o644 });
      entries[at] = { ...entry, sha256: hash };
      lines[at + 1] = withHash(lines[at + 1]!, hash);
    }
    if (file.sealed === undefined || sealed.get(listedKey(entry)) === sha256(file.sealed)) continue;
    files.push({ path: `${root}/sealed/${bundle}`, text: file.sealed, mode: 0o600 });
    sealed.set(listedKey(entry), sha256(file.sealed));
  }
  if (files.some(({ path }) => path.startsWith(`${root}/sealed/`)))
    files.push({ path: `${root}/sealed/manifest.tsv`, text: sealedList(sealed), mode: 0o600 });
  const list = lines.join('\n');
  if (list === former.list) return { files, manifest: former.manifest };
  files.push({ path: `${root}/manifest.tsv`, text: list, mode: 0o644 });
  const scripts = { ...former.manifest.scripts, 'manifest.tsv': sha256(list) };
  return { files, manifest: { ...former.manifest, scripts, files: entries } };
}
