import { EXIT, type Command } from '../command.ts';
import { INPUT_OPTIONS } from '../options.ts';
import { fails } from '../report/report.ts';
import { drawingsFor, finish, reportOf, requestOf, tell } from '../session.ts';
import { styleFor } from '../style.ts';
import { VERSION } from '../version.ts';

/** Shows what a build would change, without writing. */
export const diff: Command = {
  usage: 'diff [files..]',
  summary: 'Show what a build would change in the bundle, and what that does on each host: reloads, restarts, steps',
  positionals: { files: { describe: 'Inventory files, merged in order; default pigsty.yml' } },
  options: ['out', 'limit', 'graph', 'json', 'demo', ...INPUT_OPTIONS],
  examples: [
    ['diff', 'Compare pigsty.yml with out/'],
    ['diff --limit pg-test --json', 'Changed files and what they do to one cluster, as JSON'],
  ],
  run: async (args, host) => {
    const { checkFiles, hasErrors } = await import('../../compile.ts');
    const checked = checkFiles(host, requestOf(args));
    const found = reportOf(args, checked, checked.diagnostics);
    if (fails(found, args.strict)) return finish(args, host, found, 'stderr');
    const { buildBundle } = await import('../../build.ts');
    const { overlay } = await import('../overlay-host.ts');
    const { bundleChanges, changesText } = await import('../bundle-diff.ts');
    const dry = overlay(host);
    const { diagnostics, announcements, sealedUnknown } = buildBundle(dry.host, checked, {
      outDir: args.out,
      limit: args.limit,
      version: VERSION,
      stateDir: args.state,
      review: true,
      drawings: await drawingsFor(args, checked),
    });
    if (hasErrors(diagnostics)) return finish(args, host, reportOf(args, checked, diagnostics), 'stderr');
    if (!args.quiet) tell(host, announcements);
    const changes = bundleChanges(host, dry, args.out, sealedUnknown);
    host.stdout(
      args.json
        ? `${JSON.stringify(changes, undefined, 2)}\n`
        : changesText(changes, args.out, styleFor(host, 'stdout', args.color)),
    );
    return EXIT.ok;
  },
};
