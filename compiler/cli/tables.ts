import { isConnection, shownConnection } from '../cmdb/name.ts';
import type { Host } from '../host/host.ts';
import type { Args } from './command.ts';

/** Arguments that name inventories. */
const NAMES = ['files', 'inventory'] as const;

/**
 * Reads inventories that are in databases before the command runs, which itself waits for nothing. From here on a database goes by a name
 * without its password.
 */
export async function withTables(args: Args, host: Host): Promise<{ readonly args: Args; readonly host: Host }> {
  const addresses = [...NAMES.flatMap((name) => args[name] ?? []), args.base ?? ''].filter(isConnection);
  if (addresses.length === 0) return { args, host };
  const { readTables } = await import('../cmdb/open.ts');
  const tables = new Map(host.tables);
  for (const address of addresses) tables.set(shownConnection(address), await readTables(host, address));
  const named = Object.fromEntries(
    NAMES.flatMap((name) => {
      const paths = args[name]?.map((path) => (isConnection(path) ? shownConnection(path) : path));
      return paths === undefined ? [] : [[name, paths]];
    }),
  );
  const base = args.base !== undefined && isConnection(args.base) ? shownConnection(args.base) : args.base;
  return { args: { ...args, ...named, base }, host: { ...host, tables } };
}
