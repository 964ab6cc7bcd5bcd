import type { Command } from '../command.ts';
import { INPUT_OPTIONS } from '../options.ts';
import { finish, reportOf, requestOf } from '../session.ts';

/** Reports everything that is wrong with an inventory and writes nothing. */
export const check: Command = {
  usage: 'check [files..]',
  summary: 'Report everything that is wrong with the inventory, write nothing',
  positionals: { files: { describe: 'Inventory files, merged in order; default pigsty.yml' } },
  options: ['fix', 'demo', ...INPUT_OPTIONS],
  examples: [
    ['check', 'Check pigsty.yml in this directory'],
    ['check base.yml prod.yml --strict', 'Two files, merged in this order; warnings fail too'],
    ['check --fix', 'Rename what older versions called differently, put quotes right, then check'],
    ['check --format github', 'Annotate a pull request'],
  ],
  run: async (args, host) => {
    const { compileFiles } = await import('../../compile.ts');
    const first = compileFiles(host, requestOf(args)).checked();
    const fixed = args.fix ? (await import('../../edit/fix.ts')).fixFiles(host, first.sources, first.diagnostics) : 0;
    const checked = fixed > 0 ? compileFiles(host, requestOf(args)).checked() : first;
    if (fixed > 0 && !args.quiet) host.stderr(`${fixed} fix${fixed === 1 ? '' : 'es'} applied\n`);
    const report = reportOf(args, checked, checked.diagnostics);
    const hosts = checked.resolved?.hosts.length ?? 0;
    const quiet = args.quiet || report.diagnostics.length > 0;
    return finish(
      args,
      host,
      quiet
        ? report
        : { ...report, summary: `${report.files.join(', ')}: no problems, ${hosts} host${hosts === 1 ? '' : 's'}` },
    );
  },
};
