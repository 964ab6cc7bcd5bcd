import type { LeftDefault } from '../../phases/5-check/left-defaults.ts';
import { EXIT, type Command } from '../command.ts';
import { UsageError } from '../../diagnostics/usage-error.ts';
import { leftSince, versionOf } from '../../review/left-since.ts';
import { INPUT_OPTIONS } from '../options.ts';
import { loadSite } from '../session.ts';
import { columns } from '../table.ts';

/** Says what a site gets without having written it, where an earlier release gave something else. */
export const defaults: Command = {
  usage: 'defaults [files..]',
  summary: 'List what the inventory leaves to defaults that are other ones, or new, since a release',
  positionals: { files: { describe: 'Inventory files, merged in order; default pigsty.yml' } },
  options: [
    'since',
    'json',
    ...INPUT_OPTIONS.filter((name) => !['format', 'strict', 'show-allowed', 'quiet'].includes(name)),
  ],
  examples: [
    ['defaults --since v3.2', 'What changes for a site that release 3.2 has deployed'],
    ['defaults', 'The same for the release that the inventory names as its `version`'],
  ],
  run: async (args, host) => {
    const loaded = await loadSite(args, host);
    if (typeof loaded === 'number') return loaded;
    const since = args.since ?? versionOf(loaded.checked);
    if (since === undefined) throw new UsageError('since which release? --since v3.2');
    const found = await leftSince(loaded.checked, since);
    if (found === undefined) throw new UsageError(`--since: \`${since}\` is no release: write v3.2 or v3.2.0`);
    host.stdout(args.json ? `${JSON.stringify(found, undefined, 2)}\n` : text(found, since));
    return EXIT.ok;
  },
};

function text(found: readonly LeftDefault[], since: string): string {
  if (found.length === 0) return `nothing that the inventory leaves to defaults has changed since ${since}\n`;
  const rows = (kind: LeftDefault['kind']): readonly (readonly string[])[] =>
    found
      .filter((row) => row.kind === kind)
      .map((row) => [row.parameter, row.since, ...(kind === 'new' ? [] : [shown(row.was)]), shown(row.now)]);
  const [changed, added] = [rows('changed'), rows('new')];
  return [
    ...(changed.length === 0 ? [] : [columns([['CHANGED', 'SINCE', 'WAS', 'NOW'], ...changed])]),
    ...(added.length === 0 ? [] : [columns([['NEW', 'SINCE', 'VALUE'], ...added])]),
    'To keep a former value, write it into `all.vars`; `pigstyc explain PARAMETER` says what it is.\n',
  ].join('\n');
}

const LONGEST = 50;

/** A value on one line; long ones are left to `explain`. */
function shown(value: unknown): string {
  if (value === undefined) return '…';
  if (value === null) return '-';
  const written = typeof value === 'string' && value !== '' ? value.trim() : JSON.stringify(value);
  return written.length > LONGEST ? '…' : written;
}
