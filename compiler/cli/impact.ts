/** What a changed bundle does to the hosts, before it does it: reloads, restarts, settings that wait for one, steps with something to do. */
import type { RuntimeCall } from '../../emitters/api.ts';
import type { ManifestFile, ManifestHost } from '../phases/9-bundle/bundle-files.ts';
import { settingHistory } from '../postgresql/settings.ts';
import type { FileChange } from './bundle-diff.ts';
import type { Style } from './style.ts';

export interface HostImpact {
  readonly host: string;
  readonly is: 'new' | 'changed' | 'gone';
  /** How many files of the host differ. */
  readonly files: number;
  /**
   * Each once: `start UNIT`, `stop UNIT` and, as in manifest.tsv, `reload UNIT`, `restart UNIT`, `call FUNCTION …`. A guarded unit is
   * stopped or restarted with leave only: `stop! UNIT`, `restart! UNIT`.
   */
  readonly effects: readonly string[];
  /** Packages that apply.sh did not ask for before. */
  readonly packages: readonly string[];
  /** Settings of PostgreSQL that differ and are read when it starts only. */
  readonly settings: readonly SettingChange[];
  /** Names of the steps of apply.sh that are new or read a file that differs. */
  readonly steps: readonly string[];
}

export interface SettingChange {
  readonly name: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** One host in the former and in the new bundle; undefined where it is not there. */
export interface HostVersions {
  readonly former: ManifestHost | undefined;
  readonly now: ManifestHost | undefined;
  /** Text of apply.sh. */
  readonly formerScript: string;
  readonly script: string;
}

/** The impact on a host whose files or steps differ; undefined for one that stays as it is. */
export function impactOf(name: string, { former, now, formerScript, script }: HostVersions, changes: ReadonlyMap<string, FileChange>): HostImpact | undefined {
  const nothing = { host: name, effects: [], packages: [], settings: [], steps: [] };
  if (now === undefined) return { ...nothing, is: 'gone', files: former?.files.length ?? 0 };
  if (former === undefined) return { ...nothing, is: 'new', files: now.files.length };
  const still = new Set(now.files.map(({ bundle }) => bundle));
  const gone = former.files.filter(({ bundle }) => !still.has(bundle));
  const accessBefore = new Map(former.files.map((file) => [file.bundle, accessOf(file)]));
  const touched = [...now.files, ...gone].flatMap((file) => {
    const path = `hosts/${name}/files/${file.bundle}`;
    const change = changes.get(path) ?? changes.get(`hosts/${name}/sealed/${file.bundle}`);
    if (change !== undefined) return [{ file, change }];
    return (accessBefore.get(file.bundle) ?? accessOf(file)) === accessOf(file) ? [] : [{ file, change: { path, change: 'changed', diff: [] } as const }];
  });
  const started = newUnits(script, formerScript);
  const stopped = gone.flatMap(stopOf);
  const elsewhere = new Set([...started.keys(), ...stopped.map((effect) => effect.split(' ')[1]!)]);
  const effects = [
    ...[...started].flatMap(([unit, starts]) => (starts ? [`start ${unit}`] : [])),
    ...stopped,
    ...touched.flatMap(({ file, change }) => effectsOf(file, change)).filter((effect) => !elsewhere.has(effect.split(' ')[1]!)),
  ];
  const installed = new Set(packages(formerScript));
  const impact = {
    effects: [...new Set(effects)],
    packages: packages(script).filter((one) => !installed.has(one)),
    settings: settingsOf(touched),
    steps: stepsOf(script, formerScript, touched.map(({ file }) => file.path)),
  };
  if (touched.length === 0 && [impact.effects, impact.packages, impact.steps].every(({ length }) => length === 0)) return undefined;
  return { host: name, is: 'changed', files: touched.length, ...impact };
}

function accessOf({ owner, group, mode }: ManifestFile): string {
  return `${owner} ${group} ${mode}`;
}

function effectsOf(file: ManifestFile, change: FileChange): readonly string[] {
  if (isForFirstStart(change, file)) return [];
  // A server whose file comes or goes, comes or goes itself.
  return file.effects.split(';').filter((effect) => effect !== '' && (change.change === 'changed' || RELOADED[functionOf(effect)] === undefined));
}

/** Units that apply.sh did not name before, with whether it starts them. One that starts has read everything. */
function newUnits(script: string, formerScript: string): ReadonlyMap<string, boolean> {
  const unitsIn = (text: string): Map<string, boolean> => new Map([...text.matchAll(/^ {2}unit (\S+) \S+ (\S+)/gm)].map(([, unit, state]) => [unit!, state === 'started']));
  const former = unitsIn(formerScript);
  return new Map([...unitsIn(script)].filter(([unit]) => !former.has(unit)));
}

/** A service whose unit file goes is stopped before. */
function stopOf({ path, effects }: ManifestFile): readonly string[] {
  const unit = /^\/etc\/systemd\/system\/([^/@]+)\.service$/.exec(path)?.[1];
  if (unit === undefined) return [];
  return [`stop${unit === 'postgres' || effects.split(';').includes(`restart! ${unit}`) ? '!' : ''} ${unit}`];
}

/** Whether nothing differs but lines that a program which has started before does not read. */
function isForFirstStart({ change, diff }: FileChange, { firstStart }: ManifestFile): boolean {
  if (firstStart === undefined || change !== 'changed') return false;
  const pattern = new RegExp(firstStart);
  const lines = diff.filter((line) => /^[-+]/.test(line));
  return lines.length > 0 && lines.every((line) => pattern.test(line.slice(1)));
}

/** Lines of apply.sh, continued ones joined, that call a function. */
function linesOf(script: string, name: string): readonly string[] {
  return script.replaceAll(/ \\\n\s*/g, ' ').split('\n').filter((line) => line.startsWith(`  ${name} `));
}

/** Its calls of provisioning functions, which begin with the name of the step as one word. */
function calls(script: string): readonly { readonly name: string; readonly text: string }[] {
  return linesOf(script, 'call').flatMap((text) => {
    const found = /^ {2}call ('([^']*)'|\S+) /.exec(text);
    return found === null ? [] : [{ name: found[2] ?? found[1]!, text }];
  });
}

