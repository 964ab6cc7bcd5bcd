import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { Rule } from '../../rule.ts';
import { leaves, type Leaf } from './leaves.ts';

/** Kinds of values that are text, whatever they look like. Numbers in them are allowed as long as they print as written. */
const TEXT = new Set([
  'string',
  'password',
  'username',
  'identifier',
  'ip',
  'cidr',
  'path',
  'url',
  'csv',
  'enum',
  'size',
  'duration',
  'iplist',
  'date',
  'timestamp',
]);

/** Kinds of values that are numbers. */
const NUMBERS = new Set(['int', 'port', 'float', 'int_or_auto']);

export const misread: Rule = {
  codes: ['misread-text', 'misread-number'],
  about:
    'Plain words that YAML 1.1 reads as something else: `0123` is 83, `1:30` is 90, `1.10` is 1.1 and ' +
    '`yes` is true.',
  *check(context) {
    for (const leaf of leaves(context)) {
      const kind = leaf.info.type.replace(/\[\]$/, '');
      if (TEXT.has(kind)) yield* misreadText(leaf);
      else if (NUMBERS.has(kind)) yield* misreadNumber(leaf);
    }
  },
};

function* misreadText({ node, name }: Leaf): Iterable<Diagnostic> {
  if (typeof node.value === 'string' || node.value === null || String(node.value) === node.text) return;
  const read = typeof node.value === 'boolean' ? String(node.value) : 'another number';
  yield report('misread-text', node.span, { name, read }, { fix: { span: node.span, text: `'${node.text}'` } });
}

/** A number that YAML reads otherwise than a person: leading zeros make it octal, colons count in sixties. */
function* misreadNumber({ node, name }: Leaf): Iterable<Diagnostic> {
  if (typeof node.value !== 'number') return;
  const octal = /^[-+]?0[0-7_]+$/.test(node.text);
  if (!(octal || node.text.includes(':')) || Number(node.text) === node.value) return;
  const decimal = node.text.replace(/^([-+]?)0+(?=[0-9])/, '$1');
  yield report(
    'misread-number',
    node.span,
    {
      name,
      written: node.text,
      value: node.value,
      how: octal ? 'leading zeros make it octal' : 'colons count in sixties',
    },
    octal ? { fix: { span: node.span, text: decimal, guess: true } } : {},
  );
}
