import { shellProfileExport } from '../toolkit/quote/bash.ts';
import { PROGRAMS, type InstanceView } from './instance.ts';

/** /etc/profile.d/pgsql.sh. The database superuser may put anything into /pg/bin: it comes last, and not for root. */
export function renderProfile(view: InstanceView): string {
  const { params } = view.host;
  return [
    `export PATH="${params.pgBinDir}:$PATH:${PROGRAMS}"`,
    'if [ "$(id -u)" != 0 ]; then PATH="$PATH:/pg/bin"; fi',
    shellProfileExport('PGHOME', params.pgBinDir.replace(/\/[^/]*\/?$/, '')),
    shellProfileExport('PGDATA', params.pgData),
    shellProfileExport('PGPORT', String(params.pgPort)),
    shellProfileExport('PGDATABASE', params.pgPrimaryDb),
    '',
  ].join('\n');
}