/** Names of the calls that are new or have one of the files as an argument, each once. */
function stepsOf(script: string, formerScript: string, paths: readonly string[]): readonly string[] {
  const known = new Set(calls(formerScript).map(({ text }) => text));
  const found = calls(script).filter(({ text }) => !known.has(text) || paths.some((path) => `${text} `.includes(` ${path} `)));
  return [...new Set(found.map(({ name }) => name))];
}

function packages(script: string): readonly string[] {
  return linesOf(script, 'package_install').flatMap((line) => line.trim().split(' ').slice(2));
}

/** Sources of the files that hold settings, the one that overrules the others last. */
const SETTINGS = ['pgsql/patroni', 'pgsql/dcs', 'pgsql/auto-conf'];

function settingsOf(touched: readonly { readonly file: ManifestFile; readonly change: FileChange }[]): readonly SettingChange[] {
  const found = new Map<string, SettingChange>();
  for (const source of SETTINGS) {
    const sides = new Map<string, { before?: string; after?: string }>();
    for (const line of touched.filter(({ file, change }) => file.source === source && change.change === 'changed').flatMap(({ change }) => change.diff)) {
      const [, sign, name, value] = /^([-+])\s*([A-Za-z_][\w.]*)(?:: | = )(.*)$/.exec(line) ?? [];
      if (name === undefined) continue;
      const side = sides.get(name) ?? {};
      side[sign === '-' ? 'before' : 'after'] = value!.replace(/^'(.*)'$/, '$1');
      sides.set(name, side);
    }
    for (const [name, side] of sides) if (settingHistory(name).at(-1)?.context === 'postmaster') found.set(name, { name, ...side });
  }
  return [...found.values()];
}

/** Effects that call a function of the runtime: servers that take something over while they run, and the others in words. */
const RELOADED: Partial<Record<RuntimeCall, string>> = { pg_reload_hba: 'PostgreSQL', redis_config: 'Redis' };
const CALLED: Partial<Record<RuntimeCall, string>> = {
  sysctl_apply: 'set kernel parameters',
  hugepages_set: 'reserve huge pages',
  repo_exclusive: 'put other repositories aside',
  repo_refresh: 'read the package index',
  grafana_datasource: 'register with Grafana',
};

/** Of `call FUNCTION ARGUMENT…`. */
function functionOf(effect: string): RuntimeCall {
  return effect.split(' ')[1] as RuntimeCall;
}

/** One entry for all hosts to which the same happens. */
export function impactText(impacts: readonly HostImpact[], style: Style): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const impact of impacts) {
    const text = describe(impact, style).join('\n');
    groups.set(text, [...(groups.get(text) ?? []), impact.host]);
  }
  return [...groups].flatMap(([text, hosts]) => [`  ${style.bold(listed(hosts, 6))}`, ...text.split('\n').map((line) => `    ${line}`)]);
}

function describe({ is, files, effects, packages: installed, settings, steps }: HostImpact, style: Style): readonly string[] {
  if (is === 'gone') return ['no longer in the bundle; nothing changes on the host itself'];
  if (is === 'new') return [`new, ${count(files)}`];
  const units = (kind: string): readonly string[] => effects.filter((effect) => effect.startsWith(`${kind} `)).map((effect) => effect.slice(kind.length + 1));
  const [start, stop, restart] = [units('start'), units('stop'), units('restart')];
  const functions = [...new Set(effects.filter((effect) => effect.startsWith('call ')).map(functionOf))];
  const reload = [...units('reload').filter((unit) => !restart.includes(unit)), ...functions.flatMap((name) => RELOADED[name] ?? [])];
  const called = functions.filter((name) => RELOADED[name] === undefined).map((name) => CALLED[name] ?? name);
  const waits = [...units('restart!'), ...(settings.length > 0 ? [`PostgreSQL, for ${settings.map(settingText).join(', ')}`] : [])];
  const lines = [
    ...(installed.length > 0 ? [`install: ${installed.join(', ')}`] : []),
    ...(start.length > 0 ? [`start: ${start.join(', ')}`] : []),
    ...(reload.length > 0 ? [`reload: ${reload.join(', ')}`] : []),
    ...(restart.length > 0 ? [style.yellow(`restart: ${restart.join(', ')}`)] : []),
    ...(stop.length > 0 ? [style.yellow(`stop: ${stop.join(', ')}`)] : []),
    ...(units('stop!').length > 0 ? [style.red(`stop, waits for --allow-restart: ${units('stop!').join(', ')}`)] : []),
    ...(waits.length > 0 ? [style.red(`restart, waits for --allow-restart: ${waits.join('; ')}`)] : []),
    ...(called.length > 0 ? [`then: ${called.join(', ')}`] : []),
    ...(steps.length > 0 ? [`steps: ${listed(steps, 12)}`] : []),
  ];
  return lines.length > 0 ? lines : [`${count(files)}; nothing is reloaded or restarted`];
}

function count(files: number): string {
  return `${files} file${files === 1 ? '' : 's'}`;
}

function settingText({ name, before, after }: SettingChange): string {
  if (after === undefined) return `${name} (no longer ${before})`;
  return before === undefined ? `${name} = ${after}` : `${name} (${before} → ${after})`;
}

function listed(names: readonly string[], most: number): string {
  return names.length <= most ? names.join(', ') : `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`;
}
