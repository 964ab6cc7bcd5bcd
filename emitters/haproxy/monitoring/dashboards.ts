import { graph, NONE, SHARE, stat, type Dashboard } from '../../toolkit/monitoring/panel.ts';

export const haproxyBoard: Dashboard = {
  uid: 'haproxy-overview',
  title: 'Load balancers',
  module: 'haproxy',
  variables: [{ name: 'cls', label: 'Cluster', query: 'label_values(haproxy_up, cls)' }],
  rows: [
    {
      title: '$cls',
      panels: [
        stat('Down', 'short', 'count(haproxy_up{cls="$cls"} < 1) or vector(0)', 'Balancers that do not answer.', NONE),
        stat(
          'Services without server',
          'short',
          'count(haproxy:cls:service_up{cls="$cls"} < 1) or vector(0)',
          'Clients of these get no connection.',
          NONE,
        ),
        stat(
          'Busiest',
          'percentunit',
          'max(haproxy:ins:usage{cls="$cls"})',
          'Share of the time the process works.',
          SHARE,
        ),
      ],
    },
    {
      title: 'Services',
      panels: [
        graph(
          'Servers up',
          'short',
          'min by (proxy) (sum by (proxy, ins) (haproxy_server_status{cls="$cls", state="UP", proxy!="stats"}))',
          '{{proxy}}',
          'Servers that pass their health check, as the balancer sees it that has the fewest.',
        ),
        graph(
          'Sessions',
          'short',
          'sum by (proxy) (haproxy_backend_current_sessions{cls="$cls", proxy!="stats"})',
          '{{proxy}}',
          'Connections of clients now.',
        ),
        graph(
          'New sessions',
          'ops',
          'sum by (proxy) (rate(haproxy_backend_sessions_total{cls="$cls", proxy!="stats"}[1m]))',
          '{{proxy}}',
          'Connections a second.',
        ),
      ],
    },
    {
      title: 'Traffic',
      panels: [
        graph(
          'To clients',
          'Bps',
          'sum by (proxy) (rate(haproxy_backend_bytes_out_total{cls="$cls", proxy!="stats"}[1m]))',
          '{{proxy}}',
          'Bytes sent to clients; HAProxy counts them when a connection ends.',
        ),
        graph(
          'Queued',
          'short',
          'sum by (proxy) (haproxy_backend_current_queue{cls="$cls", proxy!="stats"})',
          '{{proxy}}',
          'Connections that wait for a server.',
          [[1, 'yellow']],
        ),
        graph(
          'Failed connections',
          'ops',
          'sum by (proxy) (rate(haproxy_backend_connection_errors_total{cls="$cls", proxy!="stats"}[1m]))',
          '{{proxy}}',
          'Servers that did not answer.',
          [[1, 'red']],
        ),
      ],
    },
  ],
};
