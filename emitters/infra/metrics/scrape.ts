import { yamlDocument } from '../../toolkit/yaml.ts';
import type { ScrapeJob } from '../../module.ts';
import { MODULES } from '../../modules.ts';
import type { InfraContext } from '../context.ts';

const TARGETS = '/infra/targets';
const CLIENT_TLS = { ca_file: '/etc/pki/ca.crt', cert_file: '/etc/pki/infra.crt', key_file: '/etc/pki/infra.key' };

/** `/infra/prometheus.yml`: one job a module, targets from files. VictoriaMetrics reads the same format, without rules and alerting. */
export function scrapeConfig(context: InfraContext): string {
  const { params } = context.host;
  const prometheus = context.has('prometheus') && !context.has('victoria-metrics');
  return yamlDocument(
    {
      global: {
        scrape_interval: duration(params.vmetricsScrapeInterval),
        scrape_timeout: duration(params.vmetricsScrapeTimeout),
        evaluation_interval: prometheus ? duration(params.vmetricsScrapeInterval) : undefined,
      },
      rule_files: prometheus ? ['/infra/rules/*.yml'] : undefined,
      alerting:
        prometheus && params.alertmanagerEnabled
          ? { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${params.alertmanagerPort}`] }] }] }
          : undefined,
      scrape_configs: jobs(context),
    },
    { comments: { scrape_configs: '\nTargets are files below /infra/targets, read again when they change.' } },
  );
}

function duration(value: string | number): string {
  return typeof value === 'number' ? `${value}s` : value;
}

function jobs(context: InfraContext): readonly object[] {
  const { host, has, site } = context;
  const { params } = host;
  const path = params.exporterMetricsPath;
  return [
    ...(has('blackbox-exporter') ? [pingJob(params.blackboxPort)] : []),
    job('infra', '/metrics'),
    job('node', path),
    // Container engines count as part of their host.
    { ...job('docker', '/metrics'), relabel_configs: [{ target_label: 'job', replacement: 'node' }] },
    ...MODULES.flatMap((module) => module.scrapes?.(site, params) ?? []).map(jobOf),
    job('mysql', path),
    job('kafka', path),
    job('juice', '/metrics'),
  ];
}

function jobOf({ name, path, module, honorsLabels, scheme, tls, more }: ScrapeJob): object {
  return {
    ...job(name, path, module),
    honor_labels: honorsLabels,
    scheme,
    tls_config: tls === undefined ? undefined : tls === 'client' ? CLIENT_TLS : { ca_file: CLIENT_TLS.ca_file },
    ...more,
  };
}

function job(
  name: string,
  path: string,
  module = name,
): { readonly job_name: string; readonly metrics_path: string; readonly file_sd_configs: readonly object[] } {
  return { job_name: name, metrics_path: path, file_sd_configs: [{ files: [`${TARGETS}/${module}/*.yml`] }] };
}

/** The prober is asked about the target: the target's address is a parameter, the prober's the address. */
function pingJob(port: number): object {
  return {
    ...job('ping', '/probe'),
    params: { module: ['icmp'] },
    relabel_configs: [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { source_labels: ['__param_target'], target_label: 'instance' },
      { target_label: '__address__', replacement: `127.0.0.1:${port}` },
    ],
  };
}
