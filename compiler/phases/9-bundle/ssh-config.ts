import type { Host } from '../../model/site.ts';

/** First line of each file for ssh. */
export const HEAD = `# How the inventory says that its hosts are reached; the Makefile uses it. What it does not say, \
your own configuration does.
`;

const TAIL = `Match all
  Include ~/.ssh/config
  Include /etc/ssh/ssh_config
`;

/**
 * out/ssh_config: a block for each host that needs one, so that branches merge. The first value that ssh finds wins.
 * `retired` are blocks of hosts that left.
 */
export function sshConfig(hosts: readonly Host[], retired: readonly string[] = []): string {
  const blocks = hosts.flatMap(({ connection }) =>
    connection === undefined || connection.options.length === 0
      ? []
      : [`Host ${connection.target}\n${connection.options.map((line) => `  ${line}\n`).join('')}`],
  );
  const last = retired.filter((block) => block.includes('\n')).map((block) => `${block}\n`);
  return [HEAD, ...blocks, ...last, TAIL].join('\n');
}

/** What makes root of a login: as all hosts have it, else sudo. */
export function becomeOfAll(hosts: readonly Host[]): string {
  const commands = new Set(hosts.map(({ connection }) => connection?.become ?? 'sudo'));
  return commands.size === 1 ? [...commands][0]! : 'sudo';
}
