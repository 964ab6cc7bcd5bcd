import type { Problem } from './options.ts';

/** Days and times of PostgreSQL that have the right form and do not exist. */
export function dateProblem(text: string): Problem | undefined {
  const [, year, month, day, rest] = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](.*))?$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > last)
    return { found: { problem: 'no-day', day: `${year}-${month}-${day}` } };
  const [, hours, minutes, seconds] = /^(\d{1,2}):(\d{2})(?::(\d{2}))?/.exec(rest ?? '') ?? [];
  if (hours === undefined) return undefined;
  const late = Number(hours) > 24 || (Number(hours) === 24 && Number(minutes) + Number(seconds ?? 0) > 0);
  if (late || Number(minutes) > 59 || Number(seconds ?? 0) > 60)
    return { found: { problem: 'no-hour', time: rest!.split(/[ +Z-]/)[0]! } };
  return undefined;
}

/** The same for the time that a recovery stops at, which must not change with the day it is read. */
export function targetTimeProblem(text: string): Problem | undefined {
  return /^(?:now|today|tomorrow|yesterday)$/i.test(text.trim())
    ? { found: { problem: 'no-target', target: text.trim() }, help: 'write the day and the time' }
    : dateProblem(text);
}
