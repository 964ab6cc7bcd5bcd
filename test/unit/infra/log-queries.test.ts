/** Panels that ask the log store: their LogsQL, and that they ask for what collectors send. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { DASHBOARDS } from '../../../emitters/infra/grafana/dashboards/index.ts';
import { dashboardJson } from '../../../emitters/toolkit/monitoring/panel.ts';
import type { PanelModel } from '../../../emitters/toolkit/monitoring/grafana-model.ts';
import { foundBy, logQuery } from '../../support/logsql.ts';
import { logPanels } from '../../support/panels.ts';
import { filesOf, fleet } from './fleet.ts';

const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
/** What is sent, as the manual lists it; the store calls the text of a record `_msg`. */
const LOGS = /^## Logs\n.*?(?=^Failing statements)/ms.exec(readFileSync('docs/observability.md', 'utf8'))![0];
const FIELDS = new Set([...LOGS.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
const JOBS = new Set([...LOGS.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name!));
const queries = logPanels(DASHBOARDS).map((panel) => ({ panel, query: logQuery(panel.expr.replaceAll('$ins', 'x')) }));

test('they read streams, levels and fields that there are', () => {
  assert.ok(queries.length > 15);
  for (const { panel, query } of queries) {
    for (const { field, stream, values } of query.filters) {
      if (stream) assert.ok(['job', 'ins', 'ip'].includes(field), panel.expr);
      if (field === 'level') for (const value of values) assert.ok(LEVELS.includes(value), panel.expr);
      if (field === 'job') for (const value of values) assert.ok(JOBS.has(value), panel.expr);
    }
    const named = [...query.filters.map(({ field }) => field), ...(query.by ?? []), ...(query.fields ?? [])];
    for (const name of named)
      assert.ok(name === '_msg' || (name !== 'message' && FIELDS.has(name)), `${name}: ${panel.expr}`);
    for (const [, label] of panel.legend?.matchAll(/\{\{(\w+)\}\}/g) ?? [])
      assert.ok(query.by?.includes(label!), panel.expr);
    assert.is(query.by === undefined, panel.kind === 'logs', panel.title);
    assert.is((query.by ?? []).length > 0, panel.kind === 'timeseries', panel.title);
  }
});

test('the store is asked in the way that the panel shows', () => {
  const kinds = { stat: 'stats', timeseries: 'statsRange', logs: 'instant' } as const;
  for (const board of DASHBOARDS) {
    const { panels } = JSON.parse(dashboardJson(board)) as { readonly panels: readonly PanelModel[] };
    for (const { type, targets } of panels) {
      const [target] = targets ?? [];
      if (target?.datasource?.type !== 'victoriametrics-logs-datasource') continue;
      assert.ok(board.needs === 'logs', board.uid);
      assert.is(target.queryType, kinds[type as keyof typeof kinds], board.uid);
    }
  }
});

test('a site without a log store has no dashboard of logs', () => {
  const boards = (globals = {}): string[] => {
    const site = fleet(globals);
    return [...filesOf(site, site.hosts[0]!).keys()].filter((path) => path.startsWith('/infra/dashboards/infra-'));
  };
  const name = (word: string): string => `/infra/dashboards/infra-${word}.json`;
  assert.equal(boards().sort(), ['log', 'logs', 'overview', 'portal'].map(name));
  assert.equal(boards({ vlogs_enabled: false }).sort(), ['overview', 'portal'].map(name));
});

test('what is no question is refused, and a question finds what it says', () => {
  for (const wrong of ['level:err', '{job="x"', 'a:in()', '* | stats count()', '* | sort by (x)', 'a:="x" or b:="y"'])
    assert.throws(() => logQuery(wrong), undefined, wrong);
  const records = [
    { message: 'one', job: 'postgres', level: 'err', duration: 5, q: 'select 1' },
    { message: 'two', job: 'nginx', level: 'info', status: 404 },
  ];
  const found = (text: string): readonly unknown[] => foundBy(logQuery(text), records).map(({ _msg }) => _msg);
  assert.equal(found('*'), ['one', 'two']);
  assert.equal(found('{job="postgres"} level:in("err","crit")'), ['one']);
  assert.equal(found('!job:="postgres"'), ['two']);
  assert.equal(found('duration:>4'), ['one']);
  assert.equal(found('status:>=404'), ['two']);
  assert.equal(found('q:*'), ['one']);
  assert.equal(found('duration:>5'), []);
  assert.equal(foundBy(logQuery('q:* | fields _msg, q'), records), [{ _msg: 'one', q: 'select 1' }]);
});

test.run();
