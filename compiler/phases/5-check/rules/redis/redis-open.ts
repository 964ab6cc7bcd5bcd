import { report } from '../../../../diagnostics/report.ts';
import type { CheckContext } from '../../context.ts';
import type { Rule } from '../../rule.ts';
import { instances, textOf, wordsOf, type Instance } from './instances.ts';
import { isLocal } from './redis-bind.ts';

export const redisOpen: Rule = {
  codes: ['redis-open'],
  about: 'An instance that others reach has a password. Once per cluster.',
  *check(context) {
    const said = new Set<string>();
    for (const instance of instances(context)) {
      const { cluster } = instance;
      const address = said.has(cluster) ? undefined : openAddress(context, instance);
      if (address === undefined) continue;
      said.add(cluster);
      yield report('redis-open', context.cluster('redis_cluster', cluster)!.span, { cluster, address });
    }
  },
};

/** Where an instance without a password listens for other hosts. */
function openAddress(context: CheckContext, instance: Instance): string | undefined {
  const address = textOf(context, instance, 'redis_bind_address');
  const words = wordsOf(address);
  if (textOf(context, instance, 'redis_password') !== '' || (words.length > 0 && words.every(isLocal)))
    return undefined;
  return words.length === 0 ? instance.host.name : address === '0.0.0.0' ? 'every address of the host' : address;
}
