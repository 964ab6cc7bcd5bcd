/**
 * What a changed bundle does to the hosts, before it does it: reloads, restarts, settings that wait for one, steps with
 * something to do.
 */
import type { ManifestFile } from '../../phases/9-bundle/bundle-files.ts';
import type { PlanRecord } from '../../phases/9-bundle/plan-record.ts';
import type { FileChange } from '../diff/bundle-diff.ts';
import { identityChanges, type IdentityChange } from './identity-change.ts';
import type { SettingChange } from './file-settings.ts';
import { leftBehind } from './left-behind.ts';
import type { Noticed } from '../../../emitters/module.ts';
import { noticedOf } from './noticed.ts';
import { effectsOf, firstStartSettings, restartSettings, staysOnTheHost, touchedFiles } from './touched.ts';

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
  /** Settings that differ and are read when their unit, or PostgreSQL, starts only. */
  readonly settings: readonly UnitSetting[];
  /** What clients notice of that. */
  readonly clients: readonly Noticed[];
  /** Names of settings that differ and are read while there are no data. */
  readonly firstStart: readonly string[];
  /** Directories with data that stay where they are and are used no more; empty where the change is impossible. */
  readonly leaves: readonly string[];
  /** Files that differ in the bundle and stay as they are on the host: they are written only where they are absent. */
  readonly keeps: readonly string[];
  /** Names of the steps of the plan that are new or read a file that differs. */
  readonly steps: readonly string[];
}

export interface UnitSetting extends SettingChange {
  /** What restarts. */
  readonly unit: string;
}

/** A host in one version of the bundle. */
export interface HostVersion {
  readonly files: readonly ManifestFile[];
  readonly plan: PlanRecord;
  /** What the reviewable form of a file says; empty where there is none. */
  text(file: ManifestFile): string;
}

/** One host in the former and in the new bundle; undefined where it is not there. */
export interface HostVersions {
  readonly former: HostVersion | undefined;
  readonly now: HostVersion | undefined;
}

const NOTHING = {
  impossible: [],
  effects: [],
  packages: [],
  settings: [],
  clients: [],
  firstStart: [],
  leaves: [],
  keeps: [],
  steps: [],
} as const;

/** The impact on a host whose files or steps differ; undefined for one that stays as it is. */
export function impactOf(
  name: string,
  { former, now }: HostVersions,
  changes: ReadonlyMap<string, FileChange>,
): HostImpact | undefined {
  const nothing = { host: name, ...NOTHING };
  if (now === undefined) return { ...nothing, is: 'gone', files: former?.files.length ?? 0, effects: endOf(former) };
  if (former === undefined) return { ...nothing, is: 'new', files: now.files.length };
  const still = new Set(now.files.map(({ bundle }) => bundle));
  const gone = former.files.filter(({ bundle }) => !still.has(bundle));
  const touched = touchedFiles(name, now, former, changes);
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
      .filter(({ file, change }) => change !== 'removed' || !held.has(file.stage))
      .flatMap((one) => effectsOf(one).filter((effect) => stages.has(one.file.stage) || !isCall(effect)))
      .filter((effect) => !comesOrGoes.has(effect.split(' ')[1]!)),
    ...drained(former.plan, now.plan),
  ];
  const installed = new Set(former.plan.packages);
  const impossible = identityChanges(now.plan, former.plan);
  const settings = restartSettings(touched).filter(({ unit }) => !comesOrGoes.has(unit));
  const impact = {
    impossible,
    effects: [...new Set(effects)],
    packages: now.plan.packages.filter((one) => !installed.has(one)),
    settings,
    clients: noticedOf(effects, settings, touched),
    firstStart: firstStartSettings(touched),
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
  if (former === undefined) return [];
  return [...stops(former.files).map(({ unit }) => `stop ${unit}`), ...drained(former.plan, undefined)];
}

/** A Citus group that ends alone has to be empty of shards before. */
function drained(former: PlanRecord, now: PlanRecord | undefined): readonly string[] {
  const group = former.identity['pgsql']?.['group'] ?? '';
  return group === '' || group === '0' || now?.identity['pgsql'] !== undefined ? [] : [`drain group ${group}`];
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
