import type { Site } from '../model/site.ts';
import type { BundleFile } from '../phases/9-bundle/bundle-files.ts';
import { portalOf } from './boards.ts';
import { folded, MOST_FRAMES } from './fold.ts';
import { gridSvg } from './grid.ts';
import { htmlText, svgText } from './page.ts';
import { dotText } from './text.ts';
import { topologyOf, type Topology } from './topology.ts';

/** A topology with how it is drawn: Graphviz lays out members, rows hold boxes that stand for many. */
export interface Drawing {
  readonly topology: Topology;
  svg(): Promise<string>;
}

/** The drawing of a topology as it is; of a large one, unless `whole`, with a box for each cluster. */
export function drawingOf(topology: Topology, whole = false): Drawing {
  if (!whole && topology.groups.length > MOST_FRAMES) return inRows(folded(topology));
  return { topology, svg: () => svgText(dotText(topology)) };
}

/** The drawing of a folded topology. */
export function inRows(topology: Topology): Drawing {
  return { topology, svg: async () => gridSvg(topology) };
}

/** The topology of the whole site as files of the bundle: a drawing for reviews, and a page to move around in. */
export async function drawingFiles(site: Site): Promise<readonly BundleFile[]> {
  const { topology, svg } = drawingOf(topologyOf(site));
  const text = await svg();
  return [
    { path: 'topology.html', text: htmlText(topology, text, portalOf(site)), mode: 0o644 },
    { path: 'topology.svg', text, mode: 0o644 },
  ];
}
