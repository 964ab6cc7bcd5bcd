import type { Checked } from '../../phases/5-check/checked.ts';
import { hasErrors, type Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Addition, Written } from '../../edit/add.ts';
import type { Entries } from '../../edit/insert.ts';
import type { Host } from '../../host/host.ts';
import { suffixHint } from '../../words/suggest.ts';
import { EXIT, type Args, type Command } from '../command.ts';
import { UsageError } from '../../diagnostics/usage-error.ts';
import { INPUT_OPTIONS } from '../options.ts';
import { formOf, keepPasswords } from '../password-form.ts';
import { reportErrors, requestOf } from '../session.ts';
import { columns } from '../table.ts';

/** Adds to the inventory files; what they have stays as it is, comments included. */
export const add: Command = {
  usage: 'add <what> <name>',
  summary: 'Add hosts, a cluster, a user, a database or a service to the inventory files',
  positionals: {
    what: { describe: 'What is added', choices: ['host', 'cluster', 'user', 'database', 'service'] },
    name: { describe: 'Its name; for hosts, the group they come into' },
  },
  options: [
    'inventory',
    'ip',
    'cluster',
    'owner',
    'role',
    'port',
    'like',
    'dry-run',
    'vault',
    'env-file',
    ...INPUT_OPTIONS.filter((name) => !['format', 'strict', 'secrets', 'show-allowed'].includes(name)),
  ],
  examples: [
    ['add host pg-meta --ip 10.10.10.11,10.10.10.12', 'Two more members: with three, the cluster is highly available'],
    ['add cluster pg-app --ip 10.10.10.21,10.10.10.22,10.10.10.23', 'A new cluster'],
    ['add user reports --cluster pg-app --role dbrole_readonly', 'A user with a password of its own'],
    ['add database shop --cluster pg-app --owner app', 'A database'],
    ['add service readers --cluster pg-app --port 5440 --like replica', 'A service on a port of its own'],
  ],
  run: async (args, host) => {
    const { compileFiles } = await import('../../compile.ts');
    const { overlay } = await import('../../review/diff/overlay-host.ts');
    const compilation = compileFiles(host, requestOf(args));
    const checked = compilation.checked();
    if (checked.resolved === undefined || hasErrors(checked.diagnostics))
      return reportErrors(args, host, checked, checked.diagnostics.filter(isError));
    const { Passwords } = await import('../../secrets/generate.ts');
    const passwords = new Passwords((length) => host.randomBytes(length), await formOf(args, host));
    const written = { inventory: checked.resolved, trees: compilation.parsed().trees };
    const additions = await additionsFor(args, written, (name) => {
      const text = passwords.written(name);
      return passwords.scalar(text, 'plain') ?? text;
    });
    // First in memory: what makes the inventory wrong is not written.
    const tried = overlay(host).host;
    const environment = await writeAll(args, tried, checked, additions, passwords.all);
    const after = compileFiles({ ...tried, env: { ...host.env, ...environment } }, requestOf(args)).checked();
    if (after.resolved === undefined || hasErrors(after.diagnostics))
      return reportErrors(args, host, after, after.diagnostics.filter(isError));
    if (!args.dryRun) await writeAll(args, host, checked, additions, passwords.all);
    show(args, host, additions, news(checked, after));
    return EXIT.ok;
  },
};

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

/** The edits, with everything that cannot be done said as a wrong command line. */
async function additionsFor(
  args: Args,
  written: Written,
  secret: (name: string) => string,
): Promise<readonly Addition[]> {
  const { NotFound, NotPossible } = await import('../../edit/add.ts');
  const { NotEditable } = await import('../../edit/insert.ts');
  try {
    return await chosen(args, written, secret);
  } catch (error) {
    if (error instanceof NotFound)
      throw new UsageError(`no group or cluster \`${error.message}\`${suffixHint(error.message, error.known)}`);
    if (error instanceof NotPossible) throw new UsageError(error.message);
    if (!(error instanceof NotEditable)) throw error;
    const { file, start } = error.span;
    throw new UsageError(`${file.path}:${file.position(start).line}: no list or map is written here: add it by hand`);
  }
}

