import type { FaultClass } from '../fault.ts';
import { conflicts } from './conflicts.ts';
import { dangers } from './dangers.ts';
import { expressions } from './expressions.ts';
import { identity } from './identity.ts';
import { names } from './names.ts';
import { programs } from './programs.ts';
import { references } from './references.ts';
import { syntax } from './syntax.ts';
import { traps } from './traps.ts';
import { values } from './values.ts';

/** Every kind of mistake, in the order of the report. */
export const FAULTS: readonly FaultClass[] = [
  ...names,
  ...values,
  ...identity,
  ...references,
  ...conflicts,
  ...programs,
  ...traps,
  ...dangers,
  ...expressions,
  ...syntax,
];
