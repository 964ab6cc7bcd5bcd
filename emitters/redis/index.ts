import type { Host, RedisNode, Site } from '../../compiler/model/site.ts';
import type { Emitter, Effect, FileStep, Step } from '../api.ts';
import { parts } from '../toolkit/parts.ts';
import { expectPort, httpProbe } from '../toolkit/steps.ts';
import { accessFile } from './access.ts';
import { initialState, liveConf, passwordConf, sentinelConf, serverConf } from './conf.ts';
import { exporterEnv, exporterUnit } from './exporter.ts';
import { instancePlans, localAddress, type InstancePlan } from './instance.ts';
import { monitorList } from './sentinel.ts';
import { clusterSeats, seatList } from './topology.ts';
import { instanceUnit, packagedInstances } from './unit.ts';

const STAGE = 'redis';

/**
 * Redis and Valkey. What is declared is split by who owns it after the first start: settings stay ours (`/etc/redis`, applied
 * with CONFIG SET or a guarded restart), topology is the servers' (`state.conf`, `nodes-*.conf` in the data directory) and is
 * only ever completed by provisioning calls, never overwritten: a failover is not undone by applying again.
 */
export const redisEmitter: Emitter = {
  module: 'redis',
  plan(site: Site, host: Host): readonly Step[] {
    const node = host.redis;
    const engine = host.params.redisType;
    if (node === undefined || site.platform.missing.includes(engine)) return [];
    const plans = instancePlans(node, site.platform, site.redisClusters);
    return parts(
      () => nodeSteps(site, host),
      () => plans.flatMap(instanceFiles),
      () => plans.flatMap(instanceStart),
      () => topologySteps(site, node, plans),
      () => exporterSteps(site, host),
    );
  },
};

function nodeSteps(site: Site, host: Host): readonly Step[] {
  const { params, facts } = host;
  const packages = site.platform.packages(params.redisType, facts, params.pgVersion);
  const dir = (path: string, owner: string, mode: number): Step => ({
    kind: 'dir',
    stage: STAGE,
    path,
    owner,
    group: 'redis',
    mode,
  });
  return [
    { kind: 'package', stage: STAGE, names: packages },
    { kind: 'group', stage: STAGE, name: 'redis', system: true },
    {
      kind: 'user',
      stage: STAGE,
      name: 'redis',
      group: 'redis',
      system: true,
      home: '/var/lib/redis',
      shell: '/usr/sbin/nologin',
    },
    ...packagedInstances(packages, facts).flatMap((name): readonly Step[] => [
      { kind: 'expect', stage: STAGE, fn: 'expect_stopped', args: [name] },
      { kind: 'unit', stage: STAGE, unit: name, enabled: false, state: 'stopped' },
    ]),
    dir('/etc/redis', 'root', 0o750),
    dir('/var/log/redis', 'redis', 0o750),
    dir(params.redisFsMain, 'redis', 0o700),
    file('/etc/tmpfiles.d/redis.conf', 'root', 0o644, 'redis/tmpfiles', [], () => 'd /run/redis 0755 redis redis -\n'),
    dir('/run/redis', 'redis', 0o755),
  ];
}

function file(
  path: string,
  group: string,
  mode: number,
  source: string,
  effects: readonly Effect[],
  render: FileStep['render'],
): FileStep {
  return { kind: 'file', stage: STAGE, path, owner: 'root', group, mode, effects, source, render };
}

function instanceFiles(plan: InstancePlan): readonly Step[] {
  const restart: Effect = { kind: 'restart', unit: plan.unit, guarded: true };
  const sentinel = plan.params.redisMode === 'sentinel';
  const steps: Step[] = [
    expectPort(STAGE, plan.instance.port, 'redis_instances', plan.unit),
    { kind: 'dir', stage: STAGE, path: plan.dir, owner: 'redis', group: 'redis', mode: 0o700 },
    ...(sentinel ? [] : passwordSteps(plan)),
    file(plan.accessPath, 'root', 0o600, 'redis/access', [], (secrets) => accessFile(plan, secrets)),
    {
      ...file(plan.statePath, 'redis', 0o600, 'redis/state', [], () => initialState(plan)),
      owner: 'redis',
      once: true,
    },
  ];
  if (sentinel) {
    steps.push(
      file(plan.confPath, 'redis', 0o640, 'redis/sentinel', [restart], (secrets) => sentinelConf(plan, secrets)),
    );
  } else {
    const apply: Effect = { kind: 'call', fn: 'redis_config', args: [plan.accessPath, plan.livePath] };
    steps.push(
      file(plan.livePath, 'redis', 0o640, 'redis/live', [apply], (secrets) => liveConf(plan, secrets)),
      file(plan.confPath, 'redis', 0o640, 'redis/conf', [restart], () => serverConf(plan)),
    );
  }
  steps.push(
    file(`/etc/systemd/system/${plan.unit}.service`, 'root', 0o644, 'redis/unit', [restart], () => instanceUnit(plan)),
  );
  return steps;
}

