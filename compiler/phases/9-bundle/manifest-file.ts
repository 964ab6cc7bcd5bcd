/** The line of a file in manifest.json. What most files have alike is not written. */
import type { ManifestFile } from './bundle-files.ts';

const USUAL: Readonly<Record<string, unknown>> = {
  owner: 'root',
  group: 'root',
  mode: '0644',
  sealed: false,
  effects: '',
};

/** Its text. */
export function fileText({ bundle, ...file }: ManifestFile): string {
  const own = Object.entries(file).filter(([name, value]) => !(name in USUAL) || USUAL[name] !== value);
  const { path, ...fields } = Object.fromEntries(own);
  return JSON.stringify({
    path,
    ...(bundle === file.path.slice(1) ? {} : { bundle }),
    ...fields,
  });
}

/** The file of a line, also of one that an earlier release wrote in full; undefined for anything else. */
export function fileOf(value: unknown): ManifestFile | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const given = { ...USUAL, ...value } as Partial<ManifestFile>;
  const { path, sha256, stage, source, owner, group, mode, effects, sealed, once, settings } = given;
  const { bundle = String(path).slice(1) } = given;
  const texts = [path, bundle, sha256, stage, source, owner, group, mode, effects];
  if (!texts.every((text) => typeof text === 'string') || typeof sealed !== 'boolean') return undefined;
  // In the order in which a build makes them: what is equal has the same text.
  return {
    path: path!,
    bundle,
    owner: owner!,
    group: group!,
    mode: mode!,
    sha256: sha256!,
    sealed,
    stage: stage!,
    effects: effects!,
    once,
    settings,
    source: source!,
  };
}
