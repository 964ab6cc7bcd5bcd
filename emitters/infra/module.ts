import type { Host, Site } from '../../compiler/model/site.ts';
import type { Module, Turn } from '../module.ts';

/** The portal, monitoring, DNS and what else watches and serves a site. */
export const infra = {
  name: 'infra',
  stages: ['infra'],
  group: 'infra',
  seq: 'infra_seq',
  identity: ['infra_seq'],
  ports: [
    { parameter: 'nginx_port', when: 'nginx_enabled' },
    { parameter: 'nginx_ssl_port', when: 'nginx_enabled', what: 'nginx (TLS)' },
    { parameter: 'nginx_exporter_port', when: 'nginx_exporter_enabled' },
    { parameter: 'dns_port', when: 'dns_enabled', what: 'dnsmasq' },
    { parameter: 'vmetrics_port', when: 'vmetrics_enabled' },
    { parameter: 'vlogs_port', when: 'vlogs_enabled' },
    { parameter: 'vtraces_port', when: 'vtraces_enabled' },
    { parameter: 'vmalert_port', when: 'vmalert_enabled' },
    { parameter: 'alertmanager_port', when: 'alertmanager_enabled' },
    { parameter: 'blackbox_port', when: 'blackbox_enabled', what: 'blackbox exporter' },
    { parameter: 'grafana_port', when: 'grafana_enabled' },
  ],
  runtime: ['emitters/infra/runtime.sh'],
  leaves: 4,
  instances: ({ infra: member }: Host): readonly string[] => (member === undefined ? [] : [member.name]),
  turns: (site: Site): readonly Turn[] => site.infra.map(({ host }) => ({ name: host.name, hosts: [host] })),
} as const satisfies Module;
