import type { Host } from '../../compiler/model/site.ts';
import type { Step } from '../api.ts';
import { UnrepresentableError, bashWord } from '../toolkit/index.ts';
import { renderTemplate } from '../toolkit/template.ts';
import { textFile } from '../toolkit/steps.ts';

/** Login shells, resource limits, the data directory. */
export function shellSteps(host: Host): readonly Step[] {
  const { params } = host;
  const aliases = [...params.nodeAliases];
  return [
    textFile('node', '/etc/profile.d/node.sh', 'node/profile', () =>
      renderTemplate('emitters/node/templates/node.sh.njk', {}),
    ),
    ...(aliases.length === 0
      ? []
      : [
          textFile('node', '/etc/profile.d/node.alias.sh', 'node/aliases', () =>
            aliases.map(([name, command]) => aliasLine(name, String(command))).join(''),
          ),
        ]),
    ...(params.region === 'china'
      ? [
          textFile(
            'node',
            '/etc/pip.conf',
            'node/pip',
            () =>
              '[global]\nindex-url = https://pypi.tuna.tsinghua.edu.cn/simple\ntrusted-host = pypi.tuna.tsinghua.edu.cn\n',
          ),
        ]
      : []),
    textFile('node', '/etc/security/limits.d/limits.conf', 'node/limits', renderLimits),
    ...(params.nodeData === '' || params.nodeData === '/'
      ? []
      : [{ kind: 'dir', stage: 'node', path: params.nodeData, owner: 'root', group: 'root', mode: 0o755 } as const]),
  ];
}

function aliasLine(name: string, command: string): string {
  if (!/^[A-Za-z0-9_.:@%+~-]+$/.test(name))
    throw new UnrepresentableError('shell profile', 'an alias name with special characters', name);
  return `alias ${name}=${bashWord(command)}\n`;
}

const LIMITS: readonly (readonly [what: string, soft: string, hard?: string])[] = [
  ['nproc', '1048576'],
  ['nofile', '1048576'],
  ['stack', 'unlimited'],
  // A dump of a server holds passwords and keys: whoever needs one asks for it.
  ['core', '0', 'unlimited'],
  ['memlock', '2500000'],
];

/** `*` does not cover root. */
function renderLimits(): string {
  return ['*', 'root']
    .flatMap((who) =>
      LIMITS.flatMap(([what, soft, hard = soft]) =>
        [`soft  ${what.padEnd(9)}${soft}`, `hard  ${what.padEnd(9)}${hard}`].map(
          (limit) => `${who.padEnd(6)}${limit}\n`,
        ),
      ),
    )
    .join('');
}
