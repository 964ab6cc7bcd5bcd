/** Options in the language of another program: words, each with what may follow it. */
import type { Variant } from '../diagnostics/report.ts';
import { didYouMean } from '../words/suggest.ts';
import { own } from '../words/own.ts';

/** What follows a word: nothing, any text, a number, a time, one of some words, or all that is left of the line. */
export type Argument = 'none' | 'text' | 'number' | 'count' | 'time' | 'rest' | readonly string[] | Range;

interface Range {
  readonly least: number;
  readonly most: number;
}

export type Options = Readonly<Record<string, Argument>>;

/** Why the program does not take a text: a variant of the message about such texts, with its arguments. */
export interface Problem<Slug extends 'option-line' | 'program-option' | 'sysctl-value' = 'option-line'> {
  readonly found: Variant<Slug, 'name'>;
  readonly help?: string | undefined;
}

/** Words of one kind, as a table. */
export function each(argument: Argument, words: string): Options {
  return Object.fromEntries(words.split(' ').map((word) => [word, argument]));
}

/** Words of a line, quoted parts as they are; a word that begins with `#` ends it. */
export function wordsOf(line: string): readonly string[] {
  const words = line.match(/(?:[^\s"'\\]|\\.|"(?:\\.|[^"\\])*"|'[^']*')+/g) ?? [];
  const comment = words.findIndex((word) => word.startsWith('#'));
  return comment === -1 ? words : words.slice(0, comment);
}

/** The first thing wrong with options in a row. A plain word that is like none of them may be of a later version. */
export function optionsProblem(words: readonly string[], options: Options): Problem | undefined {
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const argument = own(options, word.toLowerCase()) ?? own(options, word.replace(/\(.*$/, ''));
    if (argument === undefined) {
      const unknown = unknownWord(word, Object.keys(options), 'no-option');
      if (unknown !== undefined) return unknown;
      // What follows it may be its value.
      if (/^[^a-z]/i.test(words[at + 1] ?? '')) at++;
    } else if (argument === 'rest') return undefined;
    else if (argument !== 'none') {
      const problem = argumentProblem(word, words[++at], argument);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

/** What is wrong with a word that is none of those known; undefined where it may be one of a later version. */
export function unknownWord(
  word: string,
  known: readonly string[],
  problem: 'no-option' | 'no-directive' | 'no-keyword',
): Problem | undefined {
  const help = didYouMean(word, known);
  if (help === undefined && /^[a-z][a-z0-9_.-]*$/.test(word)) return undefined;
  return { found: { problem, word }, help };
}

function argumentProblem(option: string, value: string | undefined, argument: Argument): Problem | undefined {
  if (value === undefined) return { found: { problem: 'needs-value', option } };
  if (/["'$\\]/.test(value)) return undefined;
  if (Array.isArray(argument))
    return argument.includes(value)
      ? undefined
      : {
          found: { problem: 'not-known', option, value },
          help: didYouMean(value, argument) ?? `known: ${argument.join(', ')}`,
        };
  if (argument === 'time')
    return /^\d+(?:us|ms|s|m|h|d)?$/.test(value) && Number.parseInt(value, 10) > 0
      ? undefined
      : { found: { problem: 'needs-time', option, value } };
  const { least, most } = rangeOf(argument);
  if (least === -Infinity && most === Infinity && argument !== 'number') return undefined;
  const number = /^[+-]?\d+(?:\.\d+)?%?$/.test(value) ? Number.parseFloat(value) : Number.NaN;
  if (number >= least && number <= most) return undefined;
  if (most !== Infinity) return { found: { problem: 'number-between', option, least, most, value } };
  if (least !== -Infinity) return { found: { problem: 'number-from', option, least, value } };
  return { found: { problem: 'needs-number', option, value } };
}

function rangeOf(argument: Argument): Range {
  if (argument === 'count') return { least: 1, most: Infinity };
  return typeof argument === 'object' && 'least' in argument ? argument : { least: -Infinity, most: Infinity };
}
