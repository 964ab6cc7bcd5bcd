import type { Host, PgCluster, Site } from '../../model/site.ts';
import { STAGES } from '../../../emitters/modules.ts';
import { MIGRATION, RECOVERY } from './makefile-clusters.ts';
import { head, REPORT, TAIL, TRANSPORT } from './makefile-text.ts';
import { becomeOfAll } from './ssh-config.ts';
import { deploymentGroups, groupId, type Group } from './deployment.ts';
import { RETIRED, slug, targetOf, type RetiredHost } from './retired.ts';

/** Targets that no cluster or host may shadow. */
const OWN_TARGETS: ReadonlySet<string> = new Set([
  ...STAGES,
  'all',
  'help',
  'deploy',
  'inspect',
  'check',
  'diff',
  'push',
  'facts',
  'clean',
  'summary',
  'stamps',
  'hosts',
  'groups',
  'rolling',
  'wave',
  'status',
  'updates',
  'retire',
  'retired',
  'rehearse',
  'force',
]);

/** What is said on the command line and nowhere else. */
const WORDS = ['HOST', 'TARGET', 'CONFIRM', 'FROM', 'SET', 'TIMELINE', 'STEP'];

/**
 * out/Makefile: the deployment as a DAG over ssh and scp, in lines of one host or group each, so that branches merge.
 * `hostNames` are the hosts that the bundle holds.
 */
export function makefile(site: Site, hostNames: readonly string[], retired: readonly RetiredHost[] = []): string {
  const hosts = hostNames.flatMap((name) => site.hostByName.get(name) ?? []);
  const groups = deploymentGroups(site, hosts);
  return [
    head(becomeOfAll(site.hosts)),
    // What the environment has under these names is not ours.
    ...['HOSTS', ...WORDS, 'CLUSTERS', 'RETIRED', 'GROUPS', ...STAGES.map((stage) => `HOSTS_${stage}`)].map(
      (name) => `${name} :=`,
    ),
    ...hosts.map(
      (host) => `HOSTS += ${slug(host.name)}\nAT_${slug(host.name)} := ${host.connection?.target ?? host.address}`,
    ),
    ...declaredClusters(site).map((name) => `CLUSTERS += ${name}`),
    '',
    TRANSPORT,
    RECOVERY,
    MIGRATION,
    REPORT,
    ...hosts.map(({ name }) => pushRule(slug(name), 'hosts')),
    '',
    ...groups.map(groupRule),
    '',
    ...groups.map((group) => `GROUPS += ${stamp(group)}`),
    ...groups.map((group) => `${group.stage}: ${stamp(group)}\nHOSTS_${group.stage} += ${names(group).join(' ')}`),
    ...STAGES.map((stage) => `${stage}:\n\t$(call outcome,$(sort $(HOSTS_${stage})))`),
    ...aliases(groups),
    '',
    ...hosts.flatMap(hostRules),
    ...recoveries(site, new Set(hosts)),
    '',
    ...retired.flatMap(retiredRules),
    ...(retired.length === 0 ? [] : [endsGuard(site, retired)]),
    TAIL,
    '',
  ]
    .join('\n')
    .replace(/[ \t]+$/gm, '');
}

function names(group: Group): readonly string[] {
  return group.hosts.map((host) => slug(host.name));
}

function stamp(group: Group): string {
  return `stamps/${groupId(group.stage, group.name)}`;
}

/** A name for some groups: done when none of their hosts has failed. */
function target(name: string, groups: readonly Group[]): string {
  const hosts = new Set(groups.flatMap(names));
  return `${name}: ${groups.map(stamp).join(' ')}\n\t$(call outcome,${[...hosts].join(' ')})`;
}

function pushRule(name: string, place: string): string {
  const files = ['apply.sh', 'lib.sh', 'manifest.tsv', 'sealed/manifest.tsv'].map((file) => `${place}/${name}/${file}`);
  return (
    `stamps/id.${name}: force\n\t$(call greet,${name})\n` +
    `stamps/push.${name}: stamps/id.${name} $(wildcard ${files.join(' ')}) | stamps/revision\n` +
    `\t$(call push,${name})`
  );
}

/** A host that has left: its last bundle is applied with leave to stop servers, which is what it is for. */
function retiredRules(host: RetiredHost): string[] {
  const name = slug(host.name);
  return [
    `RETIRED += ${name}`,
    `AT_${name} := ${targetOf(host)}`,
    `PLACE_${name} := ${RETIRED}`,
    pushRule(name, RETIRED),
    `.PHONY: retire.${name} check.${name} diff.${name}`,
    `retire.${name}: override FLAGS += --allow-restart`,
    `retire.${name}: stamps/push.${name}\n\t$(call apply,,${name})\n\t$(call outcome,${name})\n` +
      `\t@sed 's/^all/left/' 'stamps/${name}.d/all.result' >'stamps/${name}.d/left'`,
    ...inspections(name, ' $(filter --end=% --purge=%,$(FLAGS))'),
    '',
  ];
}

/** What may not end; Patroni knows a Citus formation by the name that its groups share. */
function declaredClusters({ pgClusters, etcd }: Site): readonly string[] {
  const clusters = [...pgClusters, ...(etcd === undefined ? [] : [etcd])].filter(({ members }) => members.length > 0);
  const names = clusters.flatMap((cluster) => ('scope' in cluster ? [cluster.name, cluster.scope] : [cluster.name]));
  return [...new Set(names.map(slug))];
}

