import { suffixHint } from '../../words/suggest.ts';
import { EXIT, type Command } from '../command.ts';
import { UsageError } from '../../diagnostics/usage-error.ts';

/** Prints the JSON Schema of an inventory, or of what a command prints. */
export const schema: Command = {
  usage: 'schema [form]',
  summary: 'Print the JSON Schema of an inventory, for editors, or of what a command prints',
  positionals: { form: { describe: 'Form of JSON that a command prints, as docs/json.md names them' } },
  options: [],
  examples: [
    ['schema > pigsty.schema.json', 'Then begin pigsty.yml with: # yaml-language-server: $schema=pigsty.schema.json'],
    ['schema diff', 'What `diff --json` prints'],
  ],
  run: async ({ form }, host) => {
    const { inventorySchema, outputNames, outputSchema } = await import('../../schema/inventory-schema.ts');
    if (form !== undefined && !outputNames().includes(form))
      throw new UsageError(`no form \`${form}\`${suffixHint(form, outputNames())}`);
    const found = form === undefined ? inventorySchema() : outputSchema(form);
    host.stdout(`${JSON.stringify(found, undefined, 2)}\n`);
    return EXIT.ok;
  },
};
