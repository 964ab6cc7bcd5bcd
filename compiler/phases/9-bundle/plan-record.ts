/**
 * What the plan of a host does besides its files, as the manifest keeps it: what a review compares, and what a host
 * leaves when it goes.
 */
import type { HostPlan } from '../../../emitters/host/bundle-types.ts';
import { wordsOf } from '../../../emitters/runtime-calls.ts';
import { statements } from '../../words/shell-words.ts';

export interface PlanRecord {
  /** Of the machine. */
  readonly address: string;
  /** What the data on the host belong to, by module. */
  readonly identity: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly packages: readonly string[];
  /** The state that each unit is brought to; `-` where it is left in the one it has. */
  readonly units: Readonly<Record<string, string>>;
  /** By owner. */
  readonly directories: Readonly<Record<string, readonly string[]>>;
  /** Links that are no account's own, with where they lead. */
  readonly links: Readonly<Record<string, string>>;
  /** Provisioning: the name of the step, the function and its words. */
  readonly calls: readonly (readonly string[])[];
}

/** The record of a plan. */
export function recordOf({ host, steps }: HostPlan): PlanRecord {
  const draft = new Draft();
  draft.address = host.address;
  for (const step of steps)
    switch (step.kind) {
      case 'identity':
        draft.identity.set(step.module, step.values);
        break;
      case 'package':
        draft.packages.push(...step.names);
        break;
      case 'unit':
        draft.units.set(step.unit, step.state ?? '-');
        break;
      case 'dir':
        draft.directory(step.path, step.owner);
        break;
      case 'link':
        if (step.owner === undefined) draft.links.set(step.path, step.target);
        break;
      case 'call':
        draft.calls.push([step.name, step.fn, ...wordsOf(step.args)]);
        break;
      default:
    }
  return draft.record();
}

/** The record of a host whose manifest has none, because an earlier release made the bundle: from the words of its apply.sh. */
export function recordOfScript(script: string): PlanRecord {
  const draft = new Draft();
  for (const [name, first = '', second = '', third, ...others] of statements(script))
    switch (name) {
      case 'expect_host':
        draft.address = first;
        break;
      case 'identity':
        draft.identity.set(first, pairs([second, ...(third === undefined ? [] : [third]), ...others]));
        break;
      case 'package_install':
        draft.packages.push(second, ...(third === undefined ? [] : [third]), ...others);
        break;
      case 'unit':
        draft.units.set(first, third ?? '-');
        break;
      case 'dir':
        draft.directory(first, second);
        break;
      case 'link':
        if (third === undefined) draft.links.set(first, second);
        break;
      case 'call':
        draft.calls.push([first, second, ...(third === undefined ? [] : [third]), ...others]);
        break;
      default:
    }
  return draft.record();
}

/** `KEY=VALUE` words up to `--`. */
function pairs(words: readonly string[]): Readonly<Record<string, string>> {
  const end = words.indexOf('--');
  const own = end === -1 ? words : words.slice(0, end);
  return Object.fromEntries(own.map((word) => [word.replace(/=.*$/s, ''), word.replace(/^[^=]*=/, '')]));
}

class Draft {
  address = '';
  readonly identity = new Map<string, Readonly<Record<string, string>>>();
  readonly packages: string[] = [];
  readonly units = new Map<string, string>();
  readonly links = new Map<string, string>();
  readonly calls: (readonly string[])[] = [];
  readonly #directories = new Map<string, string[]>();

  directory(path: string, owner: string): void {
    const paths = this.#directories.get(owner) ?? [];
    this.#directories.set(owner, paths);
    paths.push(path);
  }

  record(): PlanRecord {
    return {
      address: this.address,
      identity: Object.fromEntries(this.identity),
      packages: [...new Set(this.packages)],
      units: Object.fromEntries(this.units),
      directories: Object.fromEntries(this.#directories),
      links: Object.fromEntries(this.links),
      calls: this.calls,
    };
  }
}
