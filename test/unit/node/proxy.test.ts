/** What of `proxy_env` reaches a host, and what of it can be read in the reviewable twin. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import type { FileStep } from '../../../emitters/api.ts';
import { proxySteps } from '../../../emitters/node/proxy.ts';
import { MARKERS, PLAIN, testSite } from '../pgsql/site.ts';

function fileOf(proxyEnv: Readonly<Record<string, string>> | undefined): FileStep | undefined {
  const hosts = [
    { name: '10.10.10.10', groups: ['infra'], vars: { infra_seq: 1 } },
    { name: '10.10.10.11', groups: ['x'], vars: {} },
  ];
  const more = proxyEnv === undefined ? {} : { proxy_env: proxyEnv };
  const site = testSite(hosts, { admin_ip: '10.10.10.10', ...more });
  return proxySteps(site, site.hosts[1]!).find((step): step is FileStep => step.kind === 'file');
}

test('without a proxy there is no file: exceptions alone, the default among them, are none', () => {
  for (const proxyEnv of [undefined, {}, { no_proxy: 'localhost' }, { http_proxy: '', https_proxy: '' }])
    assert.is(fileOf(proxyEnv), undefined);
});

test('addresses may hold a password, so the twin shows none of them; only root reads the file', () => {
  const file = fileOf({ http_proxy: 'me:s3cret@proxy:3128', HTTPS_PROXY: 'http://me:s3cret@proxy:3128' })!;
  assert.is(file.mode, 0o600);
  assert.not.match(file.render(MARKERS), 's3cret');
  assert.is(
    file.render(PLAIN),
    'https_proxy=http://me:s3cret@proxy:3128\nhttp_proxy=http://me:s3cret@proxy:3128\nno_proxy=10.10.10.10\n',
  );
});

test('small letters come before capitals, one for all stands for what is missing', () => {
  const text = fileOf({ ALL_PROXY: 'http://a:1', HTTP_PROXY: 'http://b:1', http_proxy: 'http://c:1' })!.render(PLAIN);
  assert.equal(text.trim().split('\n').sort(), [
    'all_proxy=http://a:1',
    'http_proxy=http://c:1',
    'https_proxy=http://a:1',
    'no_proxy=10.10.10.10',
  ]);
});

test('a name that no program reads, whose value is not kept secret, is not written anywhere', () => {
  for (const name of ['Http_Proxy', 'socks_proxy', 'PATH'])
    assert.is(fileOf({ [name]: 'http://me:s3cret@proxy:3128' }), undefined, name);
});

test.run();
