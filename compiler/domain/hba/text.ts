/** How a line of pg_hba.conf is written. */
import { hbaToken } from '../../../emitters/toolkit/quote/hba.ts';
import { requireLine, UnrepresentableError } from '../../../emitters/toolkit/quote/unrepresentable.ts';
import type { HbaLine } from './model.ts';

/** {@link compactLine}, or undefined when the file cannot hold it: then there is no file, the build says why. */
export function representableLine(line: HbaLine): string | undefined {
  try {
    return compactLine(line);
  } catch (error) {
    if (error instanceof UnrepresentableError) return undefined;
    throw error;
  }
}

/** A line with one blank between its fields. */
export function compactLine(line: HbaLine): string {
  return cells(line)
    .filter((cell) => cell !== '')
    .join(' ');
}

/** Fields of a line; a verbatim one is a field by itself. */
export function cells(line: HbaLine): readonly string[] {
  if (line.kind === 'raw') return [requireLine('pg_hba.conf', line.text)];
  return [
    line.connection,
    nameList(line.database),
    nameList(line.user),
    line.address === undefined ? '' : hbaToken(line.address),
    line.method,
  ];
}

function nameList(names: string): string {
  return names
    .split(',')
    .map((name) => hbaToken(name.trim()))
    .join(',');
}
