import { test } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { minioEmitter } from '../../../emitters/minio/index.ts';
import { bucketPolicy } from '../../../emitters/minio/provision.ts';
import { expandEllipsis, serverVolumes } from '../../../emitters/minio/volumes.ts';
import type { Site } from '../../../compiler/model/site.ts';
import { filesOf, stepsOf } from '../infra/fleet.ts';
import { MARKERS, testSite } from '../pgsql/site.ts';

function cluster(addresses: readonly string[], vars: Readonly<Record<string, unknown>> = {}): Site {
  return testSite(
    addresses.map((name, i) => ({
      name,
      groups: ['minio'],
      vars: { minio_cluster: 'minio', minio_seq: i + 1, ...vars },
    })),
    { admin_ip: '10.10.10.10' },
  );
}

const THREE = ['10.10.10.10', '10.10.10.11', '10.10.10.12'];

test('ranges of drives', () => {
  assert.equal(expandEllipsis('/data/minio'), ['/data/minio']);
  assert.equal(expandEllipsis('/data{1...3}/x'), ['/data1/x', '/data2/x', '/data3/x']);
  assert.equal(expandEllipsis('/d{09...10}'), ['/d09', '/d10']);
  assert.equal(expandEllipsis('/r{1...2}/d{1...2}'), ['/r1/d1', '/r1/d2', '/r2/d1', '/r2/d2']);
});

test('volumes of one drive, several drives, several nodes, several pools', () => {
  const volumes = (site: Site): string => serverVolumes(site.minioClusters[0]!.members[0]!);
  assert.is(volumes(cluster(['10.10.10.10'])), '/data/minio');
  assert.is(volumes(cluster(['10.10.10.10'], { minio_data: '/data{1...4}' })), '/data{1...4}');
  assert.is(volumes(cluster(THREE, { minio_data: '/data{1...2}' })), 'https://minio-{1...3}.pigsty:9000/data{1...2}');
  assert.is(
    volumes(cluster(THREE, { minio_https: false, minio_port: 9900 })),
    'http://minio-{1...3}.pigsty:9900/data/minio',
  );
  const pools = 'https://minio-{1...2}.pigsty:9000/data{1...4} https://minio-{3...4}.pigsty:9000/data{1...4}';
  assert.is(volumes(cluster(THREE, { minio_volumes: pools })), pools);
});

test('every drive of a member has its directory', () => {
  const site = cluster(THREE, { minio_data: '/data{1...2}' });
  const dirs = stepsOf(site, site.hosts[0]!, [minioEmitter]).flatMap((step) =>
    step.kind === 'dir' && step.owner === 'minio' ? [step.path] : [],
  );
  assert.equal(dirs, [
    '/data1',
    '/data2',
    '/home/minio/.minio',
    '/home/minio/.minio/certs',
    '/home/minio/.minio/certs/CAs',
  ]);
});

test('the environment of the server, extra variables last', () => {
  const site = cluster(THREE, { minio_secret_key: 'a b"c$', minio_extra_vars: 'MINIO_REGION=eu\n' });
  const text = filesOf(site, site.hosts[0]!, [minioEmitter]).get('/etc/default/silo')!;
  assert.match(text, 'MINIO_VOLUMES="https://minio-{1...3}.pigsty:9000/data/minio"\n');
  assert.match(text, 'MINIO_ROOT_PASSWORD="a b\\"c\\$"\n');
  assert.match(text, 'MINIO_PROMETHEUS_URL=http://10.10.10.10:8428\nMINIO_REGION=eu\n');
});

test('the last member by address provisions, all others do not', () => {
  const site = cluster(['10.10.10.12', '10.10.10.11', '10.10.10.9']);
  const provisioning = site.hosts.filter((host) =>
    stepsOf(site, host, [minioEmitter]).some((step) => step.kind === 'call' && step.fn === 'minio_provision'),
  );
  assert.equal(
    provisioning.map((host) => host.name),
    ['10.10.10.9'],
  );
  const none = cluster(THREE, { minio_provision: false });
  assert.not.ok(
    none.hosts.some((host) =>
      stepsOf(none, host, [minioEmitter]).some((step) => step.kind === 'call' && step.fn === 'minio_provision'),
    ),
  );
});

test('buckets and users in flat triples, keys behind the sink', () => {
  const site = cluster(['10.10.10.10'], {
    minio_buckets: [{ name: 'pgsql' }, { name: 'meta', versioning: true, lock: true }],
    minio_users: [{ access_key: 'u', secret_key: `it's $1`, policy: 'meta' }],
  });
  const step = stepsOf(site, site.hosts[0]!, [minioEmitter]).find(
    (s) => s.kind === 'file' && s.path === '/etc/silo/provision',
  );
  assert.ok(step?.kind === 'file');
  if (step?.kind !== 'file') return;
  assert.is(step.mode, 0o600);
  assert.match(
    filesOf(site, site.hosts[0]!, [minioEmitter]).get('/etc/silo/provision')!,
    String.raw`buckets='pgsql no no
meta yes yes'
users='u '\''it'\''\'\'''\''s $1'\'' meta'
`,
  );
  assert.not.match(step.render(MARKERS), "it'");
});

test('a policy gives one bucket and nothing else', () => {
  assert.equal(JSON.parse(bucketPolicy('b')).Statement, [
    { Effect: 'Allow', Action: ['s3:*'], Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'] },
  ]);
});

test('without TLS the certificates go away', () => {
  const site = cluster(THREE, { minio_https: false });
  const absent = stepsOf(site, site.hosts[0]!, [minioEmitter]).flatMap((step) =>
    step.kind === 'absent' ? [step.path] : [],
  );
  assert.equal(absent, ['/home/minio/.minio/certs/public.crt', '/home/minio/.minio/certs/private.key']);
});

test('a platform without the server has no steps for it', () => {
  const site = testSite(
    [{ name: '10.10.10.10', groups: ['minio'], vars: { minio_cluster: 'minio', minio_seq: 1 } }],
    {},
    'debian-12',
  );
  assert.equal(minioEmitter.plan(site, site.hosts[0]!), []);
});

test.run();
