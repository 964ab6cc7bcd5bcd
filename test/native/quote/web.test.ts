/** What HAProxy and nginx read back: values, and passwords by logging in. */
import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Secret } from '../../../compiler/model/secret.ts';
import { htpasswd } from '../../../emitters/infra/nginx/password.ts';
import { haproxyWord, nginxString } from '../../../emitters/toolkit/quote/index.ts';
import { PLAIN } from '../../unit/pgsql/site.ts';
import { nativeTest, run } from '../node/checker.ts';
import { arrived, quoted } from './strings.ts';

const NO_TEXT = ['a NUL character', 'an unpaired surrogate'];
const NO_LINE = [...NO_TEXT, 'a line break'];

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

/** A keep-alive client of a server on a socket file. */
class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  readonly socketPath: string;

  constructor(socketPath: string) {
    this.socketPath = socketPath;
  }

  get(path: string, auth?: string): Promise<Answer> {
    const headers = auth === undefined ? {} : { authorization: `Basic ${Buffer.from(auth).toString('base64')}` };
    return new Promise((resolve, reject) => {
      request({ socketPath: this.socketPath, path, agent: this.#agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('end', () => resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString('utf8') }));
      })
        .on('error', reject)
        .end();
    });
  }

  end(): void {
    this.#agent.destroy();
  }
}

/** Runs `body` while a server listens on a socket file. */
async function serving(
  command: readonly string[],
  socket: string,
  body: (client: Client) => Promise<void>,
): Promise<void> {
  const server: ChildProcess = spawn(command[0]!, command.slice(1), {
    stdio: 'ignore',
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
  });
  const client = new Client(socket);
  try {
    for (let attempt = 0; ; attempt++) {
      const up = await new Promise<boolean>((resolve) => {
        const link = connect(socket, () => resolve(link.destroy() !== undefined)).on('error', () => resolve(false));
      });
      if (up) break;
      assert.ok(attempt < 200, 'the server listens');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await body(client);
  } finally {
    client.end();
    server.kill('SIGKILL');
  }
}

nativeTest(test, ['haproxy'], 'HAProxy: words of its configuration; passwords of a user list', async (scratch) => {
  const config = join(scratch, 'haproxy.cfg');
  const [socket, admin] = [join(scratch, 'http'), join(scratch, 'admin')];
  const sent = quoted((value) => haproxyWord(`x${value}`), NO_LINE);
  writeFileSync(
    config,
    [
      'global',
      `  stats socket ${admin}`,
      ...sent.map(({ text }, i) => `  setenv V${i} ${text}`),
      'userlist all',
      ...sent.map(({ text }, i) => `  user u${i} insecure-password ${text}`),
      'defaults',
      '  mode http',
      '  timeout connect 5s',
      '  timeout client 60s',
      '  timeout server 60s',
      'listen x',
      `  bind unix@${socket}`,
      '  http-request auth if !{ http_auth(all) }',
      '  http-request return status 200',
      '',
    ].join('\n'),
  );
  const done = run(['haproxy', '-c', '-f', config]);
  assert.is(done.code, 0, done.output.slice(0, 2000));
  await serving(['haproxy', '-db', '-f', config], socket, async (client) => {
    const environment = await new Promise<string>((resolve, reject) => {
      const chunks: Buffer[] = [];
      const link = connect(admin, () => link.write('show env\n'));
      link
        .on('data', (chunk) => chunks.push(chunk))
        .on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
        .on('error', reject);
    });
    const variables = new Map(
      environment.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    arrived(
      sent.map((_, i) => variables.get(`V${i}`)),
      sent,
      (value) => `x${value}`,
    );
    const statuses: string[] = [];
    // A request has a limit.
    const short = sent.flatMap((one, i) => (Buffer.byteLength(one.value) < 10_000 ? [{ ...one, user: `u${i}` }] : []));
    for (const { value, user } of short) statuses.push(String((await client.get('/', `${user}:x${value}`)).status));
    arrived(statuses, short, () => '200');
    assert.is((await client.get('/', 'u0:wrong')).status, 401);
  });
});

nativeTest(test, ['nginx'], 'nginx: arguments of directives; passwords of .htpasswd', async (scratch) => {
  const config = join(scratch, 'nginx.conf');
  const socket = join(scratch, 'http');
  const sent = quoted(
    (value) => nginxString(value),
    [...NO_LINE, 'a `$` (it starts a variable)', 'an argument longer than 4,000 bytes'],
  );
  const passwords = quoted((value) => htpasswd(new Map([['u', new Secret('p', value)]]), PLAIN), NO_TEXT);
  const users = new Map(passwords.map(({ value }, i) => [`u${i}`, new Secret('p', value)]));
  writeFileSync(join(scratch, 'htpasswd'), htpasswd(users, PLAIN));
  writeFileSync(
    config,
    [
      'daemon off;',
      'master_process off;',
      `pid ${scratch}/pid;`,
      `error_log ${scratch}/log;`,
      'events {}',
      'http {',
      '  access_log off;',
      '  keepalive_requests 100000;',
      '  large_client_header_buffers 4 64k;',
      ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `  ${kind}_temp_path ${scratch}/${kind};`),
      '  server {',
      `    listen unix:${socket};`,
      `    location /private { auth_basic x; auth_basic_user_file ${scratch}/htpasswd; try_files /none =404; }`,
      ...sent.map(({ text }, i) => `    location = /${i} { return 200 ${text}; }`),
      '  }',
      '}',
      '',
    ].join('\n'),
  );
  const done = run(['nginx', '-t', '-q', '-c', config]);
  assert.is(done.code, 0, done.output.slice(0, 2000));
  await serving(['nginx', '-c', config], socket, async (client) => {
    const bodies: string[] = [];
    for (const i of sent.keys()) bodies.push((await client.get(`/${i}`)).body);
    arrived(bodies, sent);
    const statuses: string[] = [];
    for (const [i, { value }] of passwords.entries())
      statuses.push(String((await client.get('/private', `u${i}:${value}`)).status));
    arrived(statuses, passwords, () => '404');
    assert.is((await client.get('/private', 'u0:wrong')).status, 401);
  });
});

test.run();
