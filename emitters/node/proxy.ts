import { repositoryHosts } from '../../compiler/model/repository.ts';
import type { Secret, SecretSink } from '../../compiler/model/secret.ts';
import type { Host, Site } from '../../compiler/model/site.ts';
import type { Step } from '../api.ts';
import { requireLine } from '../toolkit/index.ts';
import { textFile } from '../toolkit/steps.ts';

type Value = string | Secret;

/**
 * `proxy_env` where the runtime finds it whenever packages are fetched, before the first of them. Nothing else on the
 * host reads it.
 */
export function proxySteps(site: Site, host: Host): readonly Step[] {
  const given = proxiesOf(host);
  if (![...given].some(([name, value]) => name !== 'no_proxy' && plain(value) !== '')) return [];
  const stage = repositoryHosts(site).includes(host) ? 'repo' : 'node';
  const text = (secrets: SecretSink): string => proxyText(site, given, secrets);
  return [
    { kind: 'dir', stage, path: '/etc/pigstyc', owner: 'root', group: 'root', mode: 0o755 },
    textFile(stage, '/etc/pigstyc/proxy', 'node/proxy', text, { mode: 0o600 }),
  ];
}

/** By their names in small letters, which every program knows; who writes both means those. */
function proxiesOf({ params: { proxyEnv } }: Host): ReadonlyMap<string, Value> {
  const isSmall = (name: string): boolean => name === name.toLowerCase();
  // Another name is none that a program reads, and its value none that is kept secret.
  const known = /^(?:(?:http|https|all|ftp|no)_proxy|(?:HTTP|HTTPS|ALL|FTP|NO)_PROXY)$/;
  const written = [...proxyEnv].filter(([name]) => known.test(name));
  const inOrder = [...written.filter(([name]) => !isSmall(name)), ...written.filter(([name]) => isSmall(name))];
  const given = new Map<string, Value>(inOrder.map(([name, value]) => [name.toLowerCase(), value]));
  const all = given.get('all_proxy');
  if (all === undefined) return given;
  // apt does not know the one for all.
  return new Map([['http_proxy', all], ['https_proxy', all], ...given]);
}

function proxyText(site: Site, given: ReadonlyMap<string, Value>, secrets: SecretSink): string {
  const exceptions = given.get('no_proxy') ?? '';
  const lines = [...given]
    .filter(([name]) => name !== 'no_proxy')
    .map(([name, value]) => `${name}=${scheme(value)}${typeof value === 'string' ? value : secrets.reveal(value)}`);
  return [...lines, `no_proxy=${direct(site, plain(exceptions))}`]
    .map((line) => `${requireLine('proxy settings', line)}\n`)
    .join('');
}

/** curl takes an address without one for HTTP; apt refuses it. */
function scheme(value: Value): string {
  const address = plain(value);
  return address === '' || address.includes('://') ? '' : 'http://';
}

/**
 * What no proxy is asked for: as the inventory has it, and the hosts that serve the site's packages, by address. apt
 * compares the ends of names and knows no networks; no program knows `*.site`, which is `.site` to all of them.
 */
function direct(site: Site, written: string): string {
  const items = written.split(/[,\s]+/).filter((item) => item !== '');
  const ends = items.filter((item) => item.startsWith('*.')).map((item) => item.slice(1));
  return [...new Set([...items, ...ends, site.adminIp, ...site.infra.map(({ host }) => host.address)])].join();
}

function plain(value: Value): string {
  return typeof value === 'string' ? value : value.expose();
}
