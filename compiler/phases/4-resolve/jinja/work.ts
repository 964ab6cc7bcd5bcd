/** What goes on while expressions are evaluated: what they have cost so far, and whether a secret has been looked at. */

/** A value made from a secret. Operations open it, and what they make of it is secret again. */
export class Tainted {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }

  toString(): string {
    return '********';
  }

  toJSON(): string {
    return this.toString();
  }
}

/** Why an expression is given up. */
export class TooMuch extends Error {}

/** Longest text of a value with expressions or placeholders. */
export const LONGEST_SOURCE = 65_536;
/** Longest text and most items of a result. */
export const LONGEST_TEXT = 1_048_576;
export const MOST_ITEMS = 100_000;
/** How deep evaluations may lie in each other, over all variables they refer to. */
const DEEPEST = 800;
/** Units of all expressions of an inventory together: steps, characters and items. */
const UNITS = 20_000_000;
const UNITS_OF_A_HOST = 100_000;
const UNITS_OF_A_STEP = 10;

let units = UNITS;
let depth = 0;
let looked = false;

/** Begins an inventory of so many hosts. */
export function beginWork(hosts: number): void {
  units = UNITS + hosts * UNITS_OF_A_HOST;
  depth = 0;
  looked = false;
}

/** Takes units for what is about to be done. */
export function spend(amount: number): void {
  units -= amount;
  if (units < 0) throw new TooMuch('all expressions together take too many steps');
}

/** Takes units for a text about to be made. */
export function spendText(length: number): void {
  if (length > LONGEST_TEXT) throw new TooMuch(`its result is longer than ${LONGEST_TEXT} characters`);
  spend(length);
}

/** Takes units for a list about to be made. */
export function spendItems(count: number): void {
  if (count > MOST_ITEMS) throw new TooMuch(`its result has more than ${MOST_ITEMS} items`);
  spend(count);
}

/** A value to work on. */
export function open(value: unknown): unknown {
  if (!(value instanceof Tainted)) return value;
  looked = true;
  return value.value;
}

/** A value as secret as one may be. */
export function tainted(value: unknown): unknown {
  return value === null || value === '' || typeof value === 'symbol' || value instanceof Tainted
    ? value
    : new Tainted(value);
}

/**
 * Runs one operation. What it makes after a look at a secret is secret, and what it complains about is passed to `hush`. Operations
 * within it are judged on their own.
 */
export function operation(run: () => unknown, hush: (problem: unknown) => unknown): unknown {
  const outside = looked;
  looked = false;
  try {
    spend(UNITS_OF_A_STEP);
    const value = deeper(run);
    return looked ? tainted(open(value)) : value;
  } catch (problem) {
    throw looked ? hush(problem) : problem;
  } finally {
    looked = outside;
  }
}

/** Runs what lies within something else, when that is not too deep already. */
export function deeper<T>(run: () => T): T {
  if (depth >= DEEPEST) throw new TooMuch('it is nested too deep');
  depth++;
  try {
    return run();
  } finally {
    depth--;
  }
}
