import type { Compilation } from '../../compile.ts';
import type { Host } from '../../host/host.ts';
import { EXIT, type Args, type Command } from '../command.ts';
import { modelOf, reportErrors, reportOf, requestOf } from '../session.ts';

/** Prints what a phase of the compiler produces, as JSON with sorted keys where order means nothing; secrets are masked. */
export const dump: Command = {
  usage: 'dump [files..]',
  summary: 'Print the product of a phase of the compiler as JSON',
  positionals: { files: { describe: 'Inventory files, merged in order; default pigsty.yml' } },
  options: [
    'phase',
    'limit',
    'platform',
    'facts',
    'state',
    'vault-password-file',
    'vault-id',
    'public',
    'secrets',
    'color',
  ],
  examples: [
    ['dump --phase 4', 'Every variable of every host, with the place that set it'],
    ['dump --phase 7 --limit pg-test', 'The steps of three hosts, in order'],
  ],
  run: async (args, host) => {
    const { compileFiles } = await import('../../compile.ts');
    const dumpProduct = args.phase <= 5 ? dumpInventory : dumpModel;
    const product = await dumpProduct(compileFiles(host, requestOf(args)), args, host);
    if (typeof product === 'number') return product;
    host.stdout(`${JSON.stringify(product, undefined, 2)}\n`);
    return EXIT.ok;
  },
};

/** Phases 1 to 5 show what there is, also of an inventory with errors. */
async function dumpInventory(compilation: Compilation, args: Args, host: Host): Promise<unknown> {
  const checked = compilation.checked();
  if (args.phase === 5) {
    const { json } = await import('../report/json.ts');
    return JSON.parse(
      json(reportOf({ ...args, format: 'json', quiet: false, strict: false }, checked, checked.diagnostics)),
    );
  }
  const { dumpTrees, dumpVariables } = await import('../../review/inventory-dump.ts');
  const ownSecrets = checked.resolved?.secretVariables;
  if (args.phase === 1) return dumpTrees(checked.sources, compilation.parsed().trees, ownSecrets);
  const inventory =
    args.phase === 2 ? compilation.merged()[0] : args.phase === 3 ? compilation.normalized()[0] : checked.resolved;
  if (inventory !== undefined) return dumpVariables(inventory, ownSecrets);
  return reportErrors(args, host, checked, checked.diagnostics);
}

async function dumpModel(compilation: Compilation, args: Args, host: Host): Promise<unknown> {
  const loaded = await modelOf(compilation, args, host);
  if (typeof loaded === 'number') return loaded;
  if (args.phase === 6) {
    const { dumpSite } = await import('../../phases/6-model/dump.ts');
    const { maskedData } = await import('../../secrets/mask.ts');
    return maskedData(JSON.parse(JSON.stringify(dumpSite(loaded.site, loaded.hosts))));
  }
  const [plans] = (await compilation.planned(args.limit))!;
  return Object.fromEntries(plans.map((plan) => [plan.host.name, plan.steps]));
}
