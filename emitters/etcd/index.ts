import { certificateName } from '../../compiler/model/certificate-names.ts';
import type { EtcdMember, Host, Site } from '../../compiler/model/site.ts';
import type { Effect, Emitter, Step } from '../api.ts';
import { serverCertificate } from '../toolkit/certificates.ts';
import { parts } from '../toolkit/parts.ts';
import { expectPort, portProbe, textFile } from '../toolkit/steps.ts';
import { systemdValue } from '../toolkit/index.ts';
import { renderTemplate } from '../toolkit/template.ts';
import { etcdApi } from '../../compiler/domain/etcd-api.ts';
import { clientEndpoints, renderClientProfile } from './client-profile.ts';
import { membership, peerUrlOf, renderEtcdConfig } from './config.ts';
import { passwordFile, pgUserSteps } from './pg-users.ts';
import { ETCD_SETTINGS } from './settings.ts';

/** etcd members: configuration, certificates' directory, start, authentication, users of the Patroni scopes. */
export const etcdEmitter: Emitter = {
  module: 'etcd',
  plan: (site, host) => {
    const member = host.etcd;
    if (member === undefined) return [];
    return parts(
      () => expectations(site, host, member),
      () => fileSteps(site, host, member),
      () => startSteps(site, host, member),
      () => accessSteps(site, member),
    );
  },
};

/** A member with data stays the member it is, and nobody else has its ports. */
function expectations(site: Site, host: Host, member: EtcdMember): readonly Step[] {
  const { params, facts } = host;
  const unit = site.platform.unit('etcd', facts);
  return [
    {
      kind: 'identity',
      stage: 'etcd',
      module: 'etcd',
      values: { name: member.name, data: params.etcdData, peer: peerUrlOf(member) },
    },
    expectPort('etcd', params.etcdPort, 'etcd_port', unit),
    expectPort('etcd', params.etcdPeerPort, 'etcd_peer_port', unit),
  ];
}

function fileSteps(site: Site, host: Host, member: EtcdMember): readonly Step[] {
  const { params, facts } = host;
  const unit = site.platform.unit('etcd', facts);
  const bin = site.platform.path('etcdBin', facts);
  const onChange: readonly Effect[] = [{ kind: 'restart', unit, guarded: true }];
  return [
    { kind: 'package', stage: 'etcd', names: site.platform.packages('etcd', facts, params.pgVersion) },
    ...(params.nodeData !== '' && params.nodeData !== '/' && params.etcdData.startsWith(`${params.nodeData}/`)
      ? [{ kind: 'dir', stage: 'etcd', path: params.nodeData, owner: 'root', group: 'root', mode: 0o755 } as const]
      : []),
    { kind: 'dir', stage: 'etcd', path: '/etc/etcd', owner: 'root', group: 'etcd', mode: 0o750 },
    // Its own certificate etcd looks at for each connection. One that does not trust the authority of another member drops out: the restart
    // waits for leave, and members take turns.
    ...serverCertificate(
      'etcd',
      '/etc/etcd',
      certificateName('etcd', member.name),
      { owner: 'etcd', group: 'etcd' },
      [],
      onChange,
    ),
    { kind: 'dir', stage: 'etcd', path: '/var/lib/etcd', owner: 'etcd', group: 'etcd', mode: 0o770 },
    { kind: 'dir', stage: 'etcd', path: params.etcdData, owner: 'etcd', group: 'etcd', mode: 0o700 },
    textFile('etcd', '/etc/etcd/etcd.conf', 'etcd/config', () => renderEtcdConfig(site, member), {
      owner: 'etcd',
      group: 'etcd',
      effects: onChange,
      settings: ETCD_SETTINGS,
    }),
    textFile(
      'etcd',
      '/etc/etcd/etcd.pass',
      'etcd/root-password',
      (secrets) => passwordFile(secrets, params.etcdRootPassword),
      {
        group: 'etcd',
        mode: 0o640,
      },
    ),
    textFile('etcd', '/etc/profile.d/etcdctl.sh', 'etcd/client-profile', () =>
      renderClientProfile(host, member.cluster),
    ),
    textFile(
      'etcd',
      `/etc/systemd/system/${unit}.service`,
      'etcd/unit',
      () => renderTemplate('emitters/etcd/templates/etcd.service.njk', { bin, data: systemdValue(params.etcdData) }),
      {
        effects: onChange,
      },
    ),
  ];
}

/** A member without data joins the cluster that the others run; where they do not, all of them make one. */
function startSteps(site: Site, host: Host, member: EtcdMember): readonly Step[] {
  const { params, facts } = host;
  const others = clientEndpoints(member.cluster).filter((endpoint) => endpoint !== endpointOf(member));
  const members = membership(member.cluster);
  const join = [member.name, peerUrlOf(member), others, params.etcdData, params.etcdInit, members] as const;
  return [
    ...(others.length > 0
      ? [
          {
            kind: 'call',
            stage: 'etcd',
            name: 'join the etcd cluster',
            fn: 'etcd_bootstrap',
            args: params.etcdLearner ? ([...join, 'learner'] as const) : join,
          } as const,
        ]
      : []),
    {
      kind: 'unit',
      stage: 'etcd',
      unit: site.platform.unit('etcd', facts),
      enabled: true,
      state: 'started',
      guarded: true,
    },
    portProbe('etcd', 'etcd listens', host.address, params.etcdPort, 60),
    // A learner answers no such question.
    ...(params.etcdLearner
      ? []
      : [
          {
            kind: 'probe',
            stage: 'etcd',
            name: 'etcd has a quorum',
            command: ['etcd_quorum', endpointOf(member)],
            timeoutSeconds: 0,
          } as const,
        ]),
  ];
}

/**
 * Authentication, membership and users are the cluster's, so one member sets them up: the last in order, because a deployment that
 * goes through the hosts one by one has a quorum only then.
 */
function accessSteps(site: Site, member: EtcdMember): readonly Step[] {
  if (member !== member.cluster.members.at(-1)) return [];
  const api = etcdApi(site.platform);
  const endpoint = endpointOf(member);
  return [
    { kind: 'call', stage: 'etcd', name: 'etcd authentication', fn: 'etcd_auth', args: [endpoint, api] },
    {
      kind: 'call',
      stage: 'etcd',
      name: 'etcd members',
      fn: 'etcd_members',
      args: [endpoint, membership(member.cluster)],
    },
    ...pgUserSteps(site, endpoint, api),
  ];
}

function endpointOf(member: EtcdMember): string {
  return `https://${member.host.address}:${member.host.params.etcdPort}`;
}
