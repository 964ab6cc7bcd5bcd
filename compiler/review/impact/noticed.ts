/** What clients notice of a change on one host; docs/operations.md has what was measured. */
import { MODULES } from '../../../emitters/modules.ts';
import type { Module, Noticed } from '../../../emitters/module.ts';
import { fileSettings } from '../../phases/7-plan/settings.ts';
import type { UnitSetting } from './impact.ts';
import type { Touched } from './touched.ts';

/** By unit, of all modules. */
const CARRIERS: readonly (readonly [string, Noticed])[] = MODULES.flatMap(({ noticed }: Module) =>
  Object.entries(noticed ?? {}),
);

/** What is noticed, each once: with leave for what waits for it. */
export function noticedOf(
  effects: readonly string[],
  settings: readonly UnitSetting[],
  touched: readonly Touched[],
): readonly Noticed[] {
  const units = effects.flatMap((effect) => /^(?:stop|restart)!? (\S+)$/.exec(effect)?.[1] ?? []);
  const noticed = [...units, ...settings.map(({ unit }) => unit)].flatMap(carriedBy);
  return [...new Set([...noticed, ...(touched.some(movesHealthChecks) ? (['health checks'] as const) : [])])];
}

/** What a unit carries; nothing for one that no client talks to. */
function carriedBy(unit: string): readonly Noticed[] {
  const is = (name: string): boolean => (name.endsWith('*') ? unit.startsWith(name.slice(0, -1)) : unit === name);
  return CARRIERS.flatMap(([name, noticed]) => (is(name) ? [noticed] : []));
}

/** Whether it changes where, or how, balancers ask the member for its health. */
function movesHealthChecks({ file, settings }: Touched): boolean {
  const asked = fileSettings(file.settings)?.askedAt;
  if (asked === undefined) return false;
  return settings.some(
    ({ name, before, after }) =>
      asked.address.includes(name) || (asked.tls.includes(name) && (before === undefined) !== (after === undefined)),
  );
}
