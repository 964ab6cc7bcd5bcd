import type { Host } from '../../../compiler/model/site.ts';
import { group, level, reading, time, whenMatched } from '../../toolkit/monitoring/remap.ts';
import type { LogSource } from '../../toolkit/monitoring/log-source.ts';

const REDIS_LOGS = '/var/log/redis';

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
