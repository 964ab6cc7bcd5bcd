/** The way from one text to another, as `diff --base` shows it. */
import { compare } from '../compiler/review/diff/compare.ts';
import { planNames } from '../compiler/review/diff/names.ts';
import { planText } from '../compiler/cli/plan/plan-text.ts';
import { styleFor } from '../compiler/cli/style.ts';
import type { Compilation } from '../compiler/compile.ts';
import type { Host } from '../compiler/host/host.ts';
import { FILE, machineWith } from './machine.ts';

const OUT = 'out';
const VIEW = { stat: false, impact: false, hosts: false, full: false };

/**
 * @param before the other text
 * @param host the machine with the text that was compiled
 */
export async function planSince(before: string, host: Host, compilation: Compilation): Promise<string> {
  const request = { outDir: OUT, files: [FILE], graph: false, context: 3 };
  const base = { kind: 'inventory', system: machineWith(before), files: [FILE] } as const;
  const compared = await compare(host, request, base, compilation);
  if ('errors' in compared) return 'the text it is compared with has errors';
  const plan = {
    ...compared.changes,
    names: planNames(compared.sites),
    target: OUT,
    base: 'the text it is compared with',
    view: VIEW,
  };
  return planText(plan, styleFor(host, 'stdout', 'never'));
}
