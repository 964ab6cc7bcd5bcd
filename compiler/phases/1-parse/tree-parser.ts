import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { report } from '../../diagnostics/report.ts';
import type { MapNode, Node, ScalarNode, SeqNode, SourceFile, Span } from '../../source/node.ts';
import { CHAR, Cursor, isBlank, isBlankOrEnd, isBreak, isFlowIndicator, SyntaxProblem } from './cursor.ts';
import { MapBuilder } from './map-builder.ts';
import * as mistakes from './mistakes.ts';
import type { OpenBracket } from './mistakes.ts';
import { scanBlockScalar, scanDoubleQuoted, scanPlain, scanSingleQuoted, startsPlain } from './scan-scalar.ts';
import { applyTag, checkValue, plainScalar, type TagContext } from './tags.ts';

/** Anchor and tag written before a node. */
interface Properties {
  readonly start: number;
  readonly anchor: { readonly name: string; readonly start: number } | undefined;
  readonly tag: { readonly name: string; readonly start: number; readonly end: number } | undefined;
}

interface Anchored {
  readonly node: Node;
  /** Nodes below it, aliases expanded. */
  readonly weight: number;
}

const DEEPEST = 128;
/** Aliases may repeat at most this many nodes in total: real inventories share a few dozen lines. */
const MOST_ALIASED = 200_000;
/** YAML 1.1: a key without `?` is at most this long and on one line. */
const LONGEST_KEY = 1024;

