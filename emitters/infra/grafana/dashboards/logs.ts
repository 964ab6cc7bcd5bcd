import { graph, NONE, ofLogs, records, stat, type Dashboard } from '../../../toolkit/monitoring/panel.ts';

/** Levels of records that somebody must look at. */
const BAD = 'level:in("emerg","alert","crit","err")';
const of = (job: string): string => `{job="${job}"}`;
const counted = (filter: string, by = ''): string =>
  `${filter} | stats ${by === '' ? '' : `by (${by}) `}count() records`;
/** A record is slow from a second on; the server logs what its log_min_duration_statement says. */
const SLOW = `${of('postgres')} duration:>1000`;
const OF_INS = '{ins="$ins"}';
const TO_STORE = 'component_kind="sink", component_id!="vmetrics"';

export const logBoard: Dashboard = {
  uid: 'infra-logs',
  title: 'Logs',
  module: 'infra',
  variables: [],
  drill: { uid: 'infra-log', title: 'Open its log', label: 'ins' },
  needs: 'logs',
  rows: [
    {
      title: 'On the way',
      panels: [
        stat('Collectors down', 'short', 'count(vector_up < 1) or vector(0)', 'Hosts whose logs arrive later.', NONE),
        stat(
          'Sent',
          'ops',
          `sum(rate(vector_component_sent_events_total{${TO_STORE}}[1m]))`,
          'Records a second, of all hosts.',
        ),
        stat(
          'Lost',
          'short',
          `sum(increase(vector_component_discarded_events_total{intentional="false"}[1h])) or vector(0)`,
          'Records in an hour that a collector gave up.',
          NONE,
        ),
        stat('Kept', 'bytes', 'sum(vl_data_size_bytes)', 'On the disks of the log stores.'),
        stat('Space left', 'bytes', 'min(vl_free_disk_space_bytes)', 'On the fullest disk of a log store.', [
          [null, 'red'],
          [1_073_741_824, 'yellow'],
          [10_737_418_240, 'green'],
        ]),
      ],
    },
    {
      title: 'All logs',
      panels: [
        ofLogs(graph('Records', 'short', counted('*', 'job'), '{{job}}', 'Of every kind of program.')),
        ofLogs(graph('Errors', 'short', counted(BAD, 'job'), '{{job}}', 'Records at level err and above.')),
        ofLogs(graph('Errors by source', 'short', counted(BAD, 'ins'), '{{ins}}', 'By instance or host.')),
      ],
    },
    {
      title: 'PostgreSQL',
      panels: [
        ofLogs(
          graph('Errors', 'short', counted(`${of('postgres')} ${BAD}`, 'ins'), '{{ins}}', 'Statements that failed.'),
        ),
        ofLogs(
          graph(
            'By SQLSTATE',
            'short',
            counted(`${of('postgres')} ${BAD}`, 'code'),
            '{{code}}',
            '23505 is a duplicate key, 40P01 a deadlock, 57014 a cancelled statement, 53300 too many connections.',
          ),
        ),
        ofLogs(graph('Slow statements', 'short', counted(SLOW, 'ins'), '{{ins}}', 'That took more than a second.')),
        ofLogs(
          graph(
            'Log-ins refused',
            'short',
            counted(`${of('postgres')} code:in("28P01","28000")`, 'ins'),
            '{{ins}}',
            'Wrong password, or no rule in pg_hba.conf.',
          ),
        ),
      ],
    },
    {
      title: 'Around it',
      panels: [
        ofLogs(
          graph(
            'Patroni and pgBackRest',
            'short',
            counted('job:in("patroni","pgbackrest") level:in("crit","err","warning")', 'ins'),
            '{{ins}}',
            'Warnings and errors of failover and of backups.',
          ),
        ),
        ofLogs(
          graph(
            'Answers of the portal',
            'short',
            counted(`${of('nginx')} status:>=400`, 'status'),
            '{{status}}',
            'Requests that were refused or failed.',
          ),
        ),
        ofLogs(
          graph(
            'Units of hosts',
            'short',
            counted(`${of('syslog')} ${BAD}`, 'unit'),
            '{{unit}}',
            'Errors in the journal.',
          ),
        ),
      ],
    },
    {
      title: 'Latest',
      panels: [
        records(
          'Failing statements',
          `${of('postgres')} ${BAD} | fields _time, _msg, level, ins, db, user, app, code, q, ctx`,
          'With who sent them and from where in a function.',
        ),
        records('Errors of the rest', `${BAD} !job:="postgres"`, 'Of hosts and all other programs.'),
      ],
    },
  ],
};

export const oneLogBoard: Dashboard = {
  uid: 'infra-log',
  title: 'Log of an instance or host',
  module: 'infra',
  variables: [{ name: 'ins', label: 'Instance or host', query: 'label_values(up, ins)' }],
  needs: 'logs',
  rows: [
    {
      title: '$ins',
      panels: [
        ofLogs(stat('Records', 'short', counted(OF_INS), 'In the time that is shown.')),
        ofLogs(stat('Errors', 'short', counted(`${OF_INS} ${BAD}`), 'Records at level err and above.', NONE)),
        ofLogs(
          stat('Warnings', 'short', counted(`${OF_INS} level:="warning"`), 'Records at that level.', [[1, 'yellow']]),
        ),
        ofLogs(stat('Slow statements', 'short', counted(`${OF_INS} duration:>1000`), 'Of PostgreSQL, over a second.')),
      ],
    },
    {
      title: 'What it says',
      panels: [
        ofLogs(graph('By level', 'short', counted(OF_INS, 'level'), '{{level}}', 'Words of syslog.')),
        ofLogs(
          graph(
            'By program',
            'short',
            counted(OF_INS, 'job'),
            '{{job}}',
            'PostgreSQL, Patroni, pgBackRest, the journal.',
          ),
        ),
        ofLogs(graph('By SQLSTATE', 'short', counted(`${OF_INS} ${BAD} code:*`, 'code'), '{{code}}', 'Of PostgreSQL.')),
        ofLogs(
          graph('By database', 'short', counted(`${OF_INS} ${BAD} db:*`, 'db'), '{{db}}', 'Errors of PostgreSQL.'),
        ),
      ],
    },
    {
      title: 'Records',
      panels: [
        records('Errors', `${OF_INS} ${BAD}`, 'At level err and above, with all their fields.'),
        records('All', OF_INS, 'Everything, newest first.'),
      ],
    },
  ],
};
