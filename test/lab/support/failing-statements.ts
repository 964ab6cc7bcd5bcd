/** What the dashboard of logs shows of statements that failed, of the logs that servers have written. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { DASHBOARDS } from '../../../emitters/infra/grafana/dashboards/index.ts';
import { foundBy, logQuery } from '../../support/logsql.ts';
import { logPanels } from '../../support/panels.ts';
import { collected, type LogRecord } from '../../support/remap.ts';
import { address, type HostName, type Lab } from './lab.ts';

/** `bundle` is one for hosts that have the collector: its transform is run on their logs. */
export function failingStatements(lab: Lab, bundle: string, hosts: readonly HostName[]): readonly LogRecord[] {
  const { expr } = logPanels(DASHBOARDS).find(({ title }) => title === 'Failing statements')!;
  const records = hosts.flatMap((host) => {
    const config = readFileSync(join(bundle, 'hosts', address(host), 'files/etc/vector/postgres.yaml'), 'utf8');
    const { stdout } = lab.exec(host, ['bash', '-c', 'cat /pg/log/postgres/*.csv']);
    return collected(config, stdout, '/pg/log/postgres/postgresql.csv');
  });
  assert.ok(records.length > 20, `${records.length} records`);
  return foundBy(logQuery(expr), records);
}
