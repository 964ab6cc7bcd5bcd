import type { BundleRequest } from '../../compile.ts';
import { EXIT, type Args, type Command } from '../command.ts';
import { UsageError } from '../../diagnostics/usage-error.ts';
import { INPUT_OPTIONS } from '../options.ts';
import { fails } from '../report/report.ts';
import { finish, Progress, reportOf, requestOf, tell } from '../session.ts';
import { VERSION } from '../../package/version.ts';

/** Compiles an inventory into a bundle, or reports what is wrong and writes nothing. */
export const build: Command = {
  usage: 'build [files..]',
  summary: 'Compile the inventory into configuration files and one script per host',
  positionals: { files: { describe: 'Inventory files, merged in order; default pigsty.yml' } },
  options: [
    'out',
    'limit',
    'graph',
    'fresh',
    'threads',
    'new-authority',
    'demo',
    ...INPUT_OPTIONS.filter((name) => name !== 'secrets'),
  ],
  examples: [
    ['build', 'Compile pigsty.yml into out/'],
    ['build base.yml prod.yml -o /srv/bundle', 'Two files, merged in this order'],
    ["build --limit 'pg-test,!10.10.10.13'", 'Only two hosts of a cluster; the other hosts in out/ stay as they are'],
    ['build --demo', 'A demonstration, with the published passwords'],
    ['build --graph', 'With a drawing of the topology to review beside the files'],
    ['build --platform debian-12 --facts facts', 'For hosts with only the archive of Debian 12, sized by their facts'],
  ],
  run: async (args, host) => {
    if (args.newAuthority && args.limit !== undefined)
      throw new UsageError('--new-authority is for all hosts: leave out --limit');
    if (args.threads !== undefined && !(Number.isInteger(args.threads) && args.threads > 0))
      throw new UsageError('--threads takes a number, 1 or more');
    const { compileFiles } = await import('../../compile.ts');
    const { recorded } = await import('../../host/replay.ts');
    const { identityOf } = await import('../../build/identity.ts');
    const progress = new Progress(host, !args.quiet);
    const request = requestOf(args);
    const { host: reading, readings } = recorded(host);
    const compilation = compileFiles(reading, request);
    const checked = compilation.checked();
    const found = reportOf(args, checked, checked.diagnostics, 'nothing was written');
    if (fails(found, args.strict)) return finish(args, host, found);
    const onHost = (done: number, total: number): void => progress.step(`pigstyc: host ${done} of ${total}`);
    const parallel = { request, readings, tables: host.tables, threads: args.threads };
    const built = await compilation.bundled(host, {
      ...bundleRequestOf(args),
      program: identityOf(host),
      parallel,
      onHost,
    });
    const { bundle, diagnostics, hosts, notes = [], announcements } = built;
    progress.done();
    tell(host, announcements);
    if (bundle === undefined) {
      await finish(args, host, reportOf(args, checked, diagnostics, 'nothing was written'));
      return EXIT.findings;
    }
    const { written, unchanged, removed } = bundle;
    const summary =
      `${args.out}: ${hosts} host${hosts === 1 ? '' : 's'}, ${written.length} files written, ${unchanged} ` +
      `unchanged, ${removed.length} removed`;
    const code = await finish(args, host, reportOf(args, checked, diagnostics, summary));
    if (!args.quiet) for (const note of notes) host.stderr(`note: ${note}\n`);
    return code;
  },
};

function bundleRequestOf(args: Args): BundleRequest {
  const { out: outDir, limit, state: stateDir, newAuthority, fresh, graph } = args;
  return { outDir, limit, version: VERSION, stateDir, newAuthority, fresh, graph };
}
