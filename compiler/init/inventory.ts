/** A new inventory: complete, commented, with passwords that nobody else has. */
import type { Passwords } from '../secrets/generate.ts';
import type { Writer } from './groups.ts';
import { KINDS, type Kind } from './kinds.ts';

/** What a new site is made of. */
export interface NewSite {
  readonly kind: string;
  readonly addresses: readonly string[];
  readonly vip: string | undefined;
  readonly region: string;
}

/** The text of `pigsty.yml` for a site; the passwords are made on the way. */
export function newInventory(site: NewSite, passwords: Passwords): string {
  const kind = KINDS[site.kind]!;
  const secret = (name: string): string => {
    const text = passwords.written(name);
    return passwords.scalar(text, 'plain') ?? text;
  };
  const writer: Writer = { addresses: site.addresses, vip: site.vip, store: kind.store === true, secret };
  return [
    `# ${kind.summary.replace(/^./, (letter) => letter.toUpperCase())}.`,
    '# Hosts belong to groups below `children`; what `vars` says holds for all hosts of its group.',
    '# `pigstyc check` finds mistakes, `pigstyc explain NAME` says what a parameter is.',
    'all:',
    '  children:',
    '',
    ...kind.groups(writer),
    '  vars:',
    ...globals(site, kind, writer).map((line) => (line === '' ? '' : `    ${line}`)),
    '',
  ].join('\n');
}

function globals({ addresses, region }: NewSite, kind: Kind, writer: Writer): readonly string[] {
  return [
    'version: v4.5.0',
    noted(`admin_ip: ${addresses[0]!}`, 'the host that names of the portal lead to'),
    noted(`region: ${region}`, 'where packages are fetched: default, china or europe'),
    'node_repo_modules: node,infra,pgsql   # every host fetches packages itself; `local`: from infra, which fetches for all',
    ...(kind.plain === true ? [] : DATABASE),
    ...(kind.vars?.(writer) ?? []),
    '',
    '# Passwords of the site, made for it.',
    ...passwordsOf(kind).map((name) => `${name}: ${writer.secret(name)}`),
    ...(kind.store === true ? objectStore(writer) : []),
  ];
}

const DATABASE = [
  'pg_version: 18',
  'node_tune: oltp                  # kernel settings: oltp, olap, crit or tiny',
  'pg_conf: oltp.yml                # settings of PostgreSQL for the same kinds of load',
];

function passwordsOf(kind: Kind): readonly string[] {
  return [
    'grafana_admin_password',
    'grafana_view_password',
    'haproxy_admin_password',
    ...(kind.plain === true ? [] : DATABASE_PASSWORDS),
    ...(kind.store === true ? ['minio_secret_key'] : []),
  ];
}

const DATABASE_PASSWORDS = [
  'pg_admin_password',
  'pg_monitor_password',
  'pg_replication_password',
  'patroni_password',
  'etcd_root_password',
];

/** The user that backups log in as, and the repositories they can go to. */
function objectStore({ addresses, secret }: Writer): readonly string[] {
  const key = secret('backup_secret_key');
  return [
    '',
    '# Backups: on the disk of the primary, or in the object store, encrypted.',
    `node_etc_hosts: [ '${addresses[0]!} sss.pigsty' ]   # the object store`,
    `minio_users: [ { access_key: pgbackrest, secret_key: ${key}, policy: pgsql } ]`,
    'pgbackrest_repo:',
    '  local: { path: /pg/backup, retention_full_type: count, retention_full: 2 }',
    '  minio:',
    '    type: s3',
    '    s3_endpoint: sss.pigsty',
    '    s3_region: us-east-1',
    '    s3_bucket: pgsql',
    '    s3_key: pgbackrest',
    `    s3_key_secret: ${key}`,
    '    s3_uri_style: path',
    '    path: /pgbackrest',
    '    storage_port: 9000',
    '    storage_ca_file: /etc/pki/ca.crt',
    '    block: y',
    '    bundle: y',
    '    cipher_type: aes-256-cbc',
    `    cipher_pass: ${secret('backup_cipher_password')}   # without it no backup can be read: keep it`,
    '    retention_full_type: time',
    '    retention_full: 14             # days',
  ];
}

function noted(line: string, comment: string): string {
  return `${line.padEnd(32)} # ${comment}`;
}
