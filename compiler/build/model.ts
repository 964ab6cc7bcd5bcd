import type { Checked } from '../phases/5-check/checked.ts';
import { hasErrors, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { report } from '../diagnostics/report.ts';
import { applySuppressions } from '../diagnostics/suppressions.ts';
import type { Host, Site } from '../model/site.ts';
import { buildSite } from '../phases/6-model/build-site.ts';
import { didYouMean } from '../words/suggest.ts';
import { limitHosts, limitNames } from './limit.ts';

export interface Modelled {
  /** What the model was made from. */
  readonly checked: Checked;
  readonly site: Site;
  /** Hosts that --limit selects, in inventory order. */
  readonly hosts: readonly Host[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Phase 6 and the selection of hosts. Undefined when the inventory did not pass the gate. */
export function modelInventory(checked: Checked, limit?: string): Modelled | undefined {
  if (checked.resolved === undefined || hasErrors(checked.diagnostics)) return undefined;
  const [model, found] = buildSite(checked.resolved, { platform: checked.platform, facts: checked.facts });
  const site: Site = { ...model, assets: checked.assets };
  const hosts = limit === undefined ? site.hosts : limitHosts(site, limit);
  const nothing = limit !== undefined && hosts.length === 0 ? [limitsNobody(site, limit)] : [];
  return {
    checked,
    site,
    hosts,
    diagnostics: applySuppressions([...found, ...nothing], checked.suppressions).kept,
  };
}

function limitsNobody(site: Site, pattern: string): Diagnostic {
  return report('limit-matches-nothing', undefined, { pattern }, { help: didYouMean(pattern, limitNames(site)) });
}
