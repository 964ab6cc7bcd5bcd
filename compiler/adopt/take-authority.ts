/** The authority that Ansible has made for a site becomes the one of its state, because somebody said so. */
import type { Host as System } from '../host/host.ts';
import { CA, readAuthority, type KnownAuthority } from '../pki/authority.ts';
import { Store } from '../pki/store.ts';
import type { Result } from '../diagnostics/result.ts';
import { claimState, type StatePlace } from '../state/locate.ts';

/** How that went. */
export type Taken = 'taken' | 'there already' | 'none there' | 'another is there';

/** @param from a directory with `ca/ca.crt` and `ca/ca.key`, as Ansible's `files/pki` */
export function takeAuthority(
  system: System,
  from: string,
  place: StatePlace,
): Result<{ readonly how: Taken; readonly authority: KnownAuthority | undefined }> {
  const source = new Store(system, from);
  const [authority, problems] = readAuthority(source);
  if (problems.length > 0) return [{ how: 'none there', authority: undefined }, problems];
  if (authority === undefined) return [{ how: 'none there', authority }, []];
  const [known, unusable] = readAuthority(new Store(system, place.pki));
  if (unusable.length > 0) return [{ how: 'another is there', authority: undefined }, unusable];
  if (known !== undefined) {
    const isSame = known.certificate.fingerprint256 === authority.certificate.fingerprint256;
    if (isSame) claimState(system, place);
    return [{ how: isSame ? 'there already' : 'another is there', authority: known }, []];
  }
  const target = new Store(system, place.pki);
  if (authority.key !== undefined) target.write(`${CA}.key`, source.read(`${CA}.key`)!, 0o600);
  target.write(`${CA}.crt`, source.read(`${CA}.crt`)!, 0o644);
  claimState(system, place);
  return [{ how: 'taken', authority }, []];
}
