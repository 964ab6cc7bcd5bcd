import { atLeast } from '../../compiler/platform/profile.ts';
import type { PlatformProfile } from '../../compiler/platform/profile.ts';

/**
 * vip-manager before 2.0 speaks the version 2 API only, and it must see Patroni's leader key, so on such a platform
 * Patroni uses version 2 as well. The two APIs keep separate keys, users and roles.
 */
export function speaksV2(platform: PlatformProfile): boolean {
  return !atLeast(platform.versions['vip-manager'], 2);
}
