import { directoryOf } from '../../inputs.ts';
import { EXIT, type Command } from '../command.ts';
import { INPUT_OPTIONS } from '../options.ts';
import { loadSite, requestOf } from '../session.ts';
import { columns } from '../table.ts';

/** Shows the certificates of a site. */
export const pki: Command = {
  usage: 'pki <action> [files..]',
  summary: 'List the certificates: names, last day, hosts, mode of the key; exit 1 when one needs attention',
  positionals: {
    action: { describe: 'What to do', choices: ['list'] },
    files: { describe: 'Inventory files, merged in order; default pigsty.yml' },
  },
  options: ['json', ...INPUT_OPTIONS.filter((name) => name !== 'format')],
  examples: [
    ['pki list', 'One line per certificate; marked are those that end soon'],
    ['pki list prod.yml --json', 'The same as JSON'],
  ],
  run: async (args, host) => {
    const loaded = await loadSite(args, host);
    if (typeof loaded === 'number') return loaded;
    const { listPki, needsAttention } = await import('../../pki/list.ts');
    const rows = listPki(host, directoryOf(requestOf(args).files[0]!), loaded.site);
    if (args.json) host.stdout(`${JSON.stringify(rows, undefined, 2)}\n`);
    else {
      host.stdout(
        columns([
          ['CERTIFICATE', 'STATE', 'UNTIL', 'DAYS', 'KEY', 'HOSTS', 'NAMES'],
          ...rows.map((row) => [
            row.id,
            `${row.state}${row.state !== 'ok' && needsAttention({ ...row, keyExposed: false }) ? ' !' : ''}`,
            row.until ?? '-',
            row.days === undefined ? '-' : String(row.days),
            `${row.keyMode ?? '-'}${row.keyExposed ? ' !' : ''}`,
            row.hosts.join(' ') || '-',
            row.names.join(' ') || '-',
          ]),
        ]),
      );
    }
    return rows.some(needsAttention) ? EXIT.findings : EXIT.ok;
  },
};
