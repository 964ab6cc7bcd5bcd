import { graph, NONE, stat, table, type Dashboard } from '../../../toolkit/monitoring/panel.ts';

export const infraBoard: Dashboard = {
  uid: 'infra-overview',
  title: 'Monitoring itself',
  module: 'infra',
  variables: [],
  rows: [
    {
      title: 'Targets',
      panels: [
        stat('Targets', 'short', 'count(up)', 'Programs that are scraped.'),
        stat('Down', 'short', 'count(up < 1) or vector(0)', 'Programs that do not answer.', NONE),
        stat(
          'Infra programs down',
          'short',
          'count(infra_up < 1) or vector(0)',
          'Part of monitoring is missing.',
          NONE,
        ),
        stat(
          'Exporters down',
          'short',
          'count(agent_up < 1 or pg_exporter_agent_up < 1 or pgbouncer_exporter_agent_up < 1 or keepalived_exporter_up < 1) or vector(0)',
          'What they watch is not seen.',
          NONE,
        ),
      ],
    },
    {
      title: 'Scrapes',
      panels: [
        graph('Time', 's', 'max by (job) (scrape_duration_seconds)', '{{job}}', 'The slowest target of each job.', [
          [5, 'yellow'],
          [8, 'red'],
        ]),
        graph(
          'Series',
          'short',
          'sum by (job) (scrape_samples_scraped)',
          '{{job}}',
          'Samples of one scrape of all targets.',
        ),
        graph('Answering', 'percentunit', 'avg by (job) (up)', '{{job}}', 'Share of the targets.'),
      ],
    },
    {
      title: 'Not answering',
      panels: [table('Targets that do not answer', 'short', 'up < 1', 'The address is the label instance.')],
    },
  ],
};
