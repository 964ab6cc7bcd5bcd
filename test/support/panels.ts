/** Panels of dashboards, by what they ask. */
import type { Dashboard, Panel } from '../../emitters/toolkit/monitoring/panel.ts';

export function panelsOf(dashboards: readonly Dashboard[]): readonly Panel[] {
  return dashboards.flatMap((dashboard) => dashboard.rows.flatMap((row) => row.panels));
}

/** Those whose expressions are PromQL. */
export function metricPanels(dashboards: readonly Dashboard[]): readonly Panel[] {
  return panelsOf(dashboards).filter(({ source }) => source === undefined);
}

/** Those whose expressions are LogsQL. */
export function logPanels(dashboards: readonly Dashboard[]): readonly Panel[] {
  return panelsOf(dashboards).filter(({ source }) => source === 'logs');
}
