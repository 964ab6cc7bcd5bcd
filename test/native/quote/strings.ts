/** Strings that grammars stumble over, the same in every run, and what a grammar makes of them. */
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { UnrepresentableError } from '../../../emitters/toolkit/quote/index.ts';

/** Pieces with a meaning in some grammar, or none that a writer has thought of. */
const PIECES = [
  ...' \t\'"\\$%#;:,=!@*?+-/|&`~^<>()[]{}aZ09é€😀',
  '\n',
  '\r',
  '\0',
  '\v',
  '\f',
  '\b',
  '\x01',
  '\x1b',
  '\x7f',
  '\u0085',
  '\u00a0',
  '\ufeff',
  '\u200f',
  '\u202e',
  '\u2028',
  'e\u0301',
  '\u{1f469}\u200d\u{1f680}',
  '\u{10ffff}',
  '\ufdd0',
  '\ufffe',
  '\ud800',
  '\udc00',
  'א',
  '漢',
  '%%',
  '$$',
  '${x}',
  '$x',
  '$(x)',
  '%(x)s',
  '{{x}}',
  '-- ',
  '/*',
  '*/',
  '//',
  '\\\\',
  '\\n',
  '\\0',
  "''",
  '""',
  "'\"'",
  '<!--',
  'all',
  'null',
  '0x1',
  '~',
  'NUL',
];
/** Half of a pair and NUL fit almost nowhere: strings without them have their own share. */
const COMMON = PIECES.filter((piece) => piece !== '\0' && !/\p{Surrogate}/u.test(piece));
const LINES = COMMON.filter((piece) => !/[\n\r]/.test(piece));

const strings = fc.oneof(
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...PIECES), maxLength: 12 }) },
  { weight: 3, arbitrary: fc.string({ unit: fc.constantFrom(...COMMON), maxLength: 12 }) },
  { weight: 5, arbitrary: fc.string({ unit: fc.constantFrom(...LINES), maxLength: 16 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);
/** The piece alone, first, last, in the middle, and in a long string. */
const CORNERS = [
  '',
  'x'.repeat(300),
  ...PIECES.flatMap((piece) => [piece, `${piece}x`, `x${piece}`, `x${piece}x`]),
  ...LINES.slice(0, 8).map((piece) => `${piece}xé`.repeat(4000)),
];

export interface Quoted {
  readonly value: string;
  readonly text: string;
}

/**
 * At least `count` different strings that `quote` takes, with what it writes. The others must be refused with one of `reasons`,
 * and every one of these must occur.
 */
export function quoted(
  quote: (value: string) => string,
  reasons: readonly string[],
  options: { readonly count?: number; readonly where?: (value: string) => boolean } = {},
): readonly Quoted[] {
  const { count = 1000, where = () => true } = options;
  const taken = new Map<string, string>();
  const refused = new Set<string>();
  for (const value of new Set([...CORNERS, ...fc.sample(strings, { numRuns: count * 4, seed: 4 })])) {
    if (!where(value)) continue;
    try {
      taken.set(value, quote(value));
    } catch (error) {
      assert.instance(error, UnrepresentableError);
      refused.add((error as UnrepresentableError).message.replace(/^.* cannot hold /, ''));
    }
    if (taken.size >= count && refused.size >= reasons.length) break;
  }
  assert.equal([...refused].sort(), [...reasons].sort());
  assert.ok(taken.size >= count, `${taken.size} strings`);
  return [...taken].map(([value, text]) => ({ value, text }));
}

/** Fails with the first few strings that came back as something else. */
export function arrived(
  read: readonly (string | null | undefined)[],
  sent: readonly Quoted[],
  wanted: (value: string) => string = (value) => value,
): void {
  assert.is(read.length, sent.length, 'number of values');
  const wrong = sent.flatMap(({ value, text }, i) =>
    read[i] === wanted(value)
      ? []
      : [
          `${JSON.stringify(value).slice(0, 200)} written ${JSON.stringify(text).slice(0, 200)} was read as ` +
            `${JSON.stringify(read[i])?.slice(0, 200)}`,
        ],
  );
  assert.is(wrong.length, 0, `${wrong.length} of ${sent.length}\n${wrong.slice(0, 8).join('\n')}`);
}
