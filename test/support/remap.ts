/** Runs what we write for vector: records are cut from a log as its file source does, the transform by the language itself. */
import { check, execute, formatDiagnostic } from '@bpinternal/verel';
import { parse } from 'yaml';

export type LogRecord = Readonly<Record<string, unknown>>;

interface Collector {
  readonly sources: Readonly<Record<string, { readonly multiline?: { readonly start_pattern: string } }>>;
  readonly transforms: Readonly<Record<string, { readonly source: string; readonly drop_on_abort?: boolean }>>;
}

/** Complaints of the language's compiler about the transforms of a file below /etc/vector. */
export function complaints(config: string): readonly string[] {
  const { transforms } = parse(config) as Collector;
  return Object.values(transforms).flatMap(({ source }) => {
    const { errors, warnings } = check(source);
    return [...errors, ...warnings].map(formatDiagnostic);
  });
}

/** Records of a log as the collector sends them; what the transform drops is left out. */
export function collected(config: string, log: string, file: string): readonly LogRecord[] {
  const { sources } = parse(config) as Collector;
  const [source] = Object.values(sources);
  const lines = log.replace(/\n$/, '').split('\n');
  return recordsOf(lines, source?.multiline?.start_pattern).flatMap((message) =>
    transformed(config, { message, file, host: 'n1', source_type: 'file' }),
  );
}

/** One event, with the time vector read it. JavaScript has no type for that: a line before the program makes it one. */
export function transformed(config: string, event: LogRecord, read = '2020-02-02T02:02:02Z'): readonly LogRecord[] {
  const [transform] = Object.values((parse(config) as Collector).transforms);
  const program = `.timestamp = parse_timestamp!(.timestamp, "%+")\n${transform!.source}`;
  try {
    return [execute(program, { ...event, timestamp: read }).event as LogRecord];
  } catch (error) {
    if (/abort/i.test(String(error)) && transform!.drop_on_abort === true) return [];
    throw error;
  }
}

/** `halt_before`: a record lasts until the next line that starts one. */
function recordsOf(lines: readonly string[], start: string | undefined): readonly string[] {
  if (start === undefined) return lines;
  const records: string[] = [];
  for (const line of lines) {
    if (new RegExp(start).test(line) || records.length === 0) records.push(line);
    else records.push(`${records.pop()!}\n${line}`);
  }
  return records;
}
