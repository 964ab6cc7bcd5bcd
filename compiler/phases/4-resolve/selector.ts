import jmespath, { type Token } from 'jmespath';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { report } from '../../diagnostics/report.ts';
import { didYouMean } from '../../words/suggest.ts';
import type { Result } from '../../diagnostics/result.ts';
import { parameter } from '../../schema/table.ts';
import { type ScalarNode, type Span, toValue } from '../../source/node.ts';
import { spanWithin } from '../../source/span-within.ts';
import type { InventoryHost } from '../2-merge/inventory.ts';

/** Names every member has besides its variables. */
export const BUILT_IN = ['inventory_hostname', 'group_names'];
const COMPARATORS = new Set(['EQ', 'NE', 'LT', 'LTE', 'GT', 'GTE']);
const NAMES = new Set(['UnquotedIdentifier', 'QuotedIdentifier']);
/** Tokens that hand on whole members, whose fields cannot be told from the expression. */
const WHOLE = new Set(['Star', 'Current', 'Expref']);

/**
 * The members a service selector chooses: JMESPath over the members' inventory variables (defaults are not visible, an unset one
 * is null). Literals in backticks that are not JSON are texts. The result must be a list of members.
 */
export function selectMembers(selector: ScalarNode, members: readonly InventoryHost[]): Result<InventoryHost[]> {
  const text = typeof selector.value === 'string' ? selector.value : selector.text;
  const span = (from: number, to: number): Span | undefined =>
    selector.span.file === undefined ? undefined : spanWithin(selector, from, to);
  const tokens = readTokens(text, span);
  if (!Array.isArray(tokens)) return [[], [tokens as Diagnostic]];
  const problems = checkNames(text, tokens, members, span);
  const fields = tokens.some(({ type }) => WHOLE.has(type))
    ? undefined
    : tokens.filter(({ type }) => NAMES.has(type)).map(({ value }) => String(value));
  const hostOf = new Map<unknown, InventoryHost>(members.map((member) => [memberValue(member, fields), member]));
  let selected: unknown;
  try {
    selected = jmespath.search([...hostOf.keys()], text);
  } catch (error) {
    // The library throws for wrong types of function arguments and unknown functions.
    return [[], [...problems, report('selector-failed', span(0, text.length), { reason: plainReason(error) })]];
  }
  if (!Array.isArray(selected) || !selected.every((item) => hostOf.has(item))) {
    return [[], [...problems, report('selector-not-members', span(0, text.length), {})]];
  }
  return [[...new Set(selected.map((item) => hostOf.get(item)!))], problems];
}

/** Names in a selector that may be variables of members; none where it is not well-formed. */
export function fieldsOf({ value, text }: ScalarNode): readonly string[] {
  const tokens = readTokens(typeof value === 'string' ? value : text, () => undefined);
  return Array.isArray(tokens)
    ? (tokens as readonly Token[]).filter(({ type }) => NAMES.has(type)).map((token) => String(token.value))
    : [];
}

function memberValue(member: InventoryHost, fields: readonly string[] | undefined): Readonly<Record<string, unknown>> {
  const value: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const name of fields ?? member.vars.keys()) {
    const traced = member.vars.get(name);
    if (traced !== undefined) value[name] = toValue(traced.node);
  }
  value['inventory_hostname'] = member.name;
  value['group_names'] = [...member.groups];
  // The library recognizes objects by their plain prototype's name.
  return Object.setPrototypeOf(value, Object.prototype) as Readonly<Record<string, unknown>>;
}

