/**
 * Compares merged host variables and groups with `ansible-inventory --list`:
 *
 *   npx tsx test/native/ansible-inventory.ts FILE…          each file on its own
 *   npx tsx test/native/ansible-inventory.ts --together FILE…   all files as one inventory
 */
import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { nodeHost } from '../../compiler/host/host.ts';
import { parseSource } from '../../compiler/phases/1-parse/parse.ts';
import type { Inventory } from '../../compiler/phases/2-merge/inventory.ts';
import { mergeInventory } from '../../compiler/phases/2-merge/merge.ts';
import type { Node } from '../../compiler/source/node.ts';
import { readSources } from '../../compiler/inputs/sources.ts';

interface AnsibleGroup {
  readonly hosts?: readonly string[];
  readonly children?: readonly string[];
}

interface AnsibleList {
  readonly _meta: { readonly hostvars: Readonly<Record<string, unknown>> };
  readonly [group: string]: unknown;
}

/** False where `ansible-inventory` is not installed. */
export function hasAnsible(): boolean {
  try {
    execFileSync('ansible-inventory', ['--version'], { stdio: 'ignore', timeout: 60_000 });
    return true;
  } catch {
    return false;
  }
}

/** What Ansible reads, or undefined when it refuses the inventory. */
function ansibleList(files: readonly string[]): AnsibleList | undefined {
  const env = {
    ...process.env,
    ANSIBLE_INVENTORY_UNPARSED_FAILED: 'true',
    ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED: 'true',
    ANSIBLE_INVENTORY_ENABLED: 'script,yaml,ini',
  };
  try {
    const args = [...files.flatMap((file) => ['-i', file]), '--list'];
    return JSON.parse(
      execFileSync('ansible-inventory', args, {
        env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: 120_000,
        maxBuffer: 1 << 28,
      }),
    ) as AnsibleList;
  } catch {
    return undefined;
  }
}

/** Differences between our reading of the files and Ansible's, one line each; none when both agree. */
export function compareWithAnsible(files: readonly string[]): readonly string[] {
  const theirs = ansibleList(files);
  const [sources, unreadable] = readSources(nodeHost(), files, [], { runInventory: true });
  const parsed = sources.map((source) => parseSource(source));
  const [inventory, problems] = mergeInventory(parsed.map(([tree]) => tree));
  const errors = [...unreadable, ...parsed.flatMap(([, found]) => found), ...problems].filter(
    (d) => d.severity === 'error',
  );
  if (theirs === undefined) return errors.length > 0 ? [] : ['Ansible refuses the inventory, we do not'];
  if (errors.length > 0) return errors.map((d) => `only we report ${d.slug}: ${d.message}`);
  return [...compareHosts(inventory, theirs), ...compareGroups(inventory, theirs)];
}

function compareHosts(inventory: Inventory, theirs: AnsibleList): string[] {
  const differences: string[] = [];
  const hostvars = theirs._meta.hostvars;
  const listed = new Set(Object.values(theirs).flatMap((group) => (group as AnsibleGroup).hosts ?? []));
  const ours = inventory.hosts.map((host) => host.name);
  for (const name of listed) if (!ours.includes(name)) differences.push(`host ${name} is missing`);
  for (const host of inventory.hosts) {
    if (!listed.has(host.name)) differences.push(`host ${host.name} is ours alone`);
    const vars = Object.fromEntries([...host.vars.values()].map((traced) => [traced.name, jsonOf(traced.node)]));
    const expected = { ...((hostvars[host.name] ?? {}) as Readonly<Record<string, unknown>>) };
    for (const name of new Set([...Object.keys(vars), ...Object.keys(expected)])) {
      if (isDeepStrictEqual(vars[name], expected[name])) continue;
      differences.push(
        `${host.name} ${name}: ours ${JSON.stringify(vars[name])}, Ansible's ${JSON.stringify(expected[name])}`,
      );
    }
  }
  return differences;
}

function compareGroups(inventory: Inventory, theirs: AnsibleList): string[] {
  const differences: string[] = [];
  for (const group of inventory.groups.values()) {
    const other = (theirs[group.name] ?? {}) as AnsibleGroup;
    // `all` lists its direct hosts under `ungrouped`.
    const pairs =
      group.name === 'all'
        ? [[group.children, other.children]]
        : [
            [group.hosts, other.hosts],
            [group.children, other.children],
          ];
    for (const [mine, its] of pairs) {
      if (!isDeepStrictEqual([...mine!].sort(), [...(its ?? [])].sort()))
        differences.push(`group ${group.name}: ours ${mine!.join()}, Ansible's ${(its ?? []).join()}`);
    }
  }
  return differences;
}

/** A value as Ansible's JSON shows it: keys are text. */
function jsonOf(node: Node): unknown {
  if (node.kind === 'seq') return node.items.map(jsonOf);
  if (node.kind === 'map') return Object.fromEntries(node.entries.map((e) => [jsonKey(e.key.value), jsonOf(e.value)]));
  return node.value;
}

function jsonKey(value: string | number | boolean | null): string {
  return String(value);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const together = process.argv[2] === '--together';
  const files = process.argv.slice(together ? 3 : 2);
  let differing = 0;
  for (const set of together ? [files] : files.map((file) => [file])) {
    const differences = compareWithAnsible(set);
    if (differences.length > 0) differing++;
    for (const line of differences) console.log(`${set.join(' ')}: ${line}`);
  }
  console.log(`${together ? 1 : files.length} compared, ${differing} differ`);
  process.exitCode = differing === 0 ? 0 : 1;
}
