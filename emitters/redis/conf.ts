import type { Secret, SecretSink } from '../../compiler/model/secret.ts';
import { redisString } from '../toolkit/quote/index.ts';
import { announcedAddress, bindAddresses, type InstancePlan } from './instance.ts';

type Directive = readonly [name: string, ...args: (string | number)[]];

/**
 * What only a start reads (or what must not change under a running server). Only differences from the server's own
 * defaults are written.
 */
export function serverConf(plan: InstancePlan): string {
  const { instance, params, dir } = plan;
  const directives: Directive[] = [
    ['bind', ...bindAddresses(plan)],
    ['protected-mode', 'no'],
    ['port', instance.port],
    ['tcp-backlog', 1024],
    ['pidfile', `/var/run/redis/${instance.name}.pid`],
    ['logfile', `/var/log/redis/${instance.name}.log`],
    ['always-show-logo', 'no'],
    ['proc-title-template', `{title} {listen-addr} {server-mode} ${instance.name}`],
    ['dir', dir],
    ['dbfilename', `${instance.name}.rdb`],
    ['appendfilename', `${instance.name}.aof`],
  ];
  if (params.redisMode === 'cluster')
    directives.push(
      ['cluster-enabled', 'yes'],
      ['cluster-config-file', `nodes-${instance.port}.conf`],
      ['cluster-announce-ip', announcedAddress(plan)],
    );
  else directives.push(['replica-announce-ip', announcedAddress(plan)]);
  for (const [command, name] of params.redisRenameCommands)
    directives.push(['rename-command', command, String(name ?? '')]);
  directives.push(['include', plan.passwordPath], ['include', plan.livePath]);
  return text(directives);
}

/**
 * The password, for clients and for the primary of a replica; empty for none. Applied without a restart, and read as
 * {@link liveConf} is.
 */
export function passwordConf(plan: InstancePlan, secrets: SecretSink): string {
  const password = revealed(plan.password, secrets);
  return text([...(hasForeignSource(plan) ? [] : [['masterauth', password] as const]), ['requirepass', password]]);
}

/** True for a replica whose primary has another password: it does not change together with its own. */
function hasForeignSource({ password, sourcePassword }: InstancePlan): boolean {
  return password?.expose() !== sourcePassword?.expose();
}

function revealed(password: Secret | undefined, secrets: SecretSink): string {
  return password === undefined ? '' : secrets.reveal(password);
}

/** What CONFIG SET can change: applied without a restart. One directive a line and one line a directive, as the runtime reads it. */
export function liveConf(plan: InstancePlan, secrets: SecretSink): string {
  const { params } = plan;
  const directives: Directive[] = [
    ['maxclients', 6000],
    ['maxmemory', String(params.redisMaxMemory)],
    ['maxmemory-policy', params.redisMemPolicy],
    [
      'save',
      ...(params.redisRdbSave.length === 0 ? [''] : params.redisRdbSave.flatMap((rule) => rule.trim().split(/\s+/))),
    ],
    ['appendonly', params.redisAofEnabled ? 'yes' : 'no'],
    ['stop-writes-on-bgsave-error', 'no'],
    ['repl-diskless-sync', 'no'],
  ];
  if (hasForeignSource(plan)) directives.push(['masterauth', revealed(plan.sourcePassword, secrets)]);
  if (params.redisMode === 'cluster')
    directives.push(['cluster-migration-barrier', 10], ['cluster-require-full-coverage', 'no']);
  return text(directives);
}

/** A sentinel's own settings. What it watches is state: it rewrites that itself after every failover. */
export function sentinelConf(plan: InstancePlan, secrets: SecretSink): string {
  const { instance, dir } = plan;
  const directives: Directive[] = [
    ['bind', ...bindAddresses(plan)],
    ['protected-mode', 'no'],
    ['port', instance.port],
    ['pidfile', `/var/run/redis/${instance.name}.pid`],
    ['logfile', `/var/log/redis/${instance.name}.log`],
    ['dir', dir],
    ['sentinel', 'deny-scripts-reconfig', 'yes'],
    ['sentinel', 'resolve-hostnames', 'no'],
    ['sentinel', 'announce-hostnames', 'no'],
    ['sentinel', 'announce-ip', announcedAddress(plan)],
  ];
  if (plan.password !== undefined) directives.push(['requirepass', secrets.reveal(plan.password)]);
  return text(directives);
}

/** First content of the state file; from then on it is the server's. */
export function initialState(plan: InstancePlan): string {
  const upstream = plan.params.redisMode === 'standalone' ? plan.instance.replicaOf : undefined;
  return text(upstream === undefined ? [] : [['replicaof', upstream.host, upstream.port]]);
}

function text(directives: readonly Directive[]): string {
  const lines = directives.map(([name, ...args]) =>
    [name, ...args.map((arg) => (arg === '' ? '""' : redisString(String(arg))))].join(' '),
  );
  return lines.length === 0 ? '\n' : `${lines.join('\n')}\n`;
}
