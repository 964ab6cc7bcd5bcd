import { parseSource } from '../phases/1-parse/parse.ts';
import type { Node, SourceFile, Span } from '../source/node.ts';
import { rowName } from './row.ts';

const trees = new WeakMap<SourceFile, Node>();

/** Where in the tables the text of an inventory comes from: `group_var(pg-test, pg_users).value[0].password`. */
export function placeInTables({ file, start }: Span): string {
  let tree = trees.get(file);
  if (tree === undefined) trees.set(file, (tree = parseSource(file, { keepAbsent: true })[0]));
  const [path, atKey] = pathTo(tree, start);
  return named(path.slice(1), atKey);
}

type Step = string | number;

/** Keys and positions down to an offset, and whether the last of them is itself there. */
function pathTo(tree: Node, offset: number): readonly [path: readonly Step[], atKey: boolean] {
  const path: Step[] = [];
  for (let node: Node = tree; ; ) {
    const inside: Node | undefined = childAt(node, offset, path);
    if (inside === undefined) return [path, false];
    if (inside === node) return [path, true];
    node = inside;
  }
}

/** The node below that holds the offset, with its step in the path; the node itself when a key holds it. */
function childAt(node: Node, offset: number, path: Step[]): Node | undefined {
  if (node.kind === 'seq') {
    const at = node.items.findIndex(({ span }) => span.start <= offset && offset < span.end);
    if (at >= 0) path.push(at);
    return node.items[at];
  }
  if (node.kind !== 'map') return undefined;
  const found = node.entries.find(
    ({ key, value }) => key.span.start <= offset && offset < Math.max(key.span.end + 1, value.span.end),
  );
  if (found === undefined) return undefined;
  path.push(found.key.text);
  return offset < found.key.span.end ? node : found.value;
}

/** @param path below `all` */
function named(path: readonly Step[], atKey: boolean): string {
  let cls = '';
  for (let at = 0; at < path.length; at += 2) {
    const [section, step, ...rest] = path.slice(at);
    if (step === undefined) break;
    const name = String(step);
    const row = { cls, ip: '', key: name };
    if (section === 'vars')
      return variable(rowName({ table: cls === '' ? 'global_var' : 'group_var', ...row }), rest, atKey);
    if (section === 'hosts') return ofHost(cls, name, rest, atKey);
    cls = name;
  }
  return cls === '' ? 'pigsty' : rowName({ table: 'group', cls, ip: '', key: '' });
}

function ofHost(cls: string, ip: string, [key, ...rest]: readonly Step[], atKey: boolean): string {
  if (key === undefined) return rowName({ table: 'host', cls, ip, key: '' });
  return variable(rowName({ table: 'host_var', cls, ip, key: String(key) }), rest, atKey);
}

function variable(row: string, rest: readonly Step[], atKey: boolean): string {
  if (rest.length === 0) return `${row}.${atKey ? 'key' : 'value'}`;
  return `${row}.value${rest.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')}`;
}
