import * as units from '@grafana/grafana-foundation-sdk/units';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DASHBOARDS } from '../../../emitters/infra/grafana/dashboards/index.ts';
import type {
  DashboardModel,
  LinkModel,
  OptionsModel,
  PanelModel,
} from '../../../emitters/toolkit/monitoring/grafana-model.ts';

test('what Grafana does not know does not compile', () => {
  const options: OptionsModel = { reduceOptions: { calcs: ['lastNotNull'] } };
  const right: PanelModel = { type: 'stat', options, targets: [{ expr: 'up', format: 'table' }], gridPos: { w: 24 } };
  const dashboard: DashboardModel = { graphTooltip: 1, panels: [right] };
  assert.is(dashboard.panels.length, 1);
  // @ts-expect-error a kind of panel that there is not
  void ({ type: 'histogram2', options } satisfies PanelModel);
  // @ts-expect-error a word that is none of the enumeration
  void ({ type: 'table', options, targets: [{ format: 'csv' }] } satisfies PanelModel);
  // @ts-expect-error a misspelt field of a target
  void ({ type: 'table', options, targets: [{ legend: 'x' }] } satisfies PanelModel);
  // @ts-expect-error a misspelt field of the fields
  void ({ type: 'table', options, fieldConfig: { defaults: { units: 's' } } } satisfies PanelModel);
  // @ts-expect-error a misspelt field of what a graph draws
  void ({ type: 'timeseries', options, fieldConfig: { defaults: { custom: { lineWidht: 1 } } } } satisfies PanelModel);
  // @ts-expect-error a misspelt option
  void ({ legend: { displaymode: 'list' } } satisfies OptionsModel);
  // @ts-expect-error a number that is none of the enumeration
  void ({ graphTooltip: 3, panels: [] } satisfies DashboardModel);
  // @ts-expect-error a misspelt field of a link
  void ({ title: 'x', keepTimes: true } satisfies LinkModel);
});

test('every unit is one that Grafana has', () => {
  const known = new Set<unknown>(Object.values(units));
  for (const { uid, rows } of DASHBOARDS)
    for (const { title, unit } of rows.flatMap((row) => row.panels))
      assert.ok(known.has(unit), `${uid} ${title}: ${unit}`);
});

test.run();
