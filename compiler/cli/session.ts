import type { Modelled } from '../build/model.ts';
import type { Compilation } from '../compile.ts';
import type { Checked } from '../phases/5-check/checked.ts';
import type { Request } from '../inputs/request.ts';
import { hasErrors, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { arrange } from '../diagnostics/sort.ts';
import type { Host } from '../host/host.ts';
import { EXIT, type Args } from './command.ts';
import { fails, reporter, type Format, type Report } from './report/report.ts';
import { secretSpans } from '../secrets/spans.ts';
import { styleFor } from './style.ts';

/** More findings of one code than this say nothing new to a person; machine formats get all. */
const MOST_PER_CODE = 20;

/** What the compiler is asked for, from the command line. */
export function requestOf(args: Args): Request {
  const files = [...(args.inventory ?? []), ...(args.files ?? [])];
  return {
    files: files.length > 0 ? files : ['pigsty.yml'],
    platform: args.platform,
    factsDir: args.facts,
    stateDir: args.state,
    vaultPasswordFile: args.vaultPasswordFile,
    allowFile: args.allowFile,
    runInventory: args.runInventory,
    vaultIds: args.vaultId,
    publicReferences: args.public,
    noSecrets: args.secrets === false,
    demo: args.demo,
  };
}

/** Findings in the order and number in which they are shown. */
export function reportOf(args: Args, checked: Checked, diagnostics: readonly Diagnostic[], summary = ''): Report {
  const files = requestOf(args).files;
  const isForPeople = ['pretty', 'compact'].includes(findingsFormat(args));
  const perCode = isForPeople && !args.showAllowed ? MOST_PER_CODE : Infinity;
  const listed = args.showAllowed ? [...diagnostics, ...checked.allowed] : diagnostics;
  const shown = args.quiet ? listed.filter(({ severity }) => severity !== 'hint') : listed;
  return {
    ...arrange(shown, files, perCode),
    files,
    allowed: args.quiet ? 0 : arrange(checked.allowed, files).diagnostics.length,
    secrets: [...secretSpans(checked.resolved), ...checked.unclear],
    summary: args.quiet ? '' : summary,
    strict: args.strict,
  };
}

/** Prints a report and returns the exit code. Commands whose result is data print findings to stderr. */
export async function finish(
  args: Args,
  host: Host,
  report: Report,
  stream: 'stdout' | 'stderr' = 'stdout',
): Promise<number> {
  const print = await reporter(findingsFormat(args));
  const text = print(report, styleFor(host, stream, args.color));
  if (stream === 'stdout') host.stdout(text);
  else host.stderr(text);
  return fails(report, args.strict) ? EXIT.findings : EXIT.ok;
}

/** How findings are printed. Where `--format` is about another result, they are for people, or for GitHub as that is. */
function findingsFormat({ format }: Args): Format {
  return format === 'text' || format === 'markdown' ? 'pretty' : format;
}

/** Tells what nobody must miss, whatever is asked for. */
export function tell(host: Host, notes: readonly string[] = []): void {
  for (const note of notes) host.stderr(`pigstyc: ${note}\n`);
}

/** A line on stderr that says what a long run is doing; nothing for short runs, pipes and --quiet. */
export class Progress {
  #shown = false;

  readonly #host: Host;
  readonly #enabled: boolean;

  constructor(host: Host, enabled: boolean) {
    this.#host = host;
    this.#enabled = enabled;
  }

  /** Shows `text` when the run has taken more than a second. */
  step(text: string): void {
    if (!this.#enabled || !this.#host.stderrIsTty || this.#host.elapsed() < 1000) return;
    this.#shown = true;
    this.#host.stderr(`\r\u001b[K${text}`);
  }

  /** Removes the line, so that what is printed next begins on a clean one. */
  done(): void {
    if (this.#shown) this.#host.stderr('\r\u001b[K');
    this.#shown = false;
  }
}

/** For commands whose result is data: findings go to stderr, and an exit code comes back when there is no model. */
export async function loadSite(args: Args, host: Host): Promise<Modelled | number> {
  const { compileFiles } = await import('../compile.ts');
  return modelOf(compileFiles(host, requestOf(args)), args, host);
}

/** The same for a run that was begun. */
export async function modelOf(compilation: Compilation, args: Args, host: Host): Promise<Modelled | number> {
  const checked = compilation.checked();
  const modelled = await compilation.modelled(args.limit);
  const problems = [...checked.diagnostics, ...(modelled?.diagnostics ?? [])].filter(
    ({ severity }) => severity === 'error',
  );
  if (modelled !== undefined && !hasErrors(problems)) return modelled;
  return reportErrors(args, host, checked, problems);
}

/** Errors as people read them, on stderr, for commands without report options. */
export async function reportErrors(
  args: Args,
  host: Host,
  checked: Checked,
  errors: readonly Diagnostic[],
): Promise<number> {
  const plain: Args = { ...args, format: 'pretty', strict: false, quiet: false };
  return finish(plain, host, reportOf(plain, checked, errors), 'stderr');
}
