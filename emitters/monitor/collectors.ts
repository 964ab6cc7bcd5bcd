import type { Step } from '../api.ts';
import { yamlDocument } from '../toolkit/yaml.ts';

/** Where pg_exporter reads collectors from: the package's file, then ours, then what an operator adds. A later one replaces. */
export const COLLECTORS = '/etc/pg_exporter.d';

type Usage = 'LABEL' | 'GAUGE' | 'COUNTER';

interface Collector {
  readonly name: string;
  readonly desc: string;
  readonly query: string;
  /** How long a result is used again, and how long the query may take, in seconds. */
  readonly ttl: number;
  readonly timeout?: number;
  readonly tags?: readonly string[];
  readonly metrics: Readonly<Record<string, readonly [Usage, string]>>;
}

const bloat = (kind: 'table' | 'index', plural: string): Collector => ({
  name: `pg_${kind}_bloat`,
  desc: `Estimated unused space of the 64 largest ${plural} of a database`,
  query: `SELECT datname, nspname || '.' || relname AS relname, size, ratio FROM monitor.pg_${kind}_bloat ORDER BY size DESC LIMIT 64`,
  ttl: 300,
  timeout: 2,
  metrics: {
    datname: ['LABEL', 'Name of the database'],
    relname: ['LABEL', `Name of the ${kind}, with its schema`],
    size: ['GAUGE', 'Bytes on disk'],
    ratio: ['GAUGE', 'Share that is unused, 0 to 1'],
  },
});

/** The package leaves these off, because they read views that it does not make; every managed cluster has them. */
export const OWN_COLLECTORS: readonly Collector[] = [
  bloat('table', 'tables'),
  bloat('index', 'indexes'),
  {
    name: 'pg_heartbeat',
    desc: 'The last beat of the cluster, as this member has it',
    query: 'SELECT id AS cluster_name, extract(epoch FROM ts) AS ts, lsn, txid FROM monitor.heartbeat',
    ttl: 10,
    tags: ['dbname:postgres'],
    metrics: {
      cluster_name: ['LABEL', 'Setting cluster_name'],
      ts: ['GAUGE', 'When, in seconds since 1970'],
      lsn: ['COUNTER', 'Position in the WAL'],
      txid: ['GAUGE', 'Transaction id'],
    },
  },
];

/** Links and files of the directory. */
export function collectorSteps(stage: 'monitor', unit: string): readonly Step[] {
  return [
    { kind: 'dir', stage, path: COLLECTORS, owner: 'root', group: 'root', mode: 0o755 },
    { kind: 'link', stage, path: `${COLLECTORS}/00-package.yml`, target: '/etc/pg_exporter.yml' },
    {
      kind: 'file',
      stage,
      path: `${COLLECTORS}/50-monitor.yml`,
      owner: 'root',
      group: 'root',
      mode: 0o644,
      effects: [{ kind: 'restart', unit }],
      source: 'monitor/collectors',
      render: collectorText,
    },
  ];
}

function collectorText(): string {
  const document = OWN_COLLECTORS.map(({ metrics, ...collector }) => [
    collector.name,
    {
      ...collector,
      metrics: Object.entries(metrics).map(([column, [usage, description]]) => ({ [column]: { usage, description } })),
    },
  ]);
  return yamlDocument(Object.fromEntries(document));
}
