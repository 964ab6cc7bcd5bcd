import type { Step } from '../../api.ts';
import { unitFile } from '../../toolkit/unit-file.ts';
import { systemdWord } from '../../toolkit/quote/index.ts';
import { dir, file, reload, restart, unit, type InfraContext } from '../context.ts';
import { recordFiles, recordText, staticRecords } from './records.ts';

const RECORDS = '/etc/dnsmasq.d/pigsty';

/** A caching name server that also answers for what the inventory names. */
export function dnsSteps({ site, host, has }: InfraContext): readonly Step[] {
  const { params, facts } = host;
  if (!params.dnsEnabled || !has('dnsmasq')) return [];
  const name = site.platform.unit('dnsmasq', facts);
  const binary = site.platform.path('dnsmasqBin', facts);
  // A changed record file is noticed by dnsmasq itself; one that is gone only after SIGHUP.
  const reread = { effects: [reload(name)] };
  return [
    dir(RECORDS, 'root', 'dnsmasq', 0o755),
    file('/etc/dnsmasq.conf', 'infra/dns', () => dnsmasqConf(host.address, params.dnsPort), {
      effects: [restart(name)],
      validate: [binary, '--test', '-C', '{}'],
    }),
    file(`/etc/systemd/system/${name}.service`, 'infra/dns', () => dnsmasqUnit(binary), { effects: [restart(name)] }),
    file(`${RECORDS}/default`, 'infra/dns', () => staticRecords(params.dnsRecords, site.adminIp), {
      ...reread,
    }),
    ...recordFiles(site).map((records) =>
      file(`${RECORDS}/${records.name}`, 'infra/dns', () => recordText(records), reread),
    ),
    unit(name, true),
    {
      kind: 'probe',
      stage: 'infra',
      name: `${name} answers`,
      command: ['dns_answers', host.address, String(params.dnsPort)],
      timeoutSeconds: 10,
    },
  ];
}

function dnsmasqConf(address: string, port: number): string {
  return [
    '# Upstream servers come from /etc/resolv.conf, names of the inventory from the hosts files below.',
    `port=${port}`,
    `listen-address=127.0.0.1,${address}`,
    '# Addresses that appear later, such as a virtual one, are listened on as well.',
    'bind-dynamic',
    'user=dnsmasq',
    'group=dnsmasq',
    'no-hosts',
    `hostsdir=${RECORDS}`,
    'bogus-priv',
    'conf-dir=/etc/dnsmasq.d,.rpmnew,.rpmsave,.rpmorig,.dpkg-dist,.dpkg-old,.dpkg-new',
    '',
  ].join('\n');
}

function dnsmasqUnit(binary: string): string {
  return unitFile(
    [
      ['Description', 'Caching name server'],
      ['Wants', 'network-online.target nss-lookup.target'],
      ['Before', 'nss-lookup.target'],
      ['After', 'network-online.target'],
    ],
    [
      ['Type', 'simple'],
      ['ExecStart', [binary, '--keep-in-foreground', '--conf-file=/etc/dnsmasq.conf'].map(systemdWord).join(' ')],
      ['ExecReload', '/bin/kill -HUP $MAINPID'],
      ['Restart', 'on-failure'],
      ['RestartSec', 5],
    ],
  );
}
