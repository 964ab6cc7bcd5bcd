/** What a changed bundle does to the hosts, before it does it: reloads, restarts, settings that wait for one, steps with something to do. */
import type { RuntimeFunction } from '../../../emitters/runtime-calls.ts';
import type { ManifestFile } from '../../phases/9-bundle/bundle-files.ts';
import type { PlanRecord } from '../../phases/9-bundle/plan-record.ts';
import { settingHistory } from '../../postgresql/settings.ts';
import type { FileChange } from '../diff/bundle-diff.ts';
import { identityChanges, type IdentityChange } from './identity-change.ts';
import { leftBehind } from './left-behind.ts';
import { sameForm } from './same-form.ts';

export interface HostImpact {
  readonly host: string;
  /** Renamed: the machine has another name in the inventory now. */
  readonly is: 'new' | 'changed' | 'gone' | 'renamed';
  /** What a host with data refuses. */
  readonly impossible: readonly IdentityChange[];
  /** How many files of the host differ. */
  readonly files: number;
  /**
   * Each once: `start UNIT`, `stop UNIT` and, as in manifest.tsv, `reload UNIT`, `restart UNIT`, `call FUNCTION …`. A guarded unit is
   * stopped or restarted with leave only: `stop! UNIT`, `restart! UNIT`.
   */
  readonly effects: readonly string[];
  /** Packages that the plan did not ask for before. */
  readonly packages: readonly string[];
  /** Settings of PostgreSQL that differ and are read when it starts only. */
  readonly settings: readonly SettingChange[];
  /** Directories with data that stay where they are and are used no more; empty where the change is impossible. */
  readonly leaves: readonly string[];
  /** Files that differ in the bundle and stay as they are on the host: they are written only where they are absent. */
  readonly keeps: readonly string[];
  /** Names of the steps of the plan that are new or read a file that differs. */
  readonly steps: readonly string[];
}

