import { graph, NONE, ONE, stat, type Dashboard } from '../../toolkit/monitoring/panel.ts';

const C = '{cls="$cls"}';
/** As keepalived counts the states of a member: 2 is the holder. */
const HOLDS = `keepalived_vrrp_state${C} == bool 2`;

export const vipBoard: Dashboard = {
  uid: 'node-vip',
  title: 'Virtual addresses of hosts',
  module: 'node',
  variables: [{ name: 'cls', label: 'Hosts', query: 'label_values(keepalived_exporter_up, cls)' }],
  drill: { uid: 'node-instance', title: 'Open the host', label: 'ins' },
  rows: [
    {
      title: '$cls',
      panels: [
        stat(
          'Holders',
          'short',
          `min(sum by (ip_address) (${HOLDS}))`,
          'Hosts that have the address, of the address with the fewest. With none nobody answers to it.',
          ONE,
        ),
        stat(
          'Held twice',
          'short',
          `count(sum by (ip_address) (${HOLDS}) > 1) or vector(0)`,
          'Addresses with two holders: these hosts do not hear each other.',
          NONE,
        ),
        stat('Members', 'short', `count(keepalived_up${C})`, 'Hosts that may hold it.'),
        stat(
          'Down',
          'short',
          `count(keepalived_up${C} < 1) or vector(0)`,
          'Members whose keepalived does not run: the address has fewer places to go to.',
          NONE,
        ),
      ],
    },
    {
      title: 'Who holds it',
      panels: [
        graph(
          'State',
          'none',
          `max by (ins, ip_address) (keepalived_vrrp_state${C})`,
          '{{ins}} {{ip_address}}',
          '2 holds the address, 1 waits, 3 has a fault and will not take it, 0 starts.',
          [[3, 'red']],
        ),
        graph(
          'Taken',
          'short',
          `sum by (ins) (keepalived_become_master_total${C})`,
          '{{ins}}',
          'How often a host took the address since its keepalived was started. A step up is a move.',
        ),
        graph(
          'Given away',
          'short',
          `sum by (ins) (keepalived_release_master_total${C})`,
          '{{ins}}',
          'How often it let go of it: by a fault, or to a member with a higher priority.',
        ),
      ],
    },
    {
      title: 'Whether members hear each other',
      panels: [
        graph(
          'Sent',
          'ops',
          `sum by (ins) (rate(keepalived_advertisements_sent_total${C}[1m]))`,
          '{{ins}}',
          'Advertisements; the holder sends one a second to each member.',
        ),
        graph(
          'Received',
          'ops',
          `sum by (ins) (rate(keepalived_advertisements_received_total${C}[1m]))`,
          '{{ins}}',
          'A member that hears nothing for three seconds takes the address.',
        ),
        graph(
          'Refused',
          'ops',
          `sum by (ins) (rate(keepalived_authentication_failure_total${C}[1m]))`,
          '{{ins}}',
          'Advertisements with another password: other hosts use the same router id.',
          [[0.01, 'red']],
        ),
      ],
    },
    {
      title: 'Checks',
      panels: [
        graph(
          'Check of the service',
          'short',
          `keepalived_script_status${C}`,
          '{{ins}} {{name}}',
          '0: what the address leads to is down on this host, which gives it away.',
          [
            [null, 'red'],
            [1, 'green'],
          ],
        ),
        graph(
          'Address answers',
          'short',
          `min by (instance) (probe_success{cls="$cls", job="node-vip"})`,
          '{{instance}}',
          'Whether the address answers a ping from the monitoring host.',
          [
            [null, 'red'],
            [1, 'green'],
          ],
        ),
        graph(
          'Time of an answer',
          's',
          `max by (instance) (probe_duration_seconds{cls="$cls", job="node-vip"})`,
          '{{instance}}',
          'Of a ping from the monitoring host.',
          [
            [0.1, 'yellow'],
            [1, 'red'],
          ],
        ),
      ],
    },
  ],
};
