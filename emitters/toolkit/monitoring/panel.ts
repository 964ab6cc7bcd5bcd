/** A small vocabulary for dashboards: tables of panels in rows, laid out on Grafana's 24 columns. */
import type { DashboardModel, LinkModel, OptionsModel, PanelModel, RowModel, VariableModel } from './grafana-model.ts';

export type Color = 'yellow' | 'red' | 'green';
/** Values at which the colour changes, ascending. Below the first it is green, unless that one has no value. */
export type Thresholds = readonly (readonly [value: number | null, color: Color])[];

export interface Panel {
  readonly kind: 'stat' | 'timeseries' | 'table' | 'logs';
  /** Set where it asks the log store, in LogsQL; the others ask the store of metrics, in PromQL. */
  readonly source?: 'logs';
  readonly title: string;
  readonly unit: string;
  readonly expr: string;
  /** What it shows and what to make of it. */
  readonly description: string;
  readonly legend?: string;
  readonly thresholds?: Thresholds | undefined;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Variable {
  readonly name: 'cls' | 'ins';
  readonly label: string;
  /** `label_values(…)` */
  readonly query: string;
}

/** Where a series of a dashboard leads: to another dashboard, with the values of its labels. */
export interface Drill {
  readonly uid: string;
  readonly title: string;
  readonly label: 'cls' | 'ins';
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly module: string;
  readonly variables: readonly Variable[];
  readonly drill?: Drill;
  /** Set where it says nothing on a site without a log store. */
  readonly needs?: 'logs';
  readonly rows: readonly Row[];
}

const METRICS = { type: 'prometheus', uid: 'ds-prometheus' } as const;
const LOGS = { type: 'victoriametrics-logs-datasource', uid: 'ds-vlogs' } as const;

/** One value now. */
export function stat(title: string, unit: string, expr: string, description: string, thresholds?: Thresholds): Panel {
  return { kind: 'stat', title, unit, expr, description, thresholds };
}

/** A line for each series. */
export function graph(
  title: string,
  unit: string,
  expr: string,
  legend: string,
  description: string,
  thresholds?: Thresholds,
): Panel {
  return { kind: 'timeseries', title, unit, expr, legend, description, thresholds };
}

export function table(title: string, unit: string, expr: string, description: string): Panel {
  return { kind: 'table', title, unit, expr, description };
}

/** The same of what the log store counts. */
export function ofLogs(panel: Panel): Panel {
  return { ...panel, source: 'logs' };
}

/** Records as they are, newest first. */
export function records(title: string, expr: string, description: string): Panel {
  return { kind: 'logs', source: 'logs', title, unit: 'none', expr, description };
}

/** One while all is well. */
export const UP: Thresholds = [
  [null, 'red'],
  [1, 'green'],
];
/** None is bad, and so are two. */
export const ONE: Thresholds = [
  [null, 'red'],
  [1, 'green'],
  [2, 'red'],
];
/** What is left of something. */
export const LEFT: Thresholds = [
  [null, 'red'],
  [0, 'green'],
];
/** Anything but zero is bad. */
export const NONE: Thresholds = [[1, 'red']];
export const SHARE: Thresholds = [
  [0.7, 'yellow'],
  [0.9, 'red'],
];

/** The JSON model that Grafana provisions. */
export function dashboardJson(dashboard: Dashboard): string {
  const model: DashboardModel = {
    uid: dashboard.uid,
    title: dashboard.title,
    tags: ['inventory', dashboard.module],
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    links: [dropdown('Dashboards', 'inventory'), dropdown(dashboard.module, dashboard.module)],
    templating: { list: dashboard.variables.map(variableModel) },
    panels: layOut(dashboard),
  };
  return `${JSON.stringify(model, null, 2)}\n`;
}

/** A menu of the dashboards with a tag; it hands on the variables and the time. */
function dropdown(title: string, tag: string): LinkModel {
  return { type: 'dashboards', title, tags: [tag], asDropdown: true, includeVars: true, keepTime: true };
}

function variableModel(variable: Variable): VariableModel {
  return {
    name: variable.name,
    label: variable.label,
    type: 'query',
    datasource: METRICS,
    query: { query: variable.query, refId: variable.name },
    refresh: 2,
    sort: 1,
    includeAll: false,
    multi: false,
  };
}

function layOut({ rows, drill }: Dashboard): DashboardModel['panels'] {
  const models: (PanelModel | RowModel)[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    const id = (): number => models.length + 1;
    models.push({ id: id(), type: 'row', title, collapsed: false, gridPos: { x: 0, y, w: 24, h: 1 }, panels: [] });
    y += 1;
    const height = panels.every(({ kind }) => kind === 'stat') ? 4 : 8;
    const left = (i: number): number => Math.round((i * 24) / panels.length);
    panels.forEach((panel, i) => {
      const gridPos = { x: left(i), y, w: left(i + 1) - left(i), h: height };
      models.push(panelModel(panel, id(), gridPos, drill));
    });
    y += height;
  }
  return models;
}

function panelModel(panel: Panel, id: number, gridPos: PanelModel['gridPos'], drill: Drill | undefined): PanelModel {
  const { kind, title, description, unit } = panel;
  return {
    id,
    type: kind,
    title,
    description,
    datasource: panel.source === 'logs' ? LOGS : METRICS,
    gridPos,
    targets: [targetOf(panel)],
    fieldConfig: {
      defaults: {
        unit,
        min: kind === 'timeseries' && !crossesZero(panel) ? 0 : undefined,
        max: unit === 'percentunit' && !isSmall(panel) ? 1 : undefined,
        thresholds: { mode: 'absolute', steps: steps(panel.thresholds ?? []) },
        custom: kind === 'timeseries' && panel.thresholds ? { thresholdsStyle: { mode: 'dashed' } } : undefined,
        links: drill !== undefined && leadsOn(panel, drill) ? [drillLink(drill)] : undefined,
      },
      overrides: [],
    },
    options: optionsOf(panel),
  };
}

/** The question of a panel, to the store that it asks. */
function targetOf({ kind, expr, source, legend = '__auto' }: Panel): NonNullable<PanelModel['targets']>[number] {
  if (source === 'logs')
    return { refId: 'A', datasource: LOGS, expr, queryType: LOG_QUERIES[kind], legendFormat: legend };
  return {
    refId: 'A',
    datasource: METRICS,
    expr,
    legendFormat: legend,
    instant: kind === 'timeseries' ? undefined : true,
    format: kind === 'table' ? 'table' : undefined,
  };
}

/** What the log store is asked for: numbers now, numbers over time, records. */
const LOG_QUERIES = { stat: 'stats', timeseries: 'statsRange', table: 'stats', logs: 'instant' } as const;

/** What changes its colour at zero has values on both sides. */
function crossesZero({ thresholds = [] }: Panel): boolean {
  return thresholds.some(([value]) => value === 0);
}

/** A share that is bad long before it is a half would be a flat line on an axis up to one. */
function isSmall({ thresholds = [] }: Panel): boolean {
  const last = thresholds.at(-1)?.[0] ?? 1;
  return last < 0.5;
}

function steps(thresholds: Thresholds): readonly { readonly color: Color; readonly value: number | null }[] {
  const [first] = thresholds;
  const all: Thresholds = first?.[0] === null ? thresholds : [[null, 'green'], ...thresholds];
  return all.map(([value, color]) => ({ color, value }));
}

/** Only series with the label can say where they lead. */
function leadsOn({ legend }: Panel, { label }: Drill): boolean {
  return legend?.includes(`{{${label}}}`) === true;
}

function drillLink({ uid, title, label }: Drill): LinkModel {
  return { title, url: `/d/${uid}?var-${label}=\${__field.labels.${label}}&\${__url_time_range}` };
}

function optionsOf({ kind, thresholds }: Panel): OptionsModel {
  switch (kind) {
    case 'stat':
      return {
        // A number that is neither good nor bad has no colour.
        colorMode: thresholds === undefined ? 'none' : 'background',
        graphMode: 'none',
        reduceOptions: { calcs: ['lastNotNull'] },
        textMode: 'auto',
      };
    case 'timeseries':
      return { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } };
    case 'table':
      return { showHeader: true, cellHeight: 'sm' };
    case 'logs':
      return { showTime: true, wrapLogMessage: true, enableLogDetails: true, sortOrder: 'Descending' };
  }
}
