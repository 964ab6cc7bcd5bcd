/** Programs whose command lines a site adds options to, by the parameter it does that with. */
import type { Program, Value } from './flags.ts';

function each(value: Value, words: string): Record<string, Value> {
  return Object.fromEntries(words.split(' ').map((word) => [word, value]));
}

/** https://docs.victoriametrics.com/victoriametrics/#list-of-command-line-flags */
const STORE: Readonly<Record<string, Value>> = {
  ...each('months', 'retentionPeriod'),
  ...each(
    'duration',
    'dedup.minScrapeInterval promscrape.configCheckInterval promscrape.fileSDCheckInterval search.latencyOffset ' +
      'search.maxQueryDuration search.maxQueueDuration search.maxStalenessInterval search.minStalenessInterval ' +
      'search.logSlowQueryDuration selfScrapeInterval http.connTimeout http.idleConnTimeout',
  ),
  ...each(
    'number',
    'maxLabelsPerTimeseries search.maxConcurrentRequests search.maxPointsPerTimeseries search.maxSeries ' +
      'search.maxSamplesPerQuery search.maxUniqueTimeseries promscrape.cluster.membersCount maxConcurrentInserts',
  ),
  ...each('switch', 'envflag.enable promscrape.dropOriginalLabels search.disableCache enableTCP6 tls'),
  ...each(
    'text',
    'memory.allowedBytes memory.allowedPercent maxInsertRequestSize search.maxQueryLen loggerFormat loggerLevel ' +
      'loggerTimezone promscrape.maxScrapeSize relabelConfig tlsCertFile tlsKeyFile httpAuth.username httpAuth.password ' +
      'storage.minFreeDiskSpaceBytes vmalert.proxyURL graphiteListenAddr influxListenAddr opentsdbListenAddr',
  ),
};

/** https://docs.victoriametrics.com/victorialogs/#list-of-command-line-flags */
const LOGS: Readonly<Record<string, Value>> = {
  ...STORE,
  ...each('months', 'futureRetention'),
  ...each('text', 'retention.maxDiskSpaceUsageBytes insert.maxLineSizeBytes retention.maxDiskUsagePercent'),
  ...each('number', 'insert.maxFieldsPerLine'),
};

const RULES: Readonly<Record<string, Value>> = {
  ...each(
    'duration',
    'configCheckInterval remoteRead.lookback rule.resendDelay datasource.queryStep rule.maxResolveDuration',
  ),
  ...each(
    'text',
    'external.url external.label external.alert.source loggerFormat loggerLevel remoteWrite.maxQueueSize',
  ),
  ...each('number', 'remoteWrite.concurrency remoteWrite.maxBatchSize'),
};

const LOG = each('text', 'log.level log.format web.config.file');

/** https://github.com/prometheus/node_exporter */
const NODE: Readonly<Record<string, Value>> = {
  ...LOG,
  ...each(
    'switch',
    [
      'arp bcache bonding btrfs buddyinfo conntrack cpu cpufreq diskstats dmi drbd edac entropy ethtool fibrechannel filefd',
      'filesystem hwmon infiniband interrupts ipvs ksmd loadavg logind mdadm meminfo mountstats netclass netdev netstat',
      'network_route nfs nfsd ntp nvme os perf powersupplyclass pressure processes qdisc rapl runit schedstat selinux',
      'slabinfo sockstat softirqs softnet stat supervisord sysctl systemd tapestats tcpstat textfile thermal_zone time timex',
      'udp_queues uname vmstat wifi xfs zfs zoneinfo disable-defaults',
    ]
      .flatMap((line) => line.split(' '))
      .map((name) => `collector.${name}`)
      .join(' '),
  ),
  ...each(
    'text',
    'collector.textfile.directory collector.filesystem.mount-points-exclude collector.filesystem.fs-types-exclude ' +
      'collector.netdev.device-exclude collector.netdev.device-include collector.diskstats.device-exclude ' +
      'collector.systemd.unit-include collector.systemd.unit-exclude path.procfs path.sysfs path.rootfs',
  ),
};

