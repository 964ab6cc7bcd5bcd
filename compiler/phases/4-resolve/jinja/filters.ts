import { equal, FilterProblem, pythonText, truth, UNDEFINED } from './values.ts';
import { open, spendItems, spendText } from './work.ts';

export type Filter = (value: unknown, args: readonly unknown[], named: Readonly<Record<string, unknown>>) => unknown;
export type Test = (value: unknown, args: readonly unknown[]) => boolean;

function list(given: unknown): readonly unknown[] {
  const value = open(given);
  if (Array.isArray(value)) {
    spendItems(value.length);
    return value;
  }
  if (typeof value === 'string') {
    spendItems(value.length);
    return [...value];
  }
  if (value instanceof Map) return [...value.keys()];
  throw new FilterProblem('wants a list');
}

function text(value: unknown): string {
  if (value === UNDEFINED) throw new FilterProblem('has no value to work on');
  return pythonText(value);
}

function orderable(given: unknown): string | number {
  const value = open(given);
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  return text(value).toLowerCase();
}

function distinct(values: readonly unknown[]): readonly unknown[] {
  return values.filter((value, i) => values.findIndex((other) => equal(other, value)) === i);
}

function attribute(value: unknown, path: unknown): unknown {
  let result = value;
  for (const key of text(path).split('.')) {
    const map = open(result);
    result = map instanceof Map ? (map.get(key) ?? UNDEFINED) : UNDEFINED;
  }
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

const integer: Filter = (given, args) => {
  const value = open(given);
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

const replaced: Filter = (value, args) => {
  const [whole, from, to] = [text(value), text(args[0]), text(args[1])];
  const places = from === '' ? whole.length + 1 : whole.split(from).length - 1;
  spendText(whole.length + places * Math.max(0, to.length - from.length));
  return whole.replaceAll(from, () => to);
};

const joined: Filter = (value, args, named) => {
  const path = named['attribute'];
  const texts = list(value).map((item) => text(path === undefined ? item : attribute(item, path)));
  const separator = text(args[0] ?? '');
  spendText(texts.reduce((sum, item) => sum + item.length + separator.length, 0));
  return texts.join(separator);
};

/** All items of lists in lists. */
function flat(value: unknown, into: unknown[] = []): readonly unknown[] {
  for (const item of list(value)) {
    if (Array.isArray(open(item))) flat(item, into);
    else into.push(item);
    if (into.length % 1000 === 0) spendItems(into.length);
  }
  return into;
}

function sizeOf(given: unknown): number {
  const value = open(given);
  return value instanceof Map ? value.size : list(value).length;
}

/** Filters that mean the same in Jinja2 and Ansible whatever the host; those that read files or random numbers are left out. */
export const FILTERS: Readonly<Record<string, Filter>> = {
  default: defaultTo,
  d: defaultTo,
  list: (value) => [...list(value)],
  join: joined,
  lower: (value) => text(value).toLowerCase(),
  upper: (value) => text(value).toUpperCase(),
  trim: (value) => text(value).trim(),
  string: (value) => text(value),
  replace: replaced,
  int: integer,
  float: (value) => (Number.isFinite(Number(open(value))) && open(value) !== null ? Number(open(value)) : 0),
  // True only for these words; everything else is false, none stays none.
  bool: (value) => (open(value) === null ? null : ['1', 'yes', 'on', 'true'].includes(text(value).toLowerCase())),
  length: sizeOf,
  count: sizeOf,
  first: (value) => list(value)[0] ?? UNDEFINED,
  last: (value) => list(value).at(-1) ?? UNDEFINED,
  unique: (value) => distinct(list(value)),
  sort: sorted,
  reverse: (value) =>
    typeof open(value) === 'string' ? [...list(value)].reverse().join('') : [...list(value)].reverse(),
  flatten: (value) => flat(value),
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
  none: (value) => open(value) === null,
  equalto: same,
  eq: same,
  '==': same,
  ne: (value, args) => !equal(value, args[0]),
  '!=': (value, args) => !equal(value, args[0]),
  in: (value, args) =>
    typeof open(args[0]) === 'string'
      ? text(args[0]).includes(text(value))
      : list(args[0]).some((item) => equal(item, value)),
  contains: (value, args) =>
    typeof open(value) === 'string'
      ? text(value).includes(text(args[0]))
      : list(value).some((item) => equal(item, args[0])),
  string: (value) => typeof open(value) === 'string',
  number: (value) => typeof open(value) === 'number',
  boolean: (value) => typeof open(value) === 'boolean',
  mapping: (value) => open(value) instanceof Map,
  sequence: (value) => Array.isArray(open(value)) || typeof open(value) === 'string',
};
