import type { Variant } from '../../../../diagnostics/report.ts';
import { own } from '../../../../words/own.ts';
/** What pgBackRest asks of a repository by its type, and the values it takes. */

type Options = Readonly<Record<string, unknown>>;

/** Options without a default, by type of repository; those of a key only for the types of key that have one. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  s3: ['s3_bucket', 's3_endpoint', 's3_region'],
  azure: ['azure_account', 'azure_container'],
  gcs: ['gcs_bucket'],
  sftp: ['sftp_host', 'sftp_host_user', 'sftp_host_key_hash_type', 'sftp_private_key_file'],
};

const KEYS: Readonly<
  Record<string, { readonly type: string; readonly without: readonly string[]; readonly need: readonly string[] }>
> = {
  s3: { type: 's3_key_type', without: ['auto', 'web-id', 'pod-id'], need: ['s3_key', 's3_key_secret'] },
  azure: { type: 'azure_key_type', without: ['auto'], need: ['azure_key'] },
  gcs: { type: 'gcs_key_type', without: ['auto'], need: ['gcs_key'] },
};

/** Options of one type that a repository lacks. */
export function missingOptions(options: Options): readonly string[] {
  const type = String(options['type'] ?? 'posix');
  const key = own(KEYS, type);
  const keyed = key !== undefined && !key.without.includes(String(options[key.type] ?? ''));
  const wanted = [...(own(REQUIRED, type) ?? []), ...(keyed ? key.need : [])];
  return wanted.filter((name) => (options[name] ?? '') === '');
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  type: ['posix', 'cifs', 's3', 'azure', 'gcs', 'sftp'],
  cipher_type: ['none', 'aes-256-cbc'],
  retention_full_type: ['count', 'time'],
  retention_archive_type: ['full', 'diff', 'incr'],
  s3_uri_style: ['host', 'path'],
  azure_uri_style: ['host', 'path'],
};

const LEAST: Readonly<Record<string, number>> = {
  retention_full: 1,
  retention_diff: 1,
  retention_archive: 1,
  retention_history: 0,
};
const MOST = 9999999;

/** What is wrong with the value of an option; undefined when pgBackRest takes it. */
export function valueProblem(name: string, value: unknown): Variant<'backup-option', 'repository'> | undefined {
  const words = own(WORDS, name);
  if (words !== undefined && !words.includes(String(value))) return { problem: 'words', name, words: words.join(', ') };
  const least = own(LEAST, name);
  if (least === undefined || value === '' || value === null) return undefined;
  const number = /^\d+$/.test(String(value)) ? Number(value) : Number.NaN;
  return number >= least && number <= MOST ? undefined : { problem: 'number', name, least, most: MOST };
}
