/** Names by which plans ask for certificates and the PKI keeps them, as paths without a suffix: `pgsql/pg-meta-1`. */
export function etcdCertificate(member: string): string {
  return `etcd/${member}`;
}

export function pgsqlCertificate(instance: string): string {
  return `pgsql/${instance}`;
}

export function minioCertificate(member: string): string {
  return `minio/${member}`;
}

export function infraCertificate(node: string): string {
  return `infra/${node}`;
}

export const PORTAL_CERTIFICATE = 'nginx/pigsty';