export interface SettingChange {
  readonly name: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** A host in one version of the bundle. */
export interface HostVersion {
  readonly files: readonly ManifestFile[];
  readonly plan: PlanRecord;
}

/** One host in the former and in the new bundle; undefined where it is not there. */
export interface HostVersions {
  readonly former: HostVersion | undefined;
  readonly now: HostVersion | undefined;
}

/** The impact on a host whose files or steps differ; undefined for one that stays as it is. */
export function impactOf(
  name: string,
  { former, now }: HostVersions,
  changes: ReadonlyMap<string, FileChange>,
): HostImpact | undefined {
  const nothing = {
    host: name,
    impossible: [],
    effects: [],
    packages: [],
    settings: [],
    leaves: [],
    keeps: [],
    steps: [],
  };
  if (now === undefined) return { ...nothing, is: 'gone', files: former?.files.length ?? 0, effects: endOf(former) };
  if (former === undefined) return { ...nothing, is: 'new', files: now.files.length };
  const still = new Set(now.files.map(({ bundle }) => bundle));
  const gone = former.files.filter(({ bundle }) => !still.has(bundle));
  const accessBefore = new Map(former.files.map((file) => [file.bundle, accessOf(file)]));
  const touched = [...now.files, ...gone].flatMap((file) => {
    const path = `hosts/${name}/files/${file.bundle}`;
    const change = changes.get(path) ?? changes.get(`hosts/${name}/sealed/${file.bundle}`);
    if (change !== undefined) return [{ file, change }];
    return (accessBefore.get(file.bundle) ?? accessOf(file)) === accessOf(file)
      ? []
      : [{ file, change: { path, change: 'changed', diff: [] } as const }];
  });
  const started = newUnits(now.plan, former.plan);
  const stopping = stops(gone);
  // While a guarded server of a stage may not be stopped, everything the stage would remove stays.
  const held = new Set(stopping.filter(({ guarded }) => guarded).map(({ stage }) => stage));
  const comesOrGoes = new Set([...started.keys(), ...stopping.map(({ unit }) => unit)]);
  const stages = new Set(now.files.map(({ stage }) => stage));
  const effects = [
    ...[...started].flatMap(([unit, starts]) => (starts ? [`start ${unit}`] : [])),
    ...stopping.map(({ unit, stage }) => `stop${held.has(stage) ? '!' : ''} ${unit}`),
    ...touched
      .filter(({ file, change }) => change.change !== 'removed' || !held.has(file.stage))
      .flatMap(({ file, change }) =>
        effectsOf(file, change).filter((effect) => stages.has(file.stage) || !isCall(effect)),
      )
      .filter((effect) => !comesOrGoes.has(effect.split(' ')[1]!)),
  ];
  const installed = new Set(former.plan.packages);
  const impossible = identityChanges(now.plan, former.plan);
  const impact = {
    impossible,
    effects: [...new Set(effects)],
    packages: now.plan.packages.filter((one) => !installed.has(one)),
    settings: settingsOf(touched),
    leaves: impossible.length > 0 ? [] : leftBehind(now.plan, former.plan),
    keeps: touched.filter(staysOnTheHost).map(({ file }) => file.path),
    steps: stepsOf(
      now.plan,
      former.plan,
      touched.map(({ file }) => file.path),
    ),
  };
  if (
    touched.length === 0 &&
    [impossible, impact.effects, impact.packages, impact.leaves, impact.steps].every(({ length }) => length === 0)
  )
    return undefined;
  return { host: name, is: 'changed', files: touched.length, ...impact };
}

/** A call of a stage that the host has no more has nothing left to work on. */
const isCall = (effect: string): boolean => effect.startsWith('call ');

function accessOf({ owner, group, mode }: ManifestFile): string {
  return `${owner} ${group} ${mode}`;
}

interface Touched {
  readonly file: ManifestFile;
  readonly change: FileChange;
}

function staysOnTheHost({ file, change }: Touched): boolean {
  return file.once === true && change.change !== 'added';
}

function effectsOf(file: ManifestFile, change: FileChange): readonly string[] {
  if (staysOnTheHost({ file, change })) return [];
  if (isForFirstStart(change, file)) return [];
  if (sameForm(file.path, change)) return [];
  const { restartLines } = file;
  const restarts =
    restartLines !== undefined &&
    change.change === 'changed' &&
    change.diff.some((line) => /^[-+]/.test(line) && new RegExp(restartLines.lines).test(line.slice(1)));
  // A server whose file comes or goes, comes or goes itself.
  return [...(restarts ? [`restart! ${restartLines.unit}`] : []), ...file.effects.split(';')].filter(
    (effect) => effect !== '' && (change.change === 'changed' || RELOADED[functionOf(effect)] === undefined),
  );
}

/** Units that the plan did not name before, with whether it starts them. One that starts has read everything. */
function newUnits(now: PlanRecord, former: PlanRecord): ReadonlyMap<string, boolean> {
  const fresh = Object.entries(now.units).filter(([unit]) => !(unit in former.units));
  return new Map(fresh.map(([unit, state]) => [unit, state === 'started']));
}

/** Services whose unit files go; each is stopped before. */
function stops(
  gone: readonly ManifestFile[],
): readonly { readonly unit: string; readonly stage: string; readonly guarded: boolean }[] {
  return gone.flatMap((file) => {
    const unit = /^\/etc\/systemd\/system\/([^/@]+)\.service$/.exec(file.path)?.[1];
    return unit === undefined
      ? []
      : [
          {
            unit,
            stage: file.stage,
            guarded: unit === 'postgres' || file.effects.split(';').includes(`restart! ${unit}`),
          },
        ];
  });
}

/** What ends on a host that leaves, when its last bundle is applied. */
function endOf(former: HostVersion | undefined): readonly string[] {
  return stops(former?.files ?? []).map(({ unit }) => `stop ${unit}`);
}

/** Whether nothing differs but lines that a program which has started before does not read. */
function isForFirstStart({ change, diff }: FileChange, { firstStart }: ManifestFile): boolean {
  return firstStart !== undefined && differsOnlyIn({ change, diff }, new RegExp(firstStart));
}

function differsOnlyIn({ change, diff }: Pick<FileChange, 'change' | 'diff'>, pattern: RegExp): boolean {
  if (change !== 'changed') return false;
  const lines = diff.filter((line) => /^[-+]/.test(line));
  return lines.length > 0 && lines.every((line) => pattern.test(line.slice(1)));
}

/** Names of the calls that are new or have one of the files as an argument, each once. */
function stepsOf(now: PlanRecord, former: PlanRecord, paths: readonly string[]): readonly string[] {
  const known = new Set(former.calls.map((call) => JSON.stringify(call)));
  const changed = new Set(paths);
  const found = now.calls.filter(
    (call) => !known.has(JSON.stringify(call)) || call.slice(2).some((word) => changed.has(word)),
  );
  return [...new Set(found.map(([name]) => name!))];
}

/** Sources of the files that hold settings, the one that overrules the others last. */
const SETTINGS = ['pgsql/instance-env', 'pgsql/patroni', 'pgsql/dcs', 'pgsql/auto-conf'];

/** Settings that instance.env holds: Patroni gives them to the server as arguments. */
const ARGUMENTS: Readonly<Record<string, string>> = { PG_PORT: 'port', PG_LISTEN: 'listen_addresses' };

function settingsOf(touched: readonly Touched[]): readonly SettingChange[] {
  const found = new Map<string, SettingChange>();
  for (const source of SETTINGS) {
    const sides = new Map<string, { before?: string; after?: string }>();
    for (const line of touched
      .filter(({ file, change }) => file.source === source && change.change === 'changed')
      .flatMap(({ change }) => change.diff)) {
      const [, sign, word, value] = /^([-+])\s*([A-Za-z_][\w.]*)(?:: | = |=)(.*)$/.exec(line) ?? [];
      if (word === undefined) continue;
      const name = ARGUMENTS[word] ?? word;
      // In Patroni's files the port is another server's, the one that a standby cluster follows.
      if (name === word && Object.values(ARGUMENTS).includes(word)) continue;
      const side = sides.get(name) ?? {};
      side[sign === '-' ? 'before' : 'after'] = value!.replace(/^'(.*)'$/, '$1');
      sides.set(name, side);
    }
    for (const [name, side] of sides)
      if (side.before !== side.after && settingHistory(name).at(-1)?.context === 'postmaster')
        found.set(name, { name, ...side });
  }
  return [...found.values()];
}

/** Functions of the runtime that let a server take something over while it runs. */
export const RELOADED: Partial<Record<RuntimeFunction, string>> = {
  pg_reload_hba: 'PostgreSQL',
  redis_config: 'Redis',
};

/** Of `call FUNCTION ARGUMENT…`. */
export function functionOf(effect: string): RuntimeFunction {
  return effect.split(' ')[1] as RuntimeFunction;
}
