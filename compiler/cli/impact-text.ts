/** What a change does to the hosts, for people. */
import type { RuntimeFunction } from '../../emitters/runtime-calls.ts';
import type { SettingChange } from '../review/impact/file-settings.ts';
import type { HostImpact } from '../review/impact/impact.ts';
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

function describe(
  { is, impossible, files, effects, packages: installed, settings, firstStart, leaves, keeps, steps }: HostImpact,
  style: Style,
): readonly string[] {
  if (is === 'new') return [`new, ${count(files)}`];
  const units = (kind: string): readonly string[] =>
    effects.filter((effect) => effect.startsWith(`${kind} `)).map((effect) => effect.slice(kind.length + 1));
  if (is === 'renamed') return ['another name of the inventory has its address: the machine stays'];
  if (is === 'gone') return [style.red(hostLeaves(units('stop')))];
  const [start, stop, restart] = [units('start'), units('stop'), units('restart')];
  const functions = [...new Set(effects.filter((effect) => effect.startsWith('call ')).map(functionOf))];
  const reload = [
    ...units('reload').filter((unit) => !restart.includes(unit)),
    ...functions.flatMap((name) => RELOADED[name] ?? []),
  ];
  const called = functions.filter((name) => RELOADED[name] === undefined).map((name) => CALLED[name] ?? name);
  const restarting = [...new Set([...units('restart!'), ...settings.map(({ unit }) => unit)])];
  const waits = restarting.map((unit) => {
    const reasons = settings.filter((setting) => setting.unit === unit).map(settingText);
    return reasons.length === 0 ? unit : `${unit}, for ${reasons.join(', ')}`;
  });
  const refused = impossible.map(({ module, key, before, after }) => `${module} ${key} ${before} → ${after}`);
  const lines = [
    ...(refused.length > 0
      ? [style.red(`not possible in place, apply.sh refuses where there are data: ${refused.join(', ')}`)]
      : []),
    ...(leaves.length > 0
      ? [style.red(`leaves data behind, and what used them starts empty: ${leaves.join(', ')}`)]
      : []),
    ...(installed.length > 0 ? [`install: ${installed.join(', ')}`] : []),
    ...(start.length > 0 ? [`start: ${start.join(', ')}`] : []),
    ...(reload.length > 0 ? [`reload: ${reload.join(', ')}`] : []),
    ...(restart.length > 0 ? [style.yellow(`restart: ${restart.join(', ')}`)] : []),
    ...(stop.length > 0 ? [style.yellow(`stop: ${stop.join(', ')}`)] : []),
    ...(units('stop!').length > 0 ? [style.red(`stop, waits for --allow-restart: ${units('stop!').join(', ')}`)] : []),
    ...(waits.length > 0 ? [style.red(`restart, waits for --allow-restart: ${waits.join('; ')}`)] : []),
    ...(firstStart.length > 0
      ? [`read while there are no data, without effect afterwards: ${listed(firstStart, 6)}`]
      : []),
    ...(called.length > 0 ? [`then: ${called.join(', ')}`] : []),
    ...(keeps.length > 0 ? [`stays as it is on the host, written only where absent: ${listed(keeps, 6)}`] : []),
    ...(steps.length > 0 ? [`steps: ${listed(steps, 12)}`] : []),
  ];
  return lines.length > 0 ? lines : [`${count(files)}; nothing is reloaded or restarted`];
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
