import type { FaultClass } from '../fault.ts';
import { conflicts } from './conflicts.ts';
import { expressions } from './expressions.ts';
import { identity } from './identity.ts';
import { names } from './names.ts';
import { references } from './references.ts';
import { syntax } from './syntax.ts';
import { values } from './values.ts';

/** Every kind of mistake, in the order of the report. */
export const FAULTS: readonly FaultClass[] = [
  ...names,
  ...values,
  ...identity,
  ...references,
  ...conflicts,
  ...expressions,
  ...syntax,
];
