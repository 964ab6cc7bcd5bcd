/** Placeholders and expressions inside values. */
import { parameter } from '../../../compiler/schema/table.ts';
import type { Base, Range, Spot } from '../base.ts';
import { each, replaceAll } from '../edits.ts';
import type { FaultClass } from '../fault.ts';
import { mistype } from '../random.ts';

interface Placeholder {
  readonly spot: Spot;
  readonly name: string;
  readonly at: Range;
}

const NAMES = [
  'ip',
  'vip',
  'lo',
  'dbsu',
  'repl',
  'monitor',
  'admin',
  'infra',
  'pg_cluster',
  'pg_seq',
  'minio_seq',
  'minio_cluster',
];

/** `${name}` in scalars. */
function placeholders(base: Base): readonly Placeholder[] {
  return base.spots
    .filter((spot) => typeof spot.data === 'string')
    .flatMap((spot) =>
      [...base.source(spot.value).matchAll(/\$\{(\w+)\}/g)].map((match) => {
        const start = spot.value[0] + match.index;
        return { spot, name: match[1]!, at: [start, start + match[0].length] as const };
      }),
    );
}

/** Text without a grammar of its own. */
const texts = (base: Base): readonly Spot[] =>
  base.spots.filter(
    (spot) =>
      typeof spot.data === 'string' &&
      ['string', 'csv'].includes(spot.info?.type ?? '') &&
      ['comment', 'node_repo_modules', 'pg_libs', 'desc', 'options'].includes(spot.name),
  );

export const expressions: readonly FaultClass[] = [
  {
    name: 'typo-placeholder',
    what: 'the name in a placeholder mistyped',
    sites: (base) =>
      each(
        placeholders(base).filter(({ name }) => name.length > 3),
        ({ spot, name, at }, random) => {
          const wrong = mistype(name, random);
          return NAMES.includes(wrong) || parameter(wrong) !== undefined || wrong === name
            ? undefined
            : { edits: [{ range: at, text: `⟦\${${wrong}}⟧` }], places: [spot.value], meant: name };
        },
      ),
  },
  {
    name: 'unknown-placeholder',
    what: 'a placeholder that is defined nowhere',
    sites: (base) =>
      each(placeholders(base), ({ spot, at }) => ({
        edits: [{ range: at, text: '⟦${nothing_of_that_name}⟧' }],
        places: [spot.value],
      })),
  },
  {
    name: 'placeholder-unclosed',
    what: 'a placeholder without `}`',
    sites: (base) =>
      each(
        placeholders(base).filter(({ spot }) => /^['"]/.test(base.source(spot.value))),
        ({ spot, at }) => ({ edits: [{ range: [at[1] - 1, at[1]], text: '' }], places: [spot.value] }),
      ),
  },
  {
    name: 'placeholder-empty',
    what: '`${}`',
    sites: (base) =>
      each(
        placeholders(base).filter(({ spot }) => /^['"]/.test(base.source(spot.value))),
        ({ spot, at }) => ({ edits: [{ range: at, text: '⟦${}⟧' }], places: [spot.value] }),
      ),
  },
  {
    name: 'placeholder-of-itself',
    what: 'a parameter that refers to itself',
    sites: (base) =>
      each(
        base.parameters.filter(
          (spot) =>
            ['string', 'path', 'csv', 'username', 'password'].includes(spot.info?.type ?? '') &&
            typeof spot.data === 'string',
        ),
        (spot) => ({ edits: [{ range: spot.value, text: `⟦'\${${spot.name}}'⟧` }] }),
      ),
  },
  {
    name: 'environment-unset',
    what: 'an environment variable that is not set',
    sites: (base) =>
      replaceAll(
        base.spots.filter(
          (spot) => spot.info?.secret === true && typeof spot.data === 'string' && spot.info.type === 'password',
        ),
        "'${env:PIGSTYC_NO_SUCH_VARIABLE}'",
      ),
  },
  {
    name: 'file-missing',
    what: 'a file that is not there',
    sites: (base) =>
      replaceAll(
        base.spots.filter(
          (spot) => spot.info?.secret === true && typeof spot.data === 'string' && spot.info.type === 'password',
        ),
        "'${file:no/such/file}'",
      ),
  },
  {
    name: 'jinja-undefined',
    what: 'an expression with an unknown variable',
    sites: (base) => replaceAll(texts(base), "'{{ no_such_variable }}'"),
  },
  {
    name: 'jinja-unclosed',
    what: 'an expression without `}}`',
    sites: (base) => replaceAll(texts(base), "'{{ admin_ip '"),
  },
  {
    name: 'jinja-filter',
    what: 'an expression with an unknown filter',
    sites: (base) => replaceAll(texts(base), "'{{ admin_ip | no_such_filter }}'"),
  },
  {
    name: 'jinja-unquoted',
    what: 'an expression without quotes around it',
    sites: (base) =>
      each(
        texts(base).filter((spot) => spot.key !== undefined),
        (spot) => ({ edits: [{ range: spot.value, text: '⟦{{ admin_ip }}⟧' }] }),
      ),
  },
];
