import type { RuleFile } from '../../toolkit/monitoring/rule.ts';

/** What is watched through them is not seen when they are gone: no series of it, so no alert. */
const EXPORTERS = [
  'pg_exporter_agent_up',
  'pgbouncer_exporter_agent_up',
  'pgbackrest_exporter_agent_up',
  'keepalived_exporter_up',
  'agent_up',
];

export const infraRules: RuleFile = {
  name: 'infra',
  recordings: [],
  alerts: [
    {
      alert: 'InfraDown',
      expr: 'infra_up < 1',
      for: '1m',
      severity: 'CRIT',
      summary: '{{ $labels.ins }} is down',
      hint: 'Part of monitoring itself is missing on {{ $labels.ip }}.',
    },
    {
      alert: 'ExporterDown',
      expr: EXPORTERS.map((name) => `${name} < 1`).join(' or '),
      for: '1m',
      severity: 'WARN',
      summary: 'an exporter of {{ $labels.ins }} is down',
      hint: 'What it watches is not seen: {{ $labels.instance }}.',
    },
  ],
};
