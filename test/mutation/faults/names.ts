/** Names that are nearly right: parameters, fields, sections, words of an enumeration. */
import { objectOf, objects, parameter } from '../../../compiler/schema/table.ts';
import { fieldRenames, parameterRenames } from '../../../compiler/schema/renames.ts';
import type { Base, GroupSpot, Spot } from '../base.ts';
import { each, typo, typoValues } from '../edits.ts';
import type { FaultClass } from '../fault.ts';

const OLD = new Set([...parameterRenames, ...fieldRenames].map((rename) => rename.old));
const isParameter = (name: string): boolean =>
  parameter(name) !== undefined || OLD.has(name) || /^(ansible_|x_|_)/.test(name);

/** Present names only: an old one is reported under its present name. */
function parametersAt(base: Base, where: (spot: Spot) => boolean): readonly Spot[] {
  return base.parameters.filter((spot) => spot.info !== undefined && where(spot));
}

const typoParameter = (name: string, what: string, where: (spot: Spot) => boolean): FaultClass => ({
  name,
  what,
  sites: (base) => parametersAt(base, where).map((spot) => typo(spot.key!, spot.name, isParameter)),
});

const typoField = (object: string): FaultClass => ({
  name: `typo-${object}-field`,
  what: `a field of ${/^[aeiou]/.test(object) ? 'an' : 'a'} ${object.replaceAll('-', ' ')} mistyped`,
  sites: (base) =>
    base.spots
      .filter(
        (spot) => spot.object === object && spot.key !== undefined && spot.info !== undefined && spot.name.length > 2,
      )
      .map((spot) =>
        typo(
          spot.key!,
          spot.name,
          (name) => objectOf(object)!.fields.some((field) => field.name === name) || OLD.has(name),
        ),
      ),
});

/** Closed definitions only: an open one takes any field. */
const OBJECTS = [...objects().values()]
  .filter(
    (object) =>
      !object.open &&
      ![
        'mysql-backup-repo',
        'mysql-db',
        'mysql-user',
        'pg-pitr',
        'schema',
        'redis-instance',
        'role-membership',
        'urlpkg',
      ].includes(object.name),
  )
  .map((object) => object.name);

const sections = (base: Base): readonly (readonly [GroupSpot, string])[] =>
  base.groups.flatMap((group) =>
    [...group.sections.keys()]
      .filter((name) => ['hosts', 'vars', 'children'].includes(name))
      .map((name) => [group, name] as const),
  );

export const names: readonly FaultClass[] = [
  typoParameter(
    'typo-parameter-all',
    'a parameter of all hosts mistyped',
    (spot) => spot.group === 'all' && spot.host === undefined,
  ),
  typoParameter(
    'typo-parameter-group',
    'a parameter of a group mistyped',
    (spot) => spot.group !== 'all' && spot.host === undefined,
  ),
  typoParameter('typo-parameter-host', 'a parameter of a host mistyped', (spot) => spot.host !== undefined),
  {
    name: 'parameter-spelling',
    what: 'a parameter with capitals or with hyphens',
    sites: (base) =>
      each(
        parametersAt(base, (spot) => spot.name.includes('_')),
        (spot, random) => {
          const wrong = random.pick([
            spot.name.toUpperCase(),
            spot.name.replaceAll('_', '-'),
            spot.name.replaceAll('_', ''),
          ]);
          return { edits: [{ range: spot.key!, text: `⟦${wrong}⟧` }], meant: spot.name };
        },
      ),
  },
  {
    name: 'parameter-words-swapped',
    what: 'a parameter with its words in another order',
    sites: (base) =>
      each(
        parametersAt(base, (spot) => spot.name.split('_').length > 1),
        (spot, random) => {
          const words = spot.name.split('_');
          const at = random.below(words.length - 1);
          const wrong = words
            .with(at, words[at + 1]!)
            .with(at + 1, words[at]!)
            .join('_');
          return isParameter(wrong) || wrong === spot.name
            ? undefined
            : { edits: [{ range: spot.key!, text: `⟦${wrong}⟧` }], meant: spot.name };
        },
      ),
  },
  {
    name: 'parameter-cut',
    what: 'a parameter without its last letters',
    sites: (base) =>
      each(
        parametersAt(base, (spot) => spot.name.length > 7),
        (spot, random) => {
          const wrong = spot.name.slice(0, -(1 + random.below(2)));
          return isParameter(wrong)
            ? undefined
            : { edits: [{ range: spot.key!, text: `⟦${wrong}⟧` }], meant: spot.name };
        },
      ),
  },
  ...OBJECTS.map(typoField),
  {
    name: 'typo-backup-option',
    what: 'an option of a backup repository mistyped',
    sites: (base) =>
      base.spots
        .filter((spot) => spot.object === 'pgbackrest-repo' && spot.name.length > 4)
        .map((spot) => typo(spot.key!, spot.name, () => false)),
  },
  {
    name: 'typo-section',
    what: '`hosts`, `vars` or `children` mistyped',
    sites: (base) =>
      sections(base).map(([group, name]) =>
        typo(group.sections.get(name)!, name, (wrong) => ['hosts', 'vars', 'children'].includes(wrong)),
      ),
  },
  {
    name: 'parameter-beside-sections',
    what: 'a parameter written beside `hosts` and `vars` instead of below `vars`',
    sites: (base) =>
      each(
        base.groups.filter((group) => group.sections.has('hosts') && group.name !== 'all'),
        (group) => {
          const first = [...group.sections.values()][0]!;
          const flow = group.map.flow === true;
          const indent = ' '.repeat(first[0] - (base.text.lastIndexOf('\n', first[0]) + 1));
          return {
            edits: [{ range: [first[0], first[0]], text: flow ? '⟦pg_version⟧: 17, ' : `⟦pg_version⟧: 17\n${indent}` }],
          };
        },
      ),
  },
  {
    name: 'typo-enum',
    what: 'a word of an enumeration mistyped',
    sites: (base) =>
      typoValues(
        base,
        base.spots.filter((spot) => spot.info?.enum !== undefined && spot.info.type !== 'bool'),
        (spot, name) => spot.info!.enum!.map(String).includes(name),
      ),
  },
  {
    name: 'unknown-enum',
    what: 'a word that is in no enumeration',
    sites: (base) =>
      each(
        base.spots.filter((spot) => spot.info?.enum !== undefined && ['string', 'number'].includes(typeof spot.data)),
        (spot) => ({ edits: [{ range: spot.value, text: '⟦whatever⟧' }] }),
      ),
  },
  {
    name: 'typo-boolean',
    what: '`true` or `false` mistyped',
    sites: (base) =>
      each(
        base.spots.filter((spot) => typeof spot.data === 'boolean' && spot.info?.type === 'bool'),
        (spot, random) => ({
          edits: [{ range: spot.value, text: `⟦${random.pick(['ture', 'flase', 'yess', 'trues', 'enabled'])}⟧` }],
        }),
      ),
  },
];