/**
 * Who is told to end a cluster does not hand it over: one that is still declared must not be named. One whose last members
 * all go must be named, before the first of them goes.
 */
function endsGuard(site: Site, retired: readonly RetiredHost[]): string {
  const undeclared = new Set(retired.flatMap(({ clusters }) => clusters.map(slug)));
  for (const name of declaredClusters(site)) undeclared.delete(name);
  const membersOf = (cluster: string): readonly string[] =>
    retired.filter(({ clusters }) => clusters.map(slug).includes(cluster)).map(({ name }) => slug(name));
  return [
    'ENDS := $(subst $(comma), ,$(patsubst --end=%,%,$(filter --end=%,$(FLAGS))))',
    'ENDING := $(filter $(CLUSTERS),$(ENDS))',
    '$(if $(ENDING),$(error --end=$(ENDING): still in the inventory; a member of it leaves without --end))',
    `UNDECLARED := ${[...undeclared].join(' ')}`,
    ...[...undeclared].map((cluster) => `MEMBERS_${cluster} := ${membersOf(cluster).join(' ')}`),
    '',
  ].join('\n');
}

function inspections(name: string, flags = ''): string[] {
  return [
    `check.${name}: stamps/push.${name}\n\t$(call inspect,--check${flags},${name})`,
    `diff.${name}: stamps/push.${name}\n\t$(call inspect,--diff${flags},${name})`,
  ];
}

function groupRule(group: Group): string {
  const needs = [
    ...group.hosts.map((host) => `stamps/push.${slug(host.name)}`),
    ...group.after.map((id) => `stamps/${id}`),
  ];
  const hosts = names(group).join(' ');
  // A stage that hosts take on their own says nothing about other hosts.
  const clusters = group.after.filter((id) => !/^(repo|node|infra|monitor)\./.test(id)).join(' ');
  return `${stamp(group)}: ${needs.join(' ')} $(FORCED)\n\t$(call apply,${group.stage},${hosts},${clusters})`;
}

/** A cluster's name stands for all its groups and what monitors its members. */
function aliases(groups: readonly Group[]): string[] {
  const byName = new Map<string, Group[]>();
  for (const group of groups) {
    if (['repo', 'node', 'infra', 'monitor'].includes(group.stage) || OWN_TARGETS.has(group.name)) continue;
    byName.set(group.name, [...(byName.get(group.name) ?? []), group]);
  }
  return [...byName].map(([name, own]) => {
    const members = new Set(own.flatMap((group) => group.hosts));
    const monitors = groups.filter(
      (group) => group.stage === 'monitor' && group.hosts.every((host) => members.has(host)),
    );
    return `.PHONY: ${slug(name)}\n${target(slug(name), [...own, ...monitors])}`;
  });
}

function hostRules(host: Host): string[] {
  const name = slug(host.name);
  return [
    `.PHONY: ${['', 'inspect.', 'check.', 'diff.', 'updates.', 'status.', 'facts.'].map((verb) => `${verb}${name}`).join(' ')}`,
    `${name}: stamps/push.${name}\n\t$(call apply,,${name})\n\t$(call outcome,${name})`,
    `inspect.${name}:\n\t$(call compare,${name})`,
    ...inspections(name),
    `updates.${name}: stamps/push.${name}\n\t$(call inspect,--check --upgrade,${name})`,
    `status.${name}:\n\t$(call tell,${name})`,
    `facts.${name}:\n\t$(call collect,${name},${factsFile(host)},${dataDirectory(host)})`,
  ];
}

/**
 * A cluster goes back in time, and takes over another one, as a whole: there is no target where the bundle has only some of its
 * members.
 */
function recoveries({ pgClusters }: Site, hosts: ReadonlySet<Host>): string[] {
  return pgClusters
    .filter(({ members }) => members.length > 0 && members.every(({ host }) => hosts.has(host)))
    .map(({ name, members }) => {
      const cluster = slug(name);
      const source = members[0]!.host.params.pgPitr?.cluster;
      return [
        `MEMBERS_${cluster} := ${members.map(({ host }) => slug(host.name)).join(' ')}`,
        ...(source === undefined ? [] : [`SOURCE_${cluster} := ${slug(source)}`]),
        `.PHONY: pitr.${cluster}`,
        `pitr.${cluster}:\n\t$(call recover,${cluster},$(MEMBERS_${cluster}))`,
        `ORIGIN_${cluster} := ${conninfo(members)}`,
        `.PHONY: migrate.${cluster}`,
        `migrate.${cluster}:\n\t$(call migrate,${cluster},$(MEMBERS_${cluster}))`,
      ].join('\n');
    });
}

/** How libpq reaches a cluster, whoever leads it. */
function conninfo(members: PgCluster['members']): string {
  const each = (value: (host: Host) => string | number): string => members.map(({ host }) => value(host)).join(',');
  return `host=${each(({ address }) => address)} port=${each(({ params }) => params.pgPort)}`;
}

/** The name pigstyc looks for; one that a shell or make would read otherwise cannot be written here. */
function factsFile({ name }: Host): string {
  return `${/^[\w.:-]+$/.test(name) ? name : slug(name)}.json`;
}

function dataDirectory({ pg, params }: Host): string {
  return pg !== undefined && /^\/[\w./-]*$/.test(params.pgFsMain) ? params.pgFsMain : '';
}
