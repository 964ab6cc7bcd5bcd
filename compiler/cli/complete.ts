import type { Options } from 'yargs';
import type { Host } from '../host/host.ts';
import type { Site } from '../model/site.ts';
import { OPTIONS } from './options.ts';
import { COMMANDS } from './program.ts';

/** Values of an option or word that the inventory, or what is built in, decides. */
type Source = (host: Host, words: readonly string[]) => Promise<readonly string[]>;

/** Prints what the last of the words can be; false: yargs knows. */
export async function complete(words: readonly string[], host: Host): Promise<boolean> {
  const { apart, before } = withoutEquals(words);
  const values = (await valuesFor(apart, host)) ?? (apart === words ? undefined : []);
  if (values !== undefined) host.stdout(values.map((value) => `${before}${value}\n`).join(''));
  return values !== undefined;
}

/** `--name=value` is two words. What a shell takes for one is offered as one; bash has the sign as a word of its own. */
function withoutEquals(words: readonly string[]): { readonly apart: readonly string[]; readonly before: string } {
  if (words.at(-1) === '=') return { apart: [...words.slice(0, -1), ''], before: '' };
  if (words.at(-2) === '=') return { apart: [...words.slice(0, -2), words.at(-1)!], before: '' };
  const [, name, value] = /^(--[\w-]+)=(.*)$/.exec(words.at(-1) ?? '') ?? [];
  if (name === undefined) return { apart: words, before: '' };
  return { apart: [...words.slice(0, -1), name, value!], before: `${name}=` };
}

/**
 * What a shell offers for the last of the words: values of options, names of the inventory, codes, parameters. Undefined: ask yargs.
 * @param words as the shell has them: the program's name first, the word under the cursor last
 */
async function valuesFor(words: readonly string[], host: Host): Promise<readonly string[] | undefined> {
  const typed = words.at(-1) ?? '';
  if (typed.startsWith('-')) return undefined;
  const option = words.at(-2) ?? '';
  const source = OPTIONS_WITH_NAMES[option] ?? wordSource(words.slice(1, -1));
  const names = choicesOf(option, words[1]) ?? (await source?.(host, words));
  if (names === undefined) return undefined;
  return [...new Set(names)].filter((name) => name.startsWith(typed)).sort();
}

/** Values that an option of a command is limited to. */
function choicesOf(option: string, word: string | undefined): readonly string[] | undefined {
  const name = option.replace(/^--/, '');
  const command = COMMANDS.find(({ usage, aliases = [] }) => [usage.split(' ')[0], ...aliases].includes(word));
  if (name === option || command?.options.every((known) => known !== name)) return undefined;
  if (name === 'format' && command?.formats !== undefined) return command.formats;
  const declared: Readonly<Record<string, Options>> = { ...OPTIONS, ...command?.own };
  return declared[name]?.choices as readonly string[] | undefined;
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
    const { compileFiles } = await import('../compile.ts');
    const files = words.slice(1, -1).filter((word) => /\.ya?ml$/.test(word) && host.stat(word)?.kind === 'file');
    const compilation = compileFiles(host, { files: files.length > 0 ? files : ['pigsty.yml'], noSecrets: true });
    const site = (await compilation.modelled())?.site;
    return site === undefined ? [] : names(site);
  };
}

const groupNames = ofSite(({ groups }) => [...groups.keys()]);
const hostNames = ofSite(({ hosts }) => hosts.map(({ name }) => name));
const clusterNames = ofSite(({ pgClusters }) => pgClusters.map(({ name }) => name));
const selectable: Source = async (host, words) => ofSite((await import('../build/limit.ts')).limitNames)(host, words);

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
