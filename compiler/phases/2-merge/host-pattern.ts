/** Host keys of an inventory: `10.10.10.[11:13]`, `pg-[01:03]:2222`, `[2001:db8::1]:22`. */

export interface HostPattern {
  readonly names: readonly string[];
  /** Becomes `ansible_port`. */
  readonly port: number | undefined;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** A range that cannot be expanded, with the reason; caught by {@link expandHostPattern}. */
class RangeProblem extends Error {}

/** The hosts a key stands for, at most `limit` of them; a text says why it stands for none, `undefined` that there are too many. */
export function expandHostPattern(pattern: string, limit: number): HostPattern | string | undefined {
  const { name, port } = splitPort(pattern);
  if (!name.includes('[')) return { names: [name], port };
  try {
    const names: string[] = [];
    return expand(name, limit, names) ? { names, port } : undefined;
  } catch (error) {
    if (error instanceof RangeProblem) return error.message;
    throw error;
  }
}

/** False when the limit is reached. */
function expand(text: string, limit: number, names: string[]): boolean {
  const open = text.indexOf('[');
  if (open === -1) return names.push(text) <= limit;
  const close = text.indexOf(']');
  if (close < open) throw new RangeProblem('brackets do not match');
  const head = text.slice(0, open);
  const tail = text.slice(close + 1);
  const { first, last, step, show } = bounds(text.slice(open + 1, close));
  for (let i = first; i <= last; i += step) if (!expand(head + show(i) + tail, limit, names)) return false;
  return true;
}

function bounds(range: string): { first: number; last: number; step: number; show: (index: number) => string } {
  const parts = range.split(':');
  if (parts.length !== 2 && parts.length !== 3) throw new RangeProblem('a range is `begin:end` or `begin:end:step`');
  const begin = parts[0] === '' ? '0' : parts[0]!;
  const end = parts[1]!;
  const step = parts[2] === undefined ? 1 : wholeNumber(parts[2]);
  if (end === '') throw new RangeProblem('the end is missing');
  if (step < 1) throw new RangeProblem('the step must be at least 1');
  const letters = begin.length === 1 && end.length === 1 ? [LETTERS.indexOf(begin), LETTERS.indexOf(end)] : [-1, -1];
  const [first, last] =
    letters[0]! >= 0 && letters[1]! >= 0 ? (letters as [number, number]) : [wholeNumber(begin), wholeNumber(end)];
  if (first > last) throw new RangeProblem('it begins after its end');
  if (letters[0]! >= 0 && letters[1]! >= 0) return { first, last, step, show: (index) => LETTERS[index]! };
  // A leading zero asks for a fixed width.
  const padded = begin.length > 1 && begin.startsWith('0');
  if (padded && begin.length !== end.length) throw new RangeProblem('begin and end must have equally many digits');
  return { first, last, step, show: (index) => (padded ? String(index).padStart(begin.length, '0') : String(index)) };
}

function wholeNumber(text: string): number {
  if (!/^[0-9]{1,15}$/.test(text))
    throw new RangeProblem(`\`${text}\` is neither a whole number nor a letter like the other bound`);
  return Number(text);
}

const RANGE = '\\[(?:[a-z]:[a-z]|[0-9]+:[0-9]+)(?::[0-9]+)?\\]';
const LABEL = `(?:[\\p{L}\\p{N}_]|${RANGE})(?:[\\p{L}\\p{N}_-]|${RANGE})*(?<![_-])`;
const HOST_NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`, 'iu');
const HEX = '(?:[0-9a-f]{1,4}|\\[[0-9a-f]+:[0-9a-f]+(?::[0-9]+)?\\])';
const IPV6 = new RegExp(`^(?:${HEX}(?::${HEX})*)?(?:::)?(?:${HEX}(?::${HEX})*)?$`, 'i');

/** Splits `:port` off where the rest is a host name or an address, as Ansible does; otherwise the text is the name. */
function splitPort(pattern: string): { name: string; port: number | undefined } {
  const bracketed = /^\[(.+)\]:([0-9]+)$/.exec(pattern);
  const plain = /^((?:[^:[\]]|\[[^\]]*\])*):([0-9]+)$/.exec(pattern);
  const match = bracketed ?? plain;
  if (match === null || !isHost(match[1]!)) return { name: pattern, port: undefined };
  return { name: match[1]!, port: Number(match[2]) };
}

function isHost(text: string): boolean {
  return HOST_NAME.test(text) || (text.includes(':') && IPV6.test(text));
}
