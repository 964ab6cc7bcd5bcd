import type { Diagnostic } from './diagnostic.ts';

/** What every phase returns: its product and everything it found wrong. Throwing means a bug in pigstyc. */
export type Result<T> = readonly [T, readonly Diagnostic[]];