/**
 * A new password reaches the running server before the access file forgets the former one; interrupted anywhere, the next
 * run finds one that works.
 */
function passwordSteps(plan: InstancePlan): readonly Step[] {
  return [
    file(plan.passwordPath, 'redis', 0o640, 'redis/password', [], (secrets) => passwordConf(plan, secrets)),
    {
      kind: 'call',
      stage: STAGE,
      name: `${plan.instance.name} has its password`,
      fn: 'redis_password',
      args: [plan.accessPath, plan.passwordPath],
    },
  ];
}

function instanceStart(plan: InstancePlan): readonly Step[] {
  return [
    { kind: 'unit', stage: STAGE, unit: plan.unit, enabled: true, state: 'started', guarded: true },
    // Without a password the answer is an error, which is an answer: only a refused connection fails.
    {
      kind: 'probe',
      stage: STAGE,
      name: `${plan.instance.name} answers`,
      command: [plan.cli, '-h', localAddress(plan), '-p', String(plan.instance.port), 'PING'],
      timeoutSeconds: 60,
    },
  ];
}

function topologySteps(site: Site, node: RedisNode, plans: readonly InstancePlan[]): readonly Step[] {
  switch (node.cluster.mode) {
    case 'standalone':
      // What a new instance follows is in its first state; from then on its sentinels say who follows whom.
      if (isWatched(site, node)) return [];
      return plans.flatMap((plan): readonly Step[] => {
        const upstream = plan.instance.replicaOf;
        if (upstream === undefined) return [];
        return [
          {
            kind: 'call',
            stage: STAGE,
            name: `${plan.instance.name} replicates`,
            fn: 'redis_replicaof',
            args: [plan.accessPath, upstream.host, upstream.port],
          },
        ];
      });
    case 'sentinel': {
      const masters = node.host.params.redisSentinelMonitor;
      if (masters.length === 0) return [];
      const list = `/etc/redis/${node.cluster.name}.monitor`;
      return [
        file(list, 'root', 0o600, 'redis/monitor', [], (secrets) => monitorList(masters, site.redisClusters, secrets)),
        ...plans.map(
          (plan): Step => ({
            kind: 'call',
            stage: STAGE,
            name: `${plan.instance.name} watches`,
            fn: 'redis_sentinel',
            args: [plan.accessPath, list],
          }),
        ),
      ];
    }
    case 'cluster': {
      const seats = clusterSeats(node.cluster, node.host.params.redisClusterReplicas);
      const first = plans[0];
      if (seats.length === 0 || first === undefined) return [];
      const list = `/etc/redis/${node.cluster.name}.seats`;
      return [
        file(list, 'root', 0o600, 'redis/seats', [], () => seatList(seats)),
        {
          kind: 'call',
          stage: STAGE,
          name: `${node.cluster.name} joins`,
          fn: 'redis_cluster_join',
          args: [first.accessPath, list],
        },
      ];
    }
  }
}

/** True when a sentinel of the inventory watches an instance of the node's cluster. */
function isWatched(site: Site, { cluster }: RedisNode): boolean {
  const instances = new Set(
    cluster.nodes.flatMap(({ host, instances: all }) => all.map(({ port }) => `${host.address}:${port}`)),
  );
  return site.redisClusters.some(
    (other) =>
      other.mode === 'sentinel' &&
      other.nodes.some(({ host }) =>
        host.params.redisSentinelMonitor.some(
          (master) =>
            !master.remove && (master.name === cluster.name || instances.has(`${master.host}:${master.port}`)),
        ),
      ),
  );
}

function exporterSteps(site: Site, host: Host): readonly Step[] {
  if (!host.params.redisExporterEnabled || site.platform.missing.includes('redis-exporter')) return [];
  const unit = site.platform.unit('redis-exporter', host.facts);
  const binary = site.platform.path('redisExporterBin', host.facts);
  const restart: Effect = { kind: 'restart', unit };
  return [
    {
      kind: 'package',
      stage: STAGE,
      names: site.platform.packages('redis-exporter', host.facts, host.params.pgVersion),
    },
    { kind: 'group', stage: STAGE, name: 'prometheus', system: true },
    { kind: 'user', stage: STAGE, name: 'prometheus', group: 'prometheus', system: true, shell: '/usr/sbin/nologin' },
    file('/etc/default/redis_exporter', 'root', 0o600, 'redis/exporter', [restart], (secrets) =>
      exporterEnv(host, secrets),
    ),
    file(`/etc/systemd/system/${unit}.service`, 'root', 0o644, 'redis/exporter', [restart], () => exporterUnit(binary)),
    { kind: 'unit', stage: STAGE, unit, enabled: true, state: 'started' },
    httpProbe(STAGE, unit, host.params.redisExporterPort, 10),
  ];
}
