import type { Params, PgExporterTargetSpec } from '../../compiler/model/params.gen.ts';
import type { Host, Site } from '../../compiler/model/site.ts';
import type { FileStep, Step } from '../api.ts';
import { systemdValue } from '../toolkit/quote/index.ts';
import type { UnitSection } from '../toolkit/unit-file.ts';
import { packageText } from '../toolkit/package-text.ts';
import { yamlDocument } from '../toolkit/yaml.ts';
import { STAGE } from './exporter.ts';

/** Where pg_exporter reads collectors from: the package's file, then ours, then what an operator adds. A later one replaces. */
export const COLLECTORS = '/etc/pg_exporter.d';
/** The package's, and where those of servers elsewhere are when the operator has some for them. */
export const PACKAGE_FILE = '/etc/pg_exporter.yml';
const REMOTE_COLLECTORS = '/etc/pg_exporter';

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
function ttlsOf({ pgExporterCacheTtls }: Pick<Params, 'pgExporterCacheTtls'>): readonly string[] | undefined {
  const ttls = pgExporterCacheTtls.split(',').map((ttl) => ttl.trim());
  return ttls.join() === USUAL_TTLS.join() ? undefined : ttls;
}

/** Where an exporter reads collectors from, and what its unit does for that. */
interface Collectors {
  readonly path: string;
  readonly service: UnitSection;
}

/** Of an exporter of an instance. */
export function collectorsOf({ params }: Host, unit: string, usual: string): Collectors {
  const ttls = ttlsOf(params);
  return ttls === undefined ? { path: usual, service: [] } : made(unit, ttls);
}

/** Of an exporter of a server elsewhere: one file, the package's or the operator's. */
export function remoteCollectors(site: Site, remote: PgExporterTargetSpec, unit: string): Collectors {
  const file = site.assets?.has(remote.pgExporterConfig) === true ? remoteFile(unit) : PACKAGE_FILE;
  const ttls = ttlsOf(remote);
  return ttls === undefined ? { path: file, service: [] } : made(unit, [...ttls, file]);
}

/** Collectors that the unit makes at each start. */
function made(unit: string, words: readonly string[]): Collectors {
  return {
    path: `/run/${unit}`,
    service: [
      ['RuntimeDirectory', unit],
      ['ExecStartPre', [MAKER, ...words].map(systemdValue).join(' ')],
    ],
  };
}

function remoteFile(unit: string): string {
  return `${REMOTE_COLLECTORS}/${unit}.yml`;
}

/** Files of the operator for exporters of servers elsewhere, by unit, and the program that changes cache times. */
export function remoteCollectorSteps(
  site: Site,
  { params, pg }: Host,
  remotes: readonly (readonly [unit: string, remote: PgExporterTargetSpec])[],
): readonly Step[] {
  const own = remotes.flatMap(([unit, { pgExporterConfig }]) => {
    const text = site.assets?.get(pgExporterConfig);
    return text === undefined ? [] : [written(remoteFile(unit), 0o644, [unit], () => text)];
  });
  const changed = remotes.filter(([, remote]) => ttlsOf(remote) !== undefined).map(([unit]) => unit);
  const isThere = pg !== undefined && params.pgExporterEnabled && ttlsOf(params) !== undefined;
  return [
    ...(own.length === 0
      ? []
      : [{ kind: 'dir', stage: STAGE, path: REMOTE_COLLECTORS, owner: 'root', group: 'root', mode: 0o755 } as const]),
    ...own,
    ...(changed.length === 0 || isThere ? [] : [maker(changed)]),
  ];
}

function written(path: string, mode: number, units: readonly string[], render: () => string): FileStep {
  return {
    ...{ kind: 'file', stage: STAGE, path, owner: 'root', group: 'root', mode },
    effects: units.map((unit) => ({ kind: 'restart', unit })),
    ...{ source: 'monitor/collectors', render },
  };
}

function maker(units: readonly string[]): FileStep {
  return written(MAKER, 0o755, units, () => packageText('emitters/monitor/scripts/pg-exporter-collectors'));
}

/** Links and files of the directory. */
export function collectorSteps(site: Site, { params }: Host, unit: string): readonly Step[] {
  const own = site.assets?.get(params.pgExporterConfig);
  const ttls = ttlsOf(params);
  const first = `${COLLECTORS}/00-package.yml`;
  return [
    { kind: 'dir', stage: STAGE, path: COLLECTORS, owner: 'root', group: 'root', mode: 0o755 },
    own === undefined
      ? { kind: 'link', stage: STAGE, path: first, target: PACKAGE_FILE }
      : written(first, 0o644, [unit], () => own),
    written(`${COLLECTORS}/50-monitor.yml`, 0o644, [unit], () => collectorText(ttls)),
    ...(ttls === undefined ? [] : [maker([unit])]),
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
