import { debian12 } from './debian-12.ts';
import { debian13 } from './debian-13.ts';
import { pigsty45 } from './pigsty-4.5.ts';
import type { PlatformProfile } from './profile.ts';

/** Profiles in the order `--help` lists them; the first is the default. */
export const PLATFORMS: readonly PlatformProfile[] = [pigsty45, debian13, debian12];

/** The profile of that name, or undefined. */
export function platformByName(name: string): PlatformProfile | undefined {
  return PLATFORMS.find((platform) => platform.name === name);
}
