import type { Checked } from '../phases/5-check/checked.ts';
import type { BuildRequest } from './build.ts';
import type { Modelled } from './model.ts';

/** Drawings for `--graph` and for the portal: always of the whole site, also with --limit. */
export async function drawingsFor(
  checked: Checked,
  model: () => Promise<Modelled | undefined>,
  wanted: boolean,
): Promise<Pick<BuildRequest, 'drawings' | 'topology'>> {
  const mayShow = checked.resolved?.hosts.some(({ vars }) => vars.has('infra_topology'));
  if (!wanted && !mayShow) return {};
  const { drawingFiles } = await import('../graph/draw.ts');
  const site = (await model())?.site;
  const shows = site?.infra.some(({ host }) => host.params.infraTopology);
  if (site === undefined || (!wanted && !shows)) return {};
  const files = await drawingFiles(site);
  return { drawings: wanted ? files : [], topology: files.find(({ path }) => path.endsWith('.html'))!.text };
}
