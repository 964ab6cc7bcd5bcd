import { UsageError } from '../../diagnostics/usage-error.ts';
import type { Drawing } from '../../graph/draw.ts';
import type { Modelled } from '../../build/model.ts';
import { EXIT, type Args, type Command } from '../command.ts';
import { INPUT_OPTIONS } from '../options.ts';
import { loadSite } from '../session.ts';
import { variableOfHosts } from '../zones.ts';

/** Draws what the inventory declares. */
export const graph: Command = {
  usage: 'graph [files..]',
  summary: 'Draw the topology: clusters, services, replication, backups, as SVG, web page, Graphviz or Mermaid text',
  positionals: { files: { describe: 'Inventory files, merged in order; default pigsty.yml' } },
  options: ['as', 'limit', 'cluster', 'by', ...INPUT_OPTIONS.filter((name) => name !== 'format')],
  examples: [
    ['graph > topology.svg', 'A drawing'],
    ['graph --as html prod.yml > topology.html', 'One page to move around in; a click shows what runs where'],
    ['graph --by rack --as html', 'A box for each part of a cluster, in frames by the variable `rack`'],
    ['graph --as mermaid', 'Text for a Markdown page'],
  ],
  run: async (args, host) => {
    const loaded = await loadSite(args, host);
    if (typeof loaded === 'number') return loaded;
    const { topology, svg } = await drawingFor(loaded, args);
    const { dotText, mermaidText } = await import('../../graph/text.ts');
    if (args.as === 'dot') host.stdout(dotText(topology));
    else if (args.as === 'mermaid') host.stdout(mermaidText(topology));
    else if (args.as === 'svg') host.stdout(await svg());
    else {
      const { htmlText } = await import('../../graph/page.ts');
      const { portalOf } = await import('../../graph/boards.ts');
      host.stdout(htmlText(topology, await svg(), portalOf(loaded.site)));
    }
    return EXIT.ok;
  },
};

/** What is drawn of a site, and how. */
async function drawingFor({ site, hosts, checked }: Modelled, { limit, cluster, by }: Args): Promise<Drawing> {
  const { topologyOf } = await import('../../graph/topology.ts');
  const { drawingOf, inRows } = await import('../../graph/draw.ts');
  const { folded, limited } = await import('../../graph/fold.ts');
  const { limitHosts } = await import('../../build/limit.ts');
  const chosen = cluster === undefined ? hosts : limitHosts({ ...site, hosts }, cluster);
  if (chosen.length === 0) throw new UsageError(`--cluster: nothing is called \`${cluster}\``);
  const isNarrow = limit !== undefined || cluster !== undefined;
  const meant = new Set(chosen.map(({ name }) => name));
  const topology = isNarrow ? limited(topologyOf(site), (name) => meant.has(name)) : topologyOf(site);
  if (by === undefined || by === 'member') return drawingOf(topology, by === 'member');
  if (by === 'cluster') return inRows(folded(topology));
  const zones = variableOfHosts(checked.resolved!, by, 'by');
  return inRows(folded(topology, (name) => zones.get(name)));
}
