import { MODULES } from '../../../emitters/modules.ts';
import type { FileSettings } from '../../../emitters/settings.ts';

/** The tables of all programs whose settings differ in what a change of them needs. */
export const SETTINGS: readonly FileSettings[] = MODULES.flatMap(({ settings = [] }) => settings);

const byName = new Map(SETTINGS.map((settings) => [settings.name, settings]));

/** The table that a manifest names. */
export function fileSettings(name: string | undefined): FileSettings | undefined {
  return name === undefined ? undefined : byName.get(name);
}
