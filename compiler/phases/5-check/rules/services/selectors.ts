import jmespath, { type Token } from 'jmespath';
import { report } from '../../../../diagnostics/report.ts';
import { didYouMean } from '../../../../words/suggest.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { parameter } from '../../../../schema/table.ts';
import type { ScalarNode } from '../../../../source/node.ts';
import { spanWithin } from '../../../../source/span-within.ts';
import { field, maps, scalar } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const selectorValues: Rule = {
  codes: ['selector-impossible-value'],
  about:
    'A selector that compares an enumeration with a word it does not have: the comparison is the same ' +
    'for every member.',
  *check(context) {
    for (const list of ['pg_services', 'pg_default_services'] as const) {
      for (const use of context.uses(list)) {
        for (const service of maps(use.node)) {
          for (const name of ['selector', 'backup']) {
            const selector = scalar(field(service, name));
            if (typeof selector?.value === 'string') yield* impossible(selector, selector.value);
          }
        }
      }
    }
  },
};

function* impossible(selector: ScalarNode, text: string): Iterable<Diagnostic> {
  const tokens = tokensOf(text);
  for (const [at, { type }] of tokens.entries()) {
    if (type !== 'EQ' && type !== 'NE') continue;
    const sides = [tokens[at - 1], tokens[at + 1]];
    const name = sides.find((token) => token?.type === 'UnquotedIdentifier');
    const literal = sides.find((token) => token?.type === 'Literal');
    const allowed = parameter(String(name?.value))?.enum?.map(String);
    if (literal === undefined || allowed === undefined || allowed.includes(String(literal.value))) continue;
    const value = String(literal.value);
    const end = text.indexOf(text[literal.start]!, literal.start + 1) + 1;
    const help = didYouMean(value, allowed) ?? `known: ${allowed.join(', ')}`;
    yield report(
      'selector-impossible-value',
      spanWithin(selector, literal.start, end),
      { name: String(name!.value), value },
      { help },
    );
  }
}

/** Nothing for what is no expression: phase 4 says so. */
function tokensOf(text: string): readonly Token[] {
  try {
    return jmespath.tokenize(text).filter((token) => token !== undefined);
  } catch {
    return [];
  }
}
