import { readFileSync, readdirSync } from 'node:fs';
import { parser } from '@prometheus-io/lezer-promql';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { DASHBOARDS, dashboardJson } from '../../../emitters/infra/grafana/dashboards/index.ts';
import type { PanelModel } from '../../../emitters/toolkit/monitoring/grafana-model.ts';
import { ruleFiles } from '../../../emitters/infra/rules/index.ts';
import { nodeEmitter } from '../../../emitters/node/index.ts';
import { excuse, UNANSWERED } from '../../lab/support/unanswered.ts';
import { metricPanels, panelsOf } from '../../support/panels.ts';
import { filesOf, fleet } from './fleet.ts';

const ROOT = new URL('../../../', import.meta.url);
const METRICS = new URL('test/support/metrics/', ROOT);
const site = fleet();
const FILES = ruleFiles(site, site.hosts[0]!);
const RECORDED = new Set(FILES.flatMap((file) => file.recordings.map(({ record }) => record)));

/** Names that exporters gave when they were asked, and those that only other setups than a test's have. */
const METRIC_NAMES = new Set(readdirSync(METRICS).flatMap(metricsIn));

function metricsIn(list: string): readonly string[] {
  const lines = readFileSync(new URL(list, METRICS), 'utf8').split('\n');
  return lines.map((line) => line.split(' ')[0]!);
}

/** Names of series in an expression; an error of its grammar fails the test. */
function namesIn(expr: string): readonly string[] {
  const names: string[] = [];
  parser.parse(expr).iterate({
    enter(node) {
      assert.not.ok(node.type.isError, expr);
      if (node.name !== 'VectorSelector') return;
      const name = node.node.getChild('Identifier');
      assert.ok(name, `${expr}: a selector without a name reads everything`);
      names.push(expr.slice(name!.from, name!.to));
    },
  });
  return names;
}

test('rules and panels read what an exporter gives or a rule records', () => {
  const expressions = [
    ...FILES.flatMap((file) => [...file.recordings, ...file.alerts].map(({ expr }) => expr)),
    ...metricPanels(DASHBOARDS).map(({ expr }) => expr.replace(/\$__\w+/g, '1m')),
  ];
  assert.ok(expressions.length > 850, String(expressions.length));
  for (const expr of expressions)
    for (const name of namesIn(expr))
      assert.ok(
        name.includes(':') || RECORDED.has(name) ? RECORDED.has(name) : METRIC_NAMES.has(name),
        `${name} in ${expr}`,
      );
});

test('a series is recorded once, and after those it is computed from', () => {
  const rules = FILES.flatMap((file) => file.recordings);
  assert.is(RECORDED.size, rules.length);
  for (const { recordings } of FILES) {
    const own = new Set(recordings.map(({ record }) => record));
    const done = new Set<string>();
    for (const { record, expr } of recordings) {
      for (const name of namesIn(expr)) assert.ok(!own.has(name) || done.has(name), `${record} comes before ${name}`);
      done.add(record);
    }
  }
});

test('every panel says what it shows', () => {
  for (const dashboard of DASHBOARDS) {
    const titles = dashboard.rows.flatMap((row) => row.panels.map(({ title }) => `${row.title}/${title}`));
    assert.is(new Set(titles).size, titles.length, dashboard.uid);
  }
  for (const { title, unit, description, kind, legend } of panelsOf(DASHBOARDS)) {
    assert.ok(title !== '' && unit !== '' && /^[A-Z0-9].*\.$/s.test(description), `${title}: ${description}`);
    assert.is(kind === 'timeseries', legend !== undefined, title);
  }
});

test('a colour warns, thresholds are on the axis, and a row is as wide as the page', () => {
  for (const dashboard of DASHBOARDS) {
    const panels = dashboard.rows.flatMap((row) => row.panels);
    for (const { title, thresholds } of panels)
      assert.ok(thresholds === undefined || thresholds.some(([, color]) => color !== 'green'), title);
    const model = JSON.parse(dashboardJson(dashboard)) as { readonly panels: readonly PanelModel[] };
    const widths = new Map<number, number>();
    for (const { title, gridPos, fieldConfig, options } of model.panels) {
      widths.set(gridPos!.y!, (widths.get(gridPos!.y!) ?? 0) + gridPos!.w!);
      const { max = Infinity, min = -Infinity, thresholds } = fieldConfig?.defaults ?? {};
      const steps = (thresholds?.steps ?? []).flatMap(({ value }) => value ?? []);
      for (const value of steps) assert.ok(min < value && value <= max, `${dashboard.uid} ${title}: ${value}`);
      assert.ok(max === Infinity || (steps.at(-1) ?? max) > max / 2, `${dashboard.uid} ${title} is flat`);
      if (fieldConfig !== undefined && 'colorMode' in options)
        assert.is(options.colorMode, steps.length > 0 ? 'background' : 'none', title);
    }
    assert.equal([...new Set(widths.values())], [24], dashboard.uid);
  }
});

