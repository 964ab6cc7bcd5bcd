/** The name by which a plan asks for the certificate of a member and the PKI keeps it, as a path without a suffix: `pgsql/pg-meta-1`. */
export function certificateName(module: string, member: string): string {
  return `${module}/${member}`;
}

/** That of the web portal. */
export const PORTAL_CERTIFICATE = 'nginx/pigsty';
