/**
 * An object store that speaks S3 over TLS and checks the signature of every request. It answers MinIO's question for health, too.
 *
 * usage: node s3-server.mjs PACKAGES DIRECTORY ADDRESS PORT [BUCKET]
 * DIRECTORY holds `crt` and `key`, `keys` (ACCESS KEY:SECRET KEY on each line) and what it stores.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [packages, directory, address, port, bucket] = process.argv.slice(2);
const require = createRequire(join(packages, 'package.json'));
const S3rver = require('@20minutes/s3rver');
const { DUMMY_ACCOUNT } = require('@20minutes/s3rver/lib/models/account');
const Files = require('@20minutes/s3rver/lib/stores/filesystem');

const file = (name) => readFileSync(join(directory, name));
for (const line of file('keys').toString().trim().split('\n')) DUMMY_ACCOUNT.createKeyPair(...line.split(':'));

// It signs the path of a bucket without the slash that the client has sent.
const v4 = require('@20minutes/s3rver/lib/signature/v4');
const { getStringToSign } = v4;
v4.getStringToSign = (request, signature) =>
  getStringToSign({ ...request, uri: request.uri.replace(/^\/[^/]+$/, '$&/') }, signature);

// It forgets a prefix that has nothing but further prefixes below it.
const { listObjects } = Files.prototype;
Files.prototype.listObjects = async function (name, options) {
  const { delimiter = '', prefix = '' } = options;
  const all = await listObjects.call(this, name, { ...options, delimiter: '', maxKeys: Infinity });
  const end = (key) => (delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length));
  const folded = all.objects.filter(({ key }) => end(key) !== -1).map(({ key }) => key.slice(0, end(key) + 1));
  const objects = all.objects.filter(({ key }) => end(key) === -1);
  return { ...all, objects, commonPrefixes: [...new Set(folded)].sort() };
};

const store = new S3rver({
  directory: join(directory, 'store'),
  silent: false,
  vhostBuckets: false,
  allowMismatchedSignatures: false,
  configureBuckets: bucket === undefined ? [] : [{ name: bucket }],
});
await store.configureBuckets();
const answer = store.callback();
createServer({ cert: file('crt'), key: file('key') }, (request, response) =>
  request.url === '/minio/health/live' ? response.end() : answer(request, response),
).listen(Number(port), address);
