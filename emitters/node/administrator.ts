import type { Host } from '../../compiler/model/site.ts';
import type { Step } from '../api.ts';
import { UnrepresentableError, requireLine } from '../toolkit/index.ts';
import { textFile } from '../toolkit/steps.ts';

const GROUP = 'admin';

/** The administrator's account: group admin, sudo, ssh keys and client settings. */
export function administratorSteps(host: Host): readonly Step[] {
  const { params } = host;
  const group: Step = { kind: 'group', stage: 'node', name: GROUP, gid: params.nodeAdminUid };
  if (!params.nodeAdminEnabled) return [group];
  const user = params.nodeAdminUsername;
  const home = user === 'root' ? '/root' : `/home/${user}`;
  const own = { owner: user, group: GROUP, mode: 0o600 } as const;
  return [
    group,
    ...(user === 'root'
      ? []
      : [
          {
            kind: 'user',
            stage: 'node',
            name: user,
            uid: params.nodeAdminUid,
            group: GROUP,
            home,
            shell: '/bin/bash',
            comment: 'administrator',
          } as const,
        ]),
    // sudo skips files whose name holds a dot.
    textFile(
      'node',
      `/etc/sudoers.d/${user.replaceAll('.', '_')}`,
      'node/sudoers',
      () => renderSudoers(params.nodeAdminSudo),
      {
        mode: 0o440,
        validate: { command: ['visudo', '-c', '-q', '-f', '{}'] },
      },
    ),
    { kind: 'dir', stage: 'node', path: `${home}/.ssh`, owner: user, group: GROUP, mode: 0o700 },
    textFile('node', `${home}/.ssh/config`, 'node/ssh-config', () => 'StrictHostKeyChecking accept-new\n', own),
    ...(params.nodeAdminPkList.length === 0
      ? []
      : [
          textFile(
            'node',
            `${home}/.ssh/authorized_keys`,
            'node/authorized-keys',
            () => params.nodeAdminPkList.map(keyLine).join(''),
            {
              ...own,
              manage: 'block',
            },
          ),
        ]),
    { kind: 'call', stage: 'node', name: 'ssh key of the administrator', fn: 'ssh_key_ensure', args: [user] },
  ];
}

function keyLine(key: string): string {
  const line = requireLine('authorized_keys', key.trim());
  if (line === '') throw new UnrepresentableError('authorized_keys', 'an empty key', key);
  return `${line}\n`;
}

type SudoMode = Host['params']['nodeAdminSudo'];

function renderSudoers(mode: SudoMode): string {
  return `%${GROUP} ALL=(ALL) ${privileges(mode)}\n`;
}

function privileges(mode: SudoMode): string {
  switch (mode) {
    case 'nopass':
      return 'NOPASSWD: ALL';
    case 'all':
      return 'ALL';
    case 'limit':
      return 'NOPASSWD: /bin/systemctl, /usr/bin/journalctl, /bin/cat, /bin/less, /bin/tail, /bin/head';
  }
}
