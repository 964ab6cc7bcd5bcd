import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { report } from '../../diagnostics/report.ts';
import { didYouMean } from '../../words/suggest.ts';
import { secrecyOf, secrecyOfField, secrecyOfItem, takesSecrets, type Place as Sink } from '../../schema/secrecy.ts';
import { parameter } from '../../schema/table.ts';
import type { Node, ScalarNode, Span } from '../../source/node.ts';
import { spanWithin } from '../../source/span-within.ts';
import type { Traced } from '../../source/traced.ts';
import { resolvePlain } from '../1-parse/resolve-scalar.ts';
import type { Inventory, InventoryHost } from '../2-merge/inventory.ts';
import { HostExpressions } from './host-expressions.ts';
import { DISTINCT_NAMES, type Place, placeOf, SOURCES } from './places.ts';
import { beginWork, deeper, spend, spendText, TooMuch } from './jinja/work.ts';
import { isReference, lookUp, type Lookup } from './reference.ts';
import { misplacesSecret, refuseDeep } from './values-of-nodes.ts';
import type { ResolveOptions } from './resolve.ts';

/** What a node contains somewhere below, beside plain values: `${…}`, an expression, a decrypted value. */
const PLACEHOLDER = 1;
const EXPRESSION = 2;
const SECRET = 4;

/** Variables that refer to each other, one after the other. */
const LONGEST_CHAIN = 100;

/** More problems of one text are not worth looking for their places. */
const MOST_PROBLEMS = 20;

