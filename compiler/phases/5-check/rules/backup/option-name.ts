import { report } from '../../../../diagnostics/report.ts';
import { suggest } from '../../../../words/suggest.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { ScalarNode } from '../../../../source/node.ts';

/** Options of a repository (`repo1-…`), as names of the inventory. */
const OPTIONS = [
  'azure_account',
  'azure_container',
  'azure_endpoint',
  'azure_key',
  'azure_key_type',
  'azure_uri_style',
  'block',
  'bundle',
  'bundle_limit',
  'bundle_size',
  'cipher_pass',
  'cipher_type',
  'gcs_bucket',
  'gcs_endpoint',
  'gcs_key',
  'gcs_key_type',
  'gcs_user_project',
  'hardlink',
  'host',
  'host_ca_file',
  'host_ca_path',
  'host_cert_file',
  'host_cmd',
  'host_config',
  'host_config_include_path',
  'host_config_path',
  'host_key_file',
  'host_port',
  'host_type',
  'host_user',
  'local',
  'path',
  'retention_archive',
  'retention_archive_type',
  'retention_diff',
  'retention_full',
  'retention_full_type',
  'retention_history',
  's3_bucket',
  's3_endpoint',
  's3_key',
  's3_key_secret',
  's3_key_type',
  's3_kms_key_id',
  's3_region',
  's3_requester_pays',
  's3_role',
  's3_sse_customer_key',
  's3_token',
  's3_uri_style',
  'sftp_host',
  'sftp_host_fingerprint',
  'sftp_host_key_check_type',
  'sftp_host_key_hash_type',
  'sftp_host_port',
  'sftp_host_user',
  'sftp_known_host',
  'sftp_private_key_file',
  'sftp_private_key_passphrase',
  'sftp_public_key_file',
  'storage_ca_file',
  'storage_ca_path',
  'storage_host',
  'storage_port',
  'storage_tag',
  'storage_upload_chunk_size',
  'storage_verify_tls',
  'symlink',
  'target_time',
  'type',
];

/** pgBackRest stops at an option it does not know. A name near none may be of a later version. */
export function* optionName(repository: string, key: ScalarNode): Iterable<Diagnostic> {
  const near = OPTIONS.includes(key.text) ? undefined : suggest(key.text, OPTIONS);
  const word = /^[a-z][a-z0-9_-]*$/.test(key.text);
  if (near === undefined && word) return;
  const help = near === undefined ? 'write `option: value`' : `did you mean \`${near}\`?`;
  yield report(
    'backup-option',
    key.span,
    { repository, problem: 'unknown', name: key.text },
    { help, fix: near === undefined ? undefined : { span: key.span, text: near } },
  );
}
