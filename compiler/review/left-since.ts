import type { Checked } from '../phases/5-check/checked.ts';
import type { LeftDefault } from '../phases/5-check/left-defaults.ts';

/** The release that the inventory names as its `version`. */
export function versionOf({ resolved }: Checked): string | undefined {
  const node = resolved?.globals.get('version')?.node;
  return node?.kind === 'scalar' && node.value !== null ? node.text : undefined;
}

/** What an inventory leaves to defaults that are other ones, or new, since a release; undefined where the text names none. */
export async function leftSince(
  { resolved, platform }: Checked,
  since: string,
): Promise<readonly LeftDefault[] | undefined> {
  const { releaseOf } = await import('../schema/former-defaults.ts');
  const release = releaseOf(since);
  if (release === undefined) return undefined;
  const { CheckContext } = await import('../phases/5-check/context.ts');
  const { leftDefaults } = await import('../phases/5-check/left-defaults.ts');
  return leftDefaults(new CheckContext(resolved!, { platform }), release);
}
