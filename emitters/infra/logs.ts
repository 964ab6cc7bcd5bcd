import type { Host } from '../../compiler/model/site.ts';
import { level, reading, time } from '../toolkit/monitoring/remap.ts';
import type { LogSource } from '../toolkit/monitoring/log-source.ts';

const NGINX_LOGS = '/var/log/nginx';

/** Requests under the class `nginx`, named by virtual host; what nginx itself complains about under a class of its own. */
function nginxSource(labels: Readonly<Record<string, string>>): LogSource {
  return {
    name: 'nginx',
    include: [`${NGINX_LOGS}/*.log`, '/var/log/nginx-error.log'],
    labels,
    program: [
      'm = {}',
      'if ends_with(file, "error.log") {',
      '  .cls = "nginx-error"',
      '  m = parse_nginx_log(text, "error") ?? {}',
      '} else {',
      `  .server = replace(replace(file, "${NGINX_LOGS}/", ""), ".log", "")`,
      '  m = parse_nginx_log(text, "combined") ?? {}',
      '}',
      'if exists(m.timestamp) {',
      ...time('timestamp(m.timestamp)').map((line) => `  ${line}`),
      '  . = merge(., m)',
      '}',
      ...level('to_string(.severity) ?? ""'),
    ],
  };
}

/** `t=TIME level=WORD msg="text"` and whatever else the part of Grafana has to say. */
function grafanaSource(labels: Readonly<Record<string, string>>): LogSource {
  return {
    name: 'grafana',
    include: ['/var/log/grafana/*.log'],
    labels,
    program: [
      'm = parse_key_value(text) ?? {}',
      'if exists(m.t) {',
      ...time(reading('(to_string(m.t) ?? "")', '%+')).map((line) => `  ${line}`),
      ...level('to_string(m.level) ?? ""').map((line) => `  ${line}`),
      '  .message = m.msg || text',
      '  . = merge(m, .)',
      '  del(.t); del(.msg)',
      '}',
    ],
  };
}

/** Logs of the programs of an infra host. */
export function infraSources(host: Host, hasGrafana: boolean): readonly LogSource[] {
  const { infra, params, name } = host;
  if (infra === undefined) return [];
  const labels = (job: string): Readonly<Record<string, string>> => ({
    job,
    ip: name,
    ins: `${job}-${infra.seq}`,
    cls: job,
  });
  return [
    ...(params.nginxEnabled ? [nginxSource(labels('nginx'))] : []),
    ...(params.grafanaEnabled && hasGrafana ? [grafanaSource(labels('grafana'))] : []),
  ];
}