const PLACEHOLDERS = /\$(?:\{([^{}]*)\}|<([A-Za-z_]\w*)>)/g;
const MALFORMED = /\$\{\}|\$\{[^{}$]*(?=[${]|$)/g;
const UNCLOSED_REFERENCE = /\$\{(?:env|file):[^{}$]*(?=[${]|$)/g;
const NUMERIC = new Set(['int', 'port', 'bool', 'float', 'number', 'integer', 'boolean']);

/** What a variable became on a host. */
interface Result {
  readonly name: string;
  node: Node | undefined;
  /** Variables of one's own that its expressions read, and the results they used. */
  readonly reads: Set<string>;
  readonly inner: Result[];
}

function readAll(result: Result, into: Set<string>): void {
  const seen = new Set<Result>();
  const rest = [result];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const name of next.reads) into.add(name);
    rest.push(...next.inner);
  }
}

/** Where a scalar stands while it is expanded. */
interface Context {
  /** Absent while scopes are expanded, which have no host. */
  readonly host: InventoryHost | undefined;
  readonly parameter: string;
  /** Placeholders allowed here. */
  readonly place: Place | undefined;
  /** The scalar is the parameter's own value. */
  readonly top: boolean;
  /** The parameter or field it is the value of. */
  readonly name: string;
  /** What the schema says about secrets here; variables of one's own may hold anything. */
  readonly sink: Sink | 'own';
}

function contextOf(host: InventoryHost | undefined, name: string): Context {
  const sink = parameter(name) === undefined ? 'own' : secrecyOf(name);
  return { host, parameter: name, place: placeOf(name), top: true, name, sink };
}

/** Expands the values of one inventory; memoizes by node. */
export class Expander {
  readonly problems: Diagnostic[] = [];
  readonly usedInExpressions = new Set<string>();
  /** What each value became, where it became the same on all hosts that have it; undefined where not. */
  readonly common = new Map<Node, Node | undefined>();
  /** Variables of one's own that values of secrets were made from, and those that others were made from. */
  readonly #usedInSecrets = new Set<string>();
  readonly #usedElsewhere = new Set<string>();
  #readers: Set<string> | undefined;
  readonly #lookup: Lookup | undefined;
  readonly #keepAbsent: boolean;
  readonly #expressions: HostExpressions;
  readonly #contents = new Map<Node, number>();
  /** By node: by parameter and what surrounds it. */
  readonly #expanded = new Map<Node, Map<string, Node | undefined>>();
  readonly #reported = new Set<string>();
  readonly #open: (Result & { readonly host: InventoryHost })[] = [];
  /** What variables became, with the variables of one's own that were read on the way. */
  readonly #results = new Map<InventoryHost, Map<Node, Result>>();
  readonly #quietResults = new Map<InventoryHost, Map<Node, Result>>();
  #quiet = false;

  constructor(inventory: Inventory, { lookup, keepAbsent = false }: ResolveOptions) {
    this.#lookup = lookup;
    beginWork(inventory.hosts.length);
    this.#keepAbsent = keepAbsent;
    this.#expressions = new HostExpressions(inventory, {
      expand: (host, traced) => this.expand(host, traced),
      report: (d) => this.#report(d),
      reads: (name) => this.#read(name),
    });
  }

  /** Variables of one's own that are secret, whatever their names: only secrets are made from them. */
  get secretVariables(): ReadonlySet<string> {
    return new Set([...this.#usedInSecrets].filter((name) => !this.#usedElsewhere.has(name)));
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
    // What is found out quietly has not been reported.
    const byHost = this.#quiet ? this.#quietResults : this.#results;
    let results = byHost.get(host);
    if (results === undefined) byHost.set(host, (results = new Map()));
    const known = results.get(traced.node);
    if (known?.name === traced.name) {
      this.#open.at(-1)?.inner.push(known);
      if (this.#readers !== undefined) readAll(known, this.#readers);
      return known.node;
    }
    if (this.#open.length >= LONGEST_CHAIN) throw new TooMuch(`it refers through more than ${LONGEST_CHAIN} variables`);
    if (this.#open.some((open) => open.host === host && open.name === traced.name)) {
      this.#report(report('circular-value', traced.node.span, { name: traced.name }));
      return traced.node;
    }
    const result: Result = { name: traced.name, node: undefined, reads: new Set(), inner: [] };
    this.#open.at(-1)?.inner.push(result);
    this.#open.push({ host, ...result });
    const node = this.#guarded(host, traced, content);
    this.#open.pop();
    result.node = node;
    results.set(traced.node, result);
    this.common.set(
      traced.node,
      this.common.has(traced.node) && this.common.get(traced.node) !== node ? undefined : node,
    );
    return node;
  }

  /** An expression reads a variable. */
  #read(name: string): void {
    this.usedInExpressions.add(name);
    if (parameter(name) !== undefined) return;
    this.#readers?.add(name);
    this.#open.at(-1)?.reads.add(name);
  }

  /** The value of a scope, which has no host: what it is for all hosts that have it, or else with references replaced only. */
  ofScope(name: string, node: Node): Node {
    const content = this.#content(node);
    const common = content === 0 ? node : this.common.get(node);
    if (common !== undefined) return common;
    if ((content & PLACEHOLDER) === 0) return node;
    return this.#walk(node, { ...contextOf(undefined, name), place: undefined }) ?? node;
  }

  #guarded(host: InventoryHost, traced: Traced, content: number): Node | undefined {
    try {
      return this.#memoized(host, traced, content);
    } catch (problem) {
      if (!(problem instanceof TooMuch)) throw problem;
      this.#report(report('expression-too-large', traced.node.span, { what: problem.message }));
      return traced.node;
    }
  }

  #memoized(host: InventoryHost, { name, node }: Traced, content: number): Node | undefined {
    const expression = (content & EXPRESSION) !== 0;
    const place = placeOf(name);
    // An expression may refer to anything, so that equal results are shared instead of equal surroundings.
    const before = expression ? this.#walk(node, contextOf(host, name)) : node;
    const seen = expression
      ? JSON.stringify(before, (k, v: unknown) => (k === 'span' || k === 'derivedFrom' ? undefined : v))
      : this.#surroundings(host, place);
    const key = `${name}\0${seen}`;
    spend(key.length);
    let byKey = this.#expanded.get(node);
    if (byKey === undefined) this.#expanded.set(node, (byKey = new Map()));
    if (byKey.has(key)) return byKey.get(key);
    const result = expression ? before : this.#walk(node, contextOf(host, name));
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
      if (node.secret === true) content |= SECRET;
    } else if (node.kind === 'seq') for (const item of node.items) content |= this.#content(item);
    else for (const e of node.entries) content |= this.#content(e.value);
    this.#contents.set(node, content);
    return content;
  }

  #walk(node: Node, context: Context): Node | undefined {
    if (this.#content(node) === 0) return node;
    switch (node.kind) {
      case 'scalar':
        return this.#scalar(node, context);
      case 'seq': {
        const { sink } = context;
        const inner: Context = { ...context, top: false, sink: sink === 'own' ? sink : secrecyOfItem(sink) };
        const items = deeper(() => node.items.map((item) => this.#walk(item, inner)));
        if (items.includes(undefined)) return undefined;
        return items.every((item, i) => item === node.items[i]) ? node : { ...node, items: items as Node[] };
      }
      case 'map': {
        const entries = deeper(() =>
          node.entries.map(({ key, value }) => ({ key, value: this.#walk(value, this.#below(context, key.text)) })),
        );
        if (entries.some((e) => e.value === undefined)) return undefined;
        return entries.every((e, i) => e.value === node.entries[i]!.value)
          ? node
          : { ...node, entries: entries as { key: ScalarNode; value: Node }[] };
      }
    }
  }

  /** Below the field a place is limited to, the limit is passed. */
  #below(context: Context, key: string): Context {
    const { place, sink } = context;
    const below: Context = {
      ...context,
      top: false,
      name: key,
      sink: sink === 'own' ? sink : secrecyOfField(sink, key),
    };
    if (place?.field !== key) return below;
    const { field, ...rest } = place;
    return { ...below, place: rest };
  }

  #scalar(node: ScalarNode, context: Context): Node | undefined {
    try {
      const value = node.secret === true ? node : this.#value(node, context);
      return value && this.#admitted(node, value, context);
    } catch (problem) {
      if (!(problem instanceof TooMuch)) throw problem;
      this.#report(report('expression-too-large', node.span, { what: problem.message }));
      return node;
    }
  }

  #value(node: ScalarNode, context: Context): Node | undefined {
    if ((this.#content(node) & EXPRESSION) === 0 || context.host === undefined)
      return this.#placeholders(node, context);
    const value = this.#evaluated(node, context.host, context);
    // Its own text would be judged again; an error is reported once. Secrets in it are judged where it is used.
    if (value === undefined || value === node) return value;
    return (this.#content(value) & EXPRESSION) === 0 ? this.#walk(value, { ...context, sink: 'own' }) : value;
  }

  /** The value of an expression; what it reads is remembered for what it is read for. */
  #evaluated(node: ScalarNode, host: InventoryHost, { parameter: name, sink }: Context): Node | undefined {
    const outside = this.#readers;
    if (sink !== 'own') this.#readers = takesSecrets(sink) ? this.#usedInSecrets : this.#usedElsewhere;
    try {
      return this.#expressions.evaluate(node, host, name);
    } finally {
      this.#readers = outside;
    }
  }

  /** A value where it may stand. A secret that may not is an error where it is used, and goes no further. */
  #admitted(written: ScalarNode, value: Node, { sink, name }: Context): Node {
    refuseDeep(value);
    // An inventory that is encrypted as a whole says itself what belongs where.
    if (sink === 'own' || written.span.file.encrypted || !misplacesSecret(value, sink)) return value;
    this.#report(report('secret-misplaced', written.span, { name }));
    return written.secret === true ? (written.derivedFrom ?? written) : written;
  }

  #placeholders(node: ScalarNode, context: Context): Node | undefined {
    const text = node.value as string;
    const place = context.place?.field === undefined ? context.place : undefined;
    const places = new PlacesOf(node);
    const seen = { external: false, secret: false, length: 0 };
    let absent = false;
    const expanded = text.replace(
      PLACEHOLDERS,
      (written, braced: string | undefined, angled: string | undefined, offset: number) => {
        const name = (braced ?? angled)!;
        const span = (): Span => places.span(offset, offset + written.length);
        if (braced !== undefined && isReference(name)) {
          const secret = this.#lookup?.isPublic?.(name) !== true;
          if (secret && context.sink !== 'own' && !takesSecrets(context.sink)) {
            this.#report(report('secret-misplaced', span(), { name: context.name }, { help: helpForReference(name) }));
            return written;
          }
          const value = lookUp(name, this.#lookup, span, (d) => this.#report(d));
          absent ||= value === undefined;
          if (value === undefined) return written;
          seen.external = true;
          seen.secret ||= secret && value !== '';
          spendText((seen.length += value.length));
          return value;
        }
        if (context.host === undefined || !/^[A-Za-z_]\w*$/.test(name)) return written;
        return place === undefined
          ? this.#elsewhere(written, name, span, context)
          : this.#placeholder(written, name, span, place, context.host, text);
      },
    );
    this.#malformed(node, place, places);
    const numeric = context.top && NUMERIC.has(parameter(context.parameter)?.type ?? '');
    if (absent && numeric && this.#keepAbsent) return undefined;
    if (expanded === text) return node;
    const secret = seen.secret ? ({ secret: true } as const) : {};
    const result: ScalarNode = { ...node, value: expanded, text: expanded, derivedFrom: node, ...secret };
    return seen.external && numeric && node.style === 'plain' ? typed(result) : result;
  }

  /** Where placeholders are allowed, and in references, `${` begins one: without a name or an end it is a mistake. */
  #malformed(node: ScalarNode, place: Place | undefined, places: PlacesOf): void {
    for (const match of (node.value as string).matchAll(place === undefined ? UNCLOSED_REFERENCE : MALFORMED)) {
      const span = places.span(match.index, match.index + match[0].length);
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

/** Places of problems in one text. Each is found by reading it from its beginning, so that only the first are. */
class PlacesOf {
  #asked = 0;

  readonly #node: ScalarNode;

  constructor(node: ScalarNode) {
    this.#node = node;
  }

  span(from: number, to: number): Span {
    return ++this.#asked > MOST_PROBLEMS ? this.#node.span : spanWithin(this.#node, from, to);
  }
}

function helpForReference(reference: string): string {
  return `if it is no secret, allow it by name: --public ${reference}`;
}

/** A reference written without quotes as the value of a number or switch is read like a word of the inventory. */
function typed(node: ScalarNode): ScalarNode {
  const resolved = resolvePlain(node.text);
  return 'value' in resolved ? { ...node, value: resolved.value } : node;
}
