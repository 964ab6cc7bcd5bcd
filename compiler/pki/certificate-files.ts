import { Secret } from '../model/secret.ts';
import type { CertificateFiles } from '../phases/8-emit/emit.ts';
import type { Pki, PkiEntry } from './certificates.ts';

/** Files from what the PKI has for a host. */
export function certificateFiles(pki: Pki): CertificateFiles {
  return ({ request, part, ...step }) => {
    const entry = request === undefined ? undefined : entryOf(pki, request);
    const id = request ?? 'ca/ca';
    // A certificate is public, but two machines make different ones: the reviewable twin says what it certifies instead.
    const pem = new Secret(
      `pki/${id}.${part === 'key' ? 'key' : 'crt'}`,
      part === 'key' ? entry!.key : (entry?.certificate ?? pki.authority),
      true,
    );
    const heading = part === 'key' ? '' : `${describe(entry)}\n`;
    return {
      ...step,
      kind: 'file',
      source: 'pki',
      render: (secrets) => `${heading}${secrets.reveal(pem).trimEnd()}\n`,
    };
  };
}

function entryOf({ entries }: Pki, request: string): PkiEntry {
  const entry = entries.get(request);
  if (entry === undefined) throw new Error(`no certificate ${request} was made`);
  return entry;
}

/** Text before the first PEM line is ignored by every reader (RFC 7468). */
function describe(entry: PkiEntry | undefined): string {
  if (entry === undefined) return 'Certificate of the authority of this site.';
  return `Certificate of ${entry.request.commonName} for ${entry.request.names.join(', ')}.`;
}
