import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { report } from '../../../compiler/diagnostics/report.ts';

test('severity, code and text come from the catalog', () => {
  const { code, severity, message } = report('unreadable-file', undefined, { path: 'x', reason: 'gone' });
  assert.equal([code, severity, message], ['PIG0001', 'error', 'cannot read `x`: gone']);
});

test('arguments are shown on one line without control characters, and cut', () => {
  assert.match(
    report('limit-matches-nothing', undefined, { pattern: 'a\n\u001b[2J\u202e' }).message,
    /`--limit a\\n\\u001b\[2J\\u202e`/,
  );
  assert.ok(report('limit-matches-nothing', undefined, { pattern: 'x'.repeat(5000) }).message.length < 300);
});

test('an argument that looks like a placeholder is left as it is', () => {
  assert.match(
    report('unreadable-file', undefined, { path: '{reason}', reason: '$&' }).message,
    /^cannot read `\{reason\}`: \$&$/,
  );
});

test('of several texts the named one is filled in, and tells findings of one place apart', () => {
  const bucket = report('backup-minio-mismatch', undefined, { problem: 'no-bucket', bucket: '{key}' });
  const user = report('backup-minio-mismatch', undefined, { problem: 'no-user', key: 'pgbackrest' });
  assert.match(bucket.message, /: no bucket `\{key\}` in `minio_buckets`$/);
  assert.match(user.message, /: no user `pgbackrest` in `minio_users`$/);
  assert.is.not(bucket.subject, user.subject);
});

test.run();
