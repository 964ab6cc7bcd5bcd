import type { Host, Site } from '../../compiler/model/site.ts';
import type { Effect, Step } from '../api.ts';
import { yamlDocument } from '../toolkit/yaml.ts';

/**
 * A log of a module as the collector reads it. Programs of the remap language call only functions that cannot fail, or give
 * them a value to fall back to: a line that does not parse is passed on as it is.
 */
interface LogSource {
  readonly name: string;
  readonly include: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** First lines of a record, when records span lines. */
  readonly recordStart?: string;
  readonly program: readonly string[];
}

/** Files below /etc/vector for the logs of the modules on a host; the collector's own configuration is the node module's. */
export function logSourceSteps(site: Site, host: Host): readonly Step[] {
  if (!host.params.vectorEnabled || site.platform.missing.includes('vector')) return [];
  const effects: readonly Effect[] = [{ kind: 'reload', unit: site.platform.unit('vector', host.facts) }];
  return sources(host).map((source) => ({
    kind: 'file',
    stage: 'monitor',
    path: `/etc/vector/${source.name}.yaml`,
    owner: 'root',
    group: 'root',
    mode: 0o600,
    effects,
    source: 'monitor/log-sources',
    params: ['vector_read_from'],
    render: () => sourceText(source, host.params.vectorReadFrom),
  }));
}

function sources(host: Host): readonly LogSource[] {
  return [...postgresSources(host), ...redisSources(host), ...nginxSources(host)];
}

function postgresSources({ pg, params, name }: Host): readonly LogSource[] {
  if (pg === undefined) return [];
  const labels = (job: string): Readonly<Record<string, string>> => ({
    job,
    ip: name,
    ins: pg.name,
    cls: pg.cluster.name,
  });
  const zoned = '^\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}';
  return [
    {
      name: 'postgres',
      include: [`${params.pgLogDir}/*.csv`],
      labels: labels('postgres'),
      recordStart: `${zoned}\\.\\d{3} [A-Z]+,`,
      program: [
        'row = parse_csv(to_string(.message) ?? "") ?? []',
        'if length(row) > 22 {',
        ...[
          'time',
          'user',
          'db',
          'pid',
          'addr',
          'sid',
          'sln',
          'cmd',
          'stime',
          'vxid',
          'txid',
          'lv',
          'code',
          'msg',
          'detail',
          'hint',
        ].map((field, i) => `  .${field} = row[${i}]`),
        '  .app = row[22]',
        ...timestamp('to_string(.time) ?? ""', '%Y-%m-%d %H:%M:%S%.f %Z').map((line) => `  ${line}`),
        '  lv = to_string(.lv) ?? ""',
        '  .level = if lv == "PANIC" { "emerg" } else if lv == "FATAL" { "crit" } else if lv == "ERROR" { "err" } else if lv == "WARNING" { "warning" } else { "info" }',
        '  .message = .msg',
        '  del(.time); del(.msg)',
        '}',
      ],
    },
    ...(params.patroniEnabled
      ? [
          {
            name: 'patroni',
            include: [`${params.patroniLogDir}/patroni.log`],
            labels: labels('patroni'),
            recordStart: `${zoned} [+-]\\d{4} `,
            program: levelled(`${zoned} [+-]\\d{4}`, ' (?P<level>\\w+): ', '%Y-%m-%d %H:%M:%S %z'),
          },
        ]
      : []),
    ...(params.pgbackrestEnabled
      ? [
          {
            name: 'pgbackrest',
            include: [`${params.pgbackrestLogDir}/*.log`],
            labels: labels('pgbackrest'),
            program: levelled(`${zoned}\\.\\d{3}`, ' P\\d+\\s+(?P<level>\\w+): ', '%Y-%m-%d %H:%M:%S%.f'),
          },
        ]
      : []),
  ];
}

function redisSources({ redis, name }: Host): readonly LogSource[] {
  if (redis === undefined) return [];
  return [
    {
      name: 'redis',
      include: ['/var/log/redis/*.log'],
      labels: { job: 'redis', ip: name, cls: redis.cluster.name },
      program: [
        '.ins = replace(replace(to_string(.file) ?? "", "/var/log/redis/", ""), ".log", "")',
        'm = parse_regex(to_string(.message) ?? "", r\'^(?P<pid>\\d+):(?P<role>[XCMS]) (?P<time>\\d{2} \\w{3} \\d{4} \\d{2}:\\d{2}:\\d{2}\\.\\d{3}) (?P<mark>[*#.-]) (?P<text>.*)$\') ?? {}',
        'if exists(m.time) {',
        ...timestamp('to_string(m.time) ?? ""', '%d %b %Y %H:%M:%S%.f').map((line) => `  ${line}`),
        '  .level = if m.mark == "#" { "warning" } else if m.mark == "*" { "notice" } else if m.mark == "." { "debug" } else { "info" }',
        '}',
      ],
    },
  ];
}

function nginxSources({ infra, params, name }: Host): readonly LogSource[] {
  if (infra === undefined || !params.nginxEnabled) return [];
  const labels = { job: 'nginx', ip: name, ins: `nginx-${infra.seq}`, cls: 'nginx' };
  return [
    {
      name: 'nginx',
      include: ['/var/log/nginx/*.log', '/var/log/nginx-error.log'],
      labels,
      program: [
        'm = parse_nginx_log(to_string(.message) ?? "", "combined") ?? parse_nginx_log(to_string(.message) ?? "", "error") ?? {}',
        '. = merge(., m)',
        '.level = if exists(.severity) { .severity } else { "info" }',
      ],
    },
  ];
}

/** `TIME LEVEL: text` */
function levelled(time: string, level: string, format: string): readonly string[] {
  return [
    `m = parse_regex(to_string(.message) ?? "", r'(?s)^(?P<time>${time.replace(/^\^/, '')})${level}(?P<text>.*)$') ?? {}`,
    'if exists(m.time) {',
    ...timestamp('to_string(m.time) ?? ""', format).map((line) => `  ${line}`),
    '  .level = downcase(to_string(m.level) ?? "info")',
    '  .message = m.text',
    '}',
  ];
}

/** The record's own time in the field the log store indexes by. */
function timestamp(value: string, format: string): readonly string[] {
  return [
    `moment = parse_timestamp(${value}, "${format}") ?? now()`,
    '._time = format_timestamp(moment, "%Y-%m-%dT%H:%M:%S%.fZ") ?? ""',
  ];
}

function sourceText(source: LogSource, readFrom: string): string {
  const raw = `${source.name}_raw`;
  const labels = Object.entries(source.labels).map(([label, value]) => `.${label} = ${JSON.stringify(value)}`);
  const program = [
    ...labels,
    '._time = format_timestamp(now(), "%Y-%m-%dT%H:%M:%S%.fZ") ?? ""',
    ...source.program,
    'del(.source_type); del(.host); del(.file); del(.timestamp)',
  ];
  return yamlDocument({
    sources: {
      [raw]: {
        type: 'file',
        read_from: readFrom,
        include: source.include,
        ignore_not_found: true,
        fingerprint: { strategy: 'device_and_inode' },
        multiline:
          source.recordStart === undefined
            ? undefined
            : {
                start_pattern: source.recordStart,
                mode: 'halt_before',
                condition_pattern: source.recordStart,
                timeout_ms: 1000,
              },
      },
    },
    transforms: { [`${source.name}_logs`]: { type: 'remap', inputs: [raw], source: `${program.join('\n')}\n` } },
  });
}
