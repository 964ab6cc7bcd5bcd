import { requireTrimmedLine, UnrepresentableError } from './unrepresentable.ts';

/** A variable line of a crontab (`MAILTO=""`). cron strips one pair of quotes and knows no escapes. */
export function crontabVariable(name: string, value: string): string {
  requireTrimmedLine('crontab', value);
  if (!value.includes('"')) return `${name}="${value}"`;
  if (!value.includes("'")) return `${name}='${value}'`;
  throw new UnrepresentableError('crontab', 'both kinds of quotes in one variable', value);
}
