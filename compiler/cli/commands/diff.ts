import type { Checked } from '../../phases/5-check/checked.ts';
import type { Host } from '../../host/host.ts';
import { EXIT, PLAN_FORMATS, type Args, type Command, type PlanFormat } from '../command.ts';
import { UsageError } from '../../diagnostics/usage-error.ts';
import { INPUT_OPTIONS } from '../options.ts';
import type { Compared, CompareRequest, Incomparable } from '../../review/diff/compare.ts';
import type { Plan } from '../../review/diff/plan.ts';
import { fails } from '../report/report.ts';
import { finish, reportOf, requestOf, tell } from '../session.ts';
import { styleFor } from '../style.ts';

/** Shows what a build would change, without writing. */
export const diff: Command = {
  usage: 'diff [files..]',
  aliases: ['plan'],
  summary: 'Show what a build would change in the bundle, and what that does on each host: reloads, restarts, steps',
  positionals: { files: { describe: 'Inventory files, merged in order; default pigsty.yml' } },
  options: [
    'inventory',
    'base',
    'out',
    'limit',
    'stat',
    'impact',
    'hosts',
    'full',
    'unified',
    'exit-code',
    'graph',
    'json',
    'demo',
    ...INPUT_OPTIONS,
  ],
  formats: PLAN_FORMATS,
  examples: [
    ['diff', 'Compare pigsty.yml with out/'],
    ['diff --base main', 'Compare with the inventory of a branch; neither a bundle nor keys are needed'],
    ['diff --base main... --format markdown', 'Since the branch left main, for a comment on a pull request'],
    ['diff --limit pg-test --json', 'Changed files and what they do to one cluster, as JSON'],
  ],
  run: async (given, real) => {
    if (!Number.isInteger(given.unified) || given.unified < 0)
      throw new UsageError('--unified takes a number of lines, 0 or more');
    const { findBase } = await import('../../review/base/base.ts');
    const { askOnce } = await import('../../review/base/ask-once.ts');
    const host = askOnce(real);
    const base = findBase(host, given.base, given.out, requestOf(given));
    const args: Args = { ...given, secrets: given.secrets && base.kind === 'bundle' };
    const findings: Args = { ...args, format: args.format === 'github' ? 'github' : 'pretty' };
    const { compileFiles } = await import('../../compile.ts');
    const compilation = compileFiles(host, requestOf(args));
    const checked = compilation.checked();
    const found = reportOf(findings, checked, checked.diagnostics);
    if (fails(found, args.strict)) return finish(findings, host, found, 'stderr');
    const { compare } = await import('../../review/diff/compare.ts');
    const { identityOf } = await import('../../build/identity.ts');
    const compared = await compare(host, compareRequestOf(args, identityOf(host)), base, compilation);
    if ('errors' in compared) return refuse(findings, host, compared);
    if (!args.quiet) tell(host, compared.announcements);
    const code = await finish(findings, host, reportOf(findings, checked, compared.diagnostics), 'stderr');
    host.stdout(await printed(args, host, compared));
    if (code !== EXIT.ok) return code;
    return args.exitCode && compared.changes.files.length > 0 ? EXIT.changes : EXIT.ok;
  },
};

function compareRequestOf(args: Args, program: string | undefined): CompareRequest {
  const { out: outDir, limit, graph, unified: context } = args;
  return { ...requestOf(args), outDir, limit, graph, context, program };
}

/** Says why there is nothing to compare. */
function refuse(args: Args, host: Host, { checked, errors, ofBase }: Incomparable): Promise<number> {
  if (ofBase) tell(host, [`the inventory of ${args.base} cannot be built:`]);
  return finish(args, host, reportOf(args, checked as Checked, errors), 'stderr');
}

async function printed(args: Args, host: Host, { changes, sites }: Compared): Promise<string> {
  const { planNames } = await import('../../review/diff/names.ts');
  const { stat, impact, hosts, full } = args;
  const view = { stat, impact, hosts, full };
  const plan: Plan = { ...changes, names: planNames(sites), target: args.out, base: args.base, view };
  switch (args.json ? 'json' : (args.format as PlanFormat)) {
    case 'json':
      return `${JSON.stringify(changes, undefined, 2)}\n`;
    case 'markdown':
      return (await import('../plan/plan-markdown.ts')).planMarkdown(plan);
    case 'github':
      return (await import('../plan/plan-github.ts')).planGithub(plan, styleFor(host, 'stdout', 'never'));
    case 'text':
      return (await import('../plan/plan-text.ts')).planText(plan, styleFor(host, 'stdout', args.color));
  }
}
