/** A small vocabulary for dashboards: rows of panels of equal height, laid out on Grafana's 24 columns. */

export interface Query {
  readonly expr: string;
  readonly legend?: string;
}

export interface Panel {
  readonly kind: 'stat' | 'timeseries' | 'table';
  readonly title: string;
  readonly queries: readonly Query[];
  readonly unit?: string;
  /** Values at which the colour changes, ascending; green below the first. */
  readonly thresholds?: readonly (readonly [value: number, color: 'yellow' | 'red' | 'green'])[];
  readonly min?: number;
  readonly max?: number;
}

export interface Row {
  readonly title: string;
  readonly height: number;
  readonly panels: readonly Panel[];
}

export interface Variable {
  readonly name: string;
  readonly label: string;
  /** `label_values(…)` */
  readonly query: string;
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly variables: readonly Variable[];
  readonly rows: readonly Row[];
}

const SOURCE = { type: 'prometheus', uid: 'ds-prometheus' } as const;

/** The JSON model that Grafana provisions. */
export function dashboardJson(dashboard: Dashboard): string {
  return `${JSON.stringify(
    {
      uid: dashboard.uid,
      title: dashboard.title,
      tags: dashboard.tags,
      schemaVersion: 39,
      editable: true,
      graphTooltip: 1,
      refresh: '30s',
      time: { from: 'now-1h', to: 'now' },
      timezone: 'browser',
      links: [
        {
          type: 'dashboards',
          title: 'Dashboards',
          tags: ['inventory'],
          asDropdown: true,
          includeVars: true,
          keepTime: true,
        },
      ],
      templating: { list: dashboard.variables.map(variableModel) },
      panels: layOut(dashboard.rows),
    },
    null,
    2,
  )}\n`;
}

function variableModel(variable: Variable): object {
  return {
    name: variable.name,
    label: variable.label,
    type: 'query',
    datasource: SOURCE,
    query: { query: variable.query, refId: variable.name },
    refresh: 2,
    sort: 1,
    includeAll: false,
    multi: false,
  };
}

function layOut(rows: readonly Row[]): readonly object[] {
  const models: object[] = [];
  let y = 0;
  for (const row of rows) {
    models.push({
      id: models.length + 1,
      type: 'row',
      title: row.title,
      collapsed: false,
      gridPos: { x: 0, y, w: 24, h: 1 },
      panels: [],
    });
    y += 1;
    const width = Math.floor(24 / row.panels.length);
    row.panels.forEach((panel, i) =>
      models.push(panelModel(panel, models.length + 1, { x: i * width, y, w: width, h: row.height })),
    );
    y += row.height;
  }
  return models;
}

function panelModel(panel: Panel, id: number, gridPos: object): object {
  const steps = [
    { color: 'green', value: null },
    ...(panel.thresholds ?? []).map(([value, color]) => ({ color, value })),
  ];
  return {
    id,
    type: panel.kind,
    title: panel.title,
    datasource: SOURCE,
    gridPos,
    targets: panel.queries.map((query, i) => ({
      refId: String.fromCharCode(65 + i),
      datasource: SOURCE,
      expr: query.expr,
      legendFormat: query.legend ?? '__auto',
      ...(panel.kind === 'timeseries' ? {} : { instant: true }),
      ...(panel.kind === 'table' ? { format: 'table' } : {}),
    })),
    fieldConfig: {
      defaults: {
        unit: panel.unit ?? 'short',
        min: panel.min,
        max: panel.max,
        thresholds: { mode: 'absolute', steps },
      },
      overrides: [],
    },
    options: optionsOf(panel.kind),
  };
}

function optionsOf(kind: Panel['kind']): object {
  switch (kind) {
    case 'stat':
      return {
        colorMode: 'background',
        graphMode: 'none',
        reduceOptions: { calcs: ['lastNotNull'] },
        textMode: 'auto',
      };
    case 'timeseries':
      return { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } };
    case 'table':
      return { showHeader: true, cellHeight: 'sm' };
  }
}
