import type { Host, Site } from '../../compiler/model/site.ts';
import type { Effect, Step } from '../api.ts';
import { infraSources } from '../infra/logs.ts';
import { moduleLogs } from '../watched.ts';
import { sourceText } from '../toolkit/monitoring/log-source.ts';

/** Files below /etc/vector for the logs of the modules on a host; the collector's own configuration is the node module's. */
export function logSourceSteps(site: Site, host: Host): readonly Step[] {
  const has = (component: 'vector' | 'grafana'): boolean => !site.platform.missing.includes(component);
  if (!host.params.vectorEnabled || !has('vector')) return [];
  const effects: readonly Effect[] = [{ kind: 'reload', unit: site.platform.unit('vector', host.facts) }];
  const sources = [...moduleLogs(host), ...infraSources(host, has('grafana'))];
  return sources.map((source) => ({
    kind: 'file',
    stage: 'monitor',
    path: `/etc/vector/${source.name}.yaml`,
    owner: 'root',
    group: 'root',
    mode: 0o600,
    effects,
    source: 'monitor/logs',
    render: () => sourceText(source, host.params.vectorReadFrom),
  }));
}
