import type { Module } from '../module.ts';

/** Every host: packages, users, time, kernel settings, exporters. */
export const node = {
  name: 'node',
  // One host fetches packages for the others, before they ask it.
  stages: ['repo', 'node'],
  identity: [],
  ports: [
    { parameter: 'node_exporter_port', when: 'node_exporter_enabled' },
    { parameter: 'vector_port', when: 'vector_enabled' },
    { parameter: 'vip_exporter_port', when: 'vip_enabled', what: 'keepalived exporter' },
    { parameter: 'docker_exporter_port', when: 'docker_enabled' },
  ],
  runtime: ['emitters/node/runtime.sh'],
} as const satisfies Module;
