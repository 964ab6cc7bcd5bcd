/** What the catalogs know of a server setting or an extension, for `pigstyc explain`. */
import { overruled } from '../phases/5-check/rules/settings/overruled.ts';
import { extensionInfo, extensionNames, type ExtensionInfo } from '../postgresql/extensions.ts';
import { rangeText } from '../postgresql/setting-value.ts';
import {
  LAST_MAJOR,
  settingHistory,
  settingNames,
  type ServerSetting,
  type SettingContext,
  type SettingType,
} from '../postgresql/settings.ts';
import type { Style } from './style.ts';
import { columns } from './table.ts';

export interface ServerFacts {
  readonly text: string;
  readonly json: unknown;
}

/** Undefined when the name is neither a setting nor an extension of PostgreSQL. */
export function serverFacts(name: string, style: Style): ServerFacts | undefined {
  const history = settingHistory(name);
  if (history.length > 0) return { text: settingText(history, style), json: history };
  const extension = extensionInfo(name);
  return extension === undefined ? undefined : { text: extensionText(extension, style), json: extension };
}

/** Names to suggest from. */
export function serverFactNames(): readonly string[] {
  return [...settingNames(LAST_MAJOR), ...extensionNames()];
}

const TYPES: Readonly<Record<SettingType, string>> = {
  bool: 'boolean',
  integer: 'integer',
  real: 'number',
  string: 'text',
  enum: 'one of',
  list: 'list of words',
  names: 'list of names, each quoted as an identifier is',
};

const CHANGES: Readonly<Record<SettingContext, string>> = {
  internal: 'never: it tells what the server is',
  postmaster: 'when the server restarts',
  sighup: 'when the server reloads its configuration',
  'superuser-backend': 'for new connections',
  backend: 'for new connections',
  superuser: 'in any session, by superusers; for roles and databases',
  user: 'in any session; for roles and databases',
};

function settingText(history: readonly ServerSetting[], style: Style): string {
  const blocks = history.map((setting) => {
    const { first, last, type, unit, values, context } = setting;
    const range = rangeText(setting);
    return columns([
      ['  PostgreSQL', majors(first, last)],
      [
        '  type',
        type === 'enum'
          ? `one of ${values.map((value) => value || "''").join(', ')}`
          : `${TYPES[type]}${unit === undefined ? '' : `; a plain number counts ${unit}`}`,
      ],
      ...(range === '' ? [] : [['  range', range]]),
      ['  changes', CHANGES[context]],
    ]);
  });
  const { name } = history[0]!;
  const elsewhere = overruled(name);
  return (
    `${style.bold(name)}: setting of the server\n\n` +
    `${blocks.join('\n')}${elsewhere === undefined ? '' : `\nNo effect in pg_parameters: ${elsewhere.reason}; ${elsewhere.help}.\n`}`
  );
}

const PRELOAD = {
  must: 'must be in `pg_libs`',
  may: 'offers more when it is in `pg_libs`',
  only: 'loaded by `pg_libs`; there is nothing to create',
} as const;

function extensionText(
  { name, first, last, package: alias, kernel, library, preload, requires }: ExtensionInfo,
  style: Style,
): string {
  return `${style.bold(name)}: ${preload === 'only' ? 'library' : 'extension'} of PostgreSQL\n\n${columns([
    ['  PostgreSQL', majors(first, last)],
    [
      '  package',
      kernel !== undefined
        ? `comes with the fork ${kernel}`
        : alias === undefined
          ? 'comes with the server'
          : `\`${alias}\` in \`pg_extensions\``,
    ],
    ...(library === undefined ? [] : [['  library', `\`${library}\` ${PRELOAD[preload ?? 'may']}`]]),
    ...(requires.length === 0 ? [] : [['  requires', requires.join(', ')]]),
  ])}`;
}

function majors(first: number, last: number): string {
  return first === last ? String(first) : `${first} … ${last}`;
}
