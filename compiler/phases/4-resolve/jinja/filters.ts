import { equal, pythonText, truth, UNDEFINED } from './values.ts';

export type Filter = (value: unknown, args: readonly unknown[], named: Readonly<Record<string, unknown>>) => unknown;
export type Test = (value: unknown, args: readonly unknown[]) => boolean;

/** A filter got something it cannot work with; the text says what it wants. */
export class FilterProblem extends Error {}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return [...value];
  if (value instanceof Map) return [...value.keys()];
  throw new FilterProblem('wants a list');
}

function text(value: unknown): string {
  if (value === UNDEFINED) throw new FilterProblem('has no value to work on');
  return pythonText(value);
}

function orderable(value: unknown): string | number {
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  return text(value).toLowerCase();
}

function distinct(values: readonly unknown[]): readonly unknown[] {
  return values.filter((value, i) => values.findIndex((other) => equal(other, value)) === i);
}

function attribute(value: unknown, path: unknown): unknown {
  let result = value;
  for (const key of text(path).split('.')) result = result instanceof Map ? (result.get(key) ?? UNDEFINED) : UNDEFINED;
  return result;
}

function testOf(args: readonly unknown[]): (value: unknown) => boolean {
  if (args.length === 0) return truth;
  const name = text(args[0]);
  if (!Object.hasOwn(TESTS, name)) throw new FilterProblem(`has no test \`${name}\``);
  const test = TESTS[name]!;
  return (value) => test(value, args.slice(1));
}

const sorted: Filter = (value, args, named) => {
  const key =
    named['attribute'] === undefined ? (item: unknown) => item : (item: unknown) => attribute(item, named['attribute']);
  const pairs = list(value).map((item) => ({ item, by: orderable(key(item)) }));
  if (new Set(pairs.map((pair) => typeof pair.by)).size > 1) throw new FilterProblem('cannot order texts and numbers');
  pairs.sort((a, b) => (a.by < b.by ? -1 : a.by > b.by ? 1 : 0));
  const items = pairs.map((pair) => pair.item);
  return truth(args[0] ?? named['reverse'] ?? false) ? items.reverse() : items;
};

const integer: Filter = (value, args) => {
  if (typeof value === 'number') return Math.trunc(value);
  if (typeof value === 'boolean') return Number(value);
  const match = /^\s*([-+]?\d+)(?:\.\d*)?\s*$/.exec(typeof value === 'string' ? value : '');
  return match === null ? (args[0] ?? 0) : Number(match[1]);
};

const defaultTo: Filter = (value, args, named) => {
  const replaceFalsy = truth(args[1] ?? named['boolean'] ?? false);
  return value === UNDEFINED || (replaceFalsy && !truth(value)) ? (args[0] ?? '') : value;
};

const mapped: Filter = (value, args, named) => {
  if (named['attribute'] !== undefined) return list(value).map((item) => attribute(item, named['attribute']));
  const name = text(args[0]);
  if (!Object.hasOwn(FILTERS, name)) throw new FilterProblem(`has no filter \`${name}\``);
  const filter = FILTERS[name]!;
  return list(value).map((item) => filter(item, args.slice(1), named));
};

/** Filters that mean the same in Jinja2 and Ansible whatever the host; those that read files or random numbers are left out. */
export const FILTERS: Readonly<Record<string, Filter>> = {
  default: defaultTo,
  d: defaultTo,
  list: (value) => [...list(value)],
  join: (value, args, named) =>
    list(named['attribute'] === undefined ? value : list(value).map((item) => attribute(item, named['attribute'])))
      .map(text)
      .join(text(args[0] ?? '')),
  lower: (value) => text(value).toLowerCase(),
  upper: (value) => text(value).toUpperCase(),
  trim: (value) => text(value).trim(),
  string: (value) => text(value),
  replace: (value, args) => text(value).replaceAll(text(args[0]), text(args[1])),
  int: integer,
  float: (value) => (Number.isFinite(Number(value)) && value !== null ? Number(value) : 0),
  // True only for these words; everything else is false, none stays none.
  bool: (value) => (value === null ? null : ['1', 'yes', 'on', 'true'].includes(text(value).toLowerCase())),
  length: (value) => (value instanceof Map ? value.size : list(value).length),
  count: (value) => (value instanceof Map ? value.size : list(value).length),
  first: (value) => list(value)[0] ?? UNDEFINED,
  last: (value) => list(value).at(-1) ?? UNDEFINED,
  unique: (value) => distinct(list(value)),
  sort: sorted,
  reverse: (value) => (typeof value === 'string' ? [...value].reverse().join('') : [...list(value)].reverse()),
  flatten: (value) => list(value).flat(Infinity),
  split: (value, args) => (args.length === 0 ? text(value).trim().split(/\s+/) : text(value).split(text(args[0]))),
  map: mapped,
  select: (value, args) => list(value).filter(testOf(args)),
  reject: (value, args) => list(value).filter((item) => !testOf(args)(item)),
  selectattr: (value, args) => list(value).filter((item) => testOf(args.slice(1))(attribute(item, args[0]))),
  rejectattr: (value, args) => list(value).filter((item) => !testOf(args.slice(1))(attribute(item, args[0]))),
  union: (value, args) => distinct([...list(value), ...list(args[0])]),
  intersect: (value, args) => distinct(list(value).filter((item) => list(args[0]).some((other) => equal(other, item)))),
  difference: (value, args) =>
    distinct(list(value).filter((item) => !list(args[0]).some((other) => equal(other, item)))),
  ternary: (value, args) => (truth(value) ? args[0] : args[1]),
};

const same: Test = (value, args) => equal(value, args[0]);

export const TESTS: Readonly<Record<string, Test>> = {
  defined: (value) => value !== UNDEFINED,
  undefined: (value) => value === UNDEFINED,
  none: (value) => value === null,
  equalto: same,
  eq: same,
  '==': same,
  ne: (value, args) => !equal(value, args[0]),
  '!=': (value, args) => !equal(value, args[0]),
  in: (value, args) =>
    typeof args[0] === 'string' ? args[0].includes(text(value)) : list(args[0]).some((item) => equal(item, value)),
  contains: (value, args) =>
    typeof value === 'string' ? value.includes(text(args[0])) : list(value).some((item) => equal(item, args[0])),
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  mapping: (value) => value instanceof Map,
  sequence: (value) => Array.isArray(value) || typeof value === 'string',
};
