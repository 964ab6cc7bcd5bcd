import type { Host } from '../host.ts';
import type { Site } from '../model/site.ts';

/** Values of an option or word that the inventory, or what is built in, decides. */
type Source = (host: Host, words: readonly string[]) => Promise<readonly string[]>;

/** Prints what the last of the words can be; false: yargs knows. */
export async function complete(words: readonly string[], host: Host): Promise<boolean> {
  const values = await valuesFor(words, host);
  if (values !== undefined) host.stdout(values.map((value) => `${value}\n`).join(''));
  return values !== undefined;
}

/**
 * What a shell offers for the last of the words, where yargs knows none: names of the inventory, codes, parameters. Undefined: ask yargs.
 * @param words as the shell has them: the program's name first, the word under the cursor last
 */
async function valuesFor(words: readonly string[], host: Host): Promise<readonly string[] | undefined> {
  const typed = words.at(-1) ?? '';
  const source = OPTIONS_WITH_NAMES[words.at(-2) ?? ''] ?? wordSource(words.slice(1, -1));
  if (source === undefined || typed.startsWith('-')) return undefined;
  const names = await source(host, words);
  return [...new Set(names)].filter((name) => name.startsWith(typed)).sort();
}

/** Words that are no option: `explain TOPIC`, `add host GROUP`. */
function wordSource(before: readonly string[]): Source | undefined {
  if (before.length === 1 && before[0] === 'explain') return topics;
  if (before.length === 2 && before[0] === 'explain') return parameterNames;
  if (before.length === 1 && before[0] === 'schema') return forms;
  return before.length === 2 && before[0] === 'add' && before[1] === 'host' ? groupNames : undefined;
}

/** Of a site that cannot be read there are no names, and a shell is no place to say why. */
function ofSite(names: (site: Site) => readonly string[]): Source {
  return async (host, words) => {
    const { checkFiles } = await import('../compile.ts');
    const { modelInventory } = await import('../build.ts');
    const files = words.slice(1, -1).filter((word) => /\.ya?ml$/.test(word) && host.stat(word)?.kind === 'file');
    const checked = checkFiles(host, { files: files.length > 0 ? files : ['pigsty.yml'], noSecrets: true });
    const site = modelInventory(checked)?.site;
    return site === undefined ? [] : names(site);
  };
}

const groupNames = ofSite(({ groups }) => [...groups.keys()]);
const hostNames = ofSite(({ hosts }) => hosts.map(({ name }) => name));
const clusterNames = ofSite(({ pgClusters }) => pgClusters.map(({ name }) => name));
const selectable: Source = async (host, words) => ofSite((await import('../limit.ts')).limitNames)(host, words);

const forms: Source = async () => (await import('../schema/inventory-schema.ts')).outputNames();
const parameterNames: Source = async () => [...(await import('../schema/table.ts')).parameters().keys()];

const topics: Source = async (host, words) => {
  const { CATALOG } = await import('../diagnostics/catalog.gen.ts');
  return [
    ...Object.values(CATALOG).map(([code]) => code),
    ...(await parameterNames(host, words)),
    ...(await hostNames(host, words)),
  ];
};

const params = ({ pgClusters }: Site) => pgClusters.map(({ primary }) => primary.host.params);

const OPTIONS_WITH_NAMES: Readonly<Record<string, Source>> = {
  '--limit': selectable,
  '-l': selectable,
  '--cluster': clusterNames,
  '--from': hostNames,
  '--user': ofSite((site) => params(site).flatMap(({ pgUsers }) => pgUsers.map(({ name }) => name))),
  '--db': ofSite((site) => params(site).flatMap(({ pgDatabases }) => pgDatabases.map(({ name }) => name))),
  '--via': ofSite(({ pgClusters }) => [
    'postgres',
    'pgbouncer',
    ...pgClusters.flatMap(({ services }) => services.map(({ fullName }) => fullName)),
  ]),
  '--platform': async () => (await import('../platform/index.ts')).PLATFORMS.map(({ name }) => name),
  '--like': async () => (await import('../edit/add.ts')).serviceNames(),
};
