/** Grafana's model of a dashboard, from the types that its makers publish: a field that it does not know does not compile. */
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import type * as logs from '@grafana/grafana-foundation-sdk/logs';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import type * as stat from '@grafana/grafana-foundation-sdk/stat';
import type * as table from '@grafana/grafana-foundation-sdk/table';
import type * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

/** A type as JSON has it: of an enumeration its words and numbers, and what is left out has Grafana's default. */
type Json<T> = T extends string
  ? `${T}`
  : T extends number
    ? `${T}` extends `${infer N extends number}`
      ? N
      : number
    : T extends readonly (infer E)[]
      ? readonly Json<E>[]
      : T extends object
        ? { readonly [K in keyof T]?: Json<T[K]> | undefined }
        : T;

type Defaults = Omit<dashboard.FieldConfig, 'custom'> & { custom?: timeseries.FieldConfig };

/** A panel with what belongs to its kind, where the published type takes anything. */
interface Shown extends Omit<dashboard.Panel, 'type' | 'targets' | 'options' | 'fieldConfig'> {
  type: 'stat' | 'timeseries' | 'table' | 'logs';
  targets: Dataquery[];
  fieldConfig: { defaults: Defaults; overrides: [] };
}

export type OptionsModel = Json<stat.Options | timeseries.Options | table.Options | logs.Options>;
export type PanelModel = Json<Shown> & { readonly options: OptionsModel };
export type RowModel = Json<dashboard.RowPanel>;
export type LinkModel = Json<dashboard.DashboardLink>;
export type VariableModel = Json<dashboard.VariableModel>;
export type DashboardModel = Json<Omit<dashboard.Dashboard, 'panels'>> & {
  readonly panels: readonly (PanelModel | RowModel)[];
};
