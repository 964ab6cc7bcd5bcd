/** Units that are active and services that do not work: --check asks each service through its own port. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import type { Step } from '../../../emitters/api.ts';
import { Sandbox } from './harness.ts';

interface World extends Context {
  box: Sandbox;
  listen(answer?: (question: Buffer) => string | Buffer): Promise<number>;
}

const servers: Server[] = [];
const sockets: Socket[] = [];
const test = suite<World>('answers');
test.before.each((world) => {
  world.box = new Sandbox();
  // Without an answer it is a program that hangs: the kernel accepts for it.
  world.listen = async (answer) => {
    const server = createServer((socket) => {
      sockets.push(socket.on('error', () => undefined));
      if (answer !== undefined) socket.once('data', (question) => socket.end(answer(question)));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
});
test.after.each(({ box }) => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
  box.close();
});

const service = (...command: readonly string[]): readonly Step[] => [
  { kind: 'unit', stage: 'monitor', unit: 'web', enabled: true, state: 'started' },
  { kind: 'probe', stage: 'monitor', name: 'web answers', command, timeoutSeconds: 0 },
];

/** What --check says of a service whose unit is active. */
async function check(box: Sandbox, ...command: readonly string[]): Promise<string> {
  box.build(service(...command));
  for (const state of ['active', 'enabled']) writeFileSync(join(box.fake, state, 'web'), '');
  const { code, output, error } = await box.applyAside('--check');
  assert.ok(code === 0 || code === 2, error);
  return code === 0 ? 'converged' : /would change: (.*)/.exec(output)![1]!;
}

const http = (status: string) => (): string => `HTTP/1.1 ${status}\r\n\r\n`;

test('HTTP: a page and a wish for a password are answers; an error, silence and nobody are none', async ({
  box,
  listen,
}) => {
  const ask = async (port: number): Promise<string> => check(box, 'http_answers', '127.0.0.1', String(port));
  for (const status of ['200 OK', '401 Unauthorized', '404 Not Found'])
    assert.is(await ask(await listen(http(status))), 'converged', status);
  assert.is(await ask(await listen(http('503 Service Unavailable'))), 'web answers: not true');
  assert.is(await ask(await listen(() => 'SSH-2.0-x\r\n')), 'web answers: not true');
  assert.is(await ask(1), 'web answers: not true', 'nobody listens');
  assert.is(await ask(await listen()), 'web answers: not true', 'who accepts and is silent hangs');
});

test('the question asks for the path it is given', async ({ box, listen }) => {
  const port = await listen((question) => http(/^GET \/health HTTP/.test(question.toString()) ? '200 OK' : '500 No')());
  assert.is(await check(box, 'http_answers', '127.0.0.1', String(port), '/health'), 'converged');
});

test('a name server answers the question it was asked', async ({ box, listen }) => {
  const reply = (question: Buffer): Buffer => {
    assert.is(question.length, question.readUInt16BE(0) + 2, 'a whole question');
    assert.is(question.subarray(14).toString('latin1'), '\x07version\x04bind\0\0\x10\0\x03');
    return question;
  };
  assert.is(await check(box, 'dns_answers', '127.0.0.1', String(await listen(reply))), 'converged');
  for (const answer of [() => '\0\x02xx', undefined])
    assert.is(await check(box, 'dns_answers', '127.0.0.1', String(await listen(answer))), 'web answers: not true');
});

test('the virtual address is where the leader is, and nowhere else', async ({ box }) => {
  box.write('/etc/pigstyc/instance.env', 'PATRONI_URL=http://10.0.0.1:8008\nPATRONI_CA=/pg/cert/ca.crt\n');
  const ask = (code: number, addresses: string): Promise<string> => {
    box.command('curl', `#!/bin/bash\nexit ${code}\n`);
    box.command('hostname', `#!/bin/bash\necho '${addresses}'\n`);
    return check(box, 'vip_held', '10.0.0.9');
  };
  const [leads, follows, silent] = [0, 22, 7];
  assert.is(await ask(leads, '10.0.0.1 10.0.0.9 '), 'converged');
  assert.is(await ask(leads, '10.0.0.1 10.0.0.99'), 'web answers: not true');
  assert.is(await ask(follows, '10.0.0.1'), 'converged');
  assert.is(await ask(follows, '10.0.0.1 10.0.0.9'), 'web answers: not true');
  assert.is(await ask(silent, '10.0.0.1'), 'converged', 'that Patroni is silent is said elsewhere');
});

test('what depends on other hosts is not asked while this one is deployed', async ({ box }) => {
  box.build(service('false'));
  assert.is((await box.applyAside()).code, 0);
});

/** What asks the service of a unit: a line of apply.sh. */
const ASKED: Readonly<Record<string, RegExp>> = {
  chrony: /probe 'chrony answers'/,
  // It has no page at `/`: without a server behind it that is an error.
  haproxy: /probe 'HAProxy answers' 10 root http_answers 127\.0\.0\.1 \d+ \/metrics/,
  etcd: /probe 'etcd has a quorum'/,
  silo: /probe 'silo answers'/,
  tuned: /call 'tuned profile'/,
  patroni: /call 'cluster is up'/,
  postgres: /call 'cluster is up'/,
  pgbouncer: /probe 'PgBouncer answers'/,
  'vip-manager': /probe '\S+ is where \S+ is led'/,
};
/** Their work is not asked for through a port. */
const SILENT = ['cron', 'keepalived', 'disk-prefetch'];

test('every service that the examples start is asked', () => {
  const scripts = [
    ...readdirSync('out/hosts').map((host) => `out/hosts/${host}/apply.sh`),
    ...readdirSync('fixtures/ok', { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('apply.sh'))
      .map((path) => `fixtures/ok/${path}`),
  ];
  const missing = new Set<string>();
  for (const path of scripts) {
    const text = readFileSync(path, 'utf8').replaceAll(/ \\\n */g, ' ');
    for (const [, unit] of text.matchAll(/^ {2}unit (\S+) enabled (?:started|-)/gm)) {
      const asked = ASKED[unit!] ?? new RegExp(`probe '${unit!} answers'`);
      if (!SILENT.includes(unit!) && !asked.test(text)) missing.add(unit!);
    }
  }
  assert.ok(scripts.length > 4);
  assert.equal([...missing], []);
});

test.run();
