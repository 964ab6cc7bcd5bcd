import type { Host, Site } from '../../../compiler/model/site.ts';
import type { Effect, Step } from '../../api.ts';
import { yamlDocument } from '../../toolkit/yaml.ts';
import { file, reload, storesMetrics, type InfraContext } from '../context.ts';
import { AGENTS, agentUp } from '../metrics/agents.ts';
import { MODULES } from '../../modules.ts';
import { MODULE_RULES } from '../../watched.ts';
import { infraRules } from './infra.ts';
import { ruleDocument, type Recording, type RuleFile } from '../../toolkit/monitoring/rule.ts';

/** All rule files of an infra host. */
export function ruleFiles(site: Site, watcher: Host): readonly RuleFile[] {
  return [agentRules(site, watcher), ...MODULE_RULES, infraRules];
}

export function ruleText(rules: RuleFile): string {
  return yamlDocument(ruleDocument(rules));
}

/**
 * Gives every program's `up` a name of its own; whatever has none is an agent among others. Behind pings is the prober, a
 * program of the infra host.
 */
function agentRules(site: Site, watcher: Host): RuleFile {
  const direct = MODULES.flatMap((module) => module.scrapes?.(site, watcher.params) ?? [])
    .filter((job) => job.direct === true)
    .map(({ name }) => name);
  const named = [...new Set(AGENTS.map(({ job }) => job)), 'infra', ...direct, 'ping', '.*-vip'];
  return {
    name: 'agent',
    recordings: [
      ...AGENTS.map((agent): Recording => ({ record: agent.record, expr: agentUp(site, watcher, agent) })),
      ...direct.map((name): Recording => ({ record: `${name}_up`, expr: `up{job="${name}"}` })),
      { record: 'infra_up', expr: 'up{job="infra"}' },
      { record: 'agent_up', expr: `up{job!~"${named.join('|')}"}` },
    ],
    alerts: [],
  };
}

/** Rules are evaluated by vmalert, or by Prometheus itself. */
export function ruleSteps(context: InfraContext): readonly Step[] {
  const { site, host, has, metricsUser } = context;
  if (!storesMetrics(site, host)) return [];
  const prometheus = !has('victoria-metrics');
  const effects: readonly Effect[] = prometheus
    ? [reload(site.platform.unit('prometheus', host.facts))]
    : host.params.vmalertEnabled && has('vmalert')
      ? [reload('vmalert')]
      : [];
  const validate = prometheus
    ? { validate: [site.platform.path('promtoolBin', host.facts), 'check', 'rules', '{}'] }
    : {};
  return ruleFiles(site, host).map((rules) =>
    file(`/infra/rules/${rules.name}.yml`, 'infra/rules', () => ruleText(rules), {
      owner: metricsUser,
      group: 'infra',
      effects,
      ...validate,
    }),
  );
}
