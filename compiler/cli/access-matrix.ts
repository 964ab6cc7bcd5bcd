/** The table of who can reach what, for people and for programs. */
import type { Cell, Matrix, MatrixRow } from '../review/access/matrix.ts';
import { addressText } from '../domain/address.ts';
import type { Decision } from '../review/access/decide.ts';
import type { Style } from './style.ts';
import { columns } from './table.ts';

/** One table for each set of members that answer the same; databases of a user that answer the same share a line. */
export function matrixText(matrices: readonly Matrix[], style: Style): string {
  const tables = new Map<string, string[]>();
  for (const matrix of matrices) {
    const table = tableText(matrix);
    tables.set(table, [
      ...(tables.get(table) ?? []),
      `${matrix.member.instance.name}${matrix.asked === 'pgbouncer' ? ' (pool)' : ''}`,
    ]);
  }
  return [...tables].map(([table, names]) => `${style.bold(names.join(', '))}\n${table}`).join('\n');
}

function tableText({ rows, places }: Matrix): string {
  const users = [...new Set(rows.map(({ user }) => user))];
  const lines = users.flatMap((user) =>
    userLines(
      user,
      rows.filter((row) => row.user === user),
    ),
  );
  return columns([['user', 'database', ...places.map(({ name }) => name)], ...lines]);
}

function userLines(user: string, rows: readonly MatrixRow[]): readonly (readonly string[])[] {
  const groups = new Map<string, { readonly databases: string[]; readonly cells: readonly string[] }>();
  for (const { database, cells } of rows) {
    const texts = cells.map(cellText);
    const group = groups.get(texts.join('|')) ?? { databases: [], cells: texts };
    groups.set(texts.join('|'), group);
    group.databases.push(database);
  }
  const open = [...groups.values()].filter(({ cells }) => cells.some((cell) => cell !== '-'));
  if (open.length === 0) return [[user, 'none']];
  const all = rows.filter(({ database }) => !SPECIAL.includes(database)).length;
  return open.map(({ databases, cells }, i) => {
    const real = databases.filter((database) => !SPECIAL.includes(database));
    const names =
      real.length === all && all > 1
        ? ['all', ...databases.filter((database) => SPECIAL.includes(database))]
        : databases;
    return [i === 0 ? user : '', names.join(', '), ...cells];
  });
}

/** Shown like databases, and none. */
const SPECIAL: readonly string[] = ['replication', 'pgbouncer'];

/** How a connection is let in: `password`, `password+tls` where TLS is needed, `-` where it is not. */
function cellText({ tls, plain }: Cell): string {
  const [secure, open] = [tls === undefined ? '-' : proof(tls), proof(plain)];
  if (open !== '-') return secure === open || secure === '-' ? open : `${open}, ${secure}+tls`;
  return secure === '-' ? '-' : `${secure}+tls`;
}

function proof({ verdict, method }: Decision): string {
  if (verdict === 'denied') return '-';
  if (verdict === 'unknown') return '?';
  return method === 'scram-sha-256' || method === 'md5'
    ? 'password'
    : method === 'password'
      ? 'plain password'
      : (method ?? '');
}

/** Every cell as data. */
export function matrixJson(matrices: readonly Matrix[]): unknown {
  return matrices.flatMap(({ member, asked, rows }) =>
    rows.flatMap(({ user, database, cells }) =>
      cells.flatMap(({ place, tls, plain }) => {
        const entry = (encrypted: boolean, { verdict, reason, method, line }: Decision): unknown => ({
          cluster: member.instance.cluster.name,
          member: member.instance.name,
          via: asked,
          user,
          database,
          from: place.name,
          address: place.from === 'local' ? null : addressText(place.from),
          tls: encrypted,
          verdict,
          reason,
          method: method ?? null,
          line: line?.text ?? null,
        });
        return tls === undefined ? [entry(false, plain)] : [entry(true, tls), entry(false, plain)];
      }),
    ),
  );
}
