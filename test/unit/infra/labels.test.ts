/** Labels that rules, alerts and panels name are those of the series they name them of. */
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { DASHBOARDS } from '../../../emitters/infra/grafana/dashboards/index.ts';
import { ruleFiles } from '../../../emitters/infra/rules/index.ts';
import { labelsOfExpression, UnknownLabel } from '../../support/promql.ts';
import { metricPanels } from '../../support/panels.ts';
import { fleet } from './fleet.ts';

const METRICS = new URL('../../support/metrics/', import.meta.url);

/** What every target has. */
const TARGET = ['cls', 'ins', 'ip', 'instance', 'job'];

/** Of exporters, as they were asked; then of the rules, in their order. */
const labels = new Map<string, ReadonlySet<string>>(
  readdirSync(METRICS)
    .flatMap((file) => readFileSync(new URL(file, METRICS), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => {
      const [name, own = ''] = line.split(' ');
      return [name!, new Set([...TARGET, ...own.split(',').filter((label) => label !== '')])];
    }),
);

function labelsIn(expr: string): ReadonlySet<string> {
  return labelsOfExpression(expr.replace(/\$__\w+/g, '1m'), (name) => {
    const found = labels.get(name);
    assert.ok(found, `${name} in ${expr}`);
    return found!;
  });
}

const site = fleet();
const FILES = ruleFiles(site, site.hosts[0]!);

test('rules read labels that series have', () => {
  for (const { recordings } of FILES)
    for (const { record, expr, labels: added = {} } of recordings) {
      const own = labelsIn(expr);
      labels.set(record, new Set([...own, ...Object.keys(added), ...(labels.get(record) ?? [])]));
    }
});

test('what an alert says names labels that it has', () => {
  for (const { alert, expr, summary, hint } of FILES.flatMap((file) => file.alerts)) {
    const own = labelsIn(expr);
    for (const [, label] of `${summary} ${hint}`.matchAll(/\$labels\.(\w+)/g))
      assert.ok(own.has(label!), `${alert}: ${label} of ${[...own]}`);
  }
});

test('legends and links of panels name labels of what they show', () => {
  for (const board of DASHBOARDS) {
    const { uid, drill } = board;
    for (const { title, expr, legend } of metricPanels([board])) {
      const own = labelsIn(expr);
      for (const [, label] of (legend ?? '').matchAll(/\{\{\s*(\w+)\s*\}\}/g))
        assert.ok(own.has(label!), `${uid}: ${title}: ${label} of ${[...own]}`);
      if (drill !== undefined && legend?.includes(`{{${drill.label}}}`) === true) assert.ok(own.has(drill.label), uid);
    }
  }
});

test('a label that is not there is found', () => {
  const of = (name: string): ReadonlySet<string> => new Set(name === 'a' ? ['x', 'y', 'le'] : ['x', 'v']);
  const good: readonly (readonly [expr: string, labels: string])[] = [
    ['sum by (x) (rate(a{y="1"}[5m] offset 1m))', 'x'],
    ['sum(a) by (x, y)', 'x y'],
    ['sum without (y) (a)', 'le x'],
    ['a * on (x) group_left (v) b', 'le v x y'],
    ['a * on (x) b', 'x'],
    ['100 * (a > 2)', 'le x y'],
    ['histogram_quantile(0.9, a)', 'x y'],
    ['label_replace(a, "z", "$1", "x", "(.*)")', 'le x y z'],
    ['topk(3, a)', 'le x y'],
    ['max_over_time(a[5m:1m]) unless on (x) b', 'le x y'],
    ['time() - a', 'le x y'],
  ];
  for (const [expr, wanted] of good) assert.is([...labelsOfExpression(expr, of)].sort().join(' '), wanted, expr);
  for (const expr of [
    'a{v="1"}',
    'sum by (v) (a)',
    'a * on (y) b',
    'a * on (x) group_left (y) b',
    'label_replace(a, "z", "$1", "v", "(.*)")',
    'sum by (y) (sum by (x) (a))',
  ])
    assert.throws(
      () => labelsOfExpression(expr, of),
      (error: unknown) => error instanceof UnknownLabel,
      expr,
    );
});

test.run();
