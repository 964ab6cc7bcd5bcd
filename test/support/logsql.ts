/**
 * The part of LogsQL that dashboards use, as the manual of VictoriaLogs describes it: a stream, conditions on fields that must all hold,
 * then `stats by (…) count()` or `fields …`. Whatever else is written is an error.
 */
import type { LogRecord } from './remap.ts';

/** A question: which records, and what of them. */
export interface LogQuery {
  readonly filters: readonly Filter[];
  /** Fields that the answer is grouped by, when records are counted. */
  readonly by: readonly string[] | undefined;
  /** Fields that are left of a record. */
  readonly fields: readonly string[] | undefined;
}

export interface Filter {
  readonly field: string;
  /** Part of the name of a stream. */
  readonly stream: boolean;
  readonly not: boolean;
  readonly operator: 'in' | '=' | '>' | '>=' | '*';
  readonly values: readonly string[];
}

const QUOTED = /"((?:[^"\\]|\\.)*)"/g;

/** An error when it is none. */
export function logQuery(text: string): LogQuery {
  const [filters, ...pipes] = text.split(' | ');
  let by: readonly string[] | undefined;
  let fields: readonly string[] | undefined;
  for (const pipe of pipes) {
    const counted = /^stats (?:by \(([\w, ]+)\) )?count\(\) [a-z]+$/.exec(pipe);
    const named = /^fields ([\w, ]+)$/.exec(pipe);
    if (counted === null && named === null) throw new Error(`no pipe: ${pipe} in ${text}`);
    if (counted !== null) by = listed(counted[1] ?? '');
    if (named !== null) fields = listed(named[1]!);
  }
  return { filters: filtersIn(filters!), by, fields };
}

const listed = (names: string): readonly string[] => names.split(',').flatMap((name) => name.trim() || []);

function filtersIn(text: string): readonly Filter[] {
  if (text === '*') return [];
  const filters: Filter[] = [];
  const one = /\s*(?:\{(\w+)="([^"]*)"\}|(!?)(\w+):(?:in\(((?:"[^"]*",?)+)\)|="([^"]*)"|(>=?)(\d+)|(\*)))/y;
  while (one.lastIndex < text.length) {
    const at = one.lastIndex;
    const found = one.exec(text);
    if (found === null) throw new Error(`no filter: ${text.slice(at)}`);
    const [, stream, value, not, field, within, exact, compared, number] = found;
    filters.push({
      field: stream ?? field!,
      stream: stream !== undefined,
      not: not === '!',
      operator:
        within !== undefined ? 'in' : ((compared as '>' | undefined) ?? ((value ?? exact) === undefined ? '*' : '=')),
      values:
        within === undefined
          ? [value ?? exact ?? number ?? []].flat()
          : [...within.matchAll(QUOTED)].map(([, word]) => word!),
    });
  }
  return filters;
}

/** Records that a question finds, with the fields that it leaves them. */
export function foundBy({ filters, fields }: LogQuery, records: readonly LogRecord[]): readonly LogRecord[] {
  const found = records.map(stored).filter((record) => filters.every((filter) => holds(filter, record)));
  if (fields === undefined) return found;
  return found.map((record) => Object.fromEntries(fields.map((field) => [field, record[field]])));
}

/** The store's own name for the text of a record, which the collector's header tells it. */
function stored({ message, ...record }: LogRecord): LogRecord {
  return { ...record, _msg: message };
}

function holds({ field, not, operator, values }: Filter, record: LogRecord): boolean {
  const value = String(record[field] ?? '');
  const [wanted = ''] = values;
  const is = {
    in: () => values.includes(value),
    '=': () => value === wanted,
    '>': () => value !== '' && Number(value) > Number(wanted),
    '>=': () => value !== '' && Number(value) >= Number(wanted),
    '*': () => value !== '',
  }[operator]();
  return is !== not;
}
