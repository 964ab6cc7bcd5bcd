import type { Listener } from '../../phases/5-check/listeners.ts';
import { EXIT, type Command } from '../command.ts';
import { INPUT_OPTIONS } from '../options.ts';
import { loadSite } from '../session.ts';
import { spanText } from '../../inputs/span-text.ts';
import { columns } from '../table.ts';

/** Prints the ports that the programs of each host listen on. */
export const ports: Command = {
  usage: 'ports [files..]',
  summary: 'List the ports each host listens on, what listens there and where that was set',
  positionals: { files: { describe: 'Inventory files, merged in order; default pigsty.yml' } },
  options: [
    'limit',
    'json',
    ...INPUT_OPTIONS.filter((name) => !['format', 'strict', 'show-allowed', 'quiet'].includes(name)),
  ],
  examples: [
    ['ports --limit 10.10.10.11', 'What a firewall in front of this host must let through'],
    ['ports --json', 'Every port of every host, as JSON'],
  ],
  run: async (args, host) => {
    const loaded = await loadSite(args, host);
    if (typeof loaded === 'number') return loaded;
    const { CheckContext } = await import('../../phases/5-check/context.ts');
    const { listeners } = await import('../../phases/5-check/listeners.ts');
    const { checked } = loaded;
    const selected = new Set(loaded.hosts.map(({ name }) => name));
    const context = new CheckContext(checked.resolved!, { platform: checked.platform });
    const rows = context.hosts
      .filter(({ name }) => selected.has(name))
      .flatMap(({ name }) =>
        [...listeners(context, context.host(name)!)]
          .sort((a, b) => a.port - b.port)
          .map((listener) => row(name, listener)),
      );
    if (args.json) host.stdout(`${JSON.stringify(rows, undefined, 2)}\n`);
    else
      host.stdout(
        columns([
          ['HOST', 'PORT', 'MODULE', 'WHAT', 'PARAMETER', 'SET'],
          ...rows.map((r) => [
            r.host,
            String(r.port),
            r.module,
            r.what,
            r.parameter ?? '',
            [r.from, r.at ?? ''].join(' ').trim(),
          ]),
        ]),
      );
    return EXIT.ok;
  },
};

function row(host: string, { port, module, what, parameter, span, traced }: Listener) {
  const at = span ?? traced?.origin.key;
  const from =
    parameter === undefined
      ? 'fixed'
      : traced === undefined
        ? 'default'
        : traced.origin.scope === 'all'
          ? 'all'
          : `${traced.origin.scope} ${traced.origin.name}`;
  return { host, port, module, what, parameter, from, at: at && spanText(at) };
}