/** The tokens of a well-formed expression, or what is wrong with it. */
function readTokens(text: string, span: (from: number, to: number) => Span | undefined): readonly Token[] | Diagnostic {
  const open = unclosedQuote(text);
  if (open !== undefined)
    return report('selector-syntax', span(open, open + 1), { what: 'not-closed', bracket: text[open]! });
  let tokens: readonly Token[] | undefined;
  try {
    tokens = jmespath.tokenize(text);
    const lone = loneEquals(text, tokens);
    if (lone !== undefined) return report('selector-syntax', span(lone, lone + 1), { what: 'assignment' });
    jmespath.compile(text);
    return tokens;
  } catch (error) {
    const { message } = error as Error;
    const unknown = /^Unknown character:(.)/.exec(message)?.[1];
    const at =
      unknown !== undefined ? text.indexOf(unknown) : tokens === undefined ? 0 : offenderOf(message, tokens, text);
    const ended = at >= text.length;
    return report('selector-syntax', ended ? span(0, text.length) : span(at, at + 1), {
      ...(ended ? { what: 'ends' as const } : { what: 'unexpected' as const, word: text[at]! }),
    });
  }
}

/** Offset of the first quote or backtick without a partner. A backslash escapes inside all three kinds. */
function unclosedQuote(text: string): number | undefined {
  let open: number | undefined;
  for (let i = 0; i < text.length; i++) {
    if (open !== undefined && text[i] === '\\') i++;
    else if (open === undefined && /['"`]/.test(text[i]!)) open = i;
    else if (open !== undefined && text[i] === text[open]) open = undefined;
  }
  return open;
}

/** The library leaves a hole among the tokens for a single `=`. */
function loneEquals(text: string, tokens: readonly (Token | undefined)[]): number | undefined {
  const hole = tokens.indexOf(undefined);
  return hole === -1 ? undefined : text.indexOf('=', tokens[hole - 1]?.start ?? 0);
}

/** The library names the offending token by its value or kind only: the first such token that the expression cannot go on with. */
function offenderOf(message: string, tokens: readonly Token[], text: string): number {
  if (/EOF/.test(message)) return text.length;
  const value = /(?:value: |got: |\): ")([^"]*)"?$/.exec(message)?.[1];
  const suspects = tokens.filter((token) => String(token.value) === value || token.type === value);
  for (const token of suspects) {
    // The text before the offender is only incomplete, which fails at its end.
    if (failsAtEnd(text.slice(0, token.start))) return token.start;
  }
  return suspects[0]?.start ?? text.length;
}

function failsAtEnd(prefix: string): boolean {
  try {
    jmespath.compile(prefix);
    return true;
  } catch (error) {
    return /EOF/.test((error as Error).message);
  }
}

function checkNames(
  text: string,
  tokens: readonly Token[],
  members: readonly InventoryHost[],
  span: (from: number, to: number) => Span | undefined,
): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const known = (name: string): boolean =>
    BUILT_IN.includes(name) || parameter(name) !== undefined || members.some((member) => member.vars.has(name));
  tokens.forEach(({ type, value, start }, i) => {
    const before = tokens[i - 1]?.type;
    const after = tokens[i + 1]?.type;
    // Functions, sub-fields and keys of objects are not fields of members.
    if (!NAMES.has(type) || after === 'Lparen' || after === 'Colon' || before === 'Dot') return;
    const name = String(value);
    if (known(name)) return;
    const end = type === 'QuotedIdentifier' ? text.indexOf('"', start + 1) + 1 : start + name.length;
    const place = span(start, end);
    // Beside a literal it can only be a field; beside a field, a word that lacks its backticks.
    const compared = COMPARATORS.has(before ?? '')
      ? tokens[i - 2]
      : COMPARATORS.has(after ?? '')
        ? tokens[i + 2]
        : undefined;
    if (compared !== undefined && compared.type !== 'Literal') {
      const fix =
        place === undefined || place.end - place.start !== end - start
          ? undefined
          : { span: place, text: `\`${name}\`` };
      problems.push(
        report('selector-bare-word', place, { word: name }, { help: `write \`${name}\` in backticks`, fix }),
      );
    } else {
      const names = new Set([...BUILT_IN, ...members.flatMap((member) => [...member.vars.keys()])]);
      problems.push(report('selector-unknown-field', place, { field: name }, { help: didYouMean(name, names) }));
    }
  });
  return problems;
}

function plainReason(error: unknown): string {
  return (error as Error).message.replace(/^[A-Za-z]+Error:\s*/, '').replace(/\.$/, '');
}
