/** INI inventories, as Ansible reads them: the same tree as a YAML inventory that says the same. */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { report, type Variant } from '../../diagnostics/report.ts';
import type { MapEntry, MapNode, Node, ScalarNode, SourceFile, Span } from '../../source/node.ts';
import { addressedFrom } from '../../source/remark.ts';
import { shellWords, type Word } from '../../words/shell-words.ts';
import type { Parsed } from './parse.ts';
import { pythonValue } from './python-literal.ts';

type State = 'hosts' | 'vars' | 'children';

/** A line without the blanks around it, and where it begins in the file. */
interface Line {
  readonly text: string;
  readonly start: number;
}

/** A line that Ansible refuses; caught by {@link parseIni}. */
class IniProblem extends Error {
  readonly diagnostic: Diagnostic;

  constructor(span: Span, problem: Variant<'ini-line', never>) {
    super(problem.problem);
    this.diagnostic = report('ini-line', span, problem);
  }
}

/** Phase 1 for an INI file. The first line that cannot be read ends the file, as in Ansible. */
export function parseIni(file: SourceFile): Parsed {
  const reader = new IniReader(file);
  try {
    for (const line of linesOf(file.text)) reader.add(line);
    return [reader.tree(), [], reader.comments];
  } catch (error) {
    if (!(error instanceof IniProblem)) throw error;
    const span = { file, start: 0, end: 0 };
    return [{ kind: 'scalar', value: null, text: '', style: 'plain', span }, [error.diagnostic], reader.comments];
  }
}

function linesOf(text: string): readonly Line[] {
  return [...text.matchAll(/[^\r\n]+/g)].flatMap(({ 0: line, index }) => {
    const blank = /^[\s\ufeff]*/.exec(line)![0].length;
    const trimmed = line.slice(blank).trimEnd();
    return trimmed === '' ? [] : [{ text: trimmed, start: index + blank }];
  });
}

class IniReader {
  readonly comments: Span[] = [];
  readonly #file: SourceFile;
  readonly #groups = new Map<string, { readonly key: ScalarNode; readonly parts: Map<State, MapEntry[]> }>();
  #group = 'ungrouped';
  #state: State = 'hosts';

  constructor(file: SourceFile) {
    this.#file = file;
  }

  add(line: Line): void {
    if (/^[#;]/.test(line.text)) return this.#comment(line, 0);
    if (this.#section(line)) return;
    if (this.#state === 'hosts') this.#host(line);
    else if (this.#state === 'vars') this.#variable(line);
    else this.#child(line);
  }

  tree(): Node {
    const span = { file: this.#file, start: 0, end: this.#file.text.length };
    const entries = [...this.#groups.values()].map(({ key, parts }): MapEntry => {
      const sections = [...parts].map(([name, list]) => ({ key: at(key.span, name), value: map(key.span, list) }));
      return { key, value: map(key.span, sections) };
    });
    return { ...map(span, entries), span };
  }

  #section(line: Line): boolean {
    const [, name, kind = 'hosts'] = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/.exec(line.text) ?? [];
    if (name === undefined) {
      if (!/^\[.*\]$/.test(line.text)) return false;
      throw this.#problem(line, { problem: 'no-section', line: line.text });
    }
    if (kind !== 'hosts' && kind !== 'vars' && kind !== 'children')
      throw this.#problem(line, { problem: 'section-kind', kind });
    const comment = line.text.indexOf('#');
    if (comment !== -1) this.#comment(line, comment);
    this.#group = name;
    this.#state = kind;
    this.#part(this.#span(line, 1, 1 + name.length), []);
    return true;
  }

  #host(line: Line): void {
    const { words, comment, open } = shellWords(line.text);
    if (open !== undefined) throw this.#problem(line, { problem: 'open-quote' }, open);
    if (comment !== undefined) this.#comment(line, comment);
    const [host, ...rest] = words;
    if (host === undefined) return;
    if (host.text === '---' || host.text.endsWith(':'))
      throw this.#problem(line, { problem: 'no-host', word: host.text });
    const vars = rest.map((word) => this.#assignment(line, word));
    const key = at(this.#span(line, host.start, host.end), host.text);
    this.#part(key.span, [{ key, value: map(key.span, vars) }]);
  }

  /** `name=value` behind a host. */
  #assignment(line: Line, { text, start, end }: Word): MapEntry {
    const equals = text.indexOf('=');
    if (equals < 0) throw this.#problem(line, { problem: 'no-assignment', word: text }, start);
    const written = line.text.indexOf('=', start) + 1;
    const name = text.slice(0, equals);
    const key = at(this.#span(line, start, written - 1), name);
    return { key, value: pythonValue(text.slice(equals + 1), this.#span(line, written, end)) };
  }

  #variable(line: Line): void {
    const equals = line.text.indexOf('=');
    if (equals < 0) throw this.#problem(line, { problem: 'no-variable', line: line.text });
    const name = line.text.slice(0, equals).trim();
    const value = line.text.slice(equals + 1).trim();
    const key = at(this.#span(line, 0, name.length), name);
    const start = line.text.length - value.length;
    this.#part(key.span, [{ key, value: pythonValue(value, this.#span(line, start, line.text.length)) }]);
  }

  #child(line: Line): void {
    const [, name] = /^([^:\]\s]+)\s*(?:#.*)?$/.exec(line.text) ?? [];
    if (name === undefined) throw this.#problem(line, { problem: 'no-group', line: line.text });
    const key = at(this.#span(line, 0, name.length), name);
    this.#part(key.span, [{ key, value: nothing(key.span) }]);
  }

  /** Adds to the present section of the present group. */
  #part(span: Span, entries: readonly MapEntry[]): void {
    let group = this.#groups.get(this.#group);
    if (group === undefined)
      this.#groups.set(this.#group, (group = { key: at(span, this.#group), parts: new Map<State, MapEntry[]>() }));
    const list = group.parts.get(this.#state);
    if (list === undefined) group.parts.set(this.#state, [...entries]);
    else list.push(...entries);
  }

  #comment(line: Line, from: number): void {
    const at = addressedFrom(line.text.slice(from));
    if (at !== -1) this.comments.push(this.#span(line, from + at, line.text.length));
  }

  #span({ start }: Line, from: number, to: number): Span {
    return { file: this.#file, start: start + from, end: start + to };
  }

  #problem(line: Line, problem: Variant<'ini-line', never>, from = 0): IniProblem {
    return new IniProblem(this.#span(line, from, line.text.length), problem);
  }
}

function at(span: Span, text: string): ScalarNode {
  return { kind: 'scalar', value: text, text, style: 'plain', span };
}

function map(span: Span, entries: readonly MapEntry[]): MapNode {
  return { kind: 'map', entries, span };
}

function nothing(span: Span): ScalarNode {
  return { kind: 'scalar', value: null, text: '', style: 'plain', span: { ...span, start: span.end } };
}
