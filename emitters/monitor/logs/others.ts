import type { Host } from '../../../compiler/model/site.ts';
import { group, level, reading, time, whenMatched } from './remap.ts';
import type { LogSource } from './source.ts';

const REDIS_LOGS = '/var/log/redis';
const NGINX_LOGS = '/var/log/nginx';

/** One file an instance; a crash report belongs to the record before it. */
export function redisSources({ redis, name }: Host): readonly LogSource[] {
  if (redis === undefined) return [];
  return [
    {
      name: 'redis',
      include: [`${REDIS_LOGS}/*.log`],
      labels: { job: 'redis', ip: name, cls: redis.cluster.name },
      recordStart: '^\\d+:[XCMS] ',
      program: [
        `.ins = replace(replace(file, "${REDIS_LOGS}/", ""), ".log", "")`,
        ...whenMatched(
          '(?P<pid>\\d+):(?P<role>[XCMS]) (?P<time>\\d{2} \\w{3} \\d{4} \\d{2}:\\d{2}:\\d{2}\\.\\d{3}) (?P<mark>[*#.-]) (?P<text>.*)',
          [
            ...time(reading(group('time'), '%d %b %Y %H:%M:%S%.f')),
            ...level(group('mark')),
            '.pid = m.pid',
            '.role = m.role',
            '.message = m.text',
          ],
        ),
      ],
    },
  ];
}

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
