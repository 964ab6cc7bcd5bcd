import { graph, NONE, stat, UP, type Dashboard } from '../../../toolkit/monitoring/panel.ts';

/** What visitors of the portal get, and whether the programs behind it answer. */
export const portalBoard: Dashboard = {
  uid: 'infra-portal',
  title: 'Portal',
  module: 'infra',
  variables: [],
  rows: [
    {
      title: 'Now',
      panels: [
        stat('Up', 'bool_yes_no', 'min(nginx_up)', 'While nginx answers on every infra host.', UP),
        stat('Requests', 'ops', 'sum(rate(nginx_http_requests_total[1m]))', 'A second, of all infra hosts.'),
        stat('Connections', 'short', 'sum(nginx_connections_active)', 'Of clients, with the idle ones.'),
        stat(
          'Dropped',
          'short',
          'sum(increase(nginx_connections_accepted[5m]) - increase(nginx_connections_handled[5m])) > 0 or vector(0)',
          'Connections in 5 minutes that nginx took and closed at once: worker_connections is reached.',
          NONE,
        ),
        stat(
          'Programs down',
          'short',
          'count(infra_up < 1) or vector(0)',
          'What the portal leads to is not there.',
          NONE,
        ),
      ],
    },
    {
      title: 'Requests',
      panels: [
        graph('Requests', 'ops', 'rate(nginx_http_requests_total[1m])', '{{ins}}', 'A second.'),
        graph('New connections', 'ops', 'rate(nginx_connections_accepted[1m])', '{{ins}}', 'A second.'),
        graph(
          'Requests of a connection',
          'short',
          'rate(nginx_http_requests_total[5m]) / (rate(nginx_connections_handled[5m]) > 0)',
          '{{ins}}',
          'About one: clients open a connection for each request.',
        ),
      ],
    },
    {
      title: 'Connections',
      panels: [
        graph(
          'Sending',
          'short',
          'nginx_connections_writing',
          '{{ins}}',
          'Answers under way, of programs behind it as well.',
        ),
        graph(
          'Reading',
          'short',
          'nginx_connections_reading',
          '{{ins}}',
          'Requests whose head is not complete. Many: slow clients.',
        ),
        graph('Idle', 'short', 'nginx_connections_waiting', '{{ins}}', 'Kept open for the next request.'),
      ],
    },
    {
      title: 'Behind it',
      panels: [
        graph('Answering', 'short', 'infra_up', '{{ins}}', 'Programs of the infra hosts; 0 does not answer.', UP),
        graph(
          'Time of their metrics',
          's',
          'max by (ins) (scrape_duration_seconds{job="infra"})',
          '{{ins}}',
          'A program that is slow here is slow for its readers.',
          [
            [1, 'yellow'],
            [5, 'red'],
          ],
        ),
      ],
    },
  ],
};
