import type { ScalarValue } from '../../source/node.ts';

/** What a plain scalar means, or why it means nothing. */
export type Resolved =
  | { readonly value: ScalarValue; readonly tag?: 'timestamp' }
  | { readonly problem: 'reserved' | 'merge' | 'date' | 'digits' };

const WORDS: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ['', null],
  ['~', null],
  ['null', null],
  ['Null', null],
  ['NULL', null],
  ...['yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
]);

const INT =
  /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT = new RegExp(
  `^(?:${[
    String.raw`[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?`,
    String.raw`\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?`,
    String.raw`[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*`,
    String.raw`[-+]?\.(?:inf|Inf|INF)`,
    String.raw`\.(?:nan|NaN|NAN)`,
  ].join('|')})$`,
);
const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const TIMESTAMP = new RegExp(
  String.raw`^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]*)?` +
    String.raw`(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?$`,
);

/**
 * The value of a plain scalar as PyYAML's safe loader gives it (YAML 1.1): `yes`/`on` are booleans but `y` is a string, `0755` is
 * octal, `1:30` sexagesimal, `1e3` a string because the exponent has no sign. Dates stay text, marked `timestamp`.
 */
export function resolvePlain(text: string): Resolved {
  const word = WORDS.get(text);
  if (word !== undefined) return { value: word };
  const first = text.charCodeAt(0);
  // Only digits, signs and a dot can begin a number or a date.
  const numeric = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46;
  if (!numeric) {
    if (text === '=') return { problem: 'reserved' };
    if (text === '<<') return { problem: 'merge' };
    return { value: text };
  }
  if (INT.test(text)) return number(integer(text));
  if (FLOAT.test(text)) return number(float(text));
  const moment = DATE.exec(text) ?? TIMESTAMP.exec(text);
  if (moment === null) return { value: text };
  return isMoment(moment) ? { value: text, tag: 'timestamp' } : { problem: 'date' };
}

function number(value: number | undefined): Resolved {
  return value === undefined ? { problem: 'digits' } : { value };
}

/** The integer a text of YAML 1.1's integer syntax stands for. */
export function integer(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/_/g, '').replace(/^[-+]/, '');
  const value = digits.startsWith('0b')
    ? parseInt(digits.slice(2), 2)
    : digits.startsWith('0x')
      ? parseInt(digits.slice(2), 16)
      : digits.startsWith('0') && digits !== '0'
        ? parseInt(digits, 8)
        : digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  // `-0` is the integer 0.
  return Number.isNaN(value) ? undefined : value === 0 ? 0 : sign * value;
}

function float(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/_/g, '').replace(/^[-+]/, '').toLowerCase();
  if (digits === '.inf') return sign * Infinity;
  if (digits === '.nan') return NaN;
  return sign * digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

function isMoment(match: RegExpExecArray): boolean {
  const [, year, month, day, hour = 0, minute = 0, second = 0] = match.map(Number) as [
    number,
    number,
    number,
    number,
    number?,
    number?,
    number?,
  ];
  if (year < 1 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return false;
  return day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}

/** Values Python's dictionaries hold to be the same key: `1`, `1.0` and `true`, but not `'1'`. */
export function keyIdentity(value: ScalarValue): ScalarValue {
  return typeof value === 'boolean' ? Number(value) : value;
}
