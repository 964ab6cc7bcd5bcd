/** Whether panels find what a server has logged. */
import * as assert from 'uvu/assert';
import { DASHBOARDS } from '../../../emitters/infra/grafana/dashboards/index.ts';
import { foundBy, logQuery } from '../../support/logsql.ts';
import { logPanels } from '../../support/panels.ts';
import type { LogRecord } from '../../support/remap.ts';

/** The dashboard of logs finds the error and its statement, and so does that of the instance. */
export function isFoundByPanels(records: readonly LogRecord[]): void {
  const [{ ins }] = records as readonly [LogRecord];
  const panel = (title: string): readonly LogRecord[] => {
    const { expr } = logPanels(DASHBOARDS).find((one) => one.title === title)!;
    return foundBy(logQuery(expr.replaceAll('$ins', String(ins))), records);
  };
  const failing = panel('Failing statements');
  assert.is(failing.length, records.filter(({ level }) => level === 'err' || level === 'crit').length);
  const error = failing.find(({ _msg }) => /^division by zero/.test(String(_msg)))!;
  assert.equal([error['user'], error['db'], error['code']], ['postgres', 'postgres', '22012']);
  assert.match(String(error['q']), /^SELECT f\(\),/);
  assert.match(String(error['ctx']), /PL\/pgSQL function f\(\)/);
  assert.is(panel('All').length, records.length);
  assert.is(panel('Errors of the rest').length, 0);
}
