import type { Host as System } from '../host/host.ts';
import type { Site } from '../model/site.ts';
import { reviewedPki } from '../pki/certificates.ts';
import type { Result } from '../diagnostics/result.ts';
import { LocalKey } from '../secrets/local-key.ts';
import { SealedSink, TwinSink } from '../secrets/sinks.ts';
import type { SiteMaterials } from './materials.ts';

/** A directory that no system has: there is neither an authority nor a certificate. */
const NOWHERE = '/dev/null/pki';

/**
 * What builds need that are only compared with each other: neither a key nor an authority. Secrets are numbered in the
 * order they are met, so that equal ones look equal in all builds with the same materials, other ones differ, and the
 * numbers say nothing about them.
 */
export function comparisonMaterials(): (system: System, checked: unknown, site: Site) => Result<SiteMaterials> {
  const sinks = { sealed: new UnsealedSink(new LocalKey(new Uint8Array(32))), twin: new TwinSink(numbering()) };
  return (system, _checked, site) => [
    {
      sinks,
      pki: reviewedPki(system, NOWHERE, site),
      announcements: [],
      records: [],
      misuse: () => [],
      sealedUnknown: true,
    },
    [],
  ];
}

/** Sealed files that no host gets: verifiers, which take long to compute, are a stand-in. */
class UnsealedSink extends SealedSink {
  override scram(): string {
    return 'SCRAM-SHA-256';
  }
}

/** In place of a keyed hash, the number of what is hashed. */
function numbering(): Pick<LocalKey, 'hmac'> {
  const numbers = new Map<string, number>();
  return {
    hmac: (...parts) => {
      const id = JSON.stringify(parts);
      const number = numbers.get(id) ?? numbers.size + 1;
      numbers.set(id, number);
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(number);
      return bytes;
    },
  };
}
