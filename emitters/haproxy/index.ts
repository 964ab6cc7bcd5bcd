import type { Host, Site } from '../../compiler/model/site.ts';
import type { Emitter, Step } from '../api.ts';
import { parts } from '../toolkit/parts.ts';
import { expectPort, httpProbe, reload, textFile } from '../toolkit/steps.ts';
import { renderTemplate } from '../toolkit/template.ts';
import { renderMainConfig } from './main-config.ts';
import { nodeServiceFiles } from './node-service.ts';
import { exposes, pgServiceFiles, pgServiceProbes } from './pg-service.ts';

/** HAProxy on every node: statistics, services of the inventory, services of PostgreSQL clusters. */
export const haproxyEmitter: Emitter = {
  module: 'haproxy',
  plan: (site, host) =>
    host.params.haproxyEnabled
      ? parts(
          () => expectations(site, host),
          () => nodeSteps(site, host),
          () => pgServiceFiles(site, host),
          () => pgServiceProbes(host),
        )
      : [],
};

/** Nobody else has the ports it takes. */
function expectations(site: Site, host: Host): readonly Step[] {
  const unit = site.platform.unit('haproxy', host.facts);
  const services = site.pgClusters.filter((cluster) => exposes(host, cluster)).flatMap(({ services }) => services);
  return [
    expectPort('node', host.params.haproxyExporterPort, 'haproxy_exporter_port', unit),
    ...host.params.haproxyServices.map(({ port }) => expectPort('node', port, 'haproxy_services', unit)),
    ...services.map(({ port, fullName }) => expectPort('pgsql', port, `service ${fullName}`, unit)),
  ];
}

function nodeSteps(site: Site, host: Host): readonly Step[] {
  const { params, facts } = host;
  const bin = site.platform.path('haproxyBin', facts);
  const unit = site.platform.unit('haproxy', facts);
  const onChange = params.haproxyReload ? [reload(unit)] : [];
  return [
    { kind: 'package', stage: 'node', names: site.platform.packages('haproxy', facts, params.pgVersion) },
    // The main file holds a password, and a master process reads as root.
    { kind: 'dir', stage: 'node', path: '/etc/haproxy', owner: 'root', group: 'root', mode: 0o700 },
    { kind: 'dir', stage: 'node', path: '/etc/haproxy/conf.d', owner: 'root', group: 'root', mode: 0o700 },
    textFile('node', '/etc/haproxy/haproxy.cfg', 'haproxy/main-config', (secrets) => renderMainConfig(host, secrets), {
      mode: 0o600,
      effects: onChange,
      validate: { command: [bin, '-c', '-q', '-f', '{}'] },
    }),
    ...nodeServiceFiles(host, onChange),
    textFile(
      'node',
      `/etc/systemd/system/${unit}.service`,
      'haproxy/unit',
      () => renderTemplate('emitters/haproxy/templates/haproxy.service.njk', { bin }),
      // A restart drops every connection that goes through it.
      { effects: [{ kind: 'restart', unit, guarded: true }] },
    ),
    ...(facts.osFamily === 'rpm' && params.nodeSelinuxMode !== 'disabled'
      ? [
          {
            kind: 'call',
            stage: 'node',
            name: 'let HAProxy connect to any port',
            fn: 'selinux_boolean',
            args: ['haproxy_connect_any'],
          } as const,
        ]
      : []),
    { kind: 'unit', stage: 'node', unit, enabled: true, state: 'started' },
    httpProbe('node', 'HAProxy', params.haproxyExporterPort, 10, '/metrics'),
  ];
}
