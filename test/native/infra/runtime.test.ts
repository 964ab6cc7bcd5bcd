import { mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nativeTest } from '../node/checker.ts';

const test = suite('provisioning of infra hosts');
const ROOT = new URL('../../../', import.meta.url).pathname;

async function call(
  scratch: string,
  ...commands: readonly string[]
): Promise<{ readonly code: unknown; readonly output: string }> {
  const script = [
    'set -uo pipefail',
    `PIGSTYC_ROOT=${scratch}`,
    ...['core', 'paths', 'files', 'units'].map((name) => `. ${ROOT}emitters/host/runtime/${name}.sh`),
    `. ${ROOT}emitters/infra/runtime.sh`,
    `mkdir -p "\${STATE}"; WORK=$(mktemp -d ${scratch}/work.XXXX)`,
    ...commands,
    'printf "effects: %s\\n" "${EFFECTS[*]-}"',
  ].join('\n');
  const child = spawn('bash', ['-c', script], { env: { ...process.env, PATH: '/usr/bin:/bin' } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const code = await new Promise((done) => child.once('close', done));
  return { code, output };
}

nativeTest(test, ['bash'], 'certificates from certbot are used once they exist, and only then', async (scratch) => {
  mkdirSync(join(scratch, 'certs'));
  const first = await call(scratch, 'nginx_certs /certs a.example.com a');
  assert.is(first.code, 0, first.output);
  assert.match(first.output, /^effects: .*reload nginx$/m);
  assert.is(readlinkSync(join(scratch, 'certs/a.example.com.crt')), '/certs/pigsty.crt');
  assert.match((await call(scratch, 'EFFECTS=(); nginx_certs /certs a.example.com a')).output, /^effects: $/m);
  mkdirSync(join(scratch, 'etc/letsencrypt/live/a'), { recursive: true });
  for (const name of ['fullchain.pem', 'privkey.pem'])
    writeFileSync(join(scratch, 'etc/letsencrypt/live/a', name), 'x');
  assert.match((await call(scratch, 'nginx_certs /certs a.example.com a')).output, /^effects: .*reload nginx$/m);
  assert.is(readlinkSync(join(scratch, 'certs/a.example.com.key')), '/etc/letsencrypt/live/a/privkey.pem');
});

/** As much of Grafana as adding and replacing a data source needs. */
function grafana(login: string, sources: Map<string, { readonly uid: string; readonly body: string }>): Server {
  return createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      const answer = (status: number, value: object): void =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      const url = request.url!.replace('/ui', '');
      if (url === '/api/health') return answer(200, {});
      if (request.headers.authorization !== `Basic ${Buffer.from(login).toString('base64')}`) return answer(401, {});
      const name = /^\/api\/datasources\/name\/(.*)$/.exec(url)?.[1];
      if (name !== undefined) {
        const found = sources.get(name);
        return found === undefined ? answer(404, {}) : answer(200, { id: 1, uid: found.uid, name });
      }
      const given = (JSON.parse(body) as { name: string }).name;
      if (request.method === 'POST' && sources.has(given)) return answer(409, {});
      sources.set(given, { uid: sources.get(given)?.uid ?? `uid-${given}`, body });
      return answer(200, {});
    });
  });
}

nativeTest(
  test,
  ['bash', 'curl'],
  'Grafana: a data source is added, replaced in place, and refused loudly',
  async (scratch) => {
    const password = `p"a\\s s:w$`;
    const sources = new Map<string, { readonly uid: string; readonly body: string }>();
    const server = grafana(`admin:${password}`, sources);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      const access = (secret: string): void =>
        writeFileSync(
          join(scratch, 'access'),
          `GRAFANA_URL=http://127.0.0.1:${(server.address() as AddressInfo).port}/ui\nGRAFANA_USER=admin\nGRAFANA_PASSWORD='${secret}'\n`,
        );
      access(password);
      writeFileSync(join(scratch, 'pg-1.app.json'), '{"name":"pg-1.app","v":1}');
      assert.match(
        (await call(scratch, 'grafana_datasource /access /pg-1.app.json')).output,
        'changed: data source pg-1.app',
      );
      writeFileSync(join(scratch, 'pg-1.app.json'), '{"name":"pg-1.app","v":2}');
      assert.is((await call(scratch, 'grafana_datasource /access /pg-1.app.json')).code, 0);
      assert.equal([...sources.entries()], [['pg-1.app', { uid: 'uid-pg-1.app', body: '{"name":"pg-1.app","v":2}' }]]);
      assert.is((await call(scratch, 'grafana_datasource /access /gone.json')).code, 0);
      access('wrong');
      const refused = await call(scratch, 'grafana_datasource /access /pg-1.app.json');
      assert.is(refused.code, 1);
      assert.match(refused.output, 'Grafana answers 401');
    } finally {
      server.close();
    }
  },
);

test.run();
