/** Inventory files beside the tables of a database: what differs, and loading it. */
import { isProblem, withDatabase } from '../cmdb/client.ts';
import { changesOf, conflictsOf, isSame, type Change } from '../cmdb/difference.ts';
import { readFiles, rowsOfFiles } from '../cmdb/from-files.ts';
import { shownConnection } from '../cmdb/name.ts';
import { contentOf } from '../cmdb/open.ts';
import { rowName, type Row } from '../cmdb/row.ts';
import { lockTables, writeContent, type Content } from '../cmdb/store.ts';
import { lossOf } from '../cmdb/verify.ts';
import { Compilation, compileFiles } from '../compile.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import type { Checked } from '../phases/5-check/checked.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { report } from '../diagnostics/report.ts';
import type { Host } from '../host/host.ts';
import { EXIT, type Args } from './command.ts';
import { UsageError } from '../diagnostics/usage-error.ts';
import { finish, reportOf, requestOf } from './session.ts';
import { changeLines } from './tables-text.ts';

/** Conflicts that a message names. */
const MOST_NAMED = 5;

/** Loads files, after the difference was shown and agreed to. */
export async function loadFiles(args: Args, host: Host, address: string): Promise<number> {
  const compared = await compare(args, host, address, 'write');
  if (typeof compared === 'number') return compared;
  const { checked, content, rows, changes } = compared;
  const database = shownConnection(address);
  const conflicts = args.overwrite ? [] : conflictsOf(changes, content.base);
  if (!args.quiet) host.stdout(changeLines(changes, checked.resolved?.secretVariables));
  if (conflicts.length > 0)
    return failed(args, host, checked, [report('cmdb-conflict', undefined, { database, rows: namesOf(conflicts) })]);
  if (changes.length === 0 && isSame(content.rows, rows)) return done(args, host, `${database}: nothing to load`);
  if (args.dryRun) return done(args, host, `${database}: ${counted(changes)}; nothing was written`);
  if (!isAgreed(args, host)) return done(args, host, `${database}: nothing was written`);
  const written = await withDatabase(host, address, async (client) => {
    await lockTables(client);
    const now = await contentOf(client, address, 'write');
    if (isProblem(now)) return now;
    if (!isSame(now.rows, content.rows)) return [report('cmdb-changed', undefined, { database })];
    await writeContent(client, now.rows, rows, requestOf(args).files.join(' '));
    return { ok: true };
  });
  if (isProblem(written)) return failed(args, host, checked, written);
  return done(args, host, `${database}: ${counted(changes)}`);
}

/** Prints what differs. Lines with `+` are only in the file. */
export async function compareFiles(args: Args, host: Host, address: string): Promise<number> {
  const compared = await compare(args, host, address, 'read');
  if (typeof compared === 'number') return compared;
  const { checked, changes } = compared;
  host.stdout(changeLines(changes, checked.resolved?.secretVariables));
  if (!args.quiet) host.stderr(`${changes.length === 0 ? 'no difference' : counted(changes)}\n`);
  return args.exitCode && changes.length > 0 ? EXIT.changes : EXIT.ok;
}

interface Compared {
  readonly checked: Checked;
  readonly content: Content;
  readonly rows: readonly Row[];
  readonly changes: readonly Change[];
}

/** The files, which must be right, and the tables; an exit code when one of them cannot be read. */
async function compare(args: Args, host: Host, address: string, purpose: 'read' | 'write'): Promise<Compared | number> {
  const compilation = compileFiles(host, { ...requestOf(args), noSecrets: true });
  const checked = compilation.checked();
  if (hasErrors(checked.diagnostics)) return failed(args, host, checked, checked.diagnostics);
  const files = readFiles(checked.sources, asWritten(compilation).parsed());
  const rows = rowsOfFiles(files);
  const loss = lossOf(files, rows);
  if (loss !== undefined) return failed(args, host, checked, [report('cmdb-not-held', undefined, { what: loss })]);
  const content = await withDatabase(host, address, (client) => contentOf(client, address, purpose));
  if (isProblem(content)) return failed(args, host, checked, content);
  return { checked, content, rows, changes: changesOf(content.rows, rows) };
}

/** The same files with encrypted values left closed, whatever passwords there are: tables hold them as they are written. */
function asWritten({ inputs }: Compilation): Compilation {
  return new Compilation(() => ({ ...inputs(), options: { ...inputs().options, vaultPasswords: [] } }));
}

function failed(args: Args, host: Host, checked: Checked, diagnostics: readonly Diagnostic[]): Promise<number> {
  return finish(args, host, reportOf(args, checked, diagnostics, 'nothing was written'), 'stderr');
}

function done(args: Args, host: Host, text: string): number {
  if (!args.quiet) host.stderr(`${text}\n`);
  return EXIT.ok;
}

function isAgreed(args: Args, host: Host): boolean {
  if (args.yes) return true;
  if (!host.stdoutIsTty) throw new UsageError('nobody is there to ask: say --yes to load, or --dry-run to look');
  return /^y(?:es)?$/i.test(host.ask('load this? [y/N] ').trim());
}

function namesOf(changes: readonly Change[]): string {
  const names = changes.slice(0, MOST_NAMED).map(({ before, after }) => rowName((before ?? after)!));
  return [...names, ...(changes.length > MOST_NAMED ? [`${changes.length - MOST_NAMED} more`] : [])].join(', ');
}

function counted(changes: readonly Change[]): string {
  const of = (test: (change: Change) => boolean): number => changes.filter(test).length;
  const added = of(({ before }) => before === undefined);
  const removed = of(({ after }) => after === undefined);
  return `${added} rows added, ${changes.length - added - removed} changed, ${removed} removed`;
}
