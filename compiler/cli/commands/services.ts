import { suffixHint } from '../../diagnostics/suggest.ts';
import type { PgCluster, Site } from '../../model/site.ts';
import type { Inventory } from '../../phases/2-merge/inventory.ts';
import type { Zone } from '../../services/losses.ts';
import { EXIT, UsageError, type Command } from '../command.ts';
import { INPUT_OPTIONS } from '../options.ts';
import { loadSite } from '../session.ts';
import { styleFor } from '../style.ts';

/** Shows the services of the clusters, and what is left of them without a host or zone. */
export const services: Command = {
  usage: 'services [files..]',
  summary: 'Show each service with its members and backups, and what is left when a host or zone is lost',
  positionals: { files: { describe: 'Inventory files, merged in order; default pigsty.yml' } },
  options: [
    'cluster',
    'zone',
    'json',
    ...INPUT_OPTIONS.filter((name) => !['format', 'strict', 'show-allowed', 'quiet'].includes(name)),
  ],
  examples: [
    ['services', 'Every service of every cluster'],
    [
      'services --cluster pg-test --zone rack',
      'What is left when all hosts with one value of the variable `rack` are lost',
    ],
  ],
  run: async (args, host) => {
    const loaded = await loadSite(args, host);
    if (typeof loaded === 'number') return loaded;
    const { hostZones, serviceReports } = await import('../../services/losses.ts');
    const { servicesJson, servicesText } = await import('../services-text.ts');
    const zones =
      args.zone === undefined
        ? hostZones(loaded.site)
        : await zonesOf(loaded.site, loaded.checked.resolved!, args.zone);
    const reports = clustersOf(loaded.site, args.cluster).flatMap((cluster) => serviceReports(cluster, zones));
    host.stdout(
      args.json
        ? `${JSON.stringify(servicesJson(reports), undefined, 2)}\n`
        : servicesText(reports, styleFor(host, 'stdout', args.color)),
    );
    return EXIT.ok;
  },
};

function clustersOf({ pgClusters }: Site, name: string | undefined): readonly PgCluster[] {
  if (name === undefined) return pgClusters;
  const found = pgClusters.filter((cluster) => cluster.name === name);
  if (found.length === 0)
    throw new UsageError(
      `no cluster \`${name}\`${suffixHint(
        name,
        pgClusters.map((cluster) => cluster.name),
      )}`,
    );
  return found;
}

/** The variable may be anything the inventory sets, also one that is no parameter. */
async function zonesOf(site: Site, inventory: Inventory, variable: string): Promise<readonly Zone[]> {
  const { variableZones } = await import('../../services/losses.ts');
  const values = new Map(
    inventory.hosts.map(({ name, vars }) => {
      const node = vars.get(variable)?.node;
      return [name, node?.kind === 'scalar' && node.value !== null ? node.text : undefined];
    }),
  );
  if ([...values.values()].every((value) => value === undefined)) {
    throw new UsageError(
      `--zone: no host has a variable \`${variable}\`${suffixHint(
        variable,
        inventory.hosts.flatMap(({ vars }) => [...vars.keys()]),
      )}`,
    );
  }
  return variableZones(site, (host) => values.get(host.name));
}
