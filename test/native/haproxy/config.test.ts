import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { haproxyEmitter } from '../../../emitters/haproxy/index.ts';
import type { FileStep } from '../../../emitters/api.ts';
import type { Host, Site } from '../../../compiler/model/site.ts';
import { threeMembers } from '../../unit/pgsql/site.ts';
import { nativeTest, place, run } from '../node/checker.ts';

const test = suite('haproxy accepts what we write');

const MINIO = {
  name: 'minio',
  port: 9002,
  maxconn: 200,
  balance: 'leastconn',
  options: [
    'option httpchk',
    'option http-keep-alive',
    'http-check send meth OPTIONS uri /minio/health/live',
    'http-check expect status 200',
  ],
  servers: [
    { name: 'minio-1', ip: '10.10.10.10', port: 9000, options: 'check-ssl ca-file /etc/pki/ca.crt check port 9000' },
    {
      name: 'minio-2',
      ip: '10.10.10.11',
      port: 9000,
      weight: 0,
      backup: true,
      options: 'check-ssl ca-file /etc/pki/ca.crt check port 9000',
    },
  ],
};

/** All HAProxy files of a host in a directory; `main` and `dir` are what the unit passes with -f. */
function deploy(
  site: Site,
  host: Host,
  scratch: string,
  replace: Readonly<Record<string, string>> = {},
): { readonly main: string; readonly dir: string } {
  const ca = join(scratch, 'ca.crt');
  assert.is(
    run([
      'openssl',
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      join(scratch, 'ca.key'),
      '-out',
      ca,
      '-subj',
      '/CN=ca',
      '-days',
      '2',
    ]).code,
    0,
  );
  const dir = join(scratch, 'conf.d');
  mkdirSync(dir);
  const files = haproxyEmitter
    .plan(site, host)
    .filter((step): step is FileStep => step.kind === 'file' && step.path.startsWith('/etc/haproxy/'));
  for (const step of files)
    place(step, step.path.replace('/etc/haproxy', scratch), {
      '/etc/pki/ca.crt': ca,
      '/run/haproxy': join(scratch, 'haproxy'),
      ...replace,
    });
  return { main: join(scratch, 'haproxy.cfg'), dir };
}

nativeTest(test, ['haproxy', 'openssl'], 'services of a cluster and of the inventory, without a warning', (scratch) => {
  const site = threeMembers({ haproxy_services: [MINIO], patroni_ssl_enabled: true, pg_weight: 0 });
  const { main, dir } = deploy(site, site.hosts[1]!, scratch);
  const outcome = run(['haproxy', '-c', '-dW', '-q', '-f', main, '-f', dir]);
  assert.is(outcome.output, '');
  assert.is(outcome.code, 0);
});

nativeTest(test, ['haproxy', 'openssl'], 'a host without any service', (scratch) => {
  const site = threeMembers({ haproxy_auth_enabled: false });
  const { main, dir } = deploy(site, site.hosts[0]!, scratch);
  const outcome = run(['haproxy', '-c', '-dW', '-q', '-f', main, '-f', dir]);
  assert.is(outcome.output, '');
  assert.is(outcome.code, 0);
});

nativeTest(test, ['haproxy', 'openssl'], 'the checker tells a bad file', (scratch) => {
  const site = threeMembers();
  const { main, dir } = deploy(site, site.hosts[1]!, scratch);
  writeFileSync(join(dir, 'bad.cfg'), 'listen bad\n    bnd *:1\n');
  assert.is.not(run(['haproxy', '-c', '-q', '-f', main, '-f', dir]).code, 0);
});

nativeTest(test, ['haproxy', 'openssl'], 'any administrator password works, metrics need none', async (scratch) => {
  const password = `p' "q" #\\ $HOME \${x} %41 ä`;
  const port = await freePort();
  const site = threeMembers({ haproxy_admin_password: password, haproxy_exporter_port: port });
  const { main } = deploy(site, site.hosts[1]!, scratch, { 'user haproxy\n': '', 'group haproxy\n': '' });
  const server = spawn('haproxy', ['-db', '-f', main], { stdio: 'ignore' });
  try {
    const page = `http://127.0.0.1:${port}/haproxy/${site.hosts[1]!.nodename}/`;
    const status = async (url: string, secret?: string): Promise<number> =>
      (
        await fetch(
          url,
          secret === undefined
            ? {}
            : { headers: { authorization: `Basic ${Buffer.from(`admin:${secret}`).toString('base64')}` } },
        )
      ).status;
    await until(async () => (await status(`http://127.0.0.1:${port}/metrics`)) === 200);
    assert.is(await status(page), 401);
    assert.is(await status(page, `${password} `), 401);
    assert.is(await status(page, password), 200);
  } finally {
    server.kill('SIGKILL');
  }
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await condition().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('not true after 5 s');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

nativeTest(test, ['haproxy', 'systemd-analyze'], 'the unit', (scratch) => {
  const site = threeMembers();
  const unit = haproxyEmitter
    .plan(site, site.hosts[1]!)
    .find((step): step is FileStep => step.kind === 'file' && step.path.endsWith('.service'))!;
  const outcome = run(['systemd-analyze', 'verify', place(unit, join(scratch, 'haproxy.service'))]);
  assert.is(outcome.output, '');
  assert.is(outcome.code, 0);
});

test.run();
