import { dirname } from 'node:path';
import { KINDS } from '../../init/kinds.ts';
import type { NewSite } from '../../init/inventory.ts';
import { EXIT, type Args, type Command } from '../command.ts';
import { UsageError } from '../../diagnostics/usage-error.ts';
import { ignore } from '../../edit/ignored.ts';
import { formOf, keepPasswords } from '../password-form.ts';

/** Writes the inventory of a new site. */
export const init: Command = {
  usage: 'init [kind] [file]',
  summary: 'Write the inventory of a new site, with passwords of its own',
  positionals: {
    kind: {
      describe: 'What the site is; default single for one machine, ha for more',
      choices: Object.keys(KINDS),
    },
    file: { describe: 'Where it is written; default pigsty.yml' },
  },
  options: ['ip', 'vip', 'region', 'yes', 'vault', 'env-file', 'vault-password-file', 'vault-id', 'quiet'],
  examples: [
    ['init --ip 10.10.10.10', 'A site of one machine'],
    ['init ha --ip 10.10.10.10,10.10.10.11,10.10.10.12', 'One that survives the loss of a machine'],
    [
      'init vip --ip 10.10.10.10,10.10.10.11,10.10.10.12 --vip 10.10.10.2/24',
      'With an address that follows the primary',
    ],
  ],
  run: async (args, host) => {
    const path = args.file ?? 'pigsty.yml';
    if (host.lstat(path) !== undefined)
      throw new UsageError(`${path} is there already: give another name, or add to it with \`pigstyc add\``);
    const site = await siteOf(args);
    const { Passwords } = await import('../../secrets/generate.ts');
    const { newInventory } = await import('../../init/inventory.ts');
    const passwords = new Passwords((length) => host.randomBytes(length), await formOf(args, host));
    const text = newInventory(site, passwords);
    ignore(host, dirname(path), ['.pigstyc/', '*.key', 'sealed/']);
    // First what the inventory will refer to.
    if (args.envFile !== undefined) await keepPasswords(host, args.envFile, passwords.all);
    host.writeFile(path, text, 0o600);
    if (!args.quiet) host.stderr(closing(args, site, path, passwords.all.size));
    return EXIT.ok;
  },
};

async function siteOf(args: Args): Promise<NewSite> {
  const { readAddresses, readVirtual } = await import('../../init/addresses.ts');
  const { kindFor } = await import('../../init/kinds.ts');
  if (args.ip === undefined)
    throw new UsageError(
      'which machines? Give their addresses: --ip 10.10.10.10 or --ip 10.10.10.10,10.10.10.11,10.10.10.12',
    );
  const addresses = readAddresses(args.ip);
  if (typeof addresses === 'string') throw new UsageError(`--ip: ${addresses}`);
  const name = args.kind ?? kindFor(addresses.length);
  const kind = KINDS[name]!;
  if (!kind.machines.fit(addresses.length))
    throw new UsageError(
      `\`${name}\` is made of ${kind.machines.text}, and --ip names ${addresses.length}: ${advice(addresses.length)}`,
    );
  if (args.vip === undefined && kind.vip === 'needs')
    throw new UsageError(`\`${name}\` needs a virtual address that no machine has: --vip 10.10.10.2/24`);
  if (args.vip !== undefined && kind.vip === 'none')
    throw new UsageError(`\`${name}\` has no virtual address: leave --vip out, or take the kind \`vip\``);
  const virtual = args.vip === undefined ? { vip: undefined } : readVirtual(args.vip, addresses);
  if (typeof virtual === 'string') throw new UsageError(`--vip: ${virtual}`);
  return { kind: name, addresses, vip: virtual.vip, region: args.region };
}

function advice(machines: number): string {
  if (machines === 1) return 'add addresses, or take the kind `single`';
  return machines === 2 ? 'two cannot outvote each other, so add a third or take one away' : 'take the kind `ha`';
}

function closing(args: Args, { kind, addresses }: NewSite, path: string, passwords: number): string {
  const inPlain = !args.vault && args.envFile === undefined;
  const file = path === 'pigsty.yml' ? '' : ` ${path}`;
  return [
    `${path}: ${kind}, ${addresses.length} host${addresses.length === 1 ? '' : 's'}, ${passwords} passwords made`,
    ...(inPlain
      ? ['It holds them in plain: keep the repository private, or see `pigstyc init --help` for --vault.']
      : []),
    `next: pigstyc build${file} && make -C out facts    # what the machines are`,
    `      pigstyc build${file} && make -C out deploy`,
    '',
  ].join('\n');
}
