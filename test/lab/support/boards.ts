/** Dashboards of a bundle, asked of a running Prometheus the way Grafana asks. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { DashboardModel, PanelModel, RowModel } from '../../../emitters/toolkit/monitoring/grafana-model.ts';
import type { Lab } from './lab.ts';

type Labels = Readonly<Record<string, string>>;
/** Time in seconds, and the number as text. */
export type Sample = readonly [number, string];

/** A series of an answer: all its samples, and the one of now. */
export interface Series {
  readonly labels: Labels;
  readonly legend: string;
  readonly now: Sample | undefined;
  readonly samples: readonly Sample[];
}

/** What a panel gets for one set of values of the variables. */
export interface Answer {
  readonly panel: PanelModel;
  readonly series: readonly Series[];
}

/** A dashboard for one set of values, with what each of its panels gets. */
export interface Shown {
  readonly uid: string;
  readonly title: string;
  /** `ins` is `pg-test-1`, say. */
  readonly values: Labels;
  readonly rows: readonly RowModel[];
  readonly answers: readonly Answer[];
}

/** How far back a page looks, and the time between two points, in seconds. */
const WINDOW = 600;
const STEP = 5;

/** The dashboards below a directory, as Grafana would read them. */
export function boardsOf(directory: string): readonly DashboardModel[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(directory, file), 'utf8')) as DashboardModel);
}

export class Prometheus {
  readonly #lab: Lab;
  readonly #address: string;

  constructor(lab: Lab, address: string) {
    this.#lab = lab;
    this.#address = address;
  }

  /** The data of an answer to each path, all asked in one run. */
  ask(paths: readonly string[]): readonly unknown[] {
    const file = join(this.#lab.directory, 'questions');
    writeFileSync(file, paths.map((path) => `url = "http://${this.#address}/api/v1/${path}"\n`).join(''));
    const { stdout } = this.#lab.admin(['curl', '-sS', '-m', '60', '-w', '\n', '-K', file], 300);
    const lines = stdout.trim().split('\n');
    assert.is(lines.length, paths.length, stdout.slice(-2000));
    return lines.map((line, i) => {
      const answer = JSON.parse(line) as { readonly status: string; readonly data: unknown };
      assert.is(answer.status, 'success', `${paths[i]}: ${line}`);
      return answer.data;
    });
  }

  /** Series of an expression now, with their values. */
  query(expr: string): readonly { readonly metric: Labels; readonly value: Sample }[] {
    const [data] = this.ask([`query?query=${encodeURIComponent(expr)}`]);
    return (data as { readonly result: ReturnType<Prometheus['query']> }).result;
  }

  /** A dashboard once for each value that its own variable finds. */
  show(board: DashboardModel): readonly Shown[] {
    const sets = this.#valuesOf(board);
    assert.ok(sets.length > 0, `${board.uid}: its variable finds nothing`);
    const panels = board.panels!.filter((panel): panel is PanelModel => panel.type !== 'row');
    const end = Math.floor(Date.now() / 1000);
    const paths = sets.flatMap((values) =>
      panels.flatMap((panel) => {
        const query = encodeURIComponent(filled(panel.targets![0]!.expr!, values));
        const range = `start=${end - WINDOW}&end=${end}&step=${STEP}`;
        return [`query?time=${end}&query=${query}`, `query_range?${range}&query=${query}`];
      }),
    );
    const data = this.ask(paths);
    return sets.map((values, s) => ({
      uid: board.uid!,
      title: filled(board.title!, values),
      values,
      rows: board.panels!.flatMap((panel) =>
        panel.type === 'row' ? [{ ...panel, title: filled(panel.title!, values) } as RowModel] : [],
      ),
      answers: panels.map((panel, p) => {
        const at = 2 * (s * panels.length + p);
        return { panel, series: joined(panel, data[at], data[at + 1]) };
      }),
    }));
  }

  /** Values of the variable of a dashboard; one set without any when it has none. */
  #valuesOf(board: DashboardModel): readonly Labels[] {
    const [variable, ...more] = board.templating?.list ?? [];
    if (variable === undefined) return [{}];
    assert.is(more.length, 0, `${board.uid}: one variable`);
    const { query } = variable.query as unknown as { readonly query: string };
    const [, selector, label] = /^label_values\((.+), (\w+)\)$/.exec(query)!;
    const [data] = this.ask([`label/${label}/values?match[]=${encodeURIComponent(selector!)}`.replace('[]', '%5B%5D')]);
    return (data as readonly string[]).map((value) => ({ [variable.name!]: value }));
  }
}

/** A text with the values of the variables. */
export function filled(text: string, values: Labels): string {
  return Object.entries(values).reduce((all, [name, value]) => all.replaceAll(`$${name}`, value), text);
}

interface Vector {
  readonly result: readonly {
    readonly metric: Labels;
    readonly value?: Sample;
    readonly values?: readonly Sample[];
  }[];
}

/** The answers for now and for a while, by series. */
function joined(panel: PanelModel, now: unknown, range: unknown): readonly Series[] {
  const current = new Map((now as Vector).result.map(({ metric, value }) => [JSON.stringify(metric), value]));
  const past = new Map((range as Vector).result.map(({ metric, values }) => [JSON.stringify(metric), values!]));
  return [...new Set([...current.keys(), ...past.keys()])].map((key) => {
    const labels = JSON.parse(key) as Labels;
    return { labels, legend: legendOf(panel, labels), now: current.get(key), samples: past.get(key) ?? [] };
  });
}

/** As Grafana names a series. */
function legendOf(panel: PanelModel, labels: Labels): string {
  const format = panel.targets![0]!.legendFormat!;
  return format === '__auto'
    ? Object.values(labels).join(' ')
    : format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? '');
}