/** https://github.com/prometheus/alertmanager */
const ROUTER: Readonly<Record<string, Value>> = {
  ...LOG,
  ...each(
    'duration',
    'data.retention data.maintenance-interval alerts.gc-interval web.timeout cluster.peer-timeout ' +
      'cluster.gossip-interval cluster.pushpull-interval cluster.tcp-timeout cluster.probe-timeout ' +
      'cluster.probe-interval cluster.settle-timeout cluster.reconnect-interval cluster.reconnect-timeout',
  ),
  ...each('number', 'web.get-concurrency'),
  ...each('text', 'cluster.peer cluster.tls-config cluster.label enable-feature'),
};

/** https://github.com/prometheus/blackbox_exporter */
const PROBER: Readonly<Record<string, Value>> = {
  ...LOG,
  ...each('number', 'history.limit'),
  ...each('text', 'timeout-offset web.external-url web.route-prefix'),
};

/** https://github.com/pgsty/pg_exporter */
const POSTGRES: Readonly<Record<string, Value>> = {
  ...LOG,
  ...each('switch', 'disable-cache disable-intro auto-discovery fail-fast dry-run explain'),
  ...each('text', 'label tag exclude-database include-database namespace'),
  ...each('number', 'connect-timeout'),
};

/** https://github.com/woblerr/pgbackrest_exporter */
const BACKUPS: Readonly<Record<string, Value>> = {
  ...LOG,
  ...each('number', 'collect.interval backrest.full.days backrest.diff.days backrest.incr.days'),
  ...each('switch', 'backrest.reference-count backrest.verbose-wal backrest.database-count'),
  ...each('text', 'backrest.config backrest.config-include-path backrest.stanza-include backrest.stanza-exclude'),
};

/** https://github.com/oliver006/redis_exporter */
const CACHES: Readonly<Record<string, Value>> = {
  ...each('duration', 'connection-timeout'),
  ...each('number', 'count-keys-batch check-keys-batch-size max-distinct-key-groups'),
  ...each(
    'switch',
    'debug include-system-metrics include-config-metrics is-cluster export-client-list ping-on-connect',
  ),
  ...each('switch', 'skip-tls-verification redis-only-metrics redact-config-metrics'),
  ...each(
    'text',
    'check-keys check-single-keys check-streams check-single-streams count-keys namespace log-format script',
  ),
};

const pgExporter = (port: string): Program => ({
  library: 'kingpin',
  flags: POSTGRES,
  ours: { 'web.listen-address': port, 'web.telemetry-path': 'exporter_metrics_path' },
});

/** The programs by the parameter with their options. */
export const METRICS_PROGRAMS: Readonly<Record<string, Program>> = {
  vmetrics_options: {
    library: 'flag',
    flags: STORE,
    ours: { storageDataPath: undefined, httpListenAddr: 'vmetrics_port', 'promscrape.config': undefined },
  },
  vlogs_options: {
    library: 'flag',
    flags: LOGS,
    ours: { storageDataPath: undefined, httpListenAddr: 'vlogs_port' },
  },
  vtraces_options: {
    library: 'flag',
    flags: LOGS,
    ours: { storageDataPath: undefined, httpListenAddr: 'vtraces_port' },
  },
  vmalert_options: {
    library: 'flag',
    flags: RULES,
    ours: { httpListenAddr: 'vmalert_port', evaluationInterval: 'vmetrics_scrape_interval' },
  },
  alertmanager_options: {
    library: 'kingpin',
    flags: ROUTER,
    ours: {
      'config.file': undefined,
      'storage.path': undefined,
      'web.listen-address': 'alertmanager_port',
      'web.external-url': undefined,
      'web.route-prefix': undefined,
      'cluster.listen-address': undefined,
      'cluster.advertise-address': undefined,
    },
  },
  blackbox_options: {
    library: 'kingpin',
    flags: PROBER,
    ours: { 'config.file': undefined, 'web.listen-address': 'blackbox_port' },
  },
  node_exporter_options: {
    library: 'kingpin',
    flags: NODE,
    ours: { 'web.listen-address': 'node_exporter_port', 'web.telemetry-path': 'exporter_metrics_path' },
  },
  pg_exporter_options: pgExporter('pg_exporter_port'),
  pgbouncer_exporter_options: pgExporter('pgbouncer_exporter_port'),
  pgbackrest_exporter_options: {
    library: 'kingpin',
    flags: BACKUPS,
    ours: { 'web.listen-address': 'pgbackrest_exporter_port' },
  },
  redis_exporter_options: {
    library: 'flag',
    flags: CACHES,
    ours: { 'web.listen-address': 'redis_exporter_port' },
  },
};
