import { EXIT, type Command } from '../command.ts';

/** Prints the JSON Schema of an inventory, for editors. */
export const schema: Command = {
  usage: 'schema',
  summary: 'Print the JSON Schema of an inventory, for editors and other tools',
  positionals: {},
  options: [],
  examples: [
    ['schema > pigsty.schema.json', 'Then begin pigsty.yml with: # yaml-language-server: $schema=pigsty.schema.json'],
  ],
  run: async (_args, host) => {
    const { inventorySchema } = await import('../../schema/inventory-schema.ts');
    host.stdout(`${JSON.stringify(inventorySchema(), undefined, 2)}\n`);
    return EXIT.ok;
  },
};
