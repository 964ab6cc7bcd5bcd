import type { Arguments } from '../../../../diagnostics/catalog.gen.ts';
import { report } from '../../../../diagnostics/report.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import type { Rule } from '../../rule.ts';
import { instances, settingOf, sourceOf, textOf, watched, wordsOf, type Instance } from './instances.ts';

export const redisBind: Rule = {
  codes: ['redis-bind'],
  about: 'An instance listens on addresses of its own host, and where peers on other hosts reach it.',
  *check(context) {
    for (const instance of instances(context)) {
      const node = settingOf(context, instance, 'redis_bind_address');
      const problem = node === undefined ? undefined : problemOf(context, instance);
      if (problem !== undefined) yield report('redis-bind', node!.span, problem);
    }
  },
};

function problemOf(context: CheckContext, instance: Instance): Arguments['redis-bind'] | undefined {
  const host = instance.host.name;
  const words = wordsOf(textOf(context, instance, 'redis_bind_address'));
  const own = context.address(instance.host);
  const foreign = words.find((word) => word !== own && context.host(word) !== undefined && !isLocal(word));
  if (foreign !== undefined) return { host, problem: 'foreign', address: foreign };
  if (words.length === 0 || !words.every(isLocal)) return undefined;
  const peer = peersOf(context, instance).find((other) => context.address(other) !== own);
  return peer === undefined ? undefined : { host, problem: 'local', peer: peer.name, addresses: words.join(' ') };
}

/** True for an address of the machine itself. */
export function isLocal(word: string): boolean {
  return /^-?(127\.|::1$|localhost$)/.test(word);
}

/** Hosts whose programs connect to an instance: members of its native cluster, other sentinels, replicas, those who watch it. */
function peersOf(context: CheckContext, { at, cluster, mode }: Instance): readonly InventoryHost[] {
  if (mode !== 'standalone') return context.cluster('redis_cluster', cluster)?.members ?? [];
  return [...(followers(context).get(at) ?? []), ...(watched(context).get(at) ?? [])];
}

/** Hosts of the declared replicas of each instance. */
function followers(context: CheckContext): ReadonlyMap<string, readonly InventoryHost[]> {
  return context.once(followers, () => {
    const found = new Map<string, InventoryHost[]>();
    for (const instance of instances(context)) {
      const source = sourceOf(instance);
      if (source !== undefined) found.set(source, [...(found.get(source) ?? []), instance.host]);
    }
    return found;
  });
}
