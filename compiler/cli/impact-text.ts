/** What a change does to the hosts, for people. */
import type { RuntimeFunction } from '../../emitters/runtime-calls.ts';
import type { SettingChange } from '../review/impact/file-settings.ts';
import type { HostImpact } from '../review/impact/impact.ts';
import type { Noticed } from '../../emitters/module.ts';
import { functionOf, RELOADED } from '../review/impact/touched.ts';
import type { Style } from './style.ts';

/** Effects that call a function of the runtime, in words. */
const CALLED: Partial<Record<RuntimeFunction, string>> = {
  sysctl_apply: 'set kernel parameters',
  hugepages_set: 'reserve huge pages',
  repo_exclusive: 'put other repositories aside',
  repo_refresh: 'read the package index',
  grafana_datasource: 'register with Grafana',
};

/** What clients notice, in words. */
const NOTICED: Readonly<Record<Noticed, string>> = {
  'hand-over': 'a leader hands over, its sessions end',
  server: 'sessions at the server end, writes stop until it is back',
  pool: 'sessions through the pool end',
  balancer: 'sessions through the load balancer end',
  address: 'sessions at the virtual address end',
  store: 'sessions at the key-value store end',
  objects: 'requests to the object store end',
  'health checks': 'sessions through services may end, until every load balancer asks Patroni anew',
};

/** Hosts to which the same happens. */
export interface ImpactGroup {
  readonly hosts: readonly string[];
  readonly lines: readonly string[];
}

/** One entry for all hosts to which the same happens. */
export function impactText(impacts: readonly HostImpact[], style: Style): readonly string[] {
  return impactGroups(impacts, style).flatMap(({ hosts, lines }) => [
    `  ${style.bold(listed(hosts, 6))}`,
    ...lines.map((line) => `    ${line}`),
  ]);
}

/** The hosts by what happens to them, in their order. */
export function impactGroups(impacts: readonly HostImpact[], style: Style): readonly ImpactGroup[] {
  const groups = new Map<string, string[]>();
  for (const impact of impacts) {
    const text = describe(impact, style).join('\n');
    const hosts = groups.get(text);
    if (hosts === undefined) groups.set(text, [impact.host]);
    else hosts.push(impact.host);
  }
  return [...groups].map(([text, hosts]) => ({ hosts, lines: text.split('\n') }));
}

function describe(impact: HostImpact, style: Style): readonly string[] {
  if (impact.is === 'new') return [`new, ${count(impact.files)}`];
  if (impact.is === 'renamed') return ['another name of the inventory has its address: the machine stays'];
  if (impact.is === 'gone') return [style.red(hostLeaves(unitsOf(impact, 'stop'))), ...drainLines(impact, style)];
  const { impossible, packages: installed, clients, firstStart, leaves, keeps, steps } = impact;
  const refused = impossible.map(({ module, key, before, after }) => `${module} ${key} ${before} → ${after}`);
  const lines = [
    ...(refused.length > 0
      ? [style.red(`not possible in place, apply.sh refuses where there are data: ${refused.join(', ')}`)]
      : []),
    ...(leaves.length > 0
      ? [style.red(`leaves data behind, and what used them starts empty: ${leaves.join(', ')}`)]
      : []),
    ...(installed.length > 0 ? [`install: ${installed.join(', ')}`] : []),
    ...unitLines(impact, style),
    ...drainLines(impact, style),
    ...(clients.length > 0 ? [style.yellow(`clients: ${clients.map((one) => NOTICED[one]).join('; ')}`)] : []),
    ...(firstStart.length > 0
      ? [`read while there are no data, without effect afterwards: ${listed(firstStart, 6)}`]
      : []),
    ...calledLines(impact),
    ...(keeps.length > 0 ? [`stays as it is on the host, written only where absent: ${listed(keeps, 6)}`] : []),
    ...(steps.length > 0 ? [`steps: ${listed(steps, 12)}`] : []),
  ];
  return lines.length > 0 ? lines : [`${count(impact.files)}; nothing is reloaded or restarted`];
}

function unitsOf({ effects }: HostImpact, kind: string): readonly string[] {
  return effects.filter((effect) => effect.startsWith(`${kind} `)).map((effect) => effect.slice(kind.length + 1));
}

/** Functions of the runtime that are called, each once. */
function functionsOf({ effects }: HostImpact): readonly RuntimeFunction[] {
  return [...new Set(effects.filter((effect) => effect.startsWith('call ')).map(functionOf))];
}

function calledLines(impact: HostImpact): readonly string[] {
  const called = functionsOf(impact).filter((name) => RELOADED[name] === undefined);
  return called.length > 0 ? [`then: ${called.map((name) => CALLED[name] ?? name).join(', ')}`] : [];
}

/** What starts, stops, and reads its files anew. */
function unitLines(impact: HostImpact, style: Style): readonly string[] {
  const [start, stop, restart] = [unitsOf(impact, 'start'), unitsOf(impact, 'stop'), unitsOf(impact, 'restart')];
  const reload = [
    ...unitsOf(impact, 'reload').filter((unit) => !restart.includes(unit)),
    ...functionsOf(impact).flatMap((name) => RELOADED[name] ?? []),
  ];
  const ends = unitsOf(impact, 'stop!');
  const { settings } = impact;
  const restarting = [...new Set([...unitsOf(impact, 'restart!'), ...settings.map(({ unit }) => unit)])];
  const waits = restarting.map((unit) => {
    const reasons = settings.filter((setting) => setting.unit === unit).map(settingText);
    return reasons.length === 0 ? unit : `${unit}, for ${reasons.join(', ')}`;
  });
  return [
    ...(start.length > 0 ? [`start: ${start.join(', ')}`] : []),
    ...(reload.length > 0 ? [`reload: ${reload.join(', ')}`] : []),
    ...(restart.length > 0 ? [style.yellow(`restart: ${restart.join(', ')}`)] : []),
    ...(stop.length > 0 ? [style.yellow(`stop: ${stop.join(', ')}`)] : []),
    ...(ends.length > 0 ? [style.red(`stop, waits for --allow-restart: ${ends.join(', ')}`)] : []),
    ...(waits.length > 0 ? [style.red(`restart, waits for --allow-restart: ${waits.join('; ')}`)] : []),
  ];
}

/** What is said of a Citus group, where an instance of one ends. */
function drainLines(impact: HostImpact, style: Style): readonly string[] {
  return unitsOf(impact, 'drain').map((group) =>
    style.red(
      `when the Citus ${group} ends alone, its shards have to be moved first (citus_drain_node): refused until then`,
    ),
  );
}

function hostLeaves(stop: readonly string[]): string {
  const ends = stop.length === 0 ? '' : ` and stops ${stop.join(', ')}`;
  return (
    'host leaves: the others forget it; on the host itself nothing changes until make retire, which removes what ' +
    `was deployed${ends}; data stay`
  );
}

function count(files: number): string {
  return `${files} file${files === 1 ? '' : 's'}`;
}

function settingText({ name, before, after }: SettingChange): string {
  if (after === undefined) return `${name} (no longer ${before})`;
  return before === undefined ? `${name} = ${after}` : `${name} (${before} → ${after})`;
}

/** Some names, and how many there are besides. */
export function listed(names: readonly string[], most: number): string {
  return names.length <= most
    ? names.join(', ')
    : `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`;
}
