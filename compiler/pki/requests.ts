import { MODULES } from '../../emitters/modules.ts';
import { certifiable, type CertificateRequest } from '../domain/certificate.ts';
import type { Site } from '../model/site.ts';

/**
 * Every certificate of the site: one per instance, and the portal's. Members that have one name, of which the check
 * warns, share theirs.
 */
export function certificateRequests(site: Site): readonly CertificateRequest[] {
  const requests = new Map<string, CertificateRequest>();
  for (const request of MODULES.flatMap((module) => module.certificates?.(site) ?? [])) {
    const { id, names, hosts } = requests.get(request.id) ?? request;
    requests.set(id, {
      ...request,
      names: certifiable([...names, ...request.names]),
      hosts: [...new Set([...hosts, ...request.hosts])],
    });
  }
  return [...requests.values()];
}