/** `%YAML 1.1` or `%TAG HANDLE PREFIX`: each of them once. */
const DIRECTIVE = /^%(?:(YAML)[ \t]+1\.[12]|(TAG[ \t]+\S+)[ \t]+\S+)[ \t]*(?:$|[\r\n#])/;

/**
 * Recursive descent over one YAML document. Accepts what PyYAML with libyaml accepts, because that is what reads inventories
 * upstream: a key is any one-line node followed by `: `, flow collections ignore indentation, a sequence may stand at the column
 * of its key. Grammar errors throw {@link SyntaxProblem}; problems that do not confuse the parser are collected.
 */
export class TreeParser {
  readonly problems: Diagnostic[] = [];
  readonly #cursor: Cursor;
  readonly #anchors = new Map<string, Anchored | 'open'>();
  readonly #brackets: OpenBracket[] = [];
  #depth = 0;
  #aliased = 0;

  readonly tags: TagContext;

  constructor(file: SourceFile, tags: TagContext) {
    this.tags = tags;

    this.#cursor = new Cursor(file);
  }

  /** Comments addressed to pigstyc, as far as the file was read. */
  get comments(): readonly Span[] {
    return this.#cursor.comments;
  }

  /** The only document of the file, or undefined when there is nothing in it. */
  parse(): Node | undefined {
    const c = this.#cursor;
    c.skip();
    const directives = this.#directives();
    const marked = c.atDocumentMarker && c.code() === CHAR.dash;
    if ((directives && !marked) || (c.atDocumentMarker && !marked)) throw mistakes.unexpectedHere(c);
    if (marked) {
      c.at += 3;
      c.atFreshPlace = false;
      c.skip();
    }
    if (c.done) return undefined;
    const node = c.atDocumentMarker ? undefined : this.#value(this.#blockNode(-1, false));
    c.skip();
    while (c.atDocumentMarker && c.code() === CHAR.dot) {
      c.at += 3;
      c.skip();
    }
    if (c.atDocumentMarker) throw mistakes.secondDocument(c);
    if (!c.done) throw mistakes.afterValue(c, -1, node);
    return node;
  }

  /** `%YAML 1.1` and the like before the document; they change nothing. */
  #directives(): boolean {
    const c = this.#cursor;
    const seen = new Set<string>();
    for (;;) {
      const rest = c.text.slice(c.at, c.at + 200);
      const match = DIRECTIVE.exec(rest);
      const name = match?.[1] ?? match?.[2];
      if (c.column !== 0 || name === undefined || seen.has(name)) return seen.size > 0;
      seen.add(name);
      c.skipToLineEnd();
      if (!c.done) c.newline();
      c.atFreshPlace = false;
      c.skip();
    }
  }

  /** A value in block context. `indent` is the column of the collection around it; empty, at `emptyAt`, when nothing is indented deeper. */
  #blockNode(indent: number, inMapValue: boolean, emptyAt = this.#cursor.at): Node {
    const c = this.#cursor;
    let before: Properties | undefined;
    for (;;) {
      c.skip();
      if (this.#isEmptyHere(indent, inMapValue)) return this.#finish(before, this.#empty(before?.start ?? emptyAt));
      const fresh = c.atFreshPlace;
      const [start, column] = [c.at, c.column];
      const here = this.#properties();
      if (here === undefined) return this.#content(indent, start, column, fresh, { before, here });
      c.skip();
      if (!c.atFreshPlace && !c.done) return this.#content(indent, start, column, fresh, { before, here });
      before = this.#together(before, here);
    }
  }

  /** Properties of one node on several lines: it has one anchor and one tag. */
  #together(before: Properties | undefined, here: Properties | undefined): Properties | undefined {
    if (before === undefined || here === undefined) return before ?? here;
    const twice = before.anchor === undefined || here.anchor === undefined ? undefined : here.anchor;
    const again = twice ?? (before.tag === undefined || here.tag === undefined ? undefined : here.tag);
    if (again !== undefined) {
      this.#cursor.at = again.start;
      throw mistakes.unexpectedHere(this.#cursor);
    }
    return { start: before.start, anchor: before.anchor ?? here.anchor, tag: before.tag ?? here.tag };
  }

  #isEmptyHere(indent: number, inMapValue: boolean): boolean {
    const c = this.#cursor;
    if (c.done || c.atDocumentMarker) return true;
    if (!c.atFreshPlace || c.column > indent) return false;
    if (c.column < indent) return true;
    // At the column of what is around it, as libyaml has it: a sequence below its key, and the text of `|` and `>`.
    return !((inMapValue && c.atIndicator(CHAR.dash)) || c.code() === CHAR.pipe || c.code() === CHAR.greater);
  }

  /**
   * A node that is known to be there. When it turns out to be the first key of a mapping, that mapping begins at `column`, the
   * properties on its line (`here`) belong to the key and those on lines `before` to the mapping.
   */
  #content(
    indent: number,
    start: number,
    column: number,
    mayBeCollection: boolean,
    { before, here }: { readonly before: Properties | undefined; readonly here: Properties | undefined },
  ): Node {
    const c = this.#cursor;
    const code = c.code();
    if (c.atIndicator(CHAR.dash)) {
      if (!mayBeCollection || here !== undefined) throw mistakes.collectionOnLine(c, '-');
      return this.#finish(
        before,
        this.#nested(start, () => this.#blockSeq(column)),
      );
    }
    if (c.atIndicator(CHAR.question)) {
      if (!mayBeCollection || here !== undefined) throw mistakes.collectionOnLine(c, '?');
      return this.#finish(
        before,
        this.#nested(start, () => this.#blockMap(column, undefined)),
      );
    }
    if (code === CHAR.pipe || code === CHAR.greater) {
      const text = scanBlockScalar(c, indent);
      const node = this.#scalar(text, text, 'block', start, this.#endOfBlock(start));
      return this.#finish(this.#together(before, here), node);
    }
    const node = this.#propertiedInline(indent, here);
    const colon = c.afterBlanks();
    if (!isColon(c, colon)) return this.#finish(this.#together(before, here), node);
    if (!mayBeCollection) throw mistakes.colonInValue(c, node, start, colon);
    if (c.lineStart > start || colon - start > LONGEST_KEY) throw mistakes.keyOverLines(c, node, start, colon);
    const key = this.#key(this.#finish(here, node), start);
    return this.#finish(
      before,
      this.#nested(start, () => this.#blockMap(column, key)),
    );
  }

  /** What fits on a line after its properties: a key of nothing but those may be empty, an alias has none. */
  #propertiedInline(indent: number, properties: Properties | undefined): Node {
    const c = this.#cursor;
    if (properties === undefined) return this.#inline(indent);
    if (c.atIndicator(CHAR.colon)) return this.#empty(c.at);
    if (c.code() === CHAR.star) throw mistakes.unexpectedHere(c);
    return this.#inline(indent);
  }

  /** The scanner already stands on the next token; the scalar ends with its last line. */
  #endOfBlock(start: number): number {
    let end = this.#cursor.at;
    while (
      end > start + 1 &&
      (isBlank(this.#cursor.text.charCodeAt(end - 1)) || isBreak(this.#cursor.text.charCodeAt(end - 1)))
    )
      end--;
    return end;
  }

  #nested<T extends Node>(start: number, parse: () => T): T {
    if (++this.#depth > DEEPEST) {
      throw new SyntaxProblem(report('nesting-too-deep', this.#cursor.span(start, start + 1), { limit: DEEPEST }));
    }
    const node = parse();
    this.#depth--;
    return node;
  }

  #blockSeq(column: number): SeqNode {
    const c = this.#cursor;
    const start = c.at;
    const items: Node[] = [];
    let end = start;
    while (!c.done && c.column === column && c.atIndicator(CHAR.dash) && c.atFreshPlace && !c.atDocumentMarker) {
      end = c.at + 1;
      c.at++;
      const item = this.#blockNode(column, false);
      this.#value(item);
      items.push(item);
      end = Math.max(end, item.span.end);
      this.#endOfEntry(column, item);
    }
    // The parent knows whether what follows at this column may: a key may follow only a sequence at the column of its key.
    return { kind: 'seq', items, span: c.span(start, end) };
  }

  /** After an entry comes the end of the text, a line of this collection, or one further out. */
  #endOfEntry(column: number, value: Node | undefined): void {
    const c = this.#cursor;
    c.skip();
    if (c.done || c.atDocumentMarker) return;
    if (!c.atFreshPlace || c.column > column) throw mistakes.afterValue(c, column, value);
  }

  #blockMap(column: number, firstKey: ScalarNode | undefined): MapNode {
    const c = this.#cursor;
    const start = firstKey?.span.start ?? c.at;
    const map = new MapBuilder(this.problems);
    let end = start;
    let key = firstKey;
    for (;;) {
      let value: Node;
      if (key === undefined && c.atIndicator(CHAR.question)) ({ key, value } = this.#explicitEntry(column));
      else {
        key ??= this.#blockKey(column);
        c.at = c.afterBlanks() + 1;
        c.atFreshPlace = false;
        value = this.#blockNode(column, true, key.span.end);
      }
      map.add(key, this.#value(value));
      end = Math.max(key.span.end, value.kind === 'scalar' && value.text === '' ? end : value.span.end);
      key = undefined;
      this.#endOfEntry(column, value);
      if (c.done || c.atDocumentMarker || c.column < column) break;
      if (c.atIndicator(CHAR.dash)) throw mistakes.dashAmongKeys(c);
    }
    return { kind: 'map', entries: map.finish(), span: c.span(start, end) };
  }

  #explicitEntry(column: number): { key: ScalarNode; value: Node } {
    const c = this.#cursor;
    const start = c.at++;
    c.atFreshPlace = true;
    const key = this.#key(this.#blockNode(column, true), start);
    this.#endOfEntry(column, key);
    if (c.column !== column || !c.atIndicator(CHAR.colon)) return { key, value: this.#empty(c.at) };
    c.at++;
    c.atFreshPlace = true;
    return { key, value: this.#blockNode(column, true) };
  }

  /** A further key of a block mapping, up to but not including its colon. */
  #blockKey(column: number): ScalarNode {
    const c = this.#cursor;
    const start = c.at;
    const properties = this.#properties();
    if (properties !== undefined) c.at = c.afterBlanks();
    const keyless = c.atIndicator(CHAR.colon) && properties === undefined;
    if (c.code() === CHAR.pipe || c.code() === CHAR.greater || keyless) throw mistakes.unexpectedHere(c);
    const node = this.#finish(properties, this.#propertiedInline(column, properties));
    const colon = c.afterBlanks();
    if (!isColon(c, colon)) throw mistakes.missingColon(c, node, start);
    if (c.lineStart > start || colon - start > LONGEST_KEY) throw mistakes.keyOverLines(c, node, start, colon);
    return this.#key(node, start);
  }

  /** A node that fits on a line: scalar, alias or flow collection. Ends right after it. */
  #inline(indent: number): Node {
    const c = this.#cursor;
    const start = c.at;
    switch (c.code()) {
      case CHAR.star:
        return this.#alias();
      case CHAR.apostrophe: {
        const text = scanSingleQuoted(c);
        return this.#scalar(text, text, 'single', start, c.at);
      }
      case CHAR.quote: {
        const text = scanDoubleQuoted(c);
        return this.#scalar(text, text, 'double', start, c.at);
      }
      case CHAR.openBracket:
        return this.#flow(start, '[', () => this.#flowSeq(start));
      case CHAR.openBrace:
        return this.#flow(start, '{', () => this.#flowMap(start));
      default: {
        if (!startsPlain(c)) throw mistakes.unexpectedHere(c);
        const text = scanPlain(c, indent);
        if (isTightColon(c)) throw mistakes.tightColon(c, start);
        return plainScalar(text, c.span(start, c.at), this.problems);
      }
    }
  }

  #flow<T extends Node>(start: number, open: '[' | '{', parse: () => T): T {
    const c = this.#cursor;
    this.#brackets.push({ open, start, lineIndent: c.afterBlanks(c.lineStart) - c.lineStart, entries: [] });
    c.flowDepth++;
    c.at++;
    const node = this.#nested(start, parse);
    c.at++;
    c.flowDepth--;
    c.atFreshPlace = false;
    this.#brackets.pop();
    return node;
  }

  #flowSeq(start: number): SeqNode {
    const c = this.#cursor;
    const items: Node[] = [];
    while (this.#flowContinues(CHAR.closeBracket, items.at(-1))) {
      const itemStart = c.at;
      const explicit = this.#explicitKey();
      // libyaml loses its way after a `?` without a key.
      if (explicit && [CHAR.colon, CHAR.comma, CHAR.closeBracket].some((code) => code === c.code()))
        throw mistakes.unexpectedHere(c);
      const item = this.#flowNode();
      const value = this.#flowValue(itemStart, item, explicit);
      if (value === undefined && !explicit) items.push(this.#value(item));
      else {
        const map = new MapBuilder(this.problems);
        map.add(this.#key(item, itemStart), this.#value(value ?? this.#empty(c.at)));
        items.push({ kind: 'map', entries: map.finish(), span: c.span(itemStart, value?.span.end ?? c.at) });
      }
    }
    return { kind: 'seq', items, span: c.span(start, c.at + 1) };
  }

  #flowMap(start: number): MapNode {
    const c = this.#cursor;
    const map = new MapBuilder(this.problems);
    const { entries } = this.#brackets.at(-1)!;
    while (this.#flowContinues(CHAR.closeBrace, entries.at(-1)?.value)) {
      const keyStart = c.at;
      const explicit = this.#explicitKey();
      const node = this.#flowNode();
      const value = this.#flowValue(keyStart, node, explicit) ?? this.#empty(c.at);
      const key = this.#key(node, keyStart);
      entries.push({ key, value });
      map.add(key, this.#value(value));
    }
    return { kind: 'map', entries: map.finish(), span: c.span(start, c.at + 1) };
  }

  /** In a flow collection `?` needs no blank after it. */
  #explicitKey(): boolean {
    const c = this.#cursor;
    if (c.code() !== CHAR.question) return false;
    c.at++;
    c.skip();
    return true;
  }

  /** Moves to the next entry of a flow collection; false at its closing bracket. `last` is the entry before. */
  #flowContinues(close: number, last: Node | undefined): boolean {
    const c = this.#cursor;
    c.skip();
    if (c.code() === close) return false;
    if (last !== undefined) {
      if (c.code() !== CHAR.comma) throw mistakes.inFlow(c, this.#brackets, last);
      c.at++;
      c.skip();
      if (c.code() === close) return false;
    }
    if (
      c.done ||
      c.atDocumentMarker ||
      c.code() === CHAR.comma ||
      c.code() === CHAR.closeBrace ||
      c.code() === CHAR.closeBracket
    ) {
      throw mistakes.inFlow(c, this.#brackets, last);
    }
    if (c.code() === CHAR.colon) throw mistakes.unexpectedHere(c);
    return true;
  }

  /** The value after a colon, undefined when there is none. A key without `?` ends on the line where it began. */
  #flowValue(keyStart: number, key: Node, explicit: boolean): Node | undefined {
    const c = this.#cursor;
    const end = c.at;
    c.skip();
    if (c.code() !== CHAR.colon) return undefined;
    if (c.lineStart > keyStart && !explicit) {
      c.at = end;
      throw mistakes.flowKeyOverLines(c, this.#brackets, key);
    }
    c.at++;
    c.skip();
    return this.#flowNode(key.span.end);
  }

  /** A value in flow context; `emptyAt` is the place of nothing. */
  #flowNode(emptyAt = this.#cursor.at): Node {
    const c = this.#cursor;
    const start = c.at;
    const properties = this.#properties();
    if (properties !== undefined) c.skip();
    const code = c.code();
    const nothing =
      code === CHAR.comma ||
      code === CHAR.closeBrace ||
      code === CHAR.closeBracket ||
      (code === CHAR.colon && !startsPlain(c));
    if (nothing) return this.#finish(properties, this.#empty(properties === undefined ? emptyAt : start));
    if (c.done || c.atDocumentMarker) throw mistakes.inFlow(c, this.#brackets, undefined);
    return this.#finish(properties, this.#propertiedInline(-1, properties));
  }

  #alias(): Node {
    const c = this.#cursor;
    const start = c.at;
    const name = anchorName(c);
    const span = c.span(start, c.at);
    if (name === '') throw mistakes.unexpectedHere(c);
    c.atFreshPlace = false;
    const anchored = this.#anchors.get(name);
    if (anchored === undefined || anchored === 'open') {
      this.problems.push(report('unknown-alias', span, { name, what: anchored ?? 'absent' }));
      return this.#empty(start);
    }
    this.#aliased += anchored.weight;
    if (this.#aliased > MOST_ALIASED)
      throw new SyntaxProblem(report('too-many-aliases', span, { limit: MOST_ALIASED }));
    return anchored.node;
  }

  /** Reads `&anchor` and `!tag` in any order. The anchor counts as open until its node is complete. */
  #properties(): Properties | undefined {
    const c = this.#cursor;
    const first = c.at;
    let anchor: Properties['anchor'];
    let tag: Properties['tag'];
    for (;;) {
      const start = c.at;
      if (c.code() === CHAR.ampersand && anchor === undefined) {
        const name = anchorName(c);
        if (name === '') throw mistakes.unexpectedHere(c);
        anchor = { name, start };
        if (this.#anchors.has(name)) this.problems.push(report('duplicate-anchor', c.span(start, c.at), { name }));
        this.#anchors.set(name, 'open');
      } else if (c.code() === CHAR.exclamation && tag === undefined) {
        tag = { name: tagName(c), start, end: c.at };
      } else return anchor === undefined && tag === undefined ? undefined : { start: first, anchor, tag };
      c.atFreshPlace = false;
      if (c.flowDepth > 0) c.skip();
      else {
        const next = c.afterBlanks();
        // Only move when the node goes on here: the caller has to see the line break otherwise.
        if (c.text.charCodeAt(next) === CHAR.ampersand || c.text.charCodeAt(next) === CHAR.exclamation) c.at = next;
      }
    }
  }

  #finish(properties: Properties | undefined, node: Node): Node {
    if (properties === undefined) return node;
    const c = this.#cursor;
    const { tag, anchor } = properties;
    const tagged =
      tag === undefined ? node : applyTag(node, tag.name, c.span(tag.start, tag.end), this.tags, this.problems);
    if (anchor !== undefined) this.#anchors.set(anchor.name, { node: tagged, weight: weigh(tagged, MOST_ALIASED) });
    return tagged;
  }

  #scalar(value: string, text: string, style: ScalarNode['style'], start: number, end: number): ScalarNode {
    return { kind: 'scalar', value, text, style, span: this.#cursor.span(start, end) };
  }

  #empty(at: number): ScalarNode {
    return { kind: 'scalar', value: null, text: '', style: 'plain', span: this.#cursor.span(at, at) };
  }

  #value<T extends Node>(node: T): T {
    checkValue(node, this.problems);
    return node;
  }

  #key(node: Node, start: number): ScalarNode {
    if (node.kind === 'scalar') return node;
    throw mistakes.collectionAsKey(this.#cursor, node, start);
  }
}

