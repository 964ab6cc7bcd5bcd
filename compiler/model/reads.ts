/**
 * Which parameters of hosts are read while something is made. So it is known what a file depends on, and nobody has to
 * list it. What the model itself was made from (who is in a cluster, services, names) is not told apart by parameter.
 */
import type { Params } from './params.gen.ts';

/** Names as typed parameters have them. */
export type Names = ReadonlySet<string>;

/** What was read while something was made. */
export class Reads {
  /** For all of it. */
  readonly own = new Set<string>();
  /** For a part of it, which has its own record. */
  readonly ofParts = new Set<string>();

  get all(): Names {
    return union(this.own, this.ofParts);
  }
}

/** Stands for every name: somebody has asked which parameters are set. */
export const EVERY = '*';

let open: Reads | undefined;

/** Makes something; what is read for it goes to `reads`, and to what this is a part of. */
export function recording<T>(reads: Reads, make: () => T): T {
  const outer = open;
  open = reads;
  try {
    return make();
  } finally {
    open = outer;
    if (outer !== undefined) addAll(outer.ofParts, reads.all);
  }
}

/** Counts as read what was read for something that is used again. */
export function readAgain(names: Names): void {
  if (open !== undefined) addAll(open.own, names);
}

/** Whether one of these parameters was read. */
export function hasRead(names: Names, changed: Names): boolean {
  if (changed.size === 0) return false;
  if (names.has(EVERY)) return true;
  for (const name of changed) if (names.has(name)) return true;
  return false;
}

export function union(some: Names, others: Names): Names {
  if (others.size === 0) return some;
  if (some.size === 0) return others;
  const all = new Set(some);
  addAll(all, others);
  return all;
}

/** The same parameters, which say when they are read. */
export function readable(params: Params): Params {
  return new Proxy(params, READ);
}

function read(name: string | symbol): void {
  if (open !== undefined && typeof name === 'string') open.own.add(name);
}

const READ: ProxyHandler<Params> = {
  get: (params, name) => {
    read(name);
    return params[name as keyof Params];
  },
  has: (params, name) => {
    read(name);
    return name in params;
  },
  getOwnPropertyDescriptor: (params, name) => {
    read(name);
    return Reflect.getOwnPropertyDescriptor(params, name);
  },
  ownKeys: (params) => {
    read(EVERY);
    return Reflect.ownKeys(params);
  },
};

function addAll(names: Set<string>, others: Names): void {
  for (const name of others) names.add(name);
}
