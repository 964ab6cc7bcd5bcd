import type { Answer, Via } from '../../review/access/ask.ts';
import type { Member } from '../../review/access/member.ts';
import { parseAddress, type Address } from '../../domain/address.ts';
import type { Checked } from '../../phases/5-check/checked.ts';
import { suffixHint } from '../../words/suggest.ts';
import type { Host } from '../../host/host.ts';
import type { PgCluster, Site } from '../../model/site.ts';
import { EXIT, type Args, type Command } from '../command.ts';
import { UsageError } from '../../diagnostics/usage-error.ts';
import { INPUT_OPTIONS } from '../options.ts';
import { loadSite } from '../session.ts';
import { styleFor } from '../style.ts';

/** Answers who may connect, and which access rule decides. */
export const access: Command = {
  usage: 'access [files..]',
  summary: 'Say who may connect to a database from where, and which access rule decides',
  positionals: { files: { describe: 'Inventory files, merged in order; default pigsty.yml' } },
  options: [
    'user',
    'db',
    'from',
    'tls',
    'via',
    'cluster',
    'matrix',
    'json',
    ...INPUT_OPTIONS.filter((name) => name !== 'format' && name !== 'strict' && name !== 'quiet'),
  ],
  examples: [
    ['access --user dbuser_view --db meta --from 10.10.1.5', 'Does every member let this user in, and by which line?'],
    [
      'access --user test --db test --from 10.10.1.5 --via pgbouncer --tls',
      'The same through the connection pool, with TLS',
    ],
    [
      'access --user test --db test --from 10.10.1.5 --via primary',
      'Through a service: what PostgreSQL sees is the address of HAProxy',
    ],
    ['access --matrix --cluster pg-meta', 'Who can reach what: users, databases and kinds of addresses'],
    ['access --user replicator --db replication --from 10.10.10.12', 'Streaming replication'],
  ],
  run: async (args, host) => {
    const loaded = await loadSite(args, host);
    if (typeof loaded === 'number') return loaded;
    const { site, checked } = loaded;
    return args.matrix ? printMatrix(args, host, site, checked) : askOne(args, host, site, checked);
  },
};

async function askOne(args: Args, host: Host, site: Site, checked: Checked): Promise<number> {
  const { user, db: database } = args;
  if (user === undefined || database === undefined || args.from === undefined)
    throw new UsageError('which connection? give --user, --db and --from');
  const { ask, membersOf } = await import('../../review/access/ask.ts');
  const { answersJson, answersText } = await import('../access-text.ts');
  const from = sourceOf(args.from, site);
  const clusters = clustersOf(
    args.cluster,
    database,
    site.pgClusters.map((cluster) => ({ cluster, members: membersOf(site, cluster, checked) })),
  );
  const via = viaOf(
    args.via,
    clusters.map(({ cluster }) => cluster),
  );
  if (typeof via !== 'string' && from === 'local')
    throw new UsageError('a service is reached over the network: --from must be an address');
  if (!args.json) for (const note of misspelt(clusters, user, database)) host.stderr(`note: ${note}\n`);
  const answers = clusters.flatMap(({ cluster, members }) =>
    ask(cluster, members, { user, database, from }, args.tls, via),
  );
  const hosts = new Map(checked.resolved?.hosts.map((known) => [known.name, known]));
  if (args.json) host.stdout(`${JSON.stringify(answersJson(answers, hosts), undefined, 2)}\n`);
  else
    host.stdout(
      answersText(answers, `${user} to ${database} from ${args.from}`, hosts, styleFor(host, 'stdout', args.color)),
    );
  return answers.length > 0 && isAllowed(answers) ? EXIT.ok : EXIT.findings;
}

