import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { report } from '../../diagnostics/report.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';
import { parameter } from '../../schema/table.ts';
import type { Node, ScalarNode, Span } from '../../source/node.ts';
import { spanWithin } from '../../source/span-within.ts';
import type { Traced } from '../../source/traced.ts';
import { resolvePlain } from '../1-parse/resolve-scalar.ts';
import type { Inventory, InventoryHost } from '../2-merge/inventory.ts';
import { HostExpressions } from './host-expressions.ts';
import { DISTINCT_NAMES, type Place, placeOf, SOURCES } from './places.ts';
import { isReference, lookUp, type Lookup } from './reference.ts';

/** What a node contains somewhere below: nothing to expand, `${…}`, an expression. */
const PLACEHOLDER = 1;
const EXPRESSION = 2;

const PLACEHOLDERS = /\$(?:\{([^{}]*)\}|<([A-Za-z_]\w*)>)/g;
const MALFORMED = /\$\{\}|\$\{[^{}$]*(?=[${]|$)/g;
const UNCLOSED_REFERENCE = /\$\{(?:env|file):[^{}$]*(?=[${]|$)/g;
const NUMERIC = new Set(['int', 'port', 'bool', 'float', 'number', 'integer', 'boolean']);

/** Where a scalar stands while it is expanded. */
interface Context {
  /** Absent while scopes are expanded, which have no host. */
  readonly host: InventoryHost | undefined;
  readonly parameter: string;
  /** Placeholders allowed here. */
  readonly place: Place | undefined;
  /** The scalar is the parameter's own value. */
  readonly top: boolean;
}

/** Expands the values of one inventory; memoizes by node. */
export class Expander {
  readonly problems: Diagnostic[] = [];
  readonly externalValues = new Set<string>();
  readonly usedInExpressions = new Set<string>();
  /** What each value became, where it became the same on all hosts that have it; undefined where not. */
  readonly common = new Map<Node, Node | undefined>();
  readonly #lookup: Lookup | undefined;
  readonly #expressions: HostExpressions;
  readonly #contents = new Map<Node, number>();
  /** By node: by parameter and what surrounds it. */
  readonly #expanded = new Map<Node, Map<string, Node | undefined>>();
  readonly #reported = new Set<string>();
  readonly #open: { readonly host: InventoryHost; readonly name: string }[] = [];
  #quiet = false;

  constructor(inventory: Inventory, lookup: Lookup | undefined) {
    this.#lookup = lookup;
    this.#expressions = new HostExpressions(
      inventory,
      (host, traced) => this.expand(host, traced),
      (d) => this.#report(d),
      this.usedInExpressions,
    );
  }

  /** Nothing below the node needs expansion. */
  isPlain(node: Node): boolean {
    return this.#content(node) === 0;
  }

  /** Runs `work` on values that nobody needs: what is wrong with them is not reported, and an expression that fails has no value. */
  quietly<T>(work: () => T): T {
    this.#quiet = true;
    const result = work();
    this.#quiet = false;
    return result;
  }

  /** The value of a host's variable; undefined when it counts as not set, such as one that exists only at run time of Ansible. */
  expand(host: InventoryHost, traced: Traced): Node | undefined {
    const node = this.#valueOf(host, traced);
    return this.#quiet && node !== undefined && (this.#content(node) & EXPRESSION) !== 0 ? undefined : node;
  }

  #valueOf(host: InventoryHost, traced: Traced): Node | undefined {
    const content = this.#content(traced.node);
    if (content === 0) return traced.node;
    if (this.#open.some((open) => open.host === host && open.name === traced.name)) {
      this.#report(report('circular-value', traced.node.span, { name: traced.name }));
      return traced.node;
    }
    this.#open.push({ host, name: traced.name });
    const result = this.#memoized(host, traced, content);
    this.#open.pop();
    this.common.set(
      traced.node,
      this.common.has(traced.node) && this.common.get(traced.node) !== result ? undefined : result,
    );
    return result;
  }

  /** The value of a scope, which has no host: what it is for all hosts that have it, or else with references replaced only. */
  ofScope(name: string, node: Node): Node {
    const content = this.#content(node);
    const common = content === 0 ? node : this.common.get(node);
    if (common !== undefined) return common;
    if ((content & PLACEHOLDER) === 0) return node;
    return this.#walk(node, { host: undefined, parameter: name, place: undefined, top: true }) ?? node;
  }

  #memoized(host: InventoryHost, { name, node }: Traced, content: number): Node | undefined {
    const expression = (content & EXPRESSION) !== 0;
    const place = placeOf(name);
    // An expression may refer to anything, so that equal results are shared instead of equal surroundings.
    const before = expression ? this.#walk(node, { host, parameter: name, place, top: true }) : node;
    const key = `${name}\0${expression ? JSON.stringify(before, (k, v: unknown) => (k === 'span' || k === 'derivedFrom' ? undefined : v)) : this.#surroundings(host, place)}`;
    let byKey = this.#expanded.get(node);
    if (byKey === undefined) this.#expanded.set(node, (byKey = new Map()));
    if (byKey.has(key)) return byKey.get(key);
    const result = expression ? before : this.#walk(node, { host, parameter: name, place, top: true });
    byKey.set(key, result);
    return result;
  }

  /** What the placeholders of a place stand for on a host, as one text. */
  #surroundings(host: InventoryHost, place: Place | undefined): string {
    let text = '';
    for (const [name, when] of Object.entries(place?.names ?? {}))
      if (when === 'now') text += `${this.#source(host, name) ?? ''}\0`;
    return text;
  }

  #source(host: InventoryHost, placeholder: string): string | undefined {
    const name = SOURCES[placeholder]!;
    const traced = host.vars.get(name);
    const node = traced === undefined ? undefined : this.expand(host, traced);
    if (node?.kind === 'scalar' && node.value !== null && node.value !== '') return node.text;
    const fallback = parameter(name)?.default;
    return typeof fallback === 'string' && fallback !== '' ? fallback : undefined;
  }

  #content(node: Node): number {
    let content = this.#contents.get(node);
    if (content !== undefined) return content;
    content = 0;
    if (node.kind === 'scalar') {
      const { value, tag } = node;
      if (typeof value === 'string' && tag === undefined) {
        if (value.includes('${') || value.includes('$<')) content |= PLACEHOLDER;
        if (value.includes('{{') || value.includes('{%') || value.includes('{#')) content |= EXPRESSION;
      }
      if (tag === 'vault') this.externalValues.add(node.text);
    } else if (node.kind === 'seq') for (const item of node.items) content |= this.#content(item);
    else for (const e of node.entries) content |= this.#content(e.value);
    this.#contents.set(node, content);
    return content;
  }

  #walk(node: Node, context: Context): Node | undefined {
    if (this.#content(node) === 0) return node;
    const inner = context.top ? { ...context, top: false } : context;
    switch (node.kind) {
      case 'scalar':
        return this.#scalar(node, context);
      case 'seq': {
        const items = node.items.map((item) => this.#walk(item, inner));
        if (items.includes(undefined)) return undefined;
        return items.every((item, i) => item === node.items[i]) ? node : { ...node, items: items as Node[] };
      }
      case 'map': {
        const entries = node.entries.map(({ key, value }) => ({
          key,
          value: this.#walk(value, this.#below(inner, key.text)),
        }));
        if (entries.some((e) => e.value === undefined)) return undefined;
        return entries.every((e, i) => e.value === node.entries[i]!.value)
          ? node
          : { ...node, entries: entries as { key: ScalarNode; value: Node }[] };
      }
    }
  }

  /** Below the field a place is limited to, the limit is passed. */
  #below(context: Context, key: string): Context {
    const { place } = context;
    if (place?.field !== key) return context;
    const { field, ...rest } = place;
    return { ...context, place: rest };
  }

  #scalar(node: ScalarNode, context: Context): Node | undefined {
    if ((this.#content(node) & EXPRESSION) === 0 || context.host === undefined)
      return this.#placeholders(node, context);
    const value = this.#expressions.evaluate(node, context.host, context.parameter);
    // Its own text would be judged again; an error is reported once.
    if (value === undefined || value === node) return value;
    return (this.#content(value) & EXPRESSION) === 0 ? this.#walk(value, context) : value;
  }

  #placeholders(node: ScalarNode, context: Context): Node {
    const text = node.value as string;
    const place = context.place?.field === undefined ? context.place : undefined;
    let external = false;
    const expanded = text.replace(
      PLACEHOLDERS,
      (written, braced: string | undefined, angled: string | undefined, offset: number) => {
        const name = (braced ?? angled)!;
        const span = (): Span => spanWithin(node, offset, offset + written.length);
        if (braced !== undefined && isReference(name)) {
          const value = lookUp(name, this.#lookup, span, (d) => this.#report(d));
          if (value === undefined) return written;
          external = true;
          this.externalValues.add(value);
          return value;
        }
        if (context.host === undefined || !/^[A-Za-z_]\w*$/.test(name)) return written;
        return place === undefined
          ? this.#elsewhere(written, name, span, context)
          : this.#placeholder(written, name, span, place, context.host, text);
      },
    );
    this.#malformed(node, place);
    if (expanded === text) return node;
    const result: ScalarNode = { ...node, value: expanded, text: expanded, derivedFrom: node };
    return external && context.top && node.style === 'plain' && NUMERIC.has(parameter(context.parameter)?.type ?? '')
      ? typed(result)
      : result;
  }

  /** Where placeholders are allowed, and in references, `${` begins one: without a name or an end it is a mistake. */
  #malformed(node: ScalarNode, place: Place | undefined): void {
    for (const match of (node.value as string).matchAll(place === undefined ? UNCLOSED_REFERENCE : MALFORMED)) {
      const span = spanWithin(node, match.index, match.index + match[0].length);
      const list = Object.keys(place?.names ?? {})
        .map((known) => `\${${known}}`)
        .join(', ');
      this.#report(
        report(
          'unknown-placeholder',
          span,
          { placeholder: match[0] },
          { help: match[0].endsWith('}') ? `known here: ${list}` : 'close it with `}`' },
        ),
      );
    }
  }

  /** The text a placeholder becomes where it is allowed. */
  #placeholder(
    written: string,
    name: string,
    span: () => Span,
    place: Place,
    host: InventoryHost,
    text: string,
  ): string {
    if (!Object.hasOwn(place.names, name)) {
      const names = Object.keys(place.names);
      const list = names.map((known) => `\${${known}}`).join(', ');
      this.#report(
        report(
          'unknown-placeholder',
          span(),
          { placeholder: written },
          { help: didYouMean(name, names) ?? `known here: ${list}` },
        ),
      );
      return written;
    }
    if (place.whole === true && written !== text) {
      this.#report(report('placeholder-not-alone', span(), { placeholder: written }));
      return written;
    }
    if (place.names[name] === 'later') return `\${${name}}`;
    const value = this.#source(host, name);
    if (value === undefined)
      this.#report(
        report('unresolved-placeholder', span(), { placeholder: written, source: SOURCES[name]!, host: host.name }),
      );
    return value ?? written;
  }

  /** Where placeholders mean nothing they stay; a name that is surely meant as one deserves a word. */
  #elsewhere(written: string, name: string, span: () => Span, { parameter: at }: Context): string {
    const distinct = name === at || DISTINCT_NAMES.has(name) || (name.includes('_') && parameter(name) !== undefined);
    if (distinct && parameter(at) !== undefined)
      this.#report(report('placeholder-not-expanded', span(), { placeholder: written, name: at }));
    return written;
  }

  /** Reports each problem of each place once, however many hosts see it. */
  #report(diagnostic: Diagnostic): void {
    if (this.#quiet) return;
    const { span } = diagnostic;
    const key = `${diagnostic.slug} ${span?.file?.path} ${span?.start}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.problems.push(diagnostic);
  }
}

/** A reference written without quotes as the value of a number or switch is read like a word of the inventory. */
function typed(node: ScalarNode): ScalarNode {
  const resolved = resolvePlain(node.text);
  return 'value' in resolved ? { ...node, value: resolved.value } : node;
}
