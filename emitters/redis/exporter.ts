import type { Host } from '../../compiler/model/site.ts';
import type { SecretSink } from '../../compiler/model/secret.ts';
import { environmentFileValue } from '../toolkit/quote/index.ts';
import { unitFile } from '../toolkit/unit-file.ts';

/** One exporter a host scrapes every instance on request: the target is a parameter of the scrape. */
export function exporterEnv(host: Host, secrets: SecretSink): string {
  const { params } = host;
  const password = host.redis?.cluster.password;
  const variables: readonly (readonly [string, string])[] = [
    ['REDIS_EXPORTER_OPTS', params.redisExporterOptions],
    ['REDIS_EXPORTER_CONNECTION_TIMEOUT', '10s'],
    ['REDIS_EXPORTER_WEB_LISTEN_ADDRESS', `0.0.0.0:${params.redisExporterPort}`],
    ['REDIS_EXPORTER_WEB_TELEMETRY_PATH', params.exporterMetricsPath],
    ['REDIS_EXPORTER_INCL_SYSTEM_METRICS', 'true'],
    ...(password === undefined ? [] : [['REDIS_PASSWORD', secrets.reveal(password)] as const]),
  ];
  return variables.map(([name, value]) => `${name}=${environmentFileValue(value)}\n`).join('');
}

/** @param binary path of the exporter on this platform */
export function exporterUnit(binary: string): string {
  return unitFile(
    [
      ['Description', 'Redis metrics exporter'],
      ['Documentation', 'https://github.com/oliver006/redis_exporter'],
      ['After', 'network.target'],
    ],
    [
      ['EnvironmentFile', '-/etc/default/redis_exporter'],
      ['User', 'prometheus'],
      ['ExecStart', `${binary} $REDIS_EXPORTER_OPTS`],
      ['Restart', 'on-failure'],
      ['RestartSec', 5],
      ['CPUQuota', '10%'],
    ],
  );
}
