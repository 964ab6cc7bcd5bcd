import { suffixHint } from '../../words/suggest.ts';
import type { PgCluster, Site } from '../../model/site.ts';
import type { Inventory } from '../../phases/2-merge/inventory.ts';
import type { Zone } from '../../review/services/losses.ts';
import type { Modelled } from '../../build/model.ts';
import type { Host } from '../../host/host.ts';
import { EXIT, type Args, type Command } from '../command.ts';
import { UsageError } from '../../diagnostics/usage-error.ts';
import { INPUT_OPTIONS } from '../options.ts';
import { loadSite } from '../session.ts';
import { styleFor } from '../style.ts';
import { variableOfHosts } from '../zones.ts';

/** Shows the services of the clusters, and what is left of them without a host or zone. */
export const services: Command = {
  usage: 'services [files..]',
  summary: 'Show each service with its members and backups and what is left without a host or zone; or how to connect',
  positionals: { files: { describe: 'Inventory files, merged in order; default pigsty.yml' } },
  options: [
    'cluster',
    'zone',
    'url',
    'for',
    'user',
    'db',
    'reveal',
    'json',
    ...INPUT_OPTIONS.filter((name) => !['format', 'strict', 'show-allowed', 'quiet'].includes(name)),
  ],
  examples: [
    ['services', 'Every service of every cluster'],
    [
      'services --cluster pg-test --zone rack',
      'What is left when all hosts with one value of the variable `rack` are lost',
    ],
    ['services --url --user app', 'What `app` connects with'],
    ['services --url --for service --reveal >> ~/.pg_service.conf', 'Then: psql service=pg-meta-primary.app.app'],
  ],
  run: async (args, host) => {
    const loaded = await loadSite(args, host);
    if (typeof loaded === 'number') return loaded;
    if (args.url) return printConnections(args, host, loaded);
    const given = (['user', 'db', 'reveal'] as const).find((name) => args[name] !== undefined && args[name] !== false);
    if (given !== undefined) throw new UsageError(`--${given} is for --url`);
    const { hostZones, serviceReports } = await import('../../review/services/losses.ts');
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

/** What each user connects with to each database that lets it in. */
async function printConnections(args: Args, host: Host, { site, checked }: Modelled): Promise<number> {
  const { connectionsOf } = await import('../../review/services/connections.ts');
  const { connectionsJson, connectionsText } = await import('../connections-text.ts');
  const found = clustersOf(site, args.cluster)
    .flatMap((cluster) => connectionsOf(site, cluster, checked))
    .filter(({ user, database }) => (args.user ?? user) === user && (args.db ?? database) === database);
  if (found.length === 0) {
    host.stderr('no user that the inventory declares is let in to a database of it by a service\n');
    return EXIT.findings;
  }
  host.stdout(
    args.json
      ? `${JSON.stringify(connectionsJson(found, args.reveal), undefined, 2)}\n`
      : connectionsText(found, args.for, args.reveal),
  );
  return EXIT.ok;
}

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
  const { variableZones } = await import('../../review/services/losses.ts');
  const values = variableOfHosts(inventory, variable, 'zone');
  return variableZones(site, (host) => values.get(host.name));
}
