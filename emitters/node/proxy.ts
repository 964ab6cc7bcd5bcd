import { repositoryHosts } from '../../compiler/model/repository.ts';
import type { Secret, SecretSink } from '../../compiler/model/secret.ts';
import type { Host, Site } from '../../compiler/model/site.ts';
import type { Step } from '../api.ts';
import { requireLine } from '../toolkit/index.ts';
import { textFile } from '../toolkit/steps.ts';

/** Of the environment of a program that downloads: the proxies, and what is asked without them. */
const IS_PROXY = /^[a-z]+_proxy$/i;
const IS_EXCEPTION = /^no_proxy$/i;

/**
 * `proxy_env` where the runtime finds it whenever packages are fetched, before the first of them. Nothing else on the
 * host reads it.
 */
export function proxySteps(site: Site, host: Host): readonly Step[] {
  const given = [...host.params.proxyEnv].filter(([name]) => IS_PROXY.test(name));
  if (!given.some(([name, value]) => !IS_EXCEPTION.test(name) && plain(value) !== '')) return [];
  const stage = repositoryHosts(site).includes(host) ? 'repo' : 'node';
  return [
    { kind: 'dir', stage, path: '/etc/pigstyc', owner: 'root', group: 'root', mode: 0o755 },
    textFile(stage, '/etc/pigstyc/proxy', 'node/proxy', (secrets) => proxies(site, given, secrets), { mode: 0o600 }),
  ];
}

function proxies(site: Site, given: readonly (readonly [string, string | Secret])[], secrets: SecretSink): string {
  const lines = given
    .filter(([name]) => !IS_EXCEPTION.test(name))
    .map(([name, value]) => `${name}=${scheme(value)}${typeof value === 'string' ? value : secrets.reveal(value)}`);
  const exceptions = given.filter(([name]) => IS_EXCEPTION.test(name)).map(([, value]) => plain(value));
  return [...lines, `no_proxy=${direct(site, exceptions.join())}`]
    .map((line) => `${requireLine('proxy settings', line)}\n`)
    .join('');
}

/** curl takes an address without one for HTTP; apt refuses it. */
function scheme(value: string | Secret): string {
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

function plain(value: string | Secret): string {
  return typeof value === 'string' ? value : value.expose();
}
