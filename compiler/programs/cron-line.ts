/** Lines of cron tables as the cron of Debian and cronie read them: crontab(5). */

import type { Variant } from '../diagnostics/report.ts';

/** The parts of a schedule line. */
export interface CronLine {
  /** Undefined in tables that have none, and where the word in its place is none. */
  readonly user: string | undefined;
  readonly command: string;
}

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly names: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'minute', least: 0, most: 59, names: [] },
  { name: 'hour', least: 0, most: 23, names: [] },
  { name: 'day of the month', least: 1, most: 31, names: [] },
  {
    name: 'month',
    least: 1,
    most: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { name: 'day of the week', least: 0, most: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

const NICKNAMES = ['@reboot', '@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

/** True for what is no schedule: an empty line, a comment, a variable. */
export function isCommentOrSetting(line: string): boolean {
  return /^\s*(#.*)?$/.test(line) || /^\s*(\w+|"[^"]*"|'[^']*')\s*=/.test(line);
}

/** What cron has against a line: a variant of the message, with its arguments. */
export type CronProblem = Variant<'crontab-line', never>;

/** The parts of a line, or what cron has against it. Lines of /etc/crontab have a user between times and command. */
export function parseCronLine(line: string, withUser: boolean): CronLine | CronProblem {
  const noTimes = withUser ? 'no-times-with-user' : 'no-times';
  const incomplete = { problem: withUser ? 'incomplete-with-user' : 'incomplete' } as const;
  const words = line.trim().split(/\s+/);
  const nickname = words[0]!.startsWith('@');
  const times = words.slice(0, nickname ? 1 : FIELDS.length);
  if (nickname && !NICKNAMES.includes(times[0]!)) return { problem: 'nickname', word: times[0]! };
  if (!nickname) {
    if (times.length < FIELDS.length) return incomplete;
    for (const [i, field] of FIELDS.entries()) {
      const problem = fieldProblem(times[i]!, field, /^[\d*]/.test(times[i]!) ? 'time' : noTimes);
      if (problem !== undefined) return problem;
    }
  }
  const rest = new RegExp(`^\\s*(?:\\S+\\s+){${times.length}}(.*)$`, 's').exec(line)?.[1] ?? '';
  if (rest.trim() === '') return incomplete;
  const [, user, command] = /^([a-z_][a-z0-9_.-]*\$?)\s+(\S.*)$/is.exec(rest) ?? [];
  return withUser && command !== undefined ? { user, command } : { user: undefined, command: rest };
}

function fieldProblem(
  text: string,
  { name: part, ...field }: Field,
  problem: 'time' | 'no-times' | 'no-times-with-user',
): CronProblem | undefined {
  for (const item of text.split(',')) {
    const [, range, step] = /^([^/]+)(?:\/(.*))?$/.exec(item) ?? [];
    if (range === undefined) return { problem, field: 'none', part, text };
    if (step !== undefined && !/^0*[1-9]\d*$/.test(step)) return { problem, field: 'step', step, part };
    if (range === '*') continue;
    for (const end of range.split(/[-~]/)) {
      const value = numberOf(end, field);
      if (value === undefined || value < field.least || value > field.most)
        return { problem, field: 'value', value: end, part, least: field.least, most: field.most };
    }
    if (range.split(/[-~]/).length > 2) return { problem, field: 'range', range, part };
  }
  return undefined;
}

function numberOf(text: string, { names, least }: Pick<Field, 'names' | 'least'>): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const at = names.indexOf(text.toLowerCase());
  return at === -1 ? undefined : at + least;
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Why a line that is right never runs: a range that is empty, a day that no year has. */
export function neverComes(line: string): string | undefined {
  const times = line.trim().split(/\s+/).slice(0, FIELDS.length);
  if (line.trim().startsWith('@') || times.length < FIELDS.length) return undefined;
  const empty = FIELDS.findIndex((field, i) => valuesOf(times[i]!, field).length === 0);
  if (empty !== -1) return `\`${times[empty]}\` as ${FIELDS[empty]!.name}`;
  const [, , days, months, weekday] = times;
  // With a day of the week as well, either is enough.
  if (!weekday!.startsWith('*')) return undefined;
  const wanted = valuesOf(days!, FIELDS[2]!);
  const inMonths = valuesOf(months!, FIELDS[3]!);
  const first = Math.min(...wanted);
  return inMonths.every((month) => first > DAYS[month - 1]!) ? `\`${days}\` as day of month \`${months}\`` : undefined;
}

/** The numbers of a field that is right. */
function valuesOf(text: string, field: Field): readonly number[] {
  return text.split(',').flatMap((part) => {
    const [range, step] = part.split('/');
    const [from, to] =
      range === '*' ? [field.least, field.most] : range!.split(/[-~]/).map((end) => numberOf(end, field)!);
    // Sunday is 0 and 7.
    const end = to === 0 && field.most === 7 ? 7 : to;
    const last = end ?? (step === undefined ? from! : field.most);
    const by = Number(step ?? 1);
    return Array.from({ length: Math.max(0, Math.floor((last - from!) / by) + 1) }, (_, i) => from! + i * by);
  });
}

/** True when a `%` ends the command and feeds the rest to it as input: a backslash takes that meaning away. */
export function hasBarePercent(command: string): boolean {
  return /(^|[^\\])%/.test(command);
}
