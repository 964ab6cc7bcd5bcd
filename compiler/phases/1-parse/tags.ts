import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { report } from '../../diagnostics/report.ts';
import type { Node, ScalarNode, Span } from '../../source/node.ts';
import { resolvePlain } from './resolve-scalar.ts';
import type { VaultAnswer } from './vault.ts';

/** What tags need from outside the text. */
export interface TagContext {
  /** Opens the content of a `!vault` value. */
  readonly decrypt: (envelope: string) => VaultAnswer;
  /** One that cannot be opened without a password stands for itself. */
  readonly keepAbsent: boolean;
}

/** A plain scalar with the value YAML 1.1 gives it. */
export function plainScalar(text: string, span: Span, problems: Diagnostic[]): ScalarNode {
  const resolved = resolvePlain(text);
  if (!('problem' in resolved))
    return { kind: 'scalar', value: resolved.value, text, style: 'plain', tag: resolved.tag, span };
  // Both are ordinary as keys: `=` is a string there, `<<` merges. Map entries are built from the node, so the parser decides.
  if (text !== '<<' && text !== '=') problems.push(report('invalid-scalar', span, { text, reason: resolved.problem }));
  return { kind: 'scalar', value: text, text, style: 'plain', span };
}

/** Reports a lone `=` or `<<` that stands where a value does. */
export function checkValue(node: Node, problems: Diagnostic[]): void {
  if (node.kind !== 'scalar' || node.style !== 'plain' || (node.text !== '=' && node.text !== '<<')) return;
  const resolved = resolvePlain(node.text);
  if ('problem' in resolved)
    problems.push(report('invalid-scalar', node.span, { text: node.text, reason: resolved.problem }));
}

const STANDARD = /^(?:!!|!<tag:yaml\.org,2002:)([a-z]+)>?$/;

/** The node as its tag wants it. Tags that neither YAML 1.1's safe types nor Ansible know are errors. */
export function applyTag(node: Node, name: string, span: Span, context: TagContext, problems: Diagnostic[]): Node {
  if (name === '!vault' || name === '!vault-encrypted')
    return node.kind === 'scalar' ? openVault(node, span, context, problems) : unknown();
  if (name === '!unsafe') return unsafe(node);
  if (name === '!')
    return node.kind === 'scalar' && node.value === null && node.text === '' ? { ...node, value: '' } : node;
  const type = STANDARD.exec(name)?.[1];
  if (node.kind !== 'scalar') return type === (node.kind === 'map' ? 'map' : 'seq') ? node : unknown();
  if (type === 'str') return { ...node, value: node.text, tag: undefined };
  if (type === 'null') return { ...node, value: null };
  if (type !== 'int' && type !== 'float' && type !== 'bool') return unknown();
  const resolved = resolvePlain(node.text);
  const value = 'problem' in resolved ? undefined : resolved.value;
  const wanted = type === 'bool' ? 'boolean' : 'number';
  if (typeof value === wanted) return { ...node, value: value! };
  problems.push(report('invalid-scalar', node.span, { text: node.text, reason: 'tag', tag: name }));
  return node;

  function unknown(): Node {
    problems.push(report('unknown-tag', span, { tag: name }));
    return node;
  }
}

/** Ansible's mark for "never template this": texts below it stay as they are. */
function unsafe(node: Node): Node {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' ? { ...node, tag: 'unsafe' } : node;
    case 'seq':
      return { ...node, items: node.items.map(unsafe) };
    case 'map':
      return { ...node, entries: node.entries.map((e) => ({ key: e.key, value: unsafe(e.value) })) };
  }
}

function openVault(node: ScalarNode, span: Span, context: TagContext, problems: Diagnostic[]): ScalarNode {
  const answer = context.decrypt(node.text);
  if ('plain' in answer)
    return { ...node, value: answer.plain, text: answer.plain, tag: 'vault', secret: true, derivedFrom: node };
  problems.push(report(answer.problem, span, {}));
  const text = context.keepAbsent && answer.problem === 'vault-password-missing' ? node.text : '';
  return { ...node, value: text, text, tag: 'vault', secret: true, derivedFrom: node };
}
