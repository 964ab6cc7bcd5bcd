import { differenceSince, type Difference, type Release } from '../../schema/former-defaults.ts';
import { parameters } from '../../schema/table.ts';
import type { CheckContext } from './context.ts';
import { hostsOfModule } from './module-hosts.ts';

/** A parameter that some host has by default, and had otherwise in a former release. */
export interface LeftDefault extends Difference {
  readonly parameter: string;
  /** Absent where some of it may be a secret. */
  readonly now?: unknown;
}

/** Parameters that hosts of their module leave to defaults which are other ones, or new, since a release. */
export function leftDefaults(context: CheckContext, release: Release): readonly LeftDefault[] {
  return [...parameters().values()].flatMap((info): readonly LeftDefault[] => {
    const isLeft = [...hostsOfModule(context, info)].some(
      (host) => context.parameter(host, info.name).traced === undefined,
    );
    if (!info.emits || info.noEffect !== undefined || info.identity || !isLeft) return [];
    const now = context.default(info.name) ?? null;
    const difference = differenceSince(info, release, now);
    if (difference === undefined) return [];
    return [{ parameter: info.name, ...difference, ...(info.secret === undefined ? { now } : {}) }];
  });
}
