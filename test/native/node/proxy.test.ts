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

nativeTest(test, ['apt-get'], 'packages of the site come directly, others through the proxy', async (work) => {
  const asked: string[] = [];
  const servers: Server[] = [];
  const serve = async (address: string, name: string): Promise<number> => {
    const server = createServer(({ url, headers }, answer) => {
      const login = headers['proxy-authorization'];
      asked.push(`${name} ${url}${login === undefined ? '' : ` as ${atob(login.split(' ')[1]!)}`}`);
      answer.writeHead(404).end();
    });
    servers.push(server.listen(0, address));
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  try {
    const [proxy, own] = [await serve('127.0.0.1', 'proxy'), await serve(OWN, 'site')];
    const vars = { proxy_env: { http_proxy: `me:s3cret@127.0.0.1:${proxy}`, no_proxy: '10.0.0.0/8,*.pigsty' } };
    const site = testSite([{ name: OWN, groups: ['infra'], vars: { infra_seq: 1 } }], { admin_ip: OWN, ...vars });
    const file = fileOf(proxySteps(site, site.hosts[0]!), '/etc/pigstyc/proxy');
    for (const directory of ['root/etc/pigstyc', 'sources', 'lists/partial', 'cache/archives/partial'])
      mkdirSync(join(work, directory), { recursive: true });
    writeFileSync(join(work, 'root/etc/pigstyc/proxy'), file.render(PLAIN));
    const sources = ['203.0.113.9', `${OWN}:${own}`, `repo.pigsty:${own}`].map((at) => `deb http://${at}/x ./\n`);
    writeFileSync(join(work, 'sources/all.list'), sources.join(''));
    const options = {
      'Dir::Etc::sourcelist': '/dev/null',
      'Dir::Etc::sourceparts': join(work, 'sources'),
      'Dir::State::lists': join(work, 'lists'),
      'Dir::Cache': join(work, 'cache'),
      'Acquire::Retries': '0',
      // Whatever this machine has configured for itself.
      'Dir::Etc::parts': '/dev/null',
      'Dir::Etc::main': '/dev/null',
    };
    const words = Object.entries(options).map(([key, value]) => `-o ${key}=${value}`);
    const script = `set -uo pipefail
      for part in core packages; do . emitters/host/runtime/$part.sh; done
      ROOT=${work}/root WORK=${work}
      PACKAGE_OPTIONS=(${words.join(' ')})
      proxies_aside
      package_index; cat "$WORK/out"`;
    const child = spawn('bash', ['-c', script], {
      env: { PATH: process.env.PATH, all_proxy: 'http://203.0.113.1:1', HTTPS_PROXY: 'http://203.0.113.1:1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    await once(child, 'close');
    const hosts = new Set(asked.map((line) => line.replace(/[/]x.*?(?= as |$)/, '')));
    assert.equal([...hosts].sort(), ['proxy http://203.0.113.9 as me:s3cret', 'site '], output);
  } finally {
    for (const server of servers) server.close();
  }
});

test.run();
