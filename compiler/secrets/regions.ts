/**
 * In a file that breaks YAML's grammar nobody knows where a value ends, and passwords are just the texts that break it.
 * So everything behind a key that may be secret is, to the end of its line and on the deeper lines below.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { MASK } from '../diagnostics/frame.ts';
import { messageOf } from '../diagnostics/report.ts';
import { hides, secretFields, soundsSecret } from '../schema/secrecy.ts';
import type { SourceFile, Span } from '../source/node.ts';

/** A word that may be a key: something that is no part of it follows, if only a blank where a colon was forgotten. */
const WORD = /[A-Za-z_][\w.-]*/g;
const AFTER_KEY = /^["']?[ \t]*[:=]?[ \t]*/;
const LINE_OF_MAP = /^\s*(?:- +)*["']?[\w.-]+["']?:(?:\s|$)/;

/** All text of a file behind keys that may be secret. */
export function secretRegions(file: SourceFile): readonly Span[] {
  const lines = linesOf(file.text);
  const regions: Span[] = [];
  for (let i = 0; i < lines.length; i++) {
    const { text, start } = lines[i]!;
    const key = secretKey(text);
    if (key === undefined) continue;
    const below = lastBelow(lines, i, key);
    const last = lines[below]!;
    regions.push({ file, start: start + key.end, end: last.start + last.text.length });
    i = below;
  }
  return regions;
}

/** Findings that tell nothing of what stands in the regions. */
export function withoutRegions(found: readonly Diagnostic[], regions: readonly Span[]): readonly Diagnostic[] {
  if (regions.length === 0) return found;
  return found.map((diagnostic) => {
    const { slug, span } = diagnostic;
    if (span === undefined || !regions.some((region) => overlaps(region, span))) return diagnostic;
    // What the grammar advises is the same for all texts; other advice may name a part of this one.
    const help = diagnostic.code.startsWith('PIG10') ? diagnostic.help : undefined;
    return { ...diagnostic, message: messageOf(slug, () => MASK), help, related: undefined, fix: undefined };
  });
}

function overlaps(a: Span, b: Span): boolean {
  return a.file === b.file && a.start < Math.max(b.end, b.start + 1) && b.start < a.end;
}

interface Line {
  readonly text: string;
  readonly start: number;
}

function linesOf(text: string): readonly Line[] {
  let start = 0;
  return text.split('\n').map((line) => {
    const at = start;
    start += line.length + 1;
    return { text: line, start: at };
  });
}

interface Key {
  /** Where the text behind it begins. */
  readonly end: number;
  readonly column: number;
  /** The value is a map of secrets. */
  readonly map: boolean;
}

/** The first key of a line that may be secret. */
function secretKey(line: string): Key | undefined {
  for (const match of line.matchAll(WORD)) {
    const word = match[0];
    const rest = line.slice(match.index + word.length);
    const known = secretFields().get(word);
    const colon = /^["']?[ \t]*[:=]/.test(rest);
    if (!(colon ? known !== undefined || soundsSecret(word) : known === true && word.length > 4)) continue;
    const begins = line.slice(0, match.index).replace(/^[\s-]*["']?/, '') === '';
    return {
      end: match.index + word.length + AFTER_KEY.exec(rest)![0].length,
      column: begins ? match.index : line.length - line.trimStart().length,
      map: known !== undefined && known !== true && hides(known),
    };
  }
  return undefined;
}

/** The last line that belongs to the value: deeper than the key, unless it is a map where the value is a text. */
function lastBelow(lines: readonly Line[], at: number, key: Key): number {
  const empty = lines[at]!.text.slice(key.end).trim() === '';
  let last = at;
  for (let i = at + 1; i < lines.length; i++) {
    const { text } = lines[i]!;
    if (text.trim() === '') continue;
    if (text.length - text.trimStart().length <= key.column) break;
    if (empty && !key.map && last === at && LINE_OF_MAP.test(text)) break;
    last = i;
  }
  return last;
}
