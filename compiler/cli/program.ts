import yargs, { type Argv, type Options } from 'yargs';
import { report } from '../diagnostics/report.ts';
import { IoError, type Host } from '../host/host.ts';
import { EXIT, type Args, type Command, type PlanFormat } from './command.ts';
import { UsageError } from '../diagnostics/usage-error.ts';
import { access } from './commands/access.ts';
import { add } from './commands/add.ts';
import { adopt } from './commands/adopt.ts';
import { build } from './commands/build.ts';
import { check } from './commands/check.ts';
import { cmdb } from './commands/cmdb.ts';
import { completion } from './commands/completion.ts';
import { defaults } from './commands/defaults.ts';
import { diff } from './commands/diff.ts';
import { dump } from './commands/dump.ts';
import { explain } from './commands/explain.ts';
import { facts } from './commands/facts.ts';
import { graph } from './commands/graph.ts';
import { init } from './commands/init.ts';
import { list } from './commands/list.ts';
import { ports } from './commands/ports.ts';
import { lsp } from './commands/lsp.ts';
import { pki } from './commands/pki.ts';
import { schema } from './commands/schema.ts';
import { secrets } from './commands/secrets.ts';
import { services } from './commands/services.ts';
import { STANDARD_INPUT } from '../source/node.ts';
import { OPTIONS } from './options.ts';
import { withTables } from './tables.ts';
import { usageText, WORDS } from './usage.ts';
import { VERSION } from '../package/version.ts';

/** In the order of `--help`. */
export const COMMANDS: readonly Command[] = [
  init,
  adopt,
  add,
  build,
  check,
  diff,
  explain,
  defaults,
  list,
  services,
  ports,
  graph,
  access,
  pki,
  secrets,
  facts,
  dump,
  cmdb,
  schema,
  lsp,
  completion,
];

/** The first argument when a shell wants to know how a line can go on. */
const ASKED_BY_SHELL = '--get-yargs-completions';

/** Runs the program. Returns the exit code: 0 ok, 1 findings, 2 usage, 70 a bug in pigstyc. */
export async function run(argv: readonly string[], host: Host): Promise<number> {
  try {
    if (argv[0] === ASKED_BY_SHELL && (await (await import('./complete.ts')).complete(argv.slice(1), host)))
      return EXIT.ok;
    const outcome = parse(argv, host);
    if (typeof outcome === 'number') return outcome;
    const ready = await withTables(outcome.args, host);
    return await outcome.command.run(ready.args, ready.host);
  } catch (error) {
    if (error instanceof UsageError) return usage(error.message, host);
    if (error instanceof IoError) return notWritten(error, host);
    return bug(error, host);
  }
}

/** The chosen command with its arguments, or the exit code when yargs has answered already. */
function parse(argv: readonly string[], host: Host): { readonly command: Command; readonly args: Args } | number {
  let chosen: { readonly command: Command; readonly args: Args } | undefined;
  let failure: string | undefined;
  let output = '';
  const parser = declare(yargs().scriptName('pigstyc'), (command, args) => (chosen = { command, args }), host).fail(
    (message, error) => (failure = message ?? error.message),
  );
  skipHelpCache(parser);
  parser.parse(
    spelled(argv).map((argument) => plainArgument(argument, argv[0])),
    {},
    (_error, _args, text) => {
      output = text;
    },
  );
  if (failure !== undefined) return usage(failure, host);
  const empty = emptyOption(chosen?.args);
  if (empty !== undefined) return usage(`--${empty} has an empty value: is a variable not set?`, host);
  if (output !== '') {
    host.stdout(`${output.trimEnd()}\n`);
    return EXIT.ok;
  }
  return chosen ?? EXIT.ok;
}

/** `help build` is what other programs have for `build --help`. */
function spelled(argv: readonly string[]): readonly string[] {
  const [word, ...rest] = argv;
  if (word === undefined || !WORDS.includes(word)) return argv;
  // Of what is no command there is no help.
  return rest.length === 0 || commandNames().includes(rest[0]!) ? [...rest, `--${word}`] : rest;
}

/** A switch with another word than these would be off without a word. */
const SWITCH_WORDS: ReadonlySet<string> = new Set(['true', 'false']);

/** `-` is standard input, which yargs would drop. A switch takes no other value than true and false. */
function plainArgument(argument: string, word: string | undefined): string {
  if (argument === '-') return STANDARD_INPUT;
  const [, name, value] = /^--(?:no-)?([\w-]+)=([^]*)$/.exec(argument) ?? [];
  if (value === undefined || !isSwitch(name!, word) || SWITCH_WORDS.has(value)) return argument;
  throw new UsageError(`--${name!} is a switch: \`${value}\` is neither \`true\` nor \`false\``);
}

