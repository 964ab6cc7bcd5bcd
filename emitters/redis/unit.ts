import type { HostFacts } from '../../compiler/platform/host-facts.ts';
import { systemdValue, systemdWord } from '../toolkit/quote/index.ts';
import { unitFile } from '../toolkit/unit-file.ts';
import type { InstancePlan } from './instance.ts';

/**
 * The server gets its state file as the configuration it may rewrite, and the managed file as an option behind it: options
 * are read last, so what is managed wins at every start and CONFIG REWRITE never touches it. Before a start the state is cut
 * down to what only the server knows (its primary; for a sentinel all it has learnt): a rewrite also leaves copies of every
 * other setting there, among them `user default` with an old password, which would win over `requirepass`.
 */
export function instanceUnit(plan: InstancePlan): string {
  const sentinel = plan.params.redisMode === 'sentinel';
  const keep = sentinel ? '/^sentinel /p' : '/^replicaof /p';
  const start = [
    plan.server,
    plan.statePath,
    ...(sentinel ? ['--sentinel'] : []),
    '--include',
    plan.confPath,
    '--daemonize',
    'no',
    '--supervised',
    'systemd',
  ];
  const { host } = plan.node;
  return unitFile(
    [
      [
        'Description',
        systemdValue(
          `${sentinel ? 'Redis Sentinel' : 'Redis'} ${plan.instance.name} @ ${host.name}:${plan.instance.port}`,
        ),
      ],
      ['Documentation', 'https://redis.io/documentation'],
      ['Wants', 'network-online.target'],
      ['After', 'network-online.target'],
      ['AssertPathExists', systemdValue(plan.confPath)],
      ['AssertPathExists', systemdValue(plan.statePath)],
    ],
    [
      ['Type', 'notify'],
      ['ExecStartPre', ['/bin/sed', '-i', '-n', '-e', keep, plan.statePath].map(systemdWord).join(' ')],
      ['ExecStart', start.map(systemdWord).join(' ')],
      ['WorkingDirectory', systemdValue(plan.dir)],
      ['User', 'redis'],
      ['Group', 'redis'],
      ['UMask', '0077'],
      // maxclients 6000 and the descriptors the server keeps for itself fit well below.
      ['LimitNOFILE', 10032],
      // Loading a large data set, and writing it out, take their time.
      ['TimeoutStartSec', 1800],
      ['TimeoutStopSec', 60],
      ['Restart', 'on-failure'],
    ],
  );
}

/** Debian's packages start instances of their own on the default ports, at each boot; `redis` brings `redis-server`. */
export function packagedInstances(packages: readonly string[], { osFamily }: HostFacts): readonly string[] {
  if (osFamily !== 'deb') return [];
  const units = packages.flatMap((name) => (/^(redis|valkey)$/.test(name) ? [`${name}-server`] : [name]));
  return units.filter((name) => /^(redis|valkey)-(server|sentinel)$/.test(name));
}
