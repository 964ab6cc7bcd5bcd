import { report } from '../../../../diagnostics/report.ts';
import { lineProblem } from '../../../../programs/lines.ts';
import { original } from '../../../../secrets/spans.ts';
import { withRemark } from '../../../../source/remark.ts';
import { byteLimit } from '../../../../schema/grammars.ts';
import type { Rule } from '../../rule.ts';
import { leaves } from './leaves.ts';
import { isUnresolved } from './spot.ts';
import type { CheckContext } from '../../context.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';

/** A variable of a shell or a template engine, and nothing else. */
const VARIABLE = /^\$(?:\{[A-Z][A-Z0-9_]*(?::?[-=?+][^}]*)?\}|[A-Z][A-Z0-9_]*)$/;

export const unfilledSecrets: Rule = {
  codes: ['unfilled-secret'],
  about:
    'Nobody expands `${DB_PASSWORD}` here: a template that was not filled in makes its own text the ' + 'password.',
  *check(context) {
    for (const { node, name, info } of leaves(context)) {
      if (info.secret !== true || typeof node.value !== 'string' || node.derivedFrom !== undefined) continue;
      if (VARIABLE.test(node.value))
        yield report(
          'unfilled-secret',
          node.span,
          { name },
          { help: 'write `${env:NAME}` to take it from the environment' },
        );
    }
  },
};

export const remarksInSecrets: Rule = {
  codes: ['remark-in-value'],
  about: 'Secrets without quotes that end at a `#` of their own.',
  *check(context) {
    for (const { node, name, info } of leaves(context)) {
      const written = info.secret === true ? original(node) : undefined;
      if (written?.kind !== 'scalar' || written.style !== 'plain' || written.text === '') continue;
      if (withRemark(written.span) !== undefined) yield report('remark-in-value', written.span, { name });
    }
  },
};

/** What no editor shows or what reorders the text around it: control characters, marks of writing direction, blanks without width. */
const HIDDEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

export const hiddenCharacters: Rule = {
  codes: ['hidden-character'],
  about: 'Text goes into files that people review; what they see should be what is there.',
  *check(context) {
    for (const { node, name, info } of leaves(context)) {
      if (info.secret === true || typeof node.value !== 'string') continue;
      const found = HIDDEN.exec(node.value)?.[0];
      if (found === undefined) continue;
      const code = found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
      yield report('hidden-character', node.span, { name, character: `U+${code}` });
    }
  },
};

/** Names are limited in bytes; the pattern of the schema counts characters. */
export function* nameLengths(context: CheckContext): Iterable<Diagnostic> {
  for (const { node, name, info } of leaves(context)) {
    if (typeof node.value !== 'string' || Buffer.byteLength(node.value) <= byteLimit(info.grammar)) continue;
    // The pattern has told of more characters than that.
    if (node.value.length > byteLimit(info.grammar)) continue;
    yield report('bad-format', node.span, {
      name,
      value: node.value,
      expected: `at most ${byteLimit(info.grammar)} bytes long`,
    });
  }
}

export const optionLines: Rule = {
  codes: ['option-line'],
  about: 'Lines in the language of the program that reads them.',
  *check(context) {
    for (const { node, name, info } of leaves(context)) {
      if (typeof node.value !== 'string' || isUnresolved(node)) continue;
      // YAML takes it for a date of its own and has told that it is none.
      if (node.style === 'plain' && /^\d{4}-\d\d-\d\d$/.test(node.value)) continue;
      const problem = lineProblem(info.grammar, node.value);
      if (problem !== undefined) yield report('option-line', node.span, { name, ...problem.found }, problem);
    }
  },
};
