import type { Host, Site } from '../../compiler/model/site.ts';
import type { FileStep, Step } from '../api.ts';
import type { UnitSection } from '../toolkit/unit-file.ts';
import { packageText } from '../toolkit/package-text.ts';
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

/** Makes the collectors that a unit reads, with cache times of the inventory. */
const MAKER = '/usr/libexec/pigstyc/pg-exporter-collectors';
/** Cache times of the package's collectors: of what is cheap, usual, slow, and slowest. */
const USUAL_TTLS = ['1', '10', '60', '300'];

/** Cache times where they are not the package's. */
function ttlsOf({ params }: Host): readonly string[] | undefined {
  const ttls = params.pgExporterCacheTtls.split(',').map((ttl) => ttl.trim());
  return ttls.join() === USUAL_TTLS.join() ? undefined : ttls;
}

/** Where an exporter of an instance reads collectors from, and what its unit does for that. */
export function collectorsOf(
  host: Host,
  unit: string,
  usual: string,
): { readonly path: string; readonly service: UnitSection } {
  const ttls = ttlsOf(host);
  if (ttls === undefined) return { path: usual, service: [] };
  return {
    path: `/run/${unit}`,
    service: [
      ['RuntimeDirectory', unit],
      ['ExecStartPre', `${MAKER} ${ttls.join(' ')}`],
    ],
  };
}

/** Links and files of the directory. */
export function collectorSteps(site: Site, host: Host, stage: 'monitor', unit: string): readonly Step[] {
  const own = site.assets?.get(host.params.pgExporterConfig);
  const written = (
    path: string,
    params: readonly string[] | undefined,
    mode: number,
    render: () => string,
  ): FileStep => ({
    ...{ kind: 'file', stage, path, owner: 'root', group: 'root', mode, effects: [{ kind: 'restart', unit }] },
    ...{ source: 'monitor/collectors', params, render },
  });
  const first = `${COLLECTORS}/00-package.yml`;
  return [
    { kind: 'dir', stage, path: COLLECTORS, owner: 'root', group: 'root', mode: 0o755 },
    own === undefined
      ? { kind: 'link', stage, path: first, target: '/etc/pg_exporter.yml' }
      : written(first, ['pg_exporter_config'], 0o644, () => own),
    written(`${COLLECTORS}/50-monitor.yml`, undefined, 0o644, () => collectorText(ttlsOf(host))),
    ...(ttlsOf(host) === undefined
      ? []
      : [written(MAKER, undefined, 0o755, () => packageText('emitters/monitor/scripts/pg-exporter-collectors'))]),
  ];
}

function collectorText(ttls = USUAL_TTLS as readonly string[]): string {
  const document = OWN_COLLECTORS.map(({ metrics, ...collector }) => [
    collector.name,
    {
      ...collector,
      ttl: Number(ttls[USUAL_TTLS.indexOf(String(collector.ttl))]),
      metrics: Object.entries(metrics).map(([column, [usage, description]]) => ({ [column]: { usage, description } })),
    },
  ]);
  return yamlDocument(Object.fromEntries(document));
}
