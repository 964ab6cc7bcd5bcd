/** manifest.tsv: what the runtime must know of each file. Tab-separated, one line a file, sorted by the order of the plan. */
import type { Effect, FileStep, Step } from '../api.ts';
import { wordsOf } from '../runtime-calls.ts';
import { isSealed, type BundledFile } from './bundle-types.ts';

/** What says where a file is. */
type Placed = Pick<FileStep, 'path' | 'manage' | 'source'>;

/** Name between the markers of a managed block. */
export function blockName(source: string): string {
  return source.replaceAll('/', '.');
}

/** Path of the file inside a host's directory, below `files/` or `sealed/`. Blocks of one file by several emitters stay apart. */
export function bundlePath(file: Placed): string {
  return file.manage === 'block' ? `${file.path.slice(1)}.${blockName(file.source)}.block` : file.path.slice(1);
}

/** Key of a file in the runtime's tables and in sealed/manifest.tsv. */
export function manifestKey(file: Placed): string {
  return file.manage === 'block' ? `${file.path}#${blockName(file.source)}` : file.path;
}

/** The same for a file as the bundle lists it. */
export function listedKey({ path, bundle, source }: ListedFile): string {
  return bundle === path.slice(1) ? path : `${path}#${blockName(source)}`;
}

interface ListedFile {
  readonly path: string;
  readonly bundle: string;
  readonly source: string;
}

/** What both manifests say of a file in words of their own. */
export interface Described {
  readonly mode: string;
  readonly effects: string;
}

/** See {@link Described}. */
export function describedFile({ mode, effects }: BundledFile): Described {
  return { mode: mode.toString(8).padStart(4, '0'), effects: effectText(effects) };
}

/** One line of manifest.tsv; `path` is that in the bundle, `hash` that of the reviewable twin. */
export function manifestLine(file: BundledFile, path: string, hash: string, { mode, effects }: Described): string {
  const kind = file.manage === 'block' ? `block:${blockName(file.source)}` : file.once ? 'once' : 'whole';
  const source = `${isSealed(file) ? 'sealed' : 'files'}/${path}`;
  return [file.stage, kind, file.path, file.owner, file.group, mode, hash, source, effects].join('\t');
}

/** The line of a file whose reviewable twin has another hash now. */
export function withHash(line: string, hash: string): string {
  return line.split('\t').with(6, hash).join('\t');
}

export const MANIFEST_HEADER = '# stage\tkind\tpath\towner\tgroup\tmode\tsha256\tsource\teffects';

/** Effects as the runtime reads them: `reload UNIT;restart! UNIT;call FUNCTION ARGUMENT…`. */
export function effectText(effects: readonly Effect[]): string {
  return effects
    .flatMap((effect) => {
      switch (effect.kind) {
        case 'none':
          return [];
        case 'reload':
          return [`reload ${effect.unit}`];
        case 'restart':
          return [`restart${effect.guarded === true ? '!' : ''} ${effect.unit}`];
        case 'call':
          return [['call', effect.fn, ...wordsOf(effect.args).map(plainWord)].join(' ')];
      }
    })
    .join(';');
}

/** Arguments of an effect are paths and names; the line format has no quoting. */
function plainWord(word: string): string {
  if (!/^[^\s;]+$/.test(word)) throw new Error(`an effect cannot have the argument ${JSON.stringify(word)}`);
  return word;
}

/** Every unit the plan names, each once: the runtime asks systemd about all of them in one call. */
export function unitsOf(steps: readonly Step[]): readonly string[] {
  const units = new Set<string>();
  for (const step of steps) {
    if (step.kind === 'unit') units.add(step.unit);
    const effects = 'effects' in step ? step.effects : [];
    for (const effect of effects) if (effect.kind === 'reload' || effect.kind === 'restart') units.add(effect.unit);
  }
  return [...units];
}
