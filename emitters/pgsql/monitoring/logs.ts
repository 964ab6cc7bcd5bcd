import type { Host } from '../../../compiler/model/site.ts';
import { group, level, reading, time, whenMatched } from '../../toolkit/monitoring/remap.ts';
import type { LogSource } from '../../toolkit/monitoring/log-source.ts';

const SECOND = '\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}';
const MILLISECOND = `${SECOND}\\.\\d{3}`;

/**
 * Fields of the columns of PostgreSQL's CSV log, in their order. The first, the time, becomes the time of the record.
 * Servers older than 13 write no backend type, older than 14 no leader and no query id.
 */
export const CSV_FIELDS: readonly (readonly [column: string, field: string])[] = [
  ['log_time', 'time'],
  ['user_name', 'user'],
  ['database_name', 'db'],
  ['process_id', 'pid'],
  ['connection_from', 'addr'],
  ['session_id', 'sid'],
  ['session_line_num', 'sln'],
  ['command_tag', 'cmd'],
  ['session_start_time', 'stime'],
  ['virtual_transaction_id', 'vxid'],
  ['transaction_id', 'txid'],
  ['error_severity', 'lv'],
  ['sql_state_code', 'code'],
  ['message', 'msg'],
  ['detail', 'detail'],
  ['hint', 'hint'],
  ['internal_query', 'iq'],
  ['internal_query_pos', 'iqp'],
  ['context', 'ctx'],
  ['query', 'q'],
  ['query_pos', 'qp'],
  ['location', 'loc'],
  ['application_name', 'app'],
  ['backend_type', 'btype'],
  ['leader_pid', 'lpid'],
  ['query_id', 'query'],
];

/** What is read as the text of a record, in this order; fields without a value are left out. */
const TEXT = ['msg', 'detail', 'hint', 'iq', 'iqp', 'ctx', 'q', 'qp', 'loc'];

/** Longer texts are cut: the fields hold them in full. */
const LONGEST_TEXT = 8192;

/** Columns of the oldest server whose records are understood. */
const FEWEST_COLUMNS = 23;

/** Logs of an instance: the server's, Patroni's and pgBackRest's. */
export function postgresSources({ pg, params, name }: Host): readonly LogSource[] {
  if (pg === undefined) return [];
  const labels = (job: string): Readonly<Record<string, string>> => ({
    job,
    ip: name,
    ins: pg.name,
    cls: pg.cluster.name,
  });
  return [
    {
      name: 'postgres',
      include: [`${params.pgLogDir}/*.csv`],
      labels: labels('postgres'),
      recordStart: `^${MILLISECOND} \\S+,("|,)`,
      program: serverProgram(),
    },
    ...(params.patroniEnabled ? [patroniSource(params.patroniLogDir, labels('patroni'))] : []),
    ...(params.pgbackrestEnabled ? [backupSource(params.pgbackrestLogDir, labels('pgbackrest'))] : []),
  ];
}

function serverProgram(): readonly string[] {
  const format = '%Y-%m-%d %H:%M:%S%.f';
  const fields = CSV_FIELDS.map(
    ([, field], i) => `  .${field} = ${i < FEWEST_COLUMNS ? `row[${i}]` : `row[${i}] || ""`}`,
  );
  return [
    'row = parse_csv(text) ?? []',
    `if length(row) >= ${FEWEST_COLUMNS} {`,
    ...fields,
    '  at = to_string(.time)',
    // An abbreviation such as CET names no zone by itself: the server's is then taken to be the host's.
    ...time(
      reading('at', `${format} UTC`, 'UTC'),
      reading('at', `${format} %#z`),
      reading('replace(at, r\' [A-Z]+$\', "")', format),
    ).map((line) => `  ${line}`),
    ...level('to_string(.lv)').map((line) => `  ${line}`),
    "  took = parse_regex(to_string(.msg), r'^duration: (?P<ms>[0-9.]+) ms') ?? {}",
    '  if exists(took.ms) { .duration = to_float(took.ms) ?? null }',
    `  parts = filter([${TEXT.map((field) => `.${field}`).join(', ')}]) -> |_, part| { part != "" }`,
    `  .message = truncate(join(parts, ",") ?? text, ${LONGEST_TEXT})`,
    '  del(.time)',
    '}',
  ];
}

function patroniSource(dir: string, labels: Readonly<Record<string, string>>): LogSource {
  const start = `${SECOND} [+-]\\d{4}`;
  return {
    name: 'patroni',
    include: [`${dir}/patroni.log`],
    labels: { ...labels, topic: 'main' },
    recordStart: `^${start} `,
    program: whenMatched(`(?P<time>${start}) (?P<level>\\w+): (?P<text>.*)`, [
      ...time(reading(group('time'), '%Y-%m-%d %H:%M:%S %z')),
      ...level(group('level')),
      '.message = m.text',
    ]),
  };
}

/** The topic is the name of the file: stanza and command. */
function backupSource(dir: string, labels: Readonly<Record<string, string>>): LogSource {
  return {
    name: 'pgbackrest',
    include: [`${dir}/*.log`],
    labels,
    recordStart: `^(${MILLISECOND} P\\d+ |-+PROCESS START-+)`,
    program: [
      "if match(text, r'^-+PROCESS START-+\\s*$') { abort }",
      `.topic = replace(replace(file, ${JSON.stringify(`${dir}/`)}, ""), ".log", "")`,
      ...whenMatched(`(?P<time>${MILLISECOND}) P\\d+\\s+(?P<level>\\w+):\\s*(?P<text>.*)`, [
        ...time(reading(group('time'), '%Y-%m-%d %H:%M:%S%.f')),
        ...level(group('level')),
        '.message = m.text',
      ]),
    ],
  };
}
