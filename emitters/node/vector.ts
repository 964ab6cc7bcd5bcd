import type { Host, Site } from '../../compiler/model/site.ts';
import type { Step } from '../api.ts';
import { environmentFile, yamlDocument } from '../toolkit/index.ts';
import { renderTemplate } from '../toolkit/template.ts';
import { httpProbe, reload, restart, textFile, withAdminIp } from '../toolkit/steps.ts';

/**
 * The log collector: where logs go, and the host's own journal as a source. Other modules add files to /etc/vector.
 * vector expands the pattern itself; reading the whole directory would take in the package's examples.
 */
export function vectorSteps(site: Site, host: Host): readonly Step[] {
  const { params, facts } = host;
  if (!params.vectorEnabled || site.platform.missing.includes('vector')) return [];
  const unit = site.platform.unit('vector', facts);
  return [
    { kind: 'package', stage: 'monitor', names: site.platform.packages('vector', facts, params.pgVersion) },
    { kind: 'dir', stage: 'monitor', path: '/etc/vector', owner: 'root', group: 'root', mode: 0o700 },
    { kind: 'dir', stage: 'monitor', path: params.vectorData, owner: 'root', group: 'root', mode: 0o700 },
    textFile(
      'monitor',
      '/etc/systemd/system/vector.service',
      'node/vector-unit',
      () => renderTemplate('emitters/node/templates/vector.service.njk', {}),
      { effects: [restart(unit)] },
    ),
    textFile(
      'monitor',
      '/etc/default/vector',
      'node/vector-environment',
      () => environmentFile({ VECTOR_OPTS: '--config /etc/vector/*.yaml' }),
      { effects: [restart(unit)] },
    ),
    textFile('monitor', '/etc/vector/vector.yaml', 'node/vector', () => renderMain(site, host), {
      effects: [reload(unit)],
    }),
    textFile('monitor', '/etc/vector/node.yaml', 'node/vector-journal', () => renderJournal(host), {
      mode: 0o600,
      effects: [reload(unit)],
    }),
    { kind: 'unit', stage: 'monitor', unit, enabled: true, state: 'started' },
    httpProbe('monitor', 'vector', params.vectorPort, 15),
  ];
}

/** Every transform named `…_logs` goes to each receiver, every source named `…_metrics` to the metrics port. */
function renderMain(site: Site, host: Host): string {
  const { params } = host;
  const receivers = logReceivers(site, host);
  return yamlDocument({
    data_dir: params.vectorData,
    api: { enabled: true },
    sources: { internal_metrics: { type: 'internal_metrics', scrape_interval_secs: 15 } },
    sinks: {
      vmetrics: {
        type: 'prometheus_exporter',
        inputs: ['*_metrics'],
        address: `0.0.0.0:${params.vectorPort}`,
        default_namespace: 'vector',
      },
      ...Object.fromEntries(
        receivers.map((uri, i) => [receivers.length > 1 ? `vlogs${i + 1}` : 'vlogs', logSink(uri)]),
      ),
    },
  });
}

/** VictoriaLogs reads JSON lines; the headers name the fields that make a stream, hold the text and the time. */
function logSink(uri: string): Readonly<Record<string, unknown>> {
  return {
    type: 'http',
    inputs: ['*_logs'],
    uri,
    encoding: { codec: 'json' },
    framing: { method: 'newline_delimited' },
    compression: 'gzip',
    healthcheck: { enabled: false },
    request: {
      headers: {
        'VL-Stream-Fields': 'job,ins,ip',
        'VL-Msg-Field': 'message',
        'VL-Time-Field': '_time',
        'VL-Ignore-Fields': 'timestamp,file',
        AccountID: '0',
        ProjectID: '0',
      },
    },
  };
}

/** `[infra]` alone means every infra host that runs VictoriaLogs; anything else is a list of URLs. */
export function logReceivers(site: Site, host: Host): readonly string[] {
  const endpoints = host.params.vectorLogEndpoint;
  if (endpoints.length !== 1 || endpoints[0] !== 'infra') return endpoints.map((url) => withAdminIp(site, url));
  return site.infra
    .filter((node) => node.host.params.vlogsEnabled)
    .map((node) => `http://${node.host.address}:${node.host.params.vlogsPort}/insert/jsonline`);
}

function renderJournal(host: Host): string {
  const labels = { ip: host.address, ins: host.nodename, cls: host.nodeCluster, job: 'syslog' };
  // One statement per line in vector's remap language; its string literals are JSON's.
  const program = [
    'unit = replace(to_string(._SYSTEMD_UNIT) ?? "", ".service", "")',
    'level = "info"',
    'if exists(.PRIORITY) { level = to_syslog_level(to_int(.PRIORITY) ?? 6) ?? "info" }',
    'app = to_string(.SYSLOG_IDENTIFIER) ?? ""',
    'if app == "" { app = to_string(._COMM) ?? "" }',
    'if app == "" { app = "unknown" }',
    '. = {',
    '  "_time": format_timestamp(.timestamp, "%Y-%m-%dT%H:%M:%S%.fZ") ?? "",',
    '  "message": .message,',
    '  "app": app,',
    '  "unit": unit,',
    '  "pid": to_string(._PID) ?? "",',
    '  "level": level,',
    '  "p": .PRIORITY,',
    ...Object.entries(labels).map(
      ([name, value], i, all) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}${i < all.length - 1 ? ',' : ''}`,
    ),
    '}',
  ];
  return yamlDocument({
    sources: {
      syslog_raw: { type: 'journald', current_boot_only: true, since_now: host.params.vectorReadFrom === 'end' },
    },
    transforms: { syslog_logs: { type: 'remap', inputs: ['syslog_raw'], source: `${program.join('\n')}\n` } },
  });
}
