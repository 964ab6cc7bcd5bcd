/**
 * Lines of vector's remap language that several streams share. Programs call only functions that cannot fail, or give them
 * a value to fall back to: a line that does not parse is passed on as it is.
 */

const TIME_FORMAT = '%Y-%m-%dT%H:%M:%S%.fZ';

/** The words programs write, and syslog's word for each. What is in neither list counts as `info`. */
const LEVELS: Readonly<Record<string, readonly string[]>> = {
  emerg: ['panic', 'emergency'],
  alert: [],
  crit: ['critical', 'fatal', 'assert'],
  err: ['error', 'eror'],
  warning: ['warn', '#'],
  notice: ['*'],
  info: [],
  debug: ['detail', 'trace', '.'],
};

/** Statements that set `.level` from a word of the program that logged, an expression of type string. */
export function level(word: string): readonly string[] {
  const words = Object.entries(LEVELS).flatMap(([level, others]) => [level, ...others].map((other) => [other, level]));
  return [
    `.level = get(${JSON.stringify(Object.fromEntries(words))}, [downcase(${word})]) ?? null`,
    'if .level == null { .level = "info" }',
  ];
}

/** Statements that set the time the log store indexes by, from the first of some readings that succeeds. */
export function time(...readings: readonly string[]): readonly string[] {
  return [
    `moment = ${[...readings, 'now()'].join(' ?? ')}`,
    `._time = format_timestamp(moment, ${JSON.stringify(TIME_FORMAT)}) ?? ""`,
  ];
}

/** One reading: without a zone in the format, the text is in the host's own, which is vector's too. */
export function reading(text: string, format: string, zone?: string): string {
  const timezone = zone === undefined ? '' : `, timezone: ${JSON.stringify(zone)}`;
  return `parse_timestamp(${text}, ${JSON.stringify(format)}${timezone})`;
}

/** Statements that run when an expression matches the whole message; groups are fields of `m`. */
export function whenMatched(pattern: string, then: readonly string[]): readonly string[] {
  return [
    `m = parse_regex(text, r'(?s)^${pattern}$') ?? {}`,
    'if exists(m.time) {',
    ...then.map((line) => `  ${line}`),
    '}',
  ];
}

/** A field of `m` as text. */
export function group(name: string): string {
  return `to_string(m.${name})`;
}
