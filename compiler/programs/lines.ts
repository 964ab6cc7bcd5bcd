/** Grammars that a pattern cannot tell: `x-grammar` in schemas/ names them like those of grammars.ts. */
import { chronyLineProblem } from './chrony.ts';
import { dateProblem, targetTimeProblem } from './date.ts';
import { encodingProblem } from './encoding.ts';
import { listenLineProblem, serverOptionsProblem } from './haproxy.ts';
import type { Problem } from './options.ts';

const PARSERS: Readonly<Record<string, (text: string) => Problem | undefined>> = {
  'haproxy-server': serverOptionsProblem,
  'haproxy-line': listenLineProblem,
  chrony: chronyLineProblem,
  encoding: encodingProblem,
  date: dateProblem,
  timestamp: targetTimeProblem,
};

/** What the program that reads such a text has against it. */
export function lineProblem(grammar: string | undefined, text: string): Problem | undefined {
  return grammar !== undefined && Object.hasOwn(PARSERS, grammar) ? PARSERS[grammar]!(text) : undefined;
}
