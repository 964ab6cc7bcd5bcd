import { report } from '../../../../diagnostics/report.ts';
import type { CheckContext } from '../../context.ts';
import { entries, text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';
import { instances, settingOf, sourceOf, watched, type Instance } from './instances.ts';

/** Who calls which commands of a server. Sentinels are told of other names, so only a disabled command stops them. */
const CALLERS = {
  replica: { who: 'its replicas call it by that name', names: ['ping', 'psync', 'replconf', 'auth'], renamed: true },
  cluster: { who: 'a native cluster needs it', names: ['ping', 'psync', 'replconf', 'auth', 'cluster'], renamed: true },
  sentinel: {
    who: 'its sentinels need it',
    names: 'auth client config exec info multi ping publish slaveof subscribe'.split(' '),
    renamed: false,
  },
} as const;

export const redisCommandNeeded: Rule = {
  codes: ['redis-command-needed'],
  about: 'What replication, failover and native clusters call at a server is there. Each place once.',
  *check(context) {
    const seen = new Set<unknown>();
    for (const instance of instances(context)) {
      const callers = callersOf(context, instance);
      for (const entry of entries(settingOf(context, instance, 'redis_rename_commands'))) {
        const command = entry.key.text.toLowerCase();
        const name = text(entry.value) ?? '';
        const caller = callers.find(({ names, renamed }) => names.includes(command) && (name === '' || renamed));
        if (caller === undefined || seen.has(entry) || name.toLowerCase() === command) continue;
        seen.add(entry);
        const state = name === '' ? 'disabled' : 'renamed';
        yield report('redis-command-needed', entry.key.span, { command: entry.key.text, state, who: caller.who });
      }
    }
  },
};

interface Caller {
  readonly who: string;
  readonly names: readonly string[];
  readonly renamed: boolean;
}

function callersOf(context: CheckContext, instance: Instance): readonly Caller[] {
  if (instance.mode === 'cluster') return [CALLERS.cluster];
  const { sources, clusters } = replicated(context);
  const found: Caller[] = sources.has(instance.at) ? [CALLERS.replica] : [];
  return clusters.has(instance.cluster) ? [...found, CALLERS.sentinel] : found;
}

/** Instances that replicas were declared for, and clusters that sentinels watch: any member may lead there. */
function replicated(context: CheckContext): {
  readonly sources: ReadonlySet<string>;
  readonly clusters: ReadonlySet<string>;
} {
  return context.once(replicated, () => ({
    sources: new Set(instances(context).flatMap((instance) => sourceOf(instance) ?? [])),
    clusters: new Set(instances(context).flatMap(({ at, cluster }) => (watched(context).has(at) ? [cluster] : []))),
  }));
}
