import type { Client } from 'pg';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { report } from '../diagnostics/report.ts';
import type { Host } from '../host/host.ts';
import { isProblem, withDatabase } from './client.ts';
import { shownConnection } from './name.ts';
import { readContent, schemaProblem, type Content } from './store.ts';
import { textOfRows } from './text.ts';

/** The inventory in a database, as canonical YAML. */
export async function readTables(host: Host, address: string): Promise<string | readonly Diagnostic[]> {
  const content = await withDatabase(host, address, (client) => contentOf(client, address, 'read'));
  if (isProblem(content)) return content;
  const isEmpty = content.rows.length === 0;
  if (isEmpty) return [report('cmdb-empty', undefined, { database: shownConnection(address) })];
  return textOfRows(content.rows);
}

/** What the tables hold, which may be nothing. */
export async function contentOf(
  client: Client,
  address: string,
  purpose: 'read' | 'write',
): Promise<Content | readonly Diagnostic[]> {
  const problem = await schemaProblem(client, shownConnection(address), purpose);
  return problem === undefined ? readContent(client) : [problem];
}
