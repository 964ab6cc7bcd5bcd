import type { ParameterName } from '../../../../schema/parameter-names.gen.ts';
import type { Module } from '../../../../../emitters/module.ts';
import { MODULES } from '../../../../../emitters/modules.ts';
import { report } from '../../../../diagnostics/report.ts';
import type { Component } from '../../../../platform/profile.ts';
import { text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

/** Parameters that ask for a component when they are true, and nothing takes its place. */
const SWITCHES: ReadonlyMap<ParameterName, Component> = new Map([
  ['vector_enabled', 'vector'],
  ['grafana_enabled', 'grafana'],
  ['vlogs_enabled', 'victoria-logs'],
  ['vtraces_enabled', 'victoria-traces'],
  ['blackbox_enabled', 'blackbox-exporter'],
  ['nginx_exporter_enabled', 'nginx-exporter'],
  ['redis_exporter_enabled', 'redis-exporter'],
  ['pg_exporter_enabled', 'pg-exporter'],
  ['pgbouncer_exporter_enabled', 'pgbouncer-exporter'],
  ['pgbackrest_exporter_enabled', 'pgbackrest-exporter'],
]);

/** Options of components. Prometheus, which takes the place of VictoriaMetrics, understands none of its options. */
const OPTIONS: ReadonlyMap<ParameterName, Component> = new Map([
  ['vmetrics_options', 'victoria-metrics'],
  ['vmalert_options', 'vmalert'],
  ['vlogs_options', 'victoria-logs'],
  ['vtraces_options', 'victoria-traces'],
  ['blackbox_options', 'blackbox-exporter'],
  ['pg_exporter_options', 'pg-exporter'],
  ['pgbouncer_exporter_options', 'pgbouncer-exporter'],
  ['pgbackrest_exporter_options', 'pgbackrest-exporter'],
  ['redis_exporter_options', 'redis-exporter'],
]);

export const components: Rule = {
  codes: ['component-unavailable'],
  about: 'What the inventory asks for and the platform does not have. Defaults ask for nothing.',
  *check(context) {
    const { missing, name: platform } = context.platform;
    for (const [name, component] of SWITCHES) {
      if (!missing.includes(component)) continue;
      for (const use of context.uses(name))
        if (use.hosts.some((host) => context.parameter(host, name).value))
          yield report('component-unavailable', use.node.span, { platform, component, name });
    }
    for (const [name, component] of OPTIONS) {
      if (!missing.includes(component)) continue;
      for (const use of context.uses(name))
        if (!['', context.default(name)].includes(text(use.node)))
          yield report('component-unavailable', use.node.span, { platform, component, name });
    }
    // Where the program of a module has the module's name.
    for (const { name: component, cluster: name } of MODULES as readonly Module[])
      if (name !== undefined && (missing as readonly string[]).includes(component))
        for (const { span } of context.clusters(name))
          yield report('component-unavailable', span, { platform, component, name });
    for (const use of context.uses('redis_type')) {
      const engine = text(use.node);
      if (engine === 'valkey' && missing.includes(engine))
        yield report('component-unavailable', use.node.span, { platform, component: engine, name: 'redis_type' });
    }
  },
};
