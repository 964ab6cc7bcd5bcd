/** The files of a host that differ, and what each owes for that. */
import type { RuntimeFunction } from '../../../emitters/runtime-calls.ts';
import type { ManifestFile } from '../../phases/9-bundle/bundle-files.ts';
import { fileSettings, SETTINGS } from '../../phases/7-plan/settings.ts';
import type { FileChange } from '../diff/bundle-diff.ts';
import { changedSettings, type NeededChange } from './file-settings.ts';
import type { HostVersion, UnitSetting } from './impact.ts';
import { hasForm, sameForm } from './same-form.ts';

export interface Touched {
  readonly file: ManifestFile;
  readonly change: FileChange['change'];
  /** Whether nothing differs but the form and what a running program does not look at. */
  readonly inForm: boolean;
  /** Its settings that differ, where it has a table of what they need. */
  readonly settings: readonly NeededChange[];
}

/** Files that differ, or have another owner or mode; those that are gone last. */
export function touchedFiles(
  name: string,
  now: HostVersion,
  former: HostVersion,
  changes: ReadonlyMap<string, FileChange>,
): readonly Touched[] {
  const still = new Set(now.files.map(({ bundle }) => bundle));
  const before = new Map(former.files.map((file) => [file.bundle, file]));
  const gone = former.files.filter(({ bundle }) => !still.has(bundle));
  return [...now.files, ...gone].flatMap((file): readonly Touched[] => {
    const twin = changes.get(`hosts/${name}/files/${file.bundle}`);
    const change = twin ?? changes.get(`hosts/${name}/sealed/${file.bundle}`);
    const known = before.get(file.bundle);
    if (change === undefined)
      return known === undefined || accessOf(known) === accessOf(file)
        ? []
        : [{ file, change: 'changed', inForm: false, settings: [] }];
    const isRead = twin?.change === 'changed' && (file.settings !== undefined || hasForm(file.path));
    if (!isRead) return [{ file, change: change.change, inForm: false, settings: [] }];
    const texts = [former.text(file), now.text(file)] as const;
    const table = fileSettings(file.settings);
    return [
      {
        file,
        change: 'changed',
        inForm: sameForm(file.path, ...texts, table),
        settings: table === undefined ? [] : changedSettings(table, ...texts),
      },
    ];
  });
}

function accessOf({ owner, group, mode }: ManifestFile): string {
  return `${owner} ${group} ${mode}`;
}

/** Whether it is written only where it is absent. */
export function staysOnTheHost({ file, change }: Touched): boolean {
  return file.once === true && change !== 'added';
}

/** What apply.sh does because of the file, as in manifest.tsv. */
export function effectsOf(touched: Touched): readonly string[] {
  const { file, change, inForm } = touched;
  if (staysOnTheHost(touched) || inForm) return [];
  const own = file.effects.split(';').filter((effect) => effect !== '');
  const unit = restartedBy(touched);
  // A server whose file comes or goes, comes or goes itself.
  return [...(unit === undefined ? [] : [`restart! ${unit}`]), ...own].filter(
    (effect) => change === 'changed' || RELOADED[functionOf(effect)] === undefined,
  );
}

/** The unit that a change of settings restarts, where the file has it reloaded. */
function restartedBy({ file, settings }: Touched): string | undefined {
  if (!settings.some(({ need, server }) => need === 'restart' && !server)) return undefined;
  return file.effects.split(';').flatMap((effect) => /^reload (.*)$/.exec(effect)?.[1] ?? [])[0];
}

/**
 * Settings that a unit, or PostgreSQL, reads when it starts only; of those that several files have, the last in the
 * order of the tables.
 */
export function restartSettings(touched: readonly Touched[]): readonly UnitSetting[] {
  const found = new Map<string, UnitSetting>();
  for (const table of SETTINGS)
    for (const one of touched.filter(({ file }) => file.settings === table.name))
      for (const { name, before, after, need, server } of one.settings) {
        const unit = server ? 'PostgreSQL' : restartedBy(one);
        if (need !== 'restart' || unit === undefined) continue;
        found.set(name, { name, ...(before !== undefined && { before }), ...(after !== undefined && { after }), unit });
      }
  return [...found.values()];
}

/** Settings that are read while there are no data, and stay without effect afterwards. */
export function firstStartSettings(touched: readonly Touched[]): readonly string[] {
  const names = touched.flatMap(({ settings }) => settings.filter(({ need }) => need === 'first start'));
  // A line of a list is no name.
  return [...new Set(names.map(({ name }) => name.replace(/\.[^.\s]*\s.*$/, '')))];
}

/** Functions of the runtime that let a server take something over while it runs. */
export const RELOADED: Partial<Record<RuntimeFunction, string>> = {
  pg_reload_hba: 'PostgreSQL',
  redis_config: 'Redis',
};

/** Of `call FUNCTION ARGUMENT…`. */
export function functionOf(effect: string): RuntimeFunction {
  return effect.split(' ')[1] as RuntimeFunction;
}
