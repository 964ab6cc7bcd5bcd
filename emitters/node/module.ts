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
  calls: {
    hostname_set: 'NAME',
    timezone_set: 'ZONE',
    selinux_mode: 'enforcing|permissive|disabled',
    selinux_boolean: 'NAME',
    ca_trust: 'FILE',
    tuned_profile: 'NAME',
    ssh_key_ensure: 'USER',
    modules_load: 'MODULE…',
    sysctl_apply: 'FILE',
    hugepages_set: 'COUNT',
    firewall_apply: 'zone|off CIDR,… PORT,…',
    swap_disable: '',
    numa_disable: '',
    network_static: '',
    resolver_add: 'TEXT…',
    repo_exclusive: 'DIR NAME…',
    uv_venv: 'DIR PACKAGE…',
  },
  directories: [{ parameter: 'vector_data', when: 'vector_enabled' }],
} as const satisfies Module;
