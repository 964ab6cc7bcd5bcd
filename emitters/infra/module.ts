import {
  certifiable,
  daysOf,
  memberCertificate,
  namesOn,
  type CertificateRequest,
} from '../../compiler/domain/certificate.ts';
import { PORTAL_CERTIFICATE } from '../../compiler/model/certificate-names.ts';
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
  calls: {
    nginx_certs: 'DIR [DOMAIN NAME]…',
    grafana_datasource: 'ACCESS FILE',
  },
  leaves: 4,
  accounts: ['infra', 'prometheus', 'grafana'],
  directories: [{ parameter: 'infra_data' }],
  certificates: ({ infra: members }: Site): readonly CertificateRequest[] => [
    // Monitoring and administration: it logs in and serves nothing.
    ...members.map((member) => memberCertificate('infra', member, [member.name], ['clientAuth'])),
    ...portalCertificate(members.filter(({ host }) => host.params.nginxEnabled).map(({ host }) => host)),
  ],
  instances: ({ infra: member }: Host): readonly string[] => (member === undefined ? [] : [member.name]),
  turns: (site: Site): readonly Turn[] => site.infra.map(({ host }) => ({ name: host.name, hosts: [host] })),
} as const satisfies Module;

/** All portals have one certificate, with the domains of all entries. */
function portalCertificate(hosts: readonly Host[]): readonly CertificateRequest[] {
  const [first] = hosts;
  if (first === undefined) return [];
  const domains = hosts.flatMap(({ params }) =>
    [...params.infraPortal.values()].flatMap(({ domain, domains }) =>
      domain === undefined || domain === '' ? [] : [domain, ...domains],
    ),
  );
  return [
    {
      id: PORTAL_CERTIFICATE,
      commonName: 'pigsty',
      organizationalUnit: 'infra',
      names: certifiable(['i.pigsty', ...domains, ...hosts.flatMap((host) => namesOn(host, []))]),
      usages: ['serverAuth'],
      validityDays: daysOf(first.params.nginxCertValidity),
      hosts: hosts.map(({ name }) => name),
    },
  ];
}
