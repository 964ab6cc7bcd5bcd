/** What the runtime gives apt of proxies, against the real apt: what a proxy is asked for, and what is asked without. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { proxySteps } from '../../../emitters/node/proxy.ts';
import { PLAIN, testSite } from '../../unit/pgsql/site.ts';
import { fileOf, nativeTest } from './checker.ts';

const OWN = '127.0.0.2';
/** Named in no_proxy by its end, as names are. */
const NAMED = '127.0.0.3';

/** A server that has nothing and notes who is asked for what. */
async function serve(address: string, name: string, asked: Set<string>): Promise<Server> {
  const server = createServer(({ url, headers }, answer) => {
    const login = headers['proxy-authorization'];
    const at = url!.replace(/[/]x[/].*/, '');
    asked.add(`${name} ${at}${login === undefined ? '' : ` as ${atob(login.split(' ')[1]!)}`}`);
    answer.writeHead(404).end();
  }).listen(0, address);
  await once(server, 'listening');
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** `/etc/pigstyc/proxy` of a host with this `proxy_env`. */
function proxyFile(proxyEnv: Readonly<Record<string, string>>): string {
  const host = { name: OWN, groups: ['infra'], vars: { infra_seq: 1 } };
  const site = testSite([host], { admin_ip: OWN, proxy_env: proxyEnv });
  return fileOf(proxySteps(site, site.hosts[0]!), '/etc/pigstyc/proxy').render(PLAIN);
}

/** Reads the index of these sources as the runtime does, whatever this machine has configured for itself. */
async function readIndex(work: string, sources: readonly string[], proxies: string): Promise<string> {
  for (const directory of ['root/etc/pigstyc', 'sources', 'lists/partial', 'cache/archives/partial'])
    mkdirSync(join(work, directory), { recursive: true });
  writeFileSync(join(work, 'root/etc/pigstyc/proxy'), proxies);
  writeFileSync(join(work, 'sources/all.list'), sources.map((at) => `deb http://${at}/x ./\n`).join(''));
  const options = {
    'Dir::Etc::parts': '/dev/null',
    'Dir::Etc::main': '/dev/null',
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': join(work, 'sources'),
    'Dir::State::lists': join(work, 'lists'),
    'Dir::Cache': join(work, 'cache'),
    'Acquire::Retries': '0',
  };
  const words = Object.entries(options).map(([key, value]) => `-o ${key}=${value}`);
  const script = `set -uo pipefail
    for part in core packages; do . emitters/host/runtime/$part.sh; done
    ROOT=${work}/root WORK=${work} PACKAGE_OPTIONS=(${words.join(' ')})
    proxies_aside
    package_index; cat "$WORK/out"`;
  const nowhere = 'http://203.0.113.1:1';
  const env = { PATH: process.env['PATH'], all_proxy: nowhere, HTTPS_PROXY: nowhere };
  const child = spawn('bash', ['-c', script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await once(child, 'close');
  return output;
}

const FORMS: Readonly<Record<string, (address: string) => Readonly<Record<string, string>>>> = {
  // Without a scheme, as curl takes it.
  http_proxy: (address) => ({ http_proxy: address, no_proxy: '10.0.0.0/8,*.0.0.3' }),
  'all_proxy, which apt does not know': (address) => ({ all_proxy: `http://${address}`, no_proxy: '.0.0.3' }),
  'capital letters': (address) => ({ HTTP_PROXY: `http://${address}`, NO_PROXY: '.0.0.3' }),
};

for (const [form, proxyEnv] of Object.entries(FORMS))
  nativeTest(test, ['apt-get'], `packages of the site come directly, others through the proxy: ${form}`, (work) =>
    fetched(work, proxyEnv),
  );

async function fetched(work: string, proxyEnv: (address: string) => Readonly<Record<string, string>>): Promise<void> {
  const asked = new Set<string>();
  const proxy = await serve('127.0.0.1', 'proxy', asked);
  const [own, named] = [await serve(OWN, 'site', asked), await serve(NAMED, 'named', asked)];
  try {
    const proxies = proxyFile(proxyEnv(`me:s3cret@127.0.0.1:${portOf(proxy)}`));
    const sources = ['203.0.113.9', `${OWN}:${portOf(own)}`, `${NAMED}:${portOf(named)}`];
    const output = await readIndex(work, sources, proxies);
    assert.equal([...asked].sort(), ['named ', 'proxy http://203.0.113.9 as me:s3cret', 'site '], output);
  } finally {
    proxy.close();
    own.close();
    named.close();
  }
}

test.run();
