import type { Host } from '../../model/site.ts';

const HEAD = `# How the inventory says that its hosts are reached; the Makefile uses it. What it does not say, your own configuration does.
`;

const TAIL = `Match all
  Include ~/.ssh/config
  Include /etc/ssh/ssh_config
`;

/** out/ssh_config: a block for each host that needs one, so that branches merge. The first value that ssh finds wins. */
export function sshConfig(hosts: readonly Host[]): string {
  const blocks = hosts.flatMap(({ connection }) =>
    connection === undefined || connection.options.length === 0
      ? []
      : [`Host ${connection.target}\n${connection.options.map((line) => `  ${line}\n`).join('')}`],
  );
  return [HEAD, ...blocks, TAIL].join('\n');
}

/** What makes root of a login: as all hosts have it, else sudo. */
export function becomeOfAll(hosts: readonly Host[]): string {
  const commands = new Set(hosts.map(({ connection }) => connection?.become ?? 'sudo'));
  return commands.size === 1 ? [...commands][0]! : 'sudo';
}
