/** Repositories that the check refuses are refused by pgBackRest, and those it takes are taken. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { missingOptions, valueProblem } from '../../../compiler/phases/5-check/rules/backup/type-options.ts';
import { nativeTest } from '../node/checker.ts';

const COMPLETE: readonly Readonly<Record<string, string>>[] = [
  { type: 'posix' },
  { type: 's3', s3_bucket: 'b', s3_endpoint: 'e', s3_region: 'r', s3_key: 'k', s3_key_secret: 's' },
  { type: 's3', s3_bucket: 'b', s3_endpoint: 'e', s3_region: 'r', s3_key_type: 'auto' },
  { type: 'azure', azure_account: 'a', azure_container: 'c', azure_key: 'YWJj' },
  { type: 'gcs', gcs_bucket: 'b', gcs_key: '/k' },
  { type: 'gcs', gcs_bucket: 'b', gcs_key_type: 'auto' },
];

const VALUES: readonly (readonly [string, string])[] = [
  ...['0', '1', '9999999', '10000000', 'x'].flatMap((value) =>
    ['retention_full', 'retention_diff', 'retention_archive', 'retention_history'].map(
      (name) => [name, value] as const,
    ),
  ),
  ...['count', 'time', 'days'].map((value) => ['retention_full_type', value] as const),
  ...['full', 'diff', 'incr', 'all'].map((value) => ['retention_archive_type', value] as const),
  ...['posix', 'cifs', 'nfs'].map((value) => ['type', value] as const),
];

nativeTest(test, ['pgbackrest'], 'pgBackRest asks for what the check asks for', (scratch) => {
  const refuses = (options: Readonly<Record<string, string>>, command = 'check'): boolean => {
    const file = join(scratch, 'pgbackrest.conf');
    const lines = Object.entries(options).map(([name, value]) => `repo1-${name.replaceAll('_', '-')}=${value}`);
    writeFileSync(
      file,
      `[global]\nlock-path=${scratch}\nlog-path=${scratch}\nrepo1-path=${scratch}/repo\n${lines.join('\n')}\n` +
        `[main]\npg1-path=/x\npg1-socket-path=/x\n`,
    );
    // Options are read before anything is done: 29 to 37 are the errors of that; others come from what is not there,
    // such as a server for `check`, which it asks before it looks at the repository.
    const { stdout, stderr } = spawnSync(
      'pgbackrest',
      [`--config=${file}`, '--stanza=main', '--log-level-console=error', command],
      {
        encoding: 'utf8',
        timeout: 20_000,
      },
    );
    return /\[0(29|3[0-7])\]/.test(stdout + stderr);
  };
  for (const options of COMPLETE) {
    assert.equal([missingOptions(options), refuses(options)], [[], false], JSON.stringify(options));
    for (const name of Object.keys(options).filter((key) => key !== 'type')) {
      const { [name]: _, ...rest } = options;
      assert.is(missingOptions(rest).length > 0, refuses(rest), `without ${name}: ${JSON.stringify(rest)}`);
    }
  }
  for (const [name, value] of VALUES)
    assert.is(valueProblem(name, value) !== undefined, refuses({ [name]: value }, 'expire'), `${name}: ${value}`);
});

test.run();