test('variables are used, and links lead to a dashboard that knows the variable', () => {
  const byUid = new Map(DASHBOARDS.map((dashboard) => [dashboard.uid, dashboard]));
  assert.is(byUid.size, DASHBOARDS.length);
  for (const { uid, variables, rows, drill } of DASHBOARDS) {
    const panels = rows.flatMap((row) => row.panels);
    for (const { expr } of panels)
      for (const [, name] of expr.matchAll(/\$(?!__)(\w+)/g))
        assert.ok(
          variables.some((one) => one.name === name),
          uid,
        );
    for (const { name } of variables)
      assert.ok(
        panels.every(({ expr }) => expr.includes(`$${name}`)),
        `${uid} ${name}`,
      );
    if (drill === undefined) continue;
    assert.ok(
      byUid.get(drill.uid)!.variables.some(({ name }) => name === drill.label),
      uid,
    );
    assert.ok(
      panels.some(({ legend }) => legend?.includes(`{{${drill.label}}}`)),
      uid,
    );
  }
});

/** Rows of the table of modules, without the first cell, by that. */
function tableOf(docs: string): ReadonlyMap<string, readonly string[]> {
  const rows = /^\| module \|.*\n\|[-|]+\n((?:\|.*\n)+)/m.exec(docs)![1]!.trim().split('\n');
  return new Map(
    rows.map((row) => row.split('|').map((cell) => cell.trim())).map(([, name, ...cells]) => [name!, cells]),
  );
}

/** What is counted of a module: its dashboards, panels, series and alerts. */
function countsOf(module: string): readonly number[] {
  const boards = DASHBOARDS.filter((dashboard) => dashboard.module === module);
  const rules = FILES.find(({ name }) => name === module);
  return [boards.length, panelsOf(boards).length, rules?.recordings.length ?? 0, rules?.alerts.length ?? 0];
}

const sum = (rows: readonly (readonly (string | number)[])[], column: number): number =>
  rows.reduce((total, row) => total + (Number(row[column]) || 0), 0);

test('the table of docs/observability.md counts what there is, and adds up', () => {
  const docs = readFileSync(new URL('docs/observability.md', ROOT), 'utf8');
  const table = tableOf(docs);
  const modules = new Set([...DASHBOARDS.map(({ module }) => module), ...FILES.map(({ name }) => name)]);
  assert.equal([...table.keys()].sort(), [...modules].sort());
  for (const [module, cells] of table) assert.is(cells.slice(0, 4).join(), countsOf(module).join(), module);
  const ours = [...modules].map(countsOf);
  const [boards, panels, series, alerts] = [0, 1, 2, 3].map((column) => sum(ours, column));
  assert.match(docs, `Together ${boards} dashboards with ${panels} panels, ${series} series and ${alerts} alerts`);
  const others = [...table.values()];
  const [total, unlike] = /upstream has (\d+) dashboards \((\d+) of them/.exec(docs)!.slice(1).map(Number);
  assert.is(sum(others, 5), total! - unlike!);
  assert.match(docs, `, ${sum(others, 6)} series and ${sum(others, 7)} alerts. `);
});

test('panels without an answer in the lab are those that are listed', () => {
  const table = tableOf(readFileSync(new URL('docs/observability.md', ROOT), 'utf8'));
  for (const [module, cells] of table) {
    const boards = DASHBOARDS.filter((dashboard) => dashboard.module === module);
    const answered = boards.flatMap((board) =>
      panelsOf([board]).filter(({ title }) => excuse(board.uid, title, {}) === undefined),
    );
    assert.is(cells[10], String(answered.length), module);
  }
  for (const { board, panel } of UNANSWERED) {
    const found = DASHBOARDS.filter(({ uid }) => uid === board);
    assert.ok(
      panelsOf(found).some(({ title }) => panel === undefined || title === panel),
      `${board} ${panel}`,
    );
  }
});

test('its logs are all that are read, and its metrics are from lists that have them', () => {
  const table = tableOf(readFileSync(new URL('docs/observability.md', ROOT), 'utf8'));
  const words = (cell: number): readonly string[] =>
    [...table.values()].flatMap((cells) => cells[cell]!.replaceAll('`', '').split(', ')).filter((word) => word !== '');
  const files = site.hosts.flatMap((host) => [...filesOf(site, host), ...filesOf(site, host, [nodeEmitter])]);
  const read = files.flatMap(([path, text]) =>
    path.startsWith('/etc/vector/') ? [...text.matchAll(/\bjob"?(?: =|:) "(\w+)"/g)].map(([, job]) => job!) : [],
  );
  assert.equal([...words(4)].sort(), [...new Set(read)].sort());
  for (const job of words(8)) assert.ok(read.includes(job), `upstream reads ${job}`);
  for (const [module, cells] of table) {
    const boards = DASHBOARDS.filter((dashboard) => dashboard.module === module);
    const rules = FILES.filter(({ name }) => name === module).flatMap((file) => [...file.recordings, ...file.alerts]);
    const expressions = [...metricPanels(boards), ...rules].map(({ expr }) => expr.replace(/\$__\w+/g, '1m'));
    const read = new Set(expressions.flatMap(namesIn).filter((name) => !RECORDED.has(name)));
    const lists = cells[9]!.split(', ').map((name) => metricsIn(`${name.slice(1, -1)}.txt`));
    for (const list of lists)
      assert.ok(
        list.some((name) => read.has(name)),
        `${module} needs no ${list[0]}`,
      );
    const known = new Set(lists.flat());
    assert.equal(
      [...read].filter((name) => !known.has(name)),
      [],
      module,
    );
  }
});

test.run();
