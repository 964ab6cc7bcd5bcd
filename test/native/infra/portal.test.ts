import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { Resolver } from 'node:dns/promises';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { infraEmitter } from '../../../emitters/infra/index.ts';
import { CERT_DIR } from '../../../emitters/infra/nginx/portal.ts';
import type { Site } from '../../../compiler/model/site.ts';
import { filesOf, fleet, stepsOf } from '../../unit/infra/fleet.ts';
import { nativeTest, run } from '../node/checker.ts';
import { placeNginx } from './portal-host.ts';

const test = suite('the portal and the name server accept what we write');

/** Everything nginx reads below a scratch directory, on ports nobody needs; certificates are made up. */
function deploy(site: Site, scratch: string, ports: readonly [number, number]): string {
  const host = site.infra[0]!.host;
  const made = run([
    'openssl',
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    join(scratch, 'key'),
    '-out',
    join(scratch, 'crt'),
    '-subj',
    '/CN=portal',
    '-days',
    '2',
  ]);
  assert.is(made.code, 0, made.output);
  const links = stepsOf(site, host, [infraEmitter]).flatMap((step): readonly (readonly [string, string])[] => {
    if (step.kind === 'link') return [[step.path, step.target]];
    if (step.kind !== 'call' || step.fn !== 'nginx_certs') return [];
    return ['crt', 'key'].map((kind) => [`${CERT_DIR}/${step.args[1]}.${kind}`, `${CERT_DIR}/pigsty.${kind}`]);
  });
  const conf = placeNginx(filesOf(site, host, [infraEmitter]), links, scratch, (text) =>
    text.replaceAll('listen 80', `listen ${ports[0]}`).replaceAll('listen 443', `listen ${ports[1]}`),
  );
  for (const name of ['crt', 'key'])
    symlinkSync(join(scratch, name), join(scratch, `etc/nginx/conf.d/cert/pigsty.${name}`));
  return conf;
}

for (const platform of ['pigsty-4.5', 'debian-12']) {
  for (const sslmode of ['enable', 'disable', 'enforce']) {
    nativeTest(
      test,
      ['nginx', 'openssl'],
      `nginx: every kind of portal entry on ${platform}, nginx_sslmode ${sslmode}`,
      (scratch) => {
        const site = fleet({ nginx_sslmode: sslmode }, platform);
        const conf = deploy(site, scratch, [18080, 18443]);
        const outcome = run(['nginx', '-t', '-q', '-c', conf]);
        assert.is(outcome.output, '');
        assert.is(outcome.code, 0);
      },
    );
  }
}

nativeTest(test, ['nginx', 'openssl'], 'nginx reads each new file before it replaces one', (scratch) => {
  const site = fleet({}, 'debian-12');
  deploy(site, scratch, [18082, 18445]);
  const runtime = ['host/runtime/core', 'host/runtime/paths', 'host/runtime/files', 'infra/runtime'].map(
    (name) => `. emitters/${name}.sh`,
  );
  const read = (path: string): string =>
    run([
      'bash',
      '-c',
      [`PIGSTYC_ROOT=${scratch} WORK=${scratch}`, ...runtime, `nginx_reads ${scratch}${path}`].join('\n'),
    ]).output;
  const checked = stepsOf(site, site.infra[0]!.host, [infraEmitter])
    .filter((step) => step.kind === 'file')
    .filter(({ validate }) => validate?.command[0] === 'nginx_reads')
    .map(({ path }) => path);
  assert.ok(checked.length > 3, String(checked.length));
  for (const path of checked) {
    assert.is(read(path), '', path);
    const text = readFileSync(join(scratch, path), 'utf8');
    writeFileSync(join(scratch, path), `${text}nonsense on;\n`);
    assert.match(read(path), 'unknown directive "nonsense"', path);
    // The mistake of a server is no reason to refuse another one.
    const other = checked.find((one) => one !== path && one.includes('/conf.d/'))!;
    if (path.includes('/conf.d/')) assert.is(read(other), '', `${other} beside ${path}`);
    writeFileSync(join(scratch, path), text);
  }
  rmSync(join(scratch, 'crt'));
  assert.match(read('/etc/nginx/conf.d/home.conf'), 'cannot load certificate');
});

