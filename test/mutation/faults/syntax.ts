/** What is no YAML, or other YAML than was meant. */
import { visit, parseDocument, isScalar, type Node } from 'yaml';
import { range, type Base, type Range, type Spot } from '../base.ts';
import { each, typo } from '../edits.ts';
import type { FaultClass } from '../fault.ts';

interface Token {
  readonly range: Range;
  readonly kind: 'flow-map' | 'flow-seq' | 'quoted' | 'plain';
}

/** Collections and scalars of the text with their places. */
function tokens(base: Base, ...kinds: readonly Token['kind'][]): readonly Token[] {
  const found: Token[] = [];
  visit(parseDocument(base.text, { version: '1.1' }), {
    Map: (_, node) => {
      if (node.flow === true) found.push({ range: range(node), kind: 'flow-map' });
    },
    Seq: (_, node) => {
      if (node.flow === true) found.push({ range: range(node), kind: 'flow-seq' });
    },
    Scalar: (_, node) => {
      found.push({ range: range(node), kind: /^QUOTE/.test(node.type ?? '') ? 'quoted' : 'plain' });
    },
  });
  return found.filter((token) => kinds.includes(token.kind));
}

/** The lines a range is on. */
function lines(base: Base, [start, end]: Range): Range {
  const after = base.text.indexOf('\n', end);
  return [base.text.lastIndexOf('\n', start - 1) + 1, after < 0 ? base.text.length : after];
}

const cut = (at: number): Range => [at, at + 1];

/** Entries of flow maps that have a neighbour, by the comma between them. */
function commas(base: Base): readonly { readonly comma: number; readonly around: Range }[] {
  const found: { comma: number; around: Range }[] = [];
  visit(parseDocument(base.text, { version: '1.1' }), {
    Map: (_, node) => {
      if (node.flow !== true) return;
      node.items.slice(1).forEach((pair, index) => {
        const start = range(pair.key)[0];
        const comma = base.text.lastIndexOf(',', start);
        const before = node.items[index]!;
        if (comma >= range((before.value ?? before.key) as Node)[1])
          found.push({ comma, around: [range(before.key)[0], Math.max(range(pair.value)[1], start)] });
      });
    },
  });
  return found;
}

/** Keys of block maps, each alone at the beginning of its line. */
function blockKeys(base: Base): readonly Range[] {
  const found: Range[] = [];
  visit(parseDocument(base.text, { version: '1.1' }), {
    Pair: (_, pair) => {
      if (!isScalar(pair.key)) return;
      const key = range(pair.key);
      const before = base.text.slice(base.text.lastIndexOf('\n', key[0] - 1) + 1, key[0]);
      if (before.trim() === '' && before !== '') found.push(key);
    },
  });
  return found;
}

const variablesInBlock = (base: Base): readonly Spot[] =>
  base.parameters.filter((spot) => spot.key !== undefined && blockKeys(base).some(([start]) => start === spot.key![0]));

/** A line after the one of a range, where a parser that gives up late stands. */
function andNext(base: Base, place: Range): Range {
  const [start, end] = lines(base, place);
  return [start, lines(base, [Math.min(end + 1, base.text.length), Math.min(end + 1, base.text.length)])[1]];
}

