import type { Site } from '../model/site.ts';
import type { BundleFile } from '../phases/9-bundle/bundle-files.ts';
import { htmlText, svgText } from './page.ts';
import { dotText } from './text.ts';
import { topologyOf } from './topology.ts';

/** The topology of the whole site as files of the bundle: a drawing for reviews, and a page to move around in. */
export async function drawingFiles(site: Site): Promise<readonly BundleFile[]> {
  const topology = topologyOf(site);
  const svg = await svgText(dotText(topology));
  return [
    { path: 'topology.html', text: htmlText(topology, svg), mode: 0o644 },
    { path: 'topology.svg', text: svg, mode: 0o644 },
  ];
}
