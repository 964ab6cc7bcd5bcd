import type { Host, Site } from '../../compiler/model/site.ts';
import type { Effect, Step } from '../api.ts';
import { authorityFile } from '../toolkit/certificates.ts';

/** SELinux mode, firewall, trust in the site's CA. */
export function securitySteps(site: Site, host: Host): readonly Step[] {
  const { params, facts } = host;
  return [
    ...(facts.osFamily === 'rpm'
      ? [
          {
            kind: 'call',
            stage: 'node',
            name: 'SELinux mode',
            fn: 'selinux_mode',
            args: [params.nodeSelinuxMode],
          } as const,
        ]
      : []),
    ...(params.nodeFirewallMode === 'none'
      ? []
      : [
          {
            kind: 'call',
            stage: 'node',
            name: 'firewall',
            fn: 'firewall_apply',
            args: [params.nodeFirewallMode, params.nodeFirewallIntranet, params.nodeFirewallPublicPort],
          } as const,
        ]),
    { kind: 'dir', stage: 'node', path: '/etc/pki', owner: 'root', group: 'root', mode: 0o755 },
    authorityFile('node', '/etc/pki/ca.crt', balancerEffects(site, host), { owner: 'root', group: 'root' }),
    { kind: 'call', stage: 'node', name: 'trust the CA', fn: 'ca_trust', args: ['/etc/pki/ca.crt'] },
  ];
}

/** HAProxy asks Patroni who leads; it loads the authority with its configuration. Shells and monitoring look at the file each time. */
function balancerEffects(site: Site, { params, facts }: Host): readonly Effect[] {
  return params.haproxyEnabled && params.haproxyReload
    ? [{ kind: 'reload', unit: site.platform.unit('haproxy', facts) }]
    : [];
}
