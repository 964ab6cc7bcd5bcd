import { namedInterface } from '../../compiler/model/interface.ts';
import type { SecretSink } from '../../compiler/model/secret.ts';
import type { Host, NodeVip, Site } from '../../compiler/model/site.ts';
import type { Step } from '../api.ts';
import { bashWord, keepalivedWord } from '../toolkit/index.ts';
import { renderTemplate } from '../toolkit/template.ts';
import { reload, restart, textFile } from '../toolkit/steps.ts';

const FINDER = '/etc/keepalived/find-interface';
const FOUND = '/etc/keepalived/interface.conf';

/** The L2 VIP of a node cluster, held by one member at a time. */
export function keepalivedSteps(site: Site, host: Host): readonly Step[] {
  const vip = host.nodeVip;
  if (vip === undefined) return [];
  const unit = site.platform.unit('keepalived', host.facts);
  const bin = site.platform.path('keepalivedBin', host.facts);
  const auto = namedInterface(host.params.vipInterface) === undefined;
  const check = `${bin} -t -f "$1"`;
  return [
    { kind: 'dir', stage: 'node', path: '/etc/keepalived', owner: 'root', group: 'root', mode: 0o755 },
    ...(auto
      ? [
          textFile(
            'node',
            FINDER,
            'node/keepalived-interface',
            () =>
              renderTemplate('emitters/node/templates/find-interface.njk', {
                address: bashWord(host.address),
                file: FOUND,
              }),
            {
              mode: 0o755,
              effects: [restart(unit)],
            },
          ),
          {
            kind: 'dir',
            stage: 'node',
            path: `/etc/systemd/system/${unit}.service.d`,
            owner: 'root',
            group: 'root',
            mode: 0o755,
          } as const,
          textFile(
            'node',
            `/etc/systemd/system/${unit}.service.d/interface.conf`,
            'node/keepalived-unit',
            () => `[Service]\nExecStartPre=${FINDER}\n`,
            { effects: [restart(unit)] },
          ),
        ]
      : []),
    textFile(
      'node',
      '/etc/keepalived/keepalived.conf',
      'node/keepalived',
      (secrets) => renderKeepalived(site, host, vip, secrets),
      {
        mode: 0o600,
        effects: [reload(unit)],
        validate: { command: ['sh', '-c', auto ? `${FINDER} && ${check}` : check, 'sh', '{}'] },
      },
    ),
    { kind: 'unit', stage: 'node', unit, enabled: true, state: 'started' },
  ];
}

function renderKeepalived(site: Site, host: Host, vip: NodeVip, secrets: SecretSink): string {
  const { params } = host;
  const named = namedInterface(host.params.vipInterface);
  const master = params.vipRole === 'master';
  return renderTemplate('emitters/node/templates/keepalived.conf.njk', {
    includes: named === undefined ? [FOUND] : [],
    name: keepalivedWord(host.nodeCluster),
    haproxy: params.haproxyEnabled ? site.platform.unit('haproxy', host.facts) : '',
    // Without preemption nobody may start as master: keepalived ignores `nopreempt` in that state. The priorities
    // decide the first election.
    state: master && params.vipPreempt ? 'MASTER' : 'BACKUP',
    interface: named === undefined ? '$VIP_INTERFACE' : keepalivedWord(named),
    vrid: vip.vrid,
    priority: master ? 128 : 100,
    preempt: params.vipPreempt,
    address: keepalivedWord(host.address),
    peers: vip.members.filter((member) => member !== host).map((member) => keepalivedWord(member.address)),
    password: keepalivedWord(password(host, vip, secrets)),
    vip: keepalivedWord(vip.address),
  });
}

/** VRRP passwords have eight bytes; keepalived cuts longer ones with a warning. */
function password(host: Host, vip: NodeVip, secrets: SecretSink): string {
  const secret = host.params.vipAuthPass;
  if (secret.expose() === '') return firstBytes(`${host.nodeCluster}-${vip.vrid}`, 8);
  return secrets.derive(secret, 'vrrp', (plain) => firstBytes(plain, 8));
}

/** As many characters as fit into `size` bytes of UTF-8. */
function firstBytes(text: string, size: number): string {
  let bytes = 0;
  return [...text].filter((character) => (bytes += Buffer.byteLength(character)) <= size).join('');
}