function isSwitch(name: string, word: string | undefined): boolean {
  const own = COMMANDS.find((command) => command.usage.split(' ')[0] === word)?.own;
  return (
    ['help', 'version'].includes(name) ||
    Object.entries({ ...OPTIONS, ...own }).some(
      ([known, { type }]) => type === 'boolean' && camel(known) === camel(name),
    )
  );
}

/** yargs knows `--dry-run` as `--dryRun` too. */
function camel(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** No option means anything by an empty text. */
function emptyOption(args: object | undefined): string | undefined {
  const given = new Map<string, unknown>(Object.entries(args ?? {}));
  return Object.keys(OPTIONS).find((name) => [given.get(name)].flat().includes(''));
}

/** After a handler ran, yargs formats the whole help in case it is asked for later, which takes longer than a check. */
function skipHelpCache(parser: Argv): void {
  const internal = parser as unknown as { getInternalMethods(): { getUsageInstance(): { cacheHelpMessage(): void } } };
  internal.getInternalMethods().getUsageInstance().cacheHelpMessage = () => undefined;
}

function declare(parser: Argv, choose: (command: Command, args: Args) => void, host: Host): Argv {
  parser
    .usage('$0 <command>\n\nCompiles a PostgreSQL inventory into configuration files and one script per host.')
    .detectLocale(false)
    .exitProcess(false)
    .parserConfiguration({ 'strip-aliased': true, 'duplicate-arguments-array': true, 'greedy-arrays': false })
    .version(VERSION)
    .alias({ help: 'h', version: 'V' })
    .wrap(Math.min(host.columns ?? 100, 110))
    .strict()
    .strictCommands()
    .demandCommand(1, 1, 'which command?', 'one command at a time')
    .example('$0 build', 'Compile pigsty.yml into out/')
    .example('$0 check --strict', 'Report everything that is wrong, write nothing')
    .epilogue(
      'Exit codes: 0 ok, 1 findings, 2 wrong usage, 3 changes (diff --exit-code), 70 a bug in pigstyc. Documentation: docs/cli.md',
    );
  for (const command of COMMANDS) {
    parser.command(
      [command.usage, ...(command.aliases ?? [])],
      command.summary,
      (y) => declareCommand(y, command),
      (args) => choose(command, lastOfEach(args) as unknown as Args),
    );
  }
  return parser;
}

/** Arguments that may be given more than once. Of the others the last one counts. */
const LISTS: ReadonlySet<string> = new Set(['_', 'files', 'inventory', 'vaultId', 'ip']);

function lastOfEach(args: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      Array.isArray(value) && !LISTS.has(name) ? value.at(-1) : value,
    ]),
  );
}

function declareCommand(parser: Argv, { positionals, options, own, formats, examples }: Command): Argv {
  for (const [name, { describe, choices }] of Object.entries(positionals))
    parser.positional(name, { type: 'string', describe, choices });
  for (const name of options)
    parser.option(
      name,
      name === 'format' && formats !== undefined ? formatOption(formats) : (own?.[name] ?? OPTIONS[name]),
    );
  for (const [command, what] of examples) parser.example(`$0 ${command}`, what);
  return parser.epilogue('');
}

function commandNames(): readonly string[] {
  return COMMANDS.flatMap(({ usage: text, aliases = [] }) => [text.split(' ')[0]!, ...aliases]);
}

/** `--format` of a command whose result has forms of its own. */
function formatOption(formats: readonly PlanFormat[]): Options {
  return { ...OPTIONS.format, choices: formats, default: formats[0], describe: 'How the result is printed' };
}

function usage(message: string, host: Host): number {
  const names = COMMANDS.flatMap(({ usage: text, aliases = [] }) => [text.split(' ')[0]!, ...aliases]);
  host.stderr(`pigstyc: ${usageText(message, names)}\nTry \`pigstyc --help\` or \`pigstyc <command> --help\`.\n`);
  return EXIT.usage;
}

/** Reading is reported where it happens; what fails with an exception is writing. */
function notWritten({ path, reason }: IoError, host: Host): number {
  const { code, slug, message } = report('cannot-write', undefined, { path, reason });
  host.stderr(`pigstyc: error[${code}] ${slug}: ${message}\n`);
  return EXIT.findings;
}

/** An exception is a bug of ours. The stack may quote the inventory, so it is shown only on request. */
function bug(error: unknown, host: Host): number {
  const name = error instanceof Error ? error.name : typeof error;
  host.stderr(`pigstyc: internal error (${name}). This is a bug in pigstyc ${VERSION}, not in your inventory.\n`);
  if ((host.env['PIGSTYC_DEBUG'] ?? '') !== '')
    host.stderr(`${error instanceof Error ? error.stack : String(error)}\n`);
  else
    host.stderr(
      'Please report it with the output of the same command run with PIGSTYC_DEBUG=1 (remove secrets first).\n',
    );
  return EXIT.bug;
}
