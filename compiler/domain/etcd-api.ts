import { atLeast } from '../platform/profile.ts';
import type { PlatformProfile } from '../platform/profile.ts';

/**
 * The version of etcd's API that everybody on a platform uses: the cluster's users, Patroni and vip-manager. Each of them must
 * see the others' keys, and the two versions keep separate keys, users and roles. Patroni speaks version 3 well since 3.1
 * (before, a healed partition could leave two leaders), vip-manager since 2.0.
 */
export function etcdApi(platform: PlatformProfile): 'v2' | 'v3' {
  return atLeast(platform.versions.patroni, 3, 1) && atLeast(platform.versions['vip-manager'], 2) ? 'v3' : 'v2';
}
