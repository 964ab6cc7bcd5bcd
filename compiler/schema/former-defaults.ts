/** Defaults of earlier releases: schemas/former-defaults.json. */
import data from '../../schemas/former-defaults.json' with { type: 'json' };
import { parameterRenames } from './renames.ts';
import type { ParameterInfo } from './table.ts';

interface Former {
  /** The first release with another default. */
  readonly until: string;
  /** Absent where it is long. */
  readonly was?: unknown;
}

/** What a parameter was by default in a release: another value, or nothing because there was no such parameter. */
export interface Difference {
  /** The release that changed it. */
  readonly since: string;
  readonly kind: 'changed' | 'new';
  /** Absent where it is long. */
  readonly was?: unknown;
}

const FORMER = data as Readonly<Record<string, readonly Former[]>>;

/** How the default of a parameter differs from that of a release; undefined where it does not. */
export function differenceSince(info: ParameterInfo, release: Release, now: unknown): Difference | undefined {
  const former = (FORMER[info.name] ?? []).find(({ until }) => isLater(until, release));
  if (former !== undefined) {
    const isBack = 'was' in former && JSON.stringify(former.was) === JSON.stringify(now);
    return isBack
      ? undefined
      : { since: former.until, kind: 'changed', ...('was' in former ? { was: former.was } : {}) };
  }
  const isNew = info.since !== undefined && isLater(info.since, release) && !isRenamed(info);
  return isNew ? { since: info.since!, kind: 'new' } : undefined;
}

/** It was there under another name. */
function isRenamed({ name, aliases }: ParameterInfo): boolean {
  return aliases.length > 0 || parameterRenames.some((rename) => rename.new === name);
}

/** `v3.2.0`, `3.2` or `v3` as numbers. */
export type Release = readonly [major: number, minor: number, patch: number];

/** The release that a text names. */
export function releaseOf(text: string): Release | undefined {
  const parts = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-.*)?$/.exec(text.trim());
  return parts === null ? undefined : [Number(parts[1]), Number(parts[2] ?? 0), Number(parts[3] ?? 0)];
}

/** Releases from before the first one that is known (`<=v2.0.0`) are later than none. */
function isLater(text: string, than: Release): boolean {
  const release = releaseOf(text);
  if (release === undefined) return false;
  const at = release.findIndex((part, i) => part !== than[i]);
  return at >= 0 && release[at]! > than[at]!;
}
