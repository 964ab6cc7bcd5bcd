/**
 * Options on the command lines of metrics programs, which two libraries parse:
 * https://pkg.go.dev/flag (VictoriaMetrics and its family, redis_exporter) and
 * https://pkg.go.dev/github.com/alecthomas/kingpin/v2 (Prometheus' family, pg_exporter).
 */
import { didYouMean } from '../words/suggest.ts';
import { own } from '../words/own.ts';
import type { Problem } from './options.ts';

/** What a flag takes. `duration` is Go's, which knows no days; `months` is a retention, in months without a unit. */
export type Value = 'switch' | 'text' | 'number' | 'duration' | 'months';

export interface Program {
  readonly library: 'flag' | 'kingpin';
  /** Well-known flags. Others are as good: versions differ. */
  readonly flags: Readonly<Record<string, Value>>;
  /** What the command line says already, with what to write instead; undefined where nothing changes it. */
  readonly ours: Readonly<Record<string, string | undefined>>;
}

const VALUES: Readonly<Record<Exclude<Value, 'text'>, RegExp>> = {
  switch: /^(?:1|0|t|f|true|false)$/i,
  number: /^-?\d+$/,
  duration: /^-?(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$|^0$/,
  months: /^\d+(?:\.\d+)?[hdwyM]?$/,
};

/** What a program has against its options; undefined where it takes them, as far as is known here. */
export function flagsProblem(program: Program, text: string): Problem<'program-option'> | undefined {
  const words = text.match(/(?:[^\s"'\\]|\\.|"(?:\\.|[^"\\])*"|'[^']*')+/g) ?? [];
  const seen = new Set<string>();
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (!word.startsWith('-')) return { found: { problem: 'no-dash', word } };
    const [name, value] = flagOf(word);
    const problem = nameProblem(program, word, name, value) ?? repetition(program, name, seen);
    if (problem !== undefined) return problem;
    seen.add(name);
    const takes = own(program.flags, name);
    const next = words[at + 1];
    // The value of a flag may be the next word.
    const apart = value === undefined && takes !== 'switch' && next !== undefined && !next.startsWith('-');
    const wrong = valueProblem(word, takes, apart ? next : value);
    if (wrong !== undefined) return wrong;
    if (apart) at++;
  }
  return undefined;
}

function flagOf(word: string): readonly [name: string, value: string | undefined] {
  const [, name = '', value] = /^--?(?:no-)?([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  return [name, value];
}

function nameProblem(
  { library, flags }: Program,
  word: string,
  name: string,
  value?: string,
): Problem<'program-option'> | undefined {
  if (library === 'kingpin' && /^-[^-]{2}/.test(word))
    return { found: { problem: 'letters', word }, help: `write \`-${word}\`` };
  if (library === 'kingpin' && own(flags, name) === 'switch' && value !== undefined)
    return { found: { problem: 'no-value', option: name }, help: `write \`--${name}\` or \`--no-${name}\`` };
  if (library === 'flag' && /^--?no-/.test(word))
    return { found: { problem: 'no-option', word }, help: `write \`-${name}=false\`` };
  if (Object.hasOwn(flags, name)) return undefined;
  const help = didYouMean(name, Object.keys(flags));
  return help === undefined ? undefined : { found: { problem: 'no-option', word: word.replace(/=.*/s, '') }, help };
}

/** Kingpin ends at the second one; others take the last one, which nothing else of the site knows of. */
function repetition(
  { library, ours }: Program,
  name: string,
  seen: ReadonlySet<string>,
): Problem<'program-option'> | undefined {
  if (Object.hasOwn(ours, name)) {
    const help = ours[name];
    return {
      found: { problem: 'already-set', option: name },
      help: help === undefined ? 'leave it out' : `set \`${help}\``,
    };
  }
  if (library === 'flag' || !seen.has(name) || REPEATED.includes(name)) return undefined;
  return { found: { problem: 'twice', option: name } };
}

/** What kingpin's programs take more than once. */
const REPEATED = ['web.listen-address', 'cluster.peer', 'collector.perf.tracepoint', 'collector.sysctl.include'];

function valueProblem(
  word: string,
  takes: Value | undefined,
  value: string | undefined,
): Problem<'program-option'> | undefined {
  if (takes === undefined || takes === 'text' || value === undefined || /["'$\\]/.test(value)) return undefined;
  return VALUES[takes].test(value) ? undefined : { found: { problem: takes, word: word.replace(/=.*/s, ''), value } };
}
