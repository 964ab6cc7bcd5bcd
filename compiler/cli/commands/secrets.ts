import { hasErrors } from '../../diagnostics/diagnostic.ts';
import type { Replacement } from '../../secrets/generate.ts';
import { EXIT, type Args, type Command } from '../command.ts';
import { UsageError } from '../../diagnostics/usage-error.ts';
import type { Host } from '../../host/host.ts';
import { INPUT_OPTIONS } from '../options.ts';
import { formOf, keepPasswords } from '../password-form.ts';
import { reportErrors, requestOf } from '../session.ts';
import { columns } from '../table.ts';

/** Replaces published passwords in the inventory files. */
export const secrets: Command = {
  usage: 'secrets <action> [files..]',
  summary: 'Replace the published secrets in the inventory by random ones',
  positionals: {
    action: { describe: 'What to do', choices: ['gen'] },
    files: { describe: 'Inventory files, merged in order; default pigsty.yml' },
  },
  options: [
    'dry-run',
    'vault',
    'env-file',
    'running',
    ...INPUT_OPTIONS.filter((name) => !['format', 'strict', 'secrets'].includes(name)),
  ],
  examples: [
    ['secrets gen --dry-run', 'Which passwords would be replaced, and where'],
    ['secrets gen --vault --vault-password-file FILE', 'Replace them by !vault values'],
    ['secrets gen --env-file secrets.env', 'Replace them by ${env:…}; the file is ignored by git'],
    ['secrets gen --running', 'All but what backups and data are encrypted with already'],
    ['secrets gen', 'Replace them; add those that only the defaults have to all.vars'],
  ],
  run: async (args, host) => {
    const [{ compileFiles }, { generateSecrets }] = await Promise.all([
      import('../../compile.ts'),
      import('../../edit/secrets.ts'),
    ]);
    const checked = compileFiles(host, requestOf(args)).checked();
    if (checked.resolved === undefined || hasErrors(checked.diagnostics))
      return reportErrors(
        args,
        host,
        checked,
        checked.diagnostics.filter(({ severity }) => severity === 'error'),
      );
    const { replacements, passwords, elsewhere } = generateSecrets(
      checked,
      host,
      await formOf(args, host),
      args.running,
    );
    const sealed = replacements.find(({ span }) => !span.file.editable);
    if (sealed !== undefined) throw new UsageError((await import('../../edit/fix.ts')).notEditable(sealed.span.file));
    if (!args.dryRun) {
      // First what the inventory will refer to.
      if (args.envFile !== undefined) await keepPasswords(host, args.envFile, passwords);
      (await import('../../edit/fix.ts')).writeEdits(host, checked.sources, replacements);
    }
    show(args, host, replacements, passwords.size);
    if (elsewhere.length > 0)
      host.stderr(`this is a part of an inventory: set ${elsewhere.join(', ')} in the file that has all.vars\n`);
    return EXIT.ok;
  },
};

function show(args: Args, host: Host, replacements: readonly Replacement[], passwords: number): void {
  const rows = replacements.map(({ span, name, added }) => {
    const { line } = span.file.position(span.start);
    return [`${span.file.path}:${line}`, added ? 'added' : 'replaced', name];
  });
  if (rows.length > 0) host.stdout(columns(rows));
  if (!args.quiet)
    host.stderr(`${passwords} password${passwords === 1 ? '' : 's'}${args.dryRun ? ' would be' : ''} made\n`);
}
