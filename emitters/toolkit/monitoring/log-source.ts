import { yamlDocument } from '../yaml.ts';
import { time } from './remap.ts';

/** A log of a module as the collector reads it. */
export interface LogSource {
  readonly name: string;
  readonly include: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** First lines of a record, when records span lines. */
  readonly recordStart?: string;
  /** Statements of the remap language; `text` is the record, `file` its path. */
  readonly program: readonly string[];
}

/** A file below /etc/vector: the source, and the transform that gives its records their fields. */
export function sourceText(source: LogSource, readFrom: string): string {
  const raw = `${source.name}_raw`;
  return yamlDocument({
    sources: {
      [raw]: {
        type: 'file',
        read_from: readFrom,
        include: source.include,
        ignore_not_found: true,
        fingerprint: { strategy: 'device_and_inode' },
        multiline: source.recordStart === undefined ? undefined : multiline(source.recordStart),
      },
    },
    transforms: {
      [`${source.name}_logs`]: {
        type: 'remap',
        inputs: [raw],
        drop_on_abort: true,
        source: `${program(source).join('\n')}\n`,
      },
    },
  });
}

/** A record that is not understood has its text, the time it was read, and the level `info`. */
function program(source: LogSource): readonly string[] {
  return [
    'text = to_string(.message) ?? ""',
    ...(source.program.some((line) => /\bfile\b/.test(line)) ? ['file = to_string(.file) ?? ""'] : []),
    ...Object.entries(source.labels).map(([label, value]) => `.${label} = ${JSON.stringify(value)}`),
    ...time(),
    '.level = "info"',
    ...source.program,
    'del(.source_type); del(.host); del(.file); del(.timestamp)',
  ];
}

function multiline(start: string): object {
  return { start_pattern: start, mode: 'halt_before', condition_pattern: start, timeout_ms: 1000 };
}
