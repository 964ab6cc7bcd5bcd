/** Values that YAML, or a template, makes something else of than the author sees. */
import { parameters } from '../../../compiler/schema/table.ts';
import type { Base, Spot } from '../base.ts';
import { each, replace, replaceAll } from '../edits.ts';
import type { FaultClass } from '../fault.ts';
import { chosen, everywhere } from './given.ts';

const numbers = (base: Base): readonly Spot[] =>
  base.spots.filter(
    ({ info, key, data }) =>
      key !== undefined && ['port', 'int'].includes(info?.type ?? '') && typeof data === 'number',
  );
const secrets = (base: Base): readonly Spot[] =>
  base.spots.filter(
    ({ info, key, data }) => key !== undefined && info?.secret === true && typeof data === 'string' && data !== '',
  );
const isFlow = ({ within }: Spot): boolean => within.flow === true;

/** Parameters whose default says something: nothing does not replace it. */
const withDefault = [...parameters().values()].filter(
  ({ default: value, emits }) =>
    emits &&
    value !== undefined &&
    value !== null &&
    JSON.stringify(value).replace(/^(?:""|0|false|\[\]|\{\})$/, '') !== '',
);

export const traps: readonly FaultClass[] = [
  chosen(
    'nothing-for-default',
    'a parameter that is written and given no value',
    withDefault.map(({ name }) => `⟦${name}⟧:`),
    everywhere,
  ),
  chosen(
    'null-for-default',
    'a parameter that is null',
    withDefault.map(({ name }) => `⟦${name}⟧: ⟦null⟧`),
  ),
  {
    name: 'leading-zero',
    what: 'a number with a leading zero',
    sites: (base) =>
      each(
        numbers(base).filter(({ data }) => /^[1-7][0-7]+$/.test(String(data))),
        (spot) => replace(spot, `0${String(spot.data)}`),
      ),
  },
  {
    name: 'sexagesimal',
    what: 'a number with a colon',
    sites: (base) =>
      each(
        numbers(base).filter(({ data }) => (data as number) > 100),
        (spot) => replace(spot, `1${Math.trunc((spot.data as number) % 10)}:30`),
      ),
  },
  {
    name: 'anchor-for-password',
    what: 'a password that begins with `&`',
    sites: (base) =>
      each(secrets(base), (spot) =>
        spot.key === undefined ? undefined : { ...replace(spot, '&Zq9secret'), places: [spot.key] },
      ),
  },
  {
    name: 'variable-for-password',
    what: 'a variable that nobody filled in',
    sites: (base) =>
      each(secrets(base), (spot, random) => replace(spot, random.pick(['${DB_PASSWORD}', '$DB_PASSWORD', '${PW:-x}']))),
  },
  {
    name: 'comma-in-password',
    what: 'a password with a comma, not quoted',
    sites: (base) => each(secrets(base).filter(isFlow), (spot) => replace(spot, 'ab,cd38fDD')),
  },
  {
    name: 'remark-in-password',
    what: 'a password with ` #`, not quoted',
    sites: (base) =>
      replaceAll(
        secrets(base).filter((spot) => !isFlow(spot)),
        'ab3Xk #cd38fDD',
      ),
  },
  {
    name: 'comma-in-text',
    what: 'a text with a comma, not quoted',
    sites: (base) =>
      replaceAll(
        base.spots.filter((spot) => isFlow(spot) && ['comment', 'title'].includes(spot.name) && spot.key !== undefined),
        'one, two and three',
      ),
  },
];