/** What is declared nowhere and is nearly the name of something that is. */
function misspelt(clusters: readonly Asked[], user: string, database: string): readonly string[] {
  const members = clusters.flatMap((asked) => asked.members);
  const users = new Set(members.flatMap(({ servers }) => servers.postgres.roles.names));
  const databases = new Set(['replication', ...members.flatMap((member) => [...member.databases.keys()])]);
  const note = (kind: string, name: string, known: ReadonlySet<string>): readonly string[] => {
    const hint = known.has(name) ? '' : suffixHint(name, known);
    return hint === '' ? [] : [`no ${kind} \`${name}\` is declared${hint}`];
  };
  return [...note('user', user, users), ...note('database', database, databases)];
}

/** The answer is a table; nothing about it is wrong. */
async function printMatrix(args: Args, host: Host, site: Site, checked: Checked): Promise<number> {
  const given = (['user', 'db', 'from'] as const).find((name) => args[name] !== undefined);
  if (given !== undefined) throw new UsageError(`--matrix is for all of them: leave out --${given}`);
  const { membersOf } = await import('../../review/access/ask.ts');
  const { matrixOf } = await import('../../review/access/matrix.ts');
  const { matrixJson, matrixText } = await import('../access-matrix.ts');
  const clusters = clustersOf(
    args.cluster,
    'postgres',
    site.pgClusters.map((cluster) => ({ cluster, members: membersOf(site, cluster, checked) })),
  );
  if (args.via !== undefined && args.via !== 'postgres' && args.via !== 'pgbouncer')
    throw new UsageError('--matrix is for `postgres` or `pgbouncer`');
  const asked = args.via ?? 'postgres';
  const matrices = clusters.flatMap(({ members }) => members.map((member) => matrixOf(site, member, asked)));
  if (args.json) host.stdout(`${JSON.stringify(matrixJson(matrices), undefined, 2)}\n`);
  else host.stdout(matrixText(matrices, styleFor(host, 'stdout', args.color)));
  return EXIT.ok;
}

/** A cluster and what decides on each of its members. */
interface Asked {
  readonly cluster: PgCluster;
  readonly members: readonly Member[];
}

/** True when every member lets the connection in, with TLS or without where that was left open. */
function isAllowed(answers: readonly Answer[]): boolean {
  return answers.every((answer) =>
    answers.some(
      ({ member, asked, proxy, decision }) =>
        member === answer.member && asked === answer.asked && proxy === answer.proxy && decision.verdict === 'allowed',
    ),
  );
}

function sourceOf(text: string, site: Site): Address | 'local' {
  if (text === 'local') return 'local';
  const known = site.hosts.find(({ name, nodename }) => name === text || nodename === text);
  const address = parseAddress(text === 'localhost' ? '127.0.0.1' : (known?.address ?? text));
  if (address === undefined)
    throw new UsageError(
      `--from: \`${text}\` is neither \`local\`, \`localhost\`, an address nor a host of the inventory${suffixHint(
        text,
        site.hosts.flatMap(({ name, nodename }) => [name, nodename]),
      )}`,
    );
  return address;
}

/** The named cluster, or those that have the database (copies of other clusters included), or all where none has it. */
function clustersOf(name: string | undefined, database: string, every: readonly Asked[]): readonly Asked[] {
  if (every.length === 0) throw new UsageError('the inventory has no PostgreSQL cluster');
  if (name !== undefined) {
    const found = every.find(({ cluster }) => cluster.name === name);
    if (found === undefined)
      throw new UsageError(
        `no cluster \`${name}\`${suffixHint(
          name,
          every.map(({ cluster }) => cluster.name),
        )}`,
      );
    return [found];
  }
  const having = every.filter(({ members }) => members[0]!.databases.has(database));
  return having.length > 0 ? having : every;
}

function viaOf(text: string | undefined, clusters: readonly PgCluster[]): Via {
  if (text === undefined || text === 'postgres' || text === 'pgbouncer') return text ?? 'postgres';
  const services = [
    ...new Set(clusters.flatMap((cluster) => cluster.services.flatMap(({ name, fullName }) => [name, fullName]))),
  ];
  if (!services.includes(text))
    throw new UsageError(
      `--via: \`${text}\` is neither \`postgres\`, \`pgbouncer\` nor a service${suffixHint(text, services)}`,
    );
  return { service: text };
}