/** A tag with the characters of a URI, up to a blank or, in a flow collection, a comma. */
function tagName(c: Cursor): string {
  const match = /!<[^>\s]*>|[-!\w;/?:@&=+$.~*'()%]*/y;
  match.lastIndex = c.at;
  const name = match.exec(c.text)![0];
  c.at += name.length;
  if (!isBlankOrEnd(c.code()) && !(c.flowDepth > 0 && c.code() === CHAR.comma)) throw mistakes.unexpectedHere(c);
  return name;
}

/** The colon after a key. */
function isColon(c: Cursor, at: number): boolean {
  return c.text.charCodeAt(at) === CHAR.colon && isBlankOrEnd(c.text.charCodeAt(at + 1));
}

/** A colon after a plain text of a flow collection that libyaml takes for a part of it, and refuses. */
function isTightColon(c: Cursor): boolean {
  const colon = c.afterBlanks();
  return c.flowDepth > 0 && c.text.charCodeAt(colon) === CHAR.colon && !isBlankOrEnd(c.text.charCodeAt(colon + 1));
}

function anchorName(c: Cursor): string {
  c.at++;
  const match = /[A-Za-z0-9_-]*/y;
  match.lastIndex = c.at;
  const name = match.exec(c.text)![0];
  const next = c.text.charCodeAt(c.at + name.length);
  const ends = isBlankOrEnd(next) || isFlowIndicator(next) || next === CHAR.colon || next === CHAR.question;
  if (name === '' || !ends) {
    c.at--;
    return '';
  }
  c.at += name.length;
  return name;
}

/** Number of nodes below and including this one, counting no further than a little past the limit. */
function weigh(node: Node, limit: number): number {
  let count = 0;
  const rest: Node[] = [node];
  for (let next = rest.pop(); next !== undefined && count <= limit; next = rest.pop()) {
    count++;
    if (next.kind === 'seq') rest.push(...next.items);
    else if (next.kind === 'map') for (const e of next.entries) rest.push(e.value);
  }
  return count;
}
