import { crontabVariable } from '../toolkit/quote/crontab.ts';
import { requireLine } from '../toolkit/quote/unrepresentable.ts';
import { PROGRAMS, type InstanceView } from './instance.ts';

/** Crontab of the database superuser: pg_crontab as written. */
export function renderCrontab(view: InstanceView): string {
  const { params } = view.host;
  return [
    `# schedule of ${params.pgDbsu} on ${view.instance.name}`,
    crontabVariable('SHELL', '/bin/bash'),
    crontabVariable('PATH', `${params.pgBinDir}:/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin:${PROGRAMS}:/pg/bin`),
    crontabVariable('MAILTO', ''),
    ...params.pgCrontab.map((line) => requireLine('crontab', line)),
    '',
  ].join('\n');
}
