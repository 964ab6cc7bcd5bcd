import type { Inventory } from '../phases/2-merge/inventory.ts';
import { parseSource } from '../phases/1-parse/parse.ts';
import { mergeInventory } from '../phases/2-merge/merge.ts';
import { SourceFile, type Node } from '../source/node.ts';
import type { Traced } from '../source/traced.ts';
import type { ReadFile } from './from-files.ts';
import { jsonOf, stableJson, type Row } from './row.ts';
import { textOfRows } from './text.ts';

/** What rows would lose of the inventory in files; undefined when they hold all of it. */
export function lossOf(files: readonly ReadFile[], rows: readonly Row[]): string | undefined {
  const encrypted = files.find(({ file }) => file.encrypted);
  if (encrypted !== undefined) return `${encrypted.file.path} is encrypted as a whole`;
  const merged = (trees: readonly Node[]): Inventory => mergeInventory(trees)[0];
  const wanted = merged(files.map(({ tree }) => tree));
  const held = merged([parseSource(new SourceFile('', textOfRows(rows)), { keepAbsent: true, isAlone: true })[0]]);
  const hosts = new Map(held.hosts.map((host) => [host.name, host]));
  const compare = comparison();
  for (const { name, groups, vars } of wanted.hosts) {
    const other = hosts.get(name);
    if (other === undefined || groups.join() !== other.groups.join()) return `the groups of ${name}`;
    const lost = [...vars.keys(), ...other.vars.keys()].find((key) => !compare(vars.get(key), other.vars.get(key)));
    if (lost !== undefined) return `\`${lost}\` of ${name}`;
  }
  return hosts.size === wanted.hosts.length ? undefined : 'the hosts';
}

/** Hosts share most of their values. */
function comparison(): (a: Traced | undefined, b: Traced | undefined) => boolean {
  const known = new Map<Node, Node>();
  return (a, b) => {
    if (a === undefined || b === undefined) return a === b;
    if (known.get(a.node) === b.node) return true;
    const same = fingerprint(a.node) === fingerprint(b.node);
    if (same) known.set(a.node, b.node);
    return same;
  };
}

/** Value, order of keys, and whether texts stand in quotes, which decides what they may become. */
function fingerprint(node: Node): string {
  if (node.kind === 'seq') return `[${node.items.map(fingerprint).join()}]`;
  if (node.kind === 'map')
    return `{${node.entries.map(({ key, value }) => `${fingerprint(key)}:${fingerprint(value)}`).join()}}`;
  const isTyped = node.style === 'plain' && /^\$\{/.test(node.text);
  return `${stableJson(jsonOf(node))}${node.tag ?? ''}${typeof node.value}${isTyped ? 'plain' : ''}`;
}
