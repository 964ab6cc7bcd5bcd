/** The manual page, from what `--help` says: commands, options and examples are declared once. */
import type { Options } from 'yargs';
import { EXIT, type Command } from './command.ts';
import { OPTIONS } from './options.ts';
import { COMMANDS } from './program.ts';
import { VERSION } from '../package/version.ts';

const EXITS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done; there may be warnings',
  findings: 'the inventory has errors, with --strict warnings; nothing was written',
  usage: 'the command line was wrong',
  changes: 'diff --exit-code: something differs',
  bug: 'a bug in pigstyc; PIGSTYC_DEBUG=1 prints where',
};

const FILES: readonly (readonly [path: string, what: string])[] = [
  ['pigsty.yml', 'the inventory, where no other is named'],
  ['group_vars/, host_vars/', 'variables beside it'],
  ['out/', 'the bundle: files and a script per host, and a Makefile that deploys them'],
  ['.pigstyc/, pki/', 'key, authority and certificates of the site: keep them, and keep them secret'],
];

const ENVIRONMENT: readonly (readonly [name: string, what: string])[] = [
  ['ANSIBLE_VAULT_PASSWORD_FILE', 'password of !vault values, where no option names one'],
  ['METADB_URL, PGSERVICE, PGHOST', 'the database of cmdb, where --url does not name one'],
  ['NO_COLOR', 'no colors'],
  ['PIGSTYC_DEBUG', 'print where an internal error happened'],
];

/** Text of docs/pigstyc.1. */
export function manPage(): string {
  return [
    `.TH PIGSTYC 1 "" ${quoted(`pigstyc ${VERSION}`)} "User Commands"`,
    '.SH NAME',
    'pigstyc \\- compile a PostgreSQL inventory into configuration files and one script per host',
    '.SH SYNOPSIS',
    '.B pigstyc',
    '.I command',
    '[\\fIarguments\\fR] [\\fIoptions\\fR]',
    '.SH DESCRIPTION',
    text(
      'pigstyc reads a declarative inventory (pigsty.yml), reports everything that is wrong in it, and writes the native',
    ),
    text(
      'configuration of every host it names, plus one idempotent script per host that applies it. No agent runs anywhere.',
    ),
    '.PP',
    text(
      'Without file names pigsty.yml is read. Several files are merged in order, - is standard input, and postgresql://... or',
    ),
    text('service=NAME an inventory in a database.'),
    '.SH COMMANDS',
    ...COMMANDS.flatMap(command),
    '.SH OPTIONS',
    'Each command names those that it takes: \\fBpigstyc\\fR \\fIcommand\\fR \\fB\\-\\-help\\fR.',
    ...Object.entries<Options>(OPTIONS).flatMap(([name, option]) => optionEntry(name, option)),
    ...optionEntry('help', { alias: 'h', describe: 'Show help', type: 'boolean' }),
    ...optionEntry('version', { alias: 'V', describe: 'Show version number', type: 'boolean' }),
    '.SH EXIT STATUS',
    ...Object.entries(EXITS).flatMap(([name, what]) => entry(String(EXIT[name as keyof typeof EXIT]), what)),
    '.SH FILES',
    ...FILES.flatMap(([path, what]) => entry(path, what)),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.flatMap(([name, what]) => entry(name, what)),
    '.SH EXAMPLES',
    ...COMMANDS.flatMap(({ examples }) => examples.slice(0, 1)).flatMap(([line, what]) =>
      entry(`pigstyc ${line}`, what),
    ),
    '.SH SEE ALSO',
    text(
      'pigstyc explain CODE, for every finding; docs/ of the package: getting-started.md, cli.md, parameters.md, operations.md',
    ),
    '',
  ].join('\n');
}

function command({ usage, aliases = [], summary, positionals, options, own, formats }: Command): readonly string[] {
  const names = options.map((name) => `\\-\\-${escaped(name)}`).join(', ');
  return [
    '.TP',
    `.B ${escaped(usage)}`,
    `${text(summary)}.${aliases.length === 0 ? '' : ` Also called ${aliases.map(escaped).join(', ')}.`}`,
    ...(Object.keys(positionals).length === 0 && names === '' ? [] : ['.RS']),
    ...Object.entries(positionals).flatMap(([name, { describe, choices }]) =>
      entry(name, withChoices(describe, choices)),
    ),
    ...Object.entries<Options | undefined>(own ?? {}).flatMap(([name, option]) => optionEntry(name, option!)),
    ...(formats === undefined ? [] : entry('--format', withChoices('How the result is printed', formats))),
    ...(names === '' ? [] : ['.PP', `Options: ${names}`]),
    ...(Object.keys(positionals).length === 0 && names === '' ? [] : ['.RE']),
  ];
}

function optionEntry(
  name: string,
  { alias, describe = '', choices, type, default: preset }: Options,
): readonly string[] {
  const letter = alias === undefined ? '' : `-${[alias].flat()[0]!}, `;
  const value = type === 'boolean' ? '' : type === 'number' ? ' N' : ' VALUE';
  const shown = preset === undefined || preset === false ? '' : `; default ${String(preset)}`;
  return entry(`${letter}--${name}${value}`, withChoices(describe, choices as readonly unknown[] | undefined) + shown);
}

function withChoices(describe: string, choices: readonly unknown[] | undefined): string {
  return choices === undefined ? describe : `${describe}: ${choices.join(', ')}`;
}

function entry(term: string, what: string): readonly string[] {
  return ['.TP', `.B ${escaped(term)}`, text(what)];
}

/** A line of running text: a dot or quote at its beginning would be a request; readers of pages may know no UTF-8. */
function text(line: string): string {
  const named = (sign: string): string => `\\[u${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`;
  return line
    .replaceAll('\\', '\\e')
    .replace(/^[.']/, '\\&$&')
    .replaceAll(/[^\x20-\x7e]/gu, named);
}

/** Words that are typed as they are: a bare hyphen would be printed as another character. */
function escaped(words: string): string {
  return text(words).replaceAll('-', '\\-');
}

function quoted(words: string): string {
  return `"${words}"`;
}
