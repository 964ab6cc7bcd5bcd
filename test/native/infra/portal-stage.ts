/** A bundle's portal as it would stand on its host: nginx, servers in the place of the programs behind it, and a browser. */
import { spawn } from 'node:child_process';
import type { ManifestFile } from '../../../compiler/phases/9-bundle/bundle-files.ts';
import { parseManifest } from '../../../compiler/phases/9-bundle/manifest.ts';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer as createPlain, type RequestListener, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { createServer as createSocket, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import '../../package-text.ts';
import { Desk } from '../../support/desk.ts';
import { Browser } from './browser.ts';
import { placeNginx } from './portal-host.ts';

const HOST = '10.10.10.10';
/** A name as long as a phone is not wide. */
export const LONG = `redis-${'of-a-team-with-a-long-name-'.repeat(2)}x`;

interface Built {
  /** Of each host, by path. */
  readonly files: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly script: string;
}

/** The reference with more kinds of portal entries, as a bundle. */
async function build(variables: string, platform: string): Promise<Built> {
  const desk = new Desk();
  const reference = readFileSync('fixtures/ok/reference/pigsty.yml', 'utf8')
    .replaceAll('redis-ms', LONG)
    .replace(/^ *pg_version: \d+\n/m, '');
  desk.system.writeFile('/desk/pigsty.yml', reference, 0o600);
  desk.system.writeFile('/desk/more.yml', `all: { vars: { ${variables} } }\n`, 0o600);
  const words = ['build', '--demo', '--quiet', '--platform', platform, 'pigsty.yml', 'more.yml'];
  const { code, out, err } = await desk.pigstyc(words);
  if (code !== 0) throw new Error(`${out}${err}`);
  const { hosts } = parseManifest(desk.read('/desk/out/manifest.json'))!;
  const textOf = (host: string, { bundle, sealed }: ManifestFile): string =>
    desk.read(`/desk/out/hosts/${host}/${sealed ? 'sealed' : 'files'}/${bundle}`);
  const files = hosts.map(
    ({ name, files }) => [name, new Map(files.map((file) => [file.path, textOf(name, file)]))] as const,
  );
  return { files: new Map(files), script: desk.read(`/desk/out/hosts/${HOST}/apply.sh`) };
}

const PORTAL = `infra_portal: {
  home: { domain: i.pigsty }, minio: { domain: m.pigsty, endpoint: '${HOST}:9001', scheme: https, websocket: true },
  wiki: { domain: wiki.pigsty, endpoint: '${HOST}:8080', enforce_https: true },
  docs: { domain: docs.pigsty, domains: [d.pigsty], path: /www/acme, index: true },
  bare: { domain: bare.pigsty, conf: bare.conf }, upstream: { endpoint: '${HOST}:8081' } }`;

/** Paths that a program has. */
function pagesOf(endpoint: string, { files }: Built): RegExp | ((url: URL) => boolean) {
  const [address, port] = endpoint.split(':');
  if (port === '3000') return (url) => hasDashboard(files.get(HOST)!, url);
  if (port === '9101')
    return new RegExp(`^${/stats uri (\S+)/.exec(files.get(address!)!.get('/etc/haproxy/haproxy.cfg')!)![1]}`);
  const known: Readonly<Record<string, RegExp>> = {
    8428: /^\/(vmui\/|targets)$/,
    9428: /^\/select\/vmui\/$/,
    10428: /^\/select\/vmui\/$/,
    8880: /^\/vmalert\/groups$/,
  };
  return known[port!] ?? /^\/$/;
}

function hasDashboard(files: ReadonlyMap<string, string>, { pathname, searchParams }: URL): boolean {
  if (pathname === '/ui/') return true;
  const text = files.get(`/infra/dashboards/${/^\/ui\/d\/([^/]+)$/.exec(pathname)?.[1]}.json`);
  if (text === undefined) return false;
  const { templating } = JSON.parse(text) as { templating: { list: readonly { name: string }[] } };
  return [...searchParams.keys()].every((key) => templating.list.some(({ name }) => `var-${name}` === key));
}

/** A server in the place of each endpoint that nginx knows; it says who it is, and knows the pages of the program it stands for. */
class StandIns {
  readonly #built: Built;
  readonly #servers = new Map<string, Server>();

  constructor(built: Built) {
    this.#built = built;
  }

  /** Listens for every endpoint in the files; what replaces them there. */
  async listen(conf: Iterable<string>): Promise<(text: string) => string> {
    const secure = this.#built.files.get(HOST)!;
    for (const text of conf)
      for (const [, endpoint] of text.matchAll(/(?:proxy_pass http:\/\/|\bserver )([\d.]+:\d+)/g)) {
        if (this.#servers.has(endpoint!)) continue;
        const cert = secure.get('/etc/nginx/conf.d/cert/pigsty.crt');
        const key = secure.get('/etc/nginx/conf.d/cert/pigsty.key');
        const listener = this.#answer(endpoint!);
        const server = endpoint === `${HOST}:9001` ? createSecure({ cert, key }, listener) : createPlain(listener);
        await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
        this.#servers.set(endpoint!, server);
      }
    return (text) =>
      text.replaceAll(/(proxy_pass http:\/\/|\bserver )([\d.]+:\d+)/g, (_, before: string, endpoint: string) => {
        const { port } = this.#servers.get(endpoint)!.address() as AddressInfo;
        return `${before}127.0.0.1:${port}`;
      });
  }

  close(): void {
    for (const server of this.#servers.values()) {
      server.closeAllConnections();
      server.close();
    }
  }

  #answer(endpoint: string): RequestListener {
    const pages = pagesOf(endpoint, this.#built);
    return (request, response) => {
      const url = new URL(request.url!, 'http://x');
      const known = pages instanceof RegExp ? pages.test(url.pathname) : pages(url);
      response.writeHead(known ? 200 : 404, { 'content-type': 'text/html' });
      response.end(`<link rel="icon" href="data:,"><body>${endpoint} ${url.pathname}</body>`);
    };
  }
}

async function freePort(): Promise<number> {
  const server = createSocket();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

export interface Stage {
  readonly browser: Browser;
  readonly home: string;
}

/** Runs a body with the portal up and a browser that finds it under its names. */
export async function onStage(
  scratch: string,
  { variables, platform, usualPorts }: { variables: string; platform: string; usualPorts: boolean },
  body: (stage: Stage) => Promise<void>,
): Promise<void> {
  const [plain, secure] = [await freePort(), await freePort()];
  const ports = usualPorts ? '' : `, nginx_port: ${plain}, nginx_ssl_port: ${secure}`;
  const built = await build(`${PORTAL}${variables}${ports}`, platform);
  const files = built.files.get(HOST)!;
  const standIns = new StandIns(built);
  const links = [...built.script.matchAll(/^ {2}link (\S+) (\S+)/gm)].map(([, path, to]) => [path!, to!] as const);
  for (const [, path] of built.script.matchAll(/^ {2}dir (\/www\S*)/gm))
    mkdirSync(join(scratch, path!), { recursive: true });
  const replace = await standIns.listen(files.values());
  const conf = placeNginx(files, links, scratch, (text) =>
    replace(text)
      .replaceAll(/listen 80\b/g, `listen ${plain}`)
      .replaceAll(/listen 443\b/g, `listen ${secure}`),
  );
  const nginx = spawn('nginx', ['-c', conf, '-g', 'daemon off;'], { env: { PATH: '/usr/sbin:/usr/bin:/bin' } });
  const rules = usualPorts ? `MAP *:80 127.0.0.1:${plain}, MAP *:443 127.0.0.1:${secure}` : 'MAP * 127.0.0.1';
  const browser = await Browser.start(join(scratch, 'profile'), rules);
  try {
    await body({ browser, home: usualPorts ? 'http://i.pigsty/' : `http://i.pigsty:${plain}/` });
  } finally {
    await browser.close();
    nginx.kill('SIGTERM');
    standIns.close();
  }
}