async function chosen(args: Args, written: Written, secret: (name: string) => string): Promise<readonly Addition[]> {
  const { addCluster, addHosts, addObject, serviceLike, word } = await import('../../edit/add.ts');
  const name = args.name!;
  if (args.what === 'host') return addHosts(written, name, await addressesOf(args));
  if (args.what === 'cluster') return addCluster(written, name, await addressesOf(args));
  const cluster = await clusterOf(args, written);
  const named = (...entries: Entries['entries']): Entries => ({ entries: [['name', word(name)], ...entries] });
  if (args.what === 'user') {
    const user = named(
      ['password', secret(`${cluster}_${name}_password`)],
      ['pgbouncer', 'true'],
      ['roles', `[${word(args.role ?? 'dbrole_readwrite')}]`],
    );
    return [addObject(written, cluster, 'pg_users', user)];
  }
  if (args.what === 'database') {
    const owner = args.owner === undefined ? [] : [['owner', word(args.owner)] as const];
    return [addObject(written, cluster, 'pg_databases', named(...owner))];
  }
  const service = named(['port', await portOf(args)], ...serviceLike(await likeOf(args)));
  return [addObject(written, cluster, 'pg_services', service)];
}

async function addressesOf(args: Args): Promise<readonly string[]> {
  const { readAddresses } = await import('../../init/addresses.ts');
  if (args.ip === undefined) throw new UsageError('which machines? Give their addresses: --ip 10.10.10.11,10.10.10.12');
  const addresses = readAddresses(args.ip);
  if (typeof addresses === 'string') throw new UsageError(`--ip: ${addresses}`);
  return addresses;
}

/** The cluster that is meant: the one named, or the only one. */
async function clusterOf({ cluster }: Args, { inventory }: Written): Promise<string> {
  const { clusterNames } = await import('../../edit/add.ts');
  const known = clusterNames(inventory);
  if (cluster === undefined && known.length === 1) return known[0]!;
  if (cluster === undefined) throw new UsageError(`in which cluster? --cluster with one of ${known.join(', ')}`);
  if (!known.includes(cluster)) throw new UsageError(`no cluster \`${cluster}\`${suffixHint(cluster, known)}`);
  return cluster;
}

async function portOf({ port }: Args): Promise<string> {
  if (port === undefined)
    throw new UsageError('on which port? --port with one that is free: `pigstyc ports` lists the others');
  if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65535)
    throw new UsageError(`--port: \`${port}\` is no port: write a number from 1 to 65535`);
  return port;
}

async function likeOf({ like = 'replica' }: Args): Promise<string> {
  const { serviceNames } = await import('../../edit/add.ts');
  const known = serviceNames();
  if (!known.includes(like))
    throw new UsageError(`--like: no default service is called \`${like}\`: ${known.join(', ')}`);
  return like;
}

/** Writes the files, and returns the variables that the inventory refers to from now on. */
async function writeAll(
  args: Args,
  host: Host,
  { sources }: Checked,
  additions: readonly Addition[],
  passwords: ReadonlyMap<string, string>,
): Promise<Readonly<Record<string, string>>> {
  const { notEditable, writeEdits } = await import('../../edit/fix.ts');
  const { variableOf } = await import('../../secrets/forms.ts');
  const sealed = additions.find(({ span }) => !span.file.editable);
  if (sealed !== undefined) throw new UsageError(notEditable(sealed.span.file));
  // First what the inventory will refer to.
  if (args.envFile !== undefined) await keepPasswords(host, args.envFile, passwords);
  if (writeEdits(host, sources, additions) !== additions.length)
    throw new UsageError('the way the inventory is written leaves no place for this: add it by hand');
  return Object.fromEntries([...passwords].map(([name, value]) => [variableOf(name), value]));
}

/** Findings that were not there before. */
function news(before: Checked, after: Checked): readonly string[] {
  const known = new Set(before.diagnostics.map(({ code, message }) => `${code} ${message}`));
  return after.diagnostics
    .filter(({ severity }) => severity === 'warning')
    .map(({ code, message }) => `${code} ${message}`)
    .filter((text) => !known.has(text));
}

function show(args: Args, host: Host, additions: readonly Addition[], warnings: readonly string[]): void {
  const rows = additions.map(({ span, what }) => [`${span.file.path}:${span.file.position(span.start).line}`, what]);
  host.stdout(columns(rows));
  for (const warning of warnings) host.stderr(`warning: ${warning}\n`);
  if (!args.quiet) host.stderr(args.dryRun ? 'nothing was written\n' : 'next: pigstyc diff says what this does\n');
}
