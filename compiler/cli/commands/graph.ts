import { EXIT, type Command } from '../command.ts';
import { INPUT_OPTIONS } from '../options.ts';
import { loadSite } from '../session.ts';

/** Draws what the inventory declares. */
export const graph: Command = {
  usage: 'graph [files..]',
  summary: 'Draw the topology: clusters, services, replication, backups, as SVG, web page, Graphviz or Mermaid text',
  positionals: { files: { describe: 'Inventory files, merged in order; default pigsty.yml' } },
  options: ['as', ...INPUT_OPTIONS.filter((name) => name !== 'format')],
  examples: [
    ['graph > topology.svg', 'A drawing'],
    ['graph --as html prod.yml > topology.html', 'One page to move around in; a click shows what runs where'],
    ['graph --as mermaid', 'Text for a Markdown page'],
  ],
  run: async (args, host) => {
    const loaded = await loadSite(args, host);
    if (typeof loaded === 'number') return loaded;
    const { topologyOf } = await import('../../graph/topology.ts');
    const { dotText, mermaidText } = await import('../../graph/text.ts');
    const topology = topologyOf(loaded.site);
    if (args.as === 'dot') host.stdout(dotText(topology));
    else if (args.as === 'mermaid') host.stdout(mermaidText(topology));
    else {
      const { htmlText, svgText } = await import('../../graph/page.ts');
      const svg = await svgText(dotText(topology));
      host.stdout(args.as === 'html' ? htmlText(topology, svg) : svg);
    }
    return EXIT.ok;
  },
};
