import type { Params } from '../../../compiler/model/params.gen.ts';
import type { Effect, Step } from '../../api.ts';
import { yamlDocument } from '../../toolkit/yaml.ts';
import { file, reload, storesMetrics, type InfraContext } from '../context.ts';
import { nodeRules } from './node.ts';
import { etcdRules, infraRules, minioRules, redisRules } from './others.ts';
import { pgsqlRules } from './pgsql.ts';
import { ruleDocument, type Recording, type RuleFile } from './rule.ts';

/** All rule files of an infra host. */
export function ruleFiles(params: Params): readonly RuleFile[] {
  return [agentRules(params), nodeRules, pgsqlRules, etcdRules, redisRules, minioRules, infraRules];
}

export function ruleText(rules: RuleFile): string {
  return yamlDocument(ruleDocument(rules));
}

/** Which program answers on which port is a parameter: these give every agent's `up` a name of its own. */
function agentRules(params: Params): RuleFile {
  const byPort = (record: string, port: number): Recording => ({ record, expr: `up{instance=~".*:${port}"}` });
  return {
    name: 'agent',
    recordings: [
      byPort('node_up', params.nodeExporterPort),
      byPort('haproxy_up', params.haproxyExporterPort),
      byPort('keepalived_exporter_up', params.vipExporterPort),
      byPort('vector_up', params.vectorPort),
      { record: 'etcd_up', expr: 'up{job="etcd"}' },
      { record: 'minio_up', expr: 'up{job="minio"}' },
      byPort('pg_exporter_agent_up', params.pgExporterPort),
      byPort('pgbouncer_exporter_agent_up', params.pgbouncerExporterPort),
      byPort('pgbackrest_exporter_agent_up', params.pgbackrestExporterPort),
      byPort('patroni_up', params.patroniPort),
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
  return ruleFiles(host.params).map((rules) =>
    file(`/infra/rules/${rules.name}.yml`, 'infra/rules', () => ruleText(rules), {
      owner: metricsUser,
      group: 'infra',
      effects,
      ...validate,
    }),
  );
}
