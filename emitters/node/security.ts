import type { Host } from '../../compiler/model/site.ts';
import type { Step } from '../api.ts';

/** SELinux mode, firewall, trust in the site's CA. */
export function securitySteps(host: Host): readonly Step[] {
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
    { kind: 'call', stage: 'node', name: 'trust the CA', fn: 'ca_trust', args: ['/etc/pki/ca.crt'] },
  ];
}
