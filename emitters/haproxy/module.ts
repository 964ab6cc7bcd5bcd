import type { Module } from '../module.ts';

/** HAProxy of hosts and of the services of clusters. It has no stage of its own: it belongs to `node` and `pgsql`. */
export const haproxy = {
  name: 'haproxy',
  stages: [],
  identity: [],
  ports: [{ parameter: 'haproxy_exporter_port', when: 'haproxy_enabled', what: 'haproxy (statistics)' }],
  runtime: [],
  noticed: { haproxy: 'balancer' },
} as const satisfies Module;
