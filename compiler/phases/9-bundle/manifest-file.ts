/** The line of a file in manifest.json. What most files have alike is not written. */
import type { ManifestFile } from './bundle-files.ts';

const USUAL = {
  owner: 'root',
  group: 'root',
  mode: '0644',
  effects: '',
} as const;

/** Its text. A bundle of many hosts has very many of them, so each is put together as text. */
export function fileText(file: ManifestFile): string {
  const { path, bundle, owner, group, mode, sha256, sealed, stage, effects, once, settings, source } = file;
  const quoted = (name: string, value: string): string => `,"${name}":${JSON.stringify(value)}`;
  const unusual = (name: keyof typeof USUAL, value: string): string =>
    value === USUAL[name] ? '' : quoted(name, value);
  return [
    `{"path":${JSON.stringify(path)}`,
    bundle === path.slice(1) ? '' : quoted('bundle', bundle),
    unusual('owner', owner),
    unusual('group', group),
    unusual('mode', mode),
    quoted('sha256', sha256),
    sealed ? ',"sealed":true' : '',
    quoted('stage', stage),
    unusual('effects', effects),
    once === undefined ? '' : ',"once":true',
    settings === undefined ? '' : quoted('settings', settings),
    `${quoted('source', source)}}`,
  ].join('');
}

/** The file of a line, also of one that an earlier release wrote in full; undefined for anything else. */
export function fileOf(value: unknown): ManifestFile | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { path, sha256, stage, source, once, settings, sealed = false } = value as Partial<ManifestFile>;
  const given = value as Partial<ManifestFile>;
  const { owner = USUAL.owner, group = USUAL.group, mode = USUAL.mode, effects = USUAL.effects } = given;
  if (!isText(path) || !isText(sha256) || !isText(stage) || !isText(source)) return undefined;
  const { bundle = path.slice(1) } = given;
  const areTexts = isText(bundle) && isText(owner) && isText(group) && isText(mode) && isText(effects);
  if (!areTexts || typeof sealed !== 'boolean') return undefined;
  // In the order in which a build makes them: what is equal has the same text.
  return { path, bundle, owner, group, mode, sha256, sealed, stage, effects, once, settings, source };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
