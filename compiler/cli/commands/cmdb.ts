import { isConnection } from '../../cmdb/name.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Host } from '../../host/host.ts';
import { EXIT, type Args, type Command } from '../command.ts';
import { UsageError } from '../../diagnostics/usage-error.ts';
import { INPUT_OPTIONS } from '../options.ts';
import { finish, reportOf, requestOf } from '../session.ts';
import { withTables } from '../tables.ts';
import { check } from './check.ts';

type Action = (args: Args, host: Host, address: string) => Promise<number>;

const ACTIONS: Readonly<Record<string, Action>> = { init, check: checkTables, load, dump, diff };

/** Keeps an inventory in the tables of a database. */
export const cmdb: Command = {
  usage: 'cmdb <action> [files..]',
  summary: 'Keep the inventory in tables of a PostgreSQL database: make them, load, print, compare, check',
  positionals: {
    action: { describe: 'What to do', choices: Object.keys(ACTIONS) },
    files: { describe: 'Inventory files to load or to compare with; default pigsty.yml' },
  },
  options: ['url', 'yes', 'dry-run', 'overwrite', 'exit-code', 'demo', ...INPUT_OPTIONS],
  own: {
    url: {
      type: 'string',
      requiresArg: true,
      describe:
        'The database: postgresql://user@host:port/name or service=NAME; default METADB_URL, PGSERVICE or PGHOST',
    },
  },
  examples: [
    ['cmdb init --url service=meta', 'Make the tables and views, once'],
    ['cmdb load pigsty.yml --url service=meta', 'Show what differs, ask, and load it in one transaction'],
    ['cmdb diff pigsty.yml --url service=meta', 'What the file and the tables do not have in common'],
    ['cmdb dump --url service=meta > pigsty.yml', 'The tables as an inventory file'],
  ],
  run: async (args, host) => {
    const { addressOfEnvironment } = await import('../../cmdb/target.ts');
    const address = typeof args.url === 'string' ? args.url : addressOfEnvironment(host);
    if (address === undefined)
      throw new UsageError('which database? Give its address: --url postgresql://user@host/name or --url service=NAME');
    if (!isConnection(address)) throw new UsageError(`--url: an address begins with postgresql:// or service=`);
    return ACTIONS[args.action!]!(args, host, address);
  },
};

async function init(args: Args, host: Host, address: string): Promise<number> {
  const { makeSchema } = await import('../../cmdb/schema.ts');
  const { isProblem, withDatabase } = await import('../../cmdb/client.ts');
  const { shownConnection } = await import('../../cmdb/name.ts');
  const kept = await withDatabase(host, address, async (client) => ({ views: await makeSchema(client) }));
  if (isProblem(kept)) return failed(args, host, kept);
  if (args.quiet) return EXIT.ok;
  const own = kept.views.length === 0 ? '' : `; made by another program and left as they are: ${kept.views.join(', ')}`;
  host.stderr(`${shownConnection(address)}: the schema pigsty is ready${own}\n`);
  return EXIT.ok;
}

/** The same as `check` with the address in place of a file. */
async function checkTables(args: Args, host: Host, address: string): Promise<number> {
  const ready = await withTables({ ...args, files: [address], fix: false }, host);
  return check.run(ready.args, ready.host);
}

async function load(args: Args, host: Host, address: string): Promise<number> {
  const { loadFiles } = await import('../load-tables.ts');
  return loadFiles(args, host, address);
}

async function dump(args: Args, host: Host, address: string): Promise<number> {
  const { readTables } = await import('../../cmdb/open.ts');
  const text = await readTables(host, address);
  if (typeof text !== 'string') return failed(args, host, text);
  host.stdout(text);
  return EXIT.ok;
}

async function diff(args: Args, host: Host, address: string): Promise<number> {
  const { compareFiles } = await import('../load-tables.ts');
  return compareFiles(args, host, address);
}

/** Reports what is wrong, on standard error. */
export async function failed(args: Args, host: Host, diagnostics: readonly Diagnostic[]): Promise<number> {
  const { compileFiles } = await import('../../compile.ts');
  const nothing = { ...compileFiles(host, { ...requestOf(args), files: [] }).checked(), diagnostics, allowed: [] };
  return finish(args, host, reportOf(args, nothing, diagnostics), 'stderr');
}
