import type { Params } from '../../../compiler/model/params.gen.ts';
import type { Host, Site } from '../../../compiler/model/site.ts';
import type { Component } from '../../../compiler/platform/profile.ts';

type Has = (component: Component) => boolean;

/** A kind of program that is scraped beside others under one job. Only its port tells it from them. */
interface Agent {
  /** Series that says whether it answers. */
  readonly record: string;
  readonly job: 'node' | 'pgsql';
  readonly component: Component;
  readonly port: (params: Params) => number;
  readonly on: (host: Host) => boolean;
}

export const AGENTS: readonly Agent[] = [
  {
    record: 'node_up',
    job: 'node',
    component: 'node-exporter',
    port: (params) => params.nodeExporterPort,
    on: ({ params }) => params.nodeExporterEnabled,
  },
  {
    record: 'haproxy_up',
    job: 'node',
    component: 'haproxy',
    port: (params) => params.haproxyExporterPort,
    on: ({ params }) => params.haproxyEnabled,
  },
  {
    record: 'vector_up',
    job: 'node',
    component: 'vector',
    port: (params) => params.vectorPort,
    on: ({ params }) => params.vectorEnabled,
  },
  {
    record: 'keepalived_exporter_up',
    job: 'node',
    component: 'keepalived-exporter',
    port: (params) => params.vipExporterPort,
    on: ({ nodeVip }) => nodeVip !== undefined,
  },
  {
    record: 'pg_exporter_agent_up',
    job: 'pgsql',
    component: 'pg-exporter',
    port: (params) => params.pgExporterPort,
    on: ({ params }) => params.pgExporterEnabled,
  },
  {
    record: 'pgbouncer_exporter_agent_up',
    job: 'pgsql',
    component: 'pgbouncer-exporter',
    port: (params) => params.pgbouncerExporterPort,
    on: ({ params }) => params.pgbouncerEnabled && params.pgbouncerExporterEnabled,
  },
  {
    record: 'patroni_up',
    job: 'pgsql',
    component: 'patroni',
    port: (params) => params.patroniPort,
    on: ({ params }) => params.patroniEnabled && params.patroniMode !== 'remove',
  },
  {
    record: 'pgbackrest_exporter_agent_up',
    job: 'pgsql',
    component: 'pgbackrest-exporter',
    port: (params) => params.pgbackrestExporterPort,
    on: ({ params }) => params.pgbackrestEnabled && params.pgbackrestExporterEnabled,
  },
];

/** Agents that run on a host and can be scraped on this platform. */
export function agentsOf(host: Host, job: Agent['job'], has: Has): readonly Agent[] {
  if (job === 'pgsql' && host.pg === undefined) return [];
  return AGENTS.filter((agent) => agent.job === job && has(agent.component) && agent.on(host));
}

/**
 * Whether an agent answers, as an expression over `up`. A port that only this agent has on any host stands for it everywhere;
 * where hosts gave it to different agents, their addresses are named.
 */
export function agentUp(site: Site, watcher: Host, agent: Agent): string {
  const has: Has = (component) => !site.platform.missing.includes(component);
  const all = site.hosts.flatMap((host) =>
    agentsOf(host, agent.job, has).map((other) => ({ host, other, port: other.port(host.params) })),
  );
  const own = all.filter(({ other }) => other === agent);
  const ports = [...new Set(own.map(({ port }) => port))].sort((a, b) => a - b);
  const patterns = ports.flatMap((port) =>
    all.some((target) => target.port === port && target.other !== agent)
      ? own.filter((target) => target.port === port).map(({ host }) => `${escaped(host.address)}:${port}`)
      : [`.*:${port}`],
  );
  const pattern = patterns.length === 0 ? `.*:${agent.port(watcher.params)}` : patterns.join('|');
  return `up{job="${agent.job}", instance=~"${pattern}"}`;
}

/** An address in a regular expression in a string of PromQL. */
function escaped(address: string): string {
  return address.replace(/[.*+?^${}()|[\]\\]/g, '\\\\$&');
}
