/** Faults that give a group a variable. */
import type { YAMLMap } from 'yaml';
import type { Base, GroupSpot, Range } from '../base.ts';
import { each, fault, insert } from '../edits.ts';
import type { FaultClass } from '../fault.ts';
import { pgGroups } from './identity.ts';

/** Groups that may get the variable. */
export type Where = (base: Base) => readonly GroupSpot[];

/** Gives a cluster a variable; the marked part is the place, with what the text refers to. */
export function given(
  name: string,
  what: string,
  text: string,
  where: Where = pgGroups,
  places: (base: Base, group: GroupSpot) => readonly Range[] = () => [],
): FaultClass {
  return chosen(name, what, [text], where, places);
}

/** The same with one of several texts. */
export function chosen(
  name: string,
  what: string,
  texts: readonly string[],
  where: Where = pgGroups,
  places: (base: Base, group: GroupSpot) => readonly Range[] = () => [],
): FaultClass {
  return {
    name,
    what,
    sites: (base) =>
      each(
        where(base)
          .filter((group) => group.vars.length > 0)
          .flatMap((group) => texts.filter((text) => isFree(group, text)).map((text) => [group, text] as const)),
        ([group, text]) => fault([insert(base, group.vars[0]!.within as YAMLMap, text)], places(base, group)),
      ),
  };
}

/** The first variable of the text is none that the group has. */
function isFree(group: GroupSpot, text: string): boolean {
  return !group.vars.some((spot) => spot.name === /^⟦?(\w+)/.exec(text)![1]);
}

/** Groups whose own variables have one of that name. */
export function having(name: string): Where {
  return (base) =>
    base.groups.filter((group) => group.vars.some((spot) => spot.name === name) && group.hosts.length > 0);
}

/** The group `all`, where a value reaches every host. */
export const everywhere: Where = (base) => (base.all === undefined ? [] : [base.all]);
