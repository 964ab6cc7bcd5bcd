import { MODULES } from '../../../emitters/modules.ts';
import type { Host, Site } from '../../model/site.ts';
import { EXIT, type Command } from '../command.ts';
import { INPUT_OPTIONS } from '../options.ts';
import { loadSite } from '../session.ts';
import { columns } from '../table.ts';

type Row = Readonly<Record<string, string | number>>;

const LISTS: Readonly<Record<string, (site: Site) => readonly Row[]>> = { hosts, clusters, groups };

/** Prints what an inventory declares. */
export const list: Command = {
  usage: 'list <what> [files..]',
  summary: 'List the hosts, clusters or groups of the inventory',
  positionals: {
    what: { describe: 'What to list', choices: Object.keys(LISTS) },
    files: { describe: 'Inventory files, merged in order; default pigsty.yml' },
  },
  options: ['limit', 'json', ...INPUT_OPTIONS.filter((name) => name !== 'format')],
  examples: [
    ['list hosts', 'One line per host: name, address, what runs there'],
    ['list clusters prod.yml --json', 'Every cluster with its hosts, as JSON'],
  ],
  run: async (args, host) => {
    const loaded = await loadSite(args, host);
    if (typeof loaded === 'number') return loaded;
    const rows = LISTS[args.what!]!(loaded.site).filter((row) => isSelected(row, loaded.hosts));
    if (args.json) host.stdout(`${JSON.stringify(rows, undefined, 2)}\n`);
    else if (rows.length > 0)
      host.stdout(
        columns([
          Object.keys(rows[0]!).map((key) => key.toUpperCase()),
          ...rows.map((row) => Object.values(row).map(String)),
        ]),
      );
    return EXIT.ok;
  },
};

/** True when one of the row's hosts is among those selected. */
function isSelected(row: Row, selected: readonly Host[]): boolean {
  const names = String(row['hosts'] ?? row['host']).split(' ');
  return selected.some((host) => names.includes(host.name));
}

function hosts(site: Site): readonly Row[] {
  return site.hosts.map((host) => ({
    host: host.name,
    name: host.nodename,
    runs: MODULES.flatMap((module) => module.instances?.(host) ?? []).join(', '),
    vip: host.nodeVip?.address ?? '',
  }));
}

function clusters(site: Site): readonly Row[] {
  return MODULES.flatMap((module) => module.clusters?.(site) ?? []).map(({ kind, name, hosts: members, vip = '' }) => ({
    kind,
    cluster: name,
    hosts: members.map((host) => host.name).join(' '),
    vip,
  }));
}

function groups(site: Site): readonly Row[] {
  return [...site.groups].map(([group, members]) => ({
    group,
    size: members.length,
    hosts: members.map((host) => host.name).join(' '),
  }));
}
