import { requireTrimmedLine, UnrepresentableError } from './unrepresentable.ts';

/**
 * The command of a crontab line. cron ends a command at a bare `%` and takes the backslash before an escaped one away;
 * it has no spelling for an odd number of backslashes before a `%`.
 */
export function crontabCommand(command: string): string {
  requireTrimmedLine('crontab', command);
  if (command === '') throw new UnrepresentableError('crontab', 'an empty command', command);
  return command.replace(/(\\*)%/g, (match, slashes: string) => {
    if (slashes.length % 2 === 1) throw new UnrepresentableError('crontab', 'a backslash before `%`', command);
    return `${slashes}\\${match.slice(slashes.length)}`;
  });
}

/** A variable line of a crontab (`MAILTO=""`). cron strips one pair of quotes and knows no escapes. */
export function crontabVariable(name: string, value: string): string {
  requireTrimmedLine('crontab', value);
  if (!value.includes('"')) return `${name}="${value}"`;
  if (!value.includes("'")) return `${name}='${value}'`;
  throw new UnrepresentableError('crontab', 'both kinds of quotes in one variable', value);
}
