import type { Host, Site } from '../../compiler/model/site.ts';
import type { Step } from '../api.ts';
import { UnrepresentableError, requireLine } from '../toolkit/index.ts';
import { renderTemplate } from '../toolkit/template.ts';
import { restart, textFile, withAdminIp } from '../toolkit/steps.ts';

/** Time zone, time synchronization, system crontab. */
export function timeSteps(site: Site, host: Host): readonly Step[] {
  const { params } = host;
  return [
    ...(params.nodeTimezone === ''
      ? []
      : [{ kind: 'call', stage: 'node', name: 'time zone', fn: 'timezone_set', args: [params.nodeTimezone] } as const]),
    ...(params.nodeNtpEnabled ? chronySteps(site, host) : []),
    ...cronSteps(site, host),
  ];
}

function chronySteps(site: Site, host: Host): readonly Step[] {
  const { params, facts } = host;
  const unit = site.platform.unit('chrony', facts);
  return [
    { kind: 'package', stage: 'node', names: site.platform.packages('chrony', facts, params.pgVersion) },
    textFile('node', site.platform.path('chronyConf', facts), 'node/chrony', () => renderChrony(site, host), {
      effects: [restart(unit)],
      validate: { command: ['chronyd', '-p', '-f', '{}'] },
    }),
    { kind: 'unit', stage: 'node', unit, enabled: true, state: 'started' },
    {
      kind: 'probe',
      stage: 'node',
      name: 'chrony answers',
      command: ['chronyc', '-n', 'activity'],
      timeoutSeconds: 10,
    },
  ];
}

function renderChrony(site: Site, host: Host): string {
  return renderTemplate('emitters/node/templates/chrony.conf.njk', {
    sources: timeSources(site, host).map((line) => requireLine('chrony.conf', line)),
    clients: host.params.nodeFirewallIntranet.map((network) => requireLine('chrony.conf', network)),
  });
}

/** The administration node may be the others' time server; it does not ask itself. */
export function timeSources(site: Site, host: Host): readonly string[] {
  const lines = host.params.nodeNtpServers.map((line) => withAdminIp(site, line.trim()));
  return host.address === site.adminIp ? lines.filter((line) => line.split(/\s+/)[1] !== site.adminIp) : lines;
}

function cronSteps(site: Site, host: Host): readonly Step[] {
  const { params, facts } = host;
  const jobs = (): string => params.nodeCrontab.map((line) => `${cronLine(line)}\n`).join('');
  return [
    { kind: 'package', stage: 'node', names: site.platform.packages('cron', facts, params.pgVersion) },
    ...(params.nodeCrontab.length === 0
      ? []
      : [
          textFile(
            'node',
            '/etc/crontab',
            'node/crontab',
            () => (params.nodeCrontabOverwrite ? `${CRONTAB_HEAD}${jobs()}` : jobs()),
            {
              manage: params.nodeCrontabOverwrite ? 'whole' : 'block',
            },
          ),
        ]),
    { kind: 'unit', stage: 'node', unit: site.platform.unit('cron', facts), enabled: true, state: 'started' },
  ];
}

const CRONTAB_HEAD = `SHELL=/bin/bash
PATH=/sbin:/bin:/usr/sbin:/usr/bin
MAILTO=root

# minute hour day month weekday user command
`;

/** A line of cron's own language: five time fields or @name, a user, a command. */
function cronLine(line: string): string {
  const text = requireLine('crontab', line.trim());
  if (text === '') throw new UnrepresentableError('crontab', 'an empty line as a job', line);
  return text;
}
