import type { Host } from '../../host/host.ts';
import { readPackageFile } from '../../package/package-files.ts';
import { EXIT, type Args, type Command } from '../command.ts';
import { loadSite, reportErrors, reportOf, requestOf } from '../session.ts';

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
    const product = args.phase <= 5 ? await dumpInventory(args, host) : await dumpModel(args, host);
    if (typeof product === 'number') return product;
    host.stdout(`${JSON.stringify(product, undefined, 2)}\n`);
    return EXIT.ok;
  },
};

/** Phases 1 to 5 show what there is, also of an inventory with errors. */
async function dumpInventory(args: Args, host: Host): Promise<unknown> {
  const { checkFiles } = await import('../../compile.ts');
  const checked = checkFiles(host, requestOf(args));
  if (args.phase === 5) {
    const { json } = await import('../report/json.ts');
    return JSON.parse(
      json(reportOf({ ...args, format: 'json', quiet: false, strict: false }, checked, checked.diagnostics)),
    );
  }
  const { dumpTrees, dumpVariables, readPhase } = await import('../../review/inventory-dump.ts');
  const ownSecrets = checked.resolved?.secretVariables;
  if (args.phase === 1) return dumpTrees(checked.sources, ownSecrets);
  const inventory = args.phase === 4 ? checked.resolved : readPhase(checked.sources, args.phase);
  if (inventory !== undefined) return dumpVariables(inventory, ownSecrets);
  return reportErrors(args, host, checked, checked.diagnostics);
}

async function dumpModel(args: Args, host: Host): Promise<unknown> {
  const loaded = await loadSite(args, host);
  if (typeof loaded === 'number') return loaded;
  if (args.phase === 6) {
    const { dumpSite } = await import('../../phases/6-model/dump.ts');
    const { maskedData } = await import('../../secrets/mask.ts');
    return maskedData(JSON.parse(JSON.stringify(dumpSite(loaded.site, loaded.hosts))));
  }
  const { setPackageTextReader } = await import('../../../emitters/toolkit/package-text.ts');
  const { planHosts } = await import('../../phases/7-plan/plan.ts');
  const { EMITTERS } = await import('../../phases/7-plan/emitters.ts');
  setPackageTextReader(readPackageFile);
  const [plans] = planHosts(loaded.site, loaded.hosts, EMITTERS);
  return Object.fromEntries(plans.map((plan) => [plan.host.name, plan.steps]));
}
