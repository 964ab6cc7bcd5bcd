import { boardPath } from '../../emitters/infra/grafana/board-path.ts';
import { infraContext } from '../../emitters/infra/context.ts';
import { hasGrafana } from '../../emitters/infra/nginx/home.ts';
import { portalUrl, servedEntries } from '../../emitters/infra/nginx/portal.ts';
import type { NodeVip, Site } from '../model/site.ts';

/** A dashboard: what to call it, and where the portal has it. */
export type Board = readonly [text: string, path: string];

/** The dashboard of a cluster or an instance. */
export function dashboard(uid: string, variable?: 'cls' | 'ins', value?: string): Board {
  return ['dashboard', boardPath(uid, variable, value)];
}

/** The dashboard of the host that something runs on. */
export function ofHost(nodename: string): Board {
  return ['of the host', boardPath('node-instance', 'ins', nodename)];
}

/** The dashboard of the hosts that share a virtual address. */
export function ofVip({ members }: NodeVip): Board {
  return dashboard('node-vip', 'cls', members[0]?.nodeCluster);
}

/** The portal that has the dashboards, on a site with Grafana behind one. */
export function portalOf(site: Site): string | undefined {
  const context = site.infra.map((node) => infraContext(site, node)).find(hasGrafana);
  const home = context && servedEntries(context).find(([name]) => name === 'home');
  return home === undefined ? undefined : portalUrl(context!, home[1]);
}