export const syntax: readonly FaultClass[] = [
  {
    name: 'brace-missing',
    what: 'a closing `}` left out',
    note: 'anywhere on the lines of the map',
    sites: (base) =>
      each(tokens(base, 'flow-map'), ({ range: [start, end] }) => ({
        edits: [{ range: cut(end - 1), text: '' }],
        places: [lines(base, [start, end])],
      })),
  },
  {
    name: 'bracket-missing',
    what: 'a closing `]` left out',
    note: 'anywhere on the lines of the list',
    sites: (base) =>
      each(tokens(base, 'flow-seq'), ({ range: [start, end] }) => ({
        edits: [{ range: cut(end - 1), text: '' }],
        places: [lines(base, [start, end])],
      })),
  },
  {
    name: 'opening-brace-missing',
    what: 'an opening `{` left out',
    note: 'anywhere on the lines of the map',
    sites: (base) =>
      each(
        tokens(base, 'flow-map').filter(({ range: [start, end] }) => end - start > 3),
        ({ range: [start, end] }) => ({
          edits: [{ range: cut(start), text: '' }],
          places: [lines(base, [start, end])],
        }),
      ),
  },
  {
    name: 'wrong-bracket',
    what: '`}` for `]` or the other way',
    note: 'the bracket or its counterpart',
    sites: (base) =>
      each(tokens(base, 'flow-seq', 'flow-map'), ({ range: [start, end], kind }) => ({
        edits: [{ range: cut(end - 1), text: kind === 'flow-seq' ? '⟦}⟧' : '⟦]⟧' }],
        places: [cut(start)],
      })),
  },
  {
    name: 'quote-missing',
    what: 'a closing quote left out',
    note: 'the text, or the next quote that ends it',
    sites: (base) =>
      each(tokens(base, 'quoted'), ({ range: [start, end] }) => ({
        edits: [{ range: cut(end - 1), text: '' }],
        places: [lines(base, [start, end])],
      })),
  },
  {
    name: 'comma-missing',
    what: 'a comma between two entries left out',
    note: 'the two entries',
    sites: (base) =>
      each(commas(base), ({ comma, around }) => ({ edits: [{ range: cut(comma), text: '' }], places: [around] })),
  },
  {
    name: 'colon-missing',
    what: 'a colon left out',
    note: 'the line, or the one after it',
    sites: (base) =>
      each(
        base.spots.filter((spot) => spot.key !== undefined),
        ({ key }) => ({ edits: [{ range: cut(key![1]), text: '' }], places: [andNext(base, key!)] }),
      ),
  },
  {
    name: 'blank-after-colon-missing',
    what: 'no blank after a colon',
    note: 'the entry',
    sites: (base) =>
      each(
        base.spots.filter(
          (spot) =>
            spot.key !== undefined && spot.value[0] === spot.key[1] + 2 && /^[\w$/.]/.test(base.source(spot.value)),
        ),
        ({ key, value }) => ({
          edits: [{ range: cut(key![1] + 1), text: '' }],
          places: [andNext(base, [key![0], value[1]])],
        }),
      ),
  },
  {
    name: 'tab',
    what: 'a line indented by a tab',
    note: 'the indentation',
    sites: (base) =>
      each(blockKeys(base), ([start]) => {
        const line = base.text.lastIndexOf('\n', start - 1) + 1;
        return { edits: [{ range: [line, start], text: '⟦\t⟧' }], places: [lines(base, [start, start])] };
      }),
  },
  {
    name: 'indentation',
    what: 'a line one blank too far',
    note: 'the line or one beside it',
    sites: (base) =>
      each(blockKeys(base), (key) => {
        const line = base.text.lastIndexOf('\n', key[0] - 1) + 1;
        const before = base.text.lastIndexOf('\n', line - 2) + 1;
        return { edits: [{ range: [line, line], text: ' ' }], places: [[before, andNext(base, key)[1]]] };
      }),
  },
  {
    name: 'duplicate-key',
    what: 'a key twice in one map',
    note: 'either key',
    sites: (base) =>
      each(
        base.spots.filter(
          (spot) =>
            spot.key !== undefined && /^[^\n]*$/.test(base.source(spot.value)) && base.source(spot.key)[0] !== '<',
        ),
        (spot, random) => {
          const flow = (spot.within as { readonly flow?: boolean }).flow === true;
          const entry = `⟦${base.source(spot.key!)}⟧: ${random.pick([base.source(spot.value), '1'])}`;
          const column = spot.key![0] - (base.text.lastIndexOf('\n', spot.key![0] - 1) + 1);
          return {
            edits: [
              { range: [spot.key![0], spot.key![0]], text: flow ? `${entry}, ` : `${entry}\n${' '.repeat(column)}` },
            ],
            places: [spot.key!],
          };
        },
      ),
  },
  {
    name: 'duplicate-parameter',
    what: 'a parameter twice in the variables of a group',
    sites: (base) =>
      each(
        variablesInBlock(base).filter((spot) => /^[^\n]*$/.test(base.source(spot.value))),
        (spot) => {
          const column = spot.key![0] - (base.text.lastIndexOf('\n', spot.key![0] - 1) + 1);
          const last = lines(base, spot.value)[1];
          return {
            edits: [{ range: [last, last], text: `\n${' '.repeat(column)}⟦${spot.name}⟧: ${base.source(spot.value)}` }],
            places: [spot.key!],
          };
        },
      ),
  },
  {
    name: 'unquoted-special',
    what: 'a plain word that begins with `*`, `&`, `@`, `%` or `!`',
    sites: (base) =>
      each(
        base.spots.filter(
          (spot) =>
            typeof spot.data === 'string' &&
            spot.info?.type === 'string' &&
            !base.text.slice(...spot.value).includes('\n'),
        ),
        (spot, random) => ({ edits: [{ range: spot.value, text: `⟦${random.pick(['*', '@', '%', '`'])}text⟧` }] }),
      ),
  },
  {
    name: 'colon-in-text',
    what: 'a comment with a colon and no quotes',
    sites: (base) =>
      each(
        base.spots.filter(
          (spot) =>
            ['comment', 'title'].includes(spot.name) &&
            spot.key !== undefined &&
            typeof spot.data === 'string' &&
            !String(spot.data).includes("'") &&
            (spot.within as { readonly flow?: boolean }).flow !== true,
        ),
        (spot) => ({
          edits: [{ range: spot.value, text: '⟦note: the text goes on⟧' }],
          places: [lines(base, spot.value)],
        }),
      ),
  },
  {
    name: 'item-without-dash',
    what: 'the dash of a list item left out',
    note: 'the line or one beside it',
    sites: (base) =>
      each(
        base
          .objects('user')
          .concat(base.objects('database'), base.objects('hba'))
          .filter((spot) => spot.key === undefined && (spot.within as { readonly flow?: boolean }).flow !== true),
        (spot) => {
          const dash = base.text.lastIndexOf('-', spot.value[0]);
          const before = base.text.lastIndexOf('\n', base.text.lastIndexOf('\n', dash - 1) - 1) + 1;
          return { edits: [{ range: cut(dash), text: ' ' }], places: [[before, andNext(base, spot.value)[1]]] };
        },
      ),
  },
  {
    name: 'unknown-anchor',
    what: 'an alias without anchor',
    sites: (base) =>
      each(
        base.spots.filter((spot) => spot.key !== undefined && typeof spot.data !== 'object'),
        (spot) => ({ edits: [{ range: spot.value, text: '⟦*nothing⟧' }] }),
      ),
  },
  {
    name: 'typo-all',
    what: 'the word `all` at the top mistyped',
    sites: (base) => (base.all === undefined ? [] : [typo(base.all.key, 'all', (word) => word === 'all')]),
  },
];
