import { repositoryHosts, usesLocalRepository } from '../../model/repository.ts';
import type { Host, Site } from '../../model/site.ts';
import { MODULES, type Stage } from '../../../emitters/modules.ts';

/** Stages that every host begins with. */
const FIRST: readonly Stage[] = ['repo', 'node'];

/** A set of hosts that take one stage together: members of a cluster that wait for each other. */
export interface Group {
  readonly stage: Stage;
  /** Cluster name, or host name for stages every host takes on its own. */
  readonly name: string;
  readonly hosts: readonly Host[];
  /** Groups that must be done before. */
  readonly after: readonly string[];
}

/** Name of a group in {@link Group.after} and in the Makefile: `pgsql.pg-test`. */
export function groupId(stage: Stage, name: string): string {
  return `${stage}.${name.replace(/[^A-Za-z0-9_.-]/g, '_')}`;
}

/**
 * The deployment as a DAG: repo → node → the turns of each module → monitor.
 * A host takes one stage at a time, so a group also follows the group before it on each of its hosts.
 */
export function deploymentGroups(site: Site, hosts: readonly Host[]): readonly Group[] {
  const selected = new Set(hosts);
  const groups: Group[] = [];
  const last = new Map<Host, string>();
  const made = new Set<string>();
  const add = (stage: Stage, name: string, members: readonly Host[], after: readonly string[] = []): void => {
    const unique = [...new Set(members)].filter((host) => selected.has(host));
    if (unique.length === 0) return;
    const id = groupId(stage, name);
    const before = unique.flatMap((host) => last.get(host) ?? []);
    groups.push({
      stage,
      name,
      hosts: unique,
      after: [...new Set([...before, ...after.filter((other) => made.has(other))])],
    });
    made.add(id);
    for (const host of unique) last.set(host, id);
  };
  // The host that has the packages opens its firewall in the next stage; only then the others can ask it.
  const repositories = repositoryHosts(site);
  for (const host of repositories) {
    add('repo', host.name, [host]);
    add('node', host.name, [host]);
  }
  const served = repositories.map((host) => groupId('node', host.name));
  for (const host of hosts)
    if (!repositories.includes(host)) add('node', host.name, [host], usesLocalRepository(host) ? served : []);
  for (const { turns, stages } of MODULES) {
    const stage = stages.at(-1) as Stage | undefined;
    if (turns === undefined || stage === undefined) continue;
    const earlier = groups
      .filter((group) => !FIRST.includes(group.stage))
      .map((group) => groupId(group.stage, group.name));
    for (const { name, hosts: members, waits = false, after = [] } of turns(site))
      add(stage, name, members, [...(waits ? earlier : []), ...after.map((other) => groupId(stage, other))]);
  }
  for (const host of hosts) add('monitor', host.name, [host]);
  return groups;
}
