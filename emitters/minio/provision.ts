import type { MinioMember } from '../../compiler/model/site.ts';
import type { SecretSink } from '../../compiler/model/secret.ts';
import { bashCommand, bashWord } from '../toolkit/quote/index.ts';
import { scheme } from './volumes.ts';

/** The policy that gives a user everything on one bucket and nothing elsewhere. Its name is the bucket's. */
export function bucketPolicy(bucket: string): string {
  const arn = `arn:aws:s3:::${bucket}`;
  const statement = { Effect: 'Allow', Action: ['s3:*'], Resource: [arn, `${arn}/*`] };
  return `${JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 2)}\n`;
}

/** Endpoint that clients are given: `minio_endpoint`, else the service's domain. */
export function clientEndpoint(member: MinioMember): string {
  const { params } = member.host;
  if (params.minioEndpoint !== undefined && params.minioEndpoint !== '') return params.minioEndpoint;
  return `${scheme(member)}://${params.minioDomain}:${params.minioPort}`;
}

/** Alias and credentials of the administrator, read by the runtime so that they are never in an argument list. */
export function aliasFile(member: MinioMember, secrets: SecretSink): string {
  const { params } = member.host;
  return variables([
    ['MINIO_ALIAS', params.minioAlias],
    ['MINIO_CLIENT_ENDPOINT', clientEndpoint(member)],
    ['MINIO_ACCESS_KEY', params.minioAccessKey],
    ['MINIO_SECRET_KEY', secrets.reveal(params.minioSecretKey)],
  ]);
}

/**
 * What must exist, as lists of words: buckets as `name versioning lock`, users as `access secret policy`, in flat triples.
 * Provisioning talks to this member itself, which needs no load balancer and no DNS yet.
 */
export function provisionFile(member: MinioMember, secrets: SecretSink): string {
  const { params } = member.host;
  const flag = (value: boolean): string => (value ? 'yes' : 'no');
  const buckets = params.minioBuckets.flatMap((bucket) => [bucket.name, flag(bucket.versioning), flag(bucket.lock)]);
  const users = params.minioUsers.flatMap((user) => [
    user.accessKey,
    secrets.reveal(user.secretKey),
    user.policy ?? '',
  ]);
  return (
    aliasFile(member, secrets) +
    variables([
      ['MINIO_ENDPOINT', `${scheme(member)}://${member.nodeName}:${params.minioPort}`],
      ['MINIO_POLICIES', policyDir],
    ]) +
    list('buckets', buckets, 3) +
    list('users', users, 3)
  );
}

export const policyDir = '/etc/silo/policies';

function variables(entries: readonly (readonly [string, string])[]): string {
  return entries.map(([name, value]) => `${name}=${bashWord(value)}\n`).join('');
}

/** The words of a list are one value, a line for each entry. */
function list(name: string, words: readonly string[], perLine: number): string {
  const lines = Array.from({ length: words.length / perLine }, (_, i) =>
    bashCommand(words.slice(i * perLine, (i + 1) * perLine)),
  );
  return variables([[name, lines.join('\n')]]);
}