nativeTest(
  test,
  ['nginx', 'openssl', 'curl'],
  'nginx: passwords with any character, the home page, redirects',
  async (scratch) => {
    const password = `p'a"s:s$ \\ä#`;
    const site = fleet({}, 'debian-12');
    const host = site.infra[0]!.host;
    const users = new Map([...host.params.nginxUsers].map(([name]) => [name, name]));
    assert.equal([...users.keys()], ['admin']);
    const conf = deploy(site, scratch, [18081, 18444]);
    const { htpasswd } = await import('../../../emitters/infra/nginx/password.ts');
    const { Secret } = await import('../../../compiler/model/secret.ts');
    const { PLAIN } = await import('../../unit/pgsql/site.ts');
    writeFileSync(
      join(scratch, 'etc/nginx/.htpasswd'),
      htpasswd(new Map([['admin', new Secret('x', password)]]), PLAIN),
      { mode: 0o644 },
    );
    const server = spawn('nginx', ['-c', conf, '-g', 'daemon off;'], { env: { PATH: '/usr/sbin:/usr/bin:/bin' } });
    try {
      const get = (...args: readonly string[]): string =>
        run([
          'curl',
          '-sk',
          '--retry',
          '20',
          '--retry-connrefused',
          '--retry-delay',
          '1',
          '-o',
          '/dev/null',
          '-w',
          '%{http_code}',
          ...args,
        ]).output;
      assert.is(get('-H', 'Host: i.pigsty', 'http://127.0.0.1:18081/'), '200');
      assert.is(get('-H', 'Host: f.pigsty', 'http://127.0.0.1:18081/'), '401');
      assert.is(get('-H', 'Host: f.pigsty', '-u', 'admin:wrong', 'http://127.0.0.1:18081/'), '401');
      assert.is(get('-H', 'Host: f.pigsty', '-u', `admin:${password}`, 'http://127.0.0.1:18081/'), '200');
      assert.is(get('-H', 'Host: public.example.com', 'http://127.0.0.1:18081/x'), '301');
      assert.is(get('-H', 'Host: i.pigsty', 'http://127.0.0.1:18081/nginx'), '200');
      assert.is(get('-H', 'Host: i.pigsty', 'http://127.0.0.1:18081/vlogs/'), '404');
    } finally {
      server.kill('SIGTERM');
    }
  },
);

nativeTest(
  test,
  ['nginx', 'openssl', 'curl'],
  'nginx: a log-in for the home page guards its services; packages and the authority stay open to hosts',
  (scratch) => {
    const own = { infra_portal: { home: { domain: 'i.pigsty', auth: true } }, nginx_users: { admin: 'x' } };
    const conf = deploy(fleet({}, 'debian-12', { '10.10.10.10': own }), scratch, [18082, 18445]);
    mkdirSync(join(scratch, 'www/pigsty'));
    for (const name of ['pigsty/Packages', 'ca.crt']) writeFileSync(join(scratch, 'www', name), 'x');
    const server = spawn('nginx', ['-c', conf, '-g', 'daemon off;'], { env: { PATH: '/usr/sbin:/usr/bin:/bin' } });
    try {
      const get = (path: string): string =>
        run(
          ['curl', '-sk', '--retry', '20', '--retry-connrefused', '--retry-delay', '1', '-o', '/dev/null'].concat([
            '-w',
            '%{http_code}',
            '-H',
            'Host: i.pigsty',
            `http://127.0.0.1:18082${path}`,
          ]),
        ).output;
      for (const path of ['/pigsty/Packages', '/ca.crt', '/']) assert.is(get(path), '200', path);
      for (const path of ['/vmetrics/', '/alertmgr/']) assert.is(get(path), '401', path);
    } finally {
      server.kill('SIGTERM');
    }
  },
);

nativeTest(
  test,
  ['dnsmasq'],
  'dnsmasq answers for instances, clusters, virtual addresses and static records',
  async (scratch) => {
    const site = fleet();
    const files = filesOf(site, site.infra[0]!.host, [infraEmitter]);
    const records = join(scratch, 'records');
    mkdirSync(records);
    for (const [path, text] of files)
      if (path.startsWith('/etc/dnsmasq.d/pigsty/'))
        writeFileSync(join(records, path.slice('/etc/dnsmasq.d/pigsty/'.length)), text);
    const conf = join(scratch, 'dnsmasq.conf');
    writeFileSync(
      conf,
      files
        .get('/etc/dnsmasq.conf')!
        .replace('port=53', 'port=15353')
        .replace('listen-address=127.0.0.1,10.10.10.10', 'listen-address=127.0.0.1')
        .replace('user=dnsmasq', 'user=root')
        .replace('group=dnsmasq', 'group=root')
        .replace('/etc/dnsmasq.d/pigsty', records)
        .replace(/conf-dir=.*/, 'no-resolv'),
    );
    assert.is(run(['dnsmasq', '--test', '-C', conf]).code, 0);
    const server = spawn('dnsmasq', ['-k', '-C', conf], { env: { PATH: '/usr/sbin:/usr/bin:/bin' } });
    try {
      const resolver = new Resolver({ timeout: 1000, tries: 8 });
      resolver.setServers(['127.0.0.1:15353']);
      const addresses = {
        'pg-test-2': '10.10.10.12',
        'pg-test': '10.10.10.3',
        'i.pigsty': '10.10.10.10',
        'minio-3.pigsty': '10.10.10.12',
        nodes: '10.10.10.99',
      };
      for (const [name, address] of Object.entries(addresses))
        assert.equal(await resolver.resolve4(name), [address], name);
    } finally {
      server.kill('SIGTERM');
    }
  },
);

test.run();
