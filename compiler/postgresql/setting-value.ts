/** Reads a value as the server would: https://www.postgresql.org/docs/current/config-setting.html */
import type { Variant } from '../diagnostics/report.ts';
import { own } from '../words/own.ts';
import type { ServerSetting } from './settings.ts';

/** What is wrong with a value; range and unit are told apart because their repair differs. */
export type ValueProblem = {
  readonly [Slug in 'setting-value' | 'setting-unit' | 'setting-range']: {
    readonly slug: Slug;
    /** The variant of that message, with its arguments. */
    readonly found: Variant<Slug, 'name' | 'value'>;
    /** Values that would do, to suggest one of. */
    readonly candidates: readonly string[];
  };
}['setting-value' | 'setting-unit' | 'setting-range'];

const MEMORY: Readonly<Record<string, number>> = { B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };
const TIME: Readonly<Record<string, number>> = { us: 1, ms: 1e3, s: 1e6, min: 60e6, h: 3600e6, d: 86400e6 };

const BOOLEANS = ['on', 'off', 'true', 'false', 'yes', 'no', '1', '0'];
const NUMBER = /^\s*([+-]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))\s*([A-Za-z]*)\s*$/;

/** Undefined for a value the server accepts, as far as type, unit, range and enumeration tell. */
export function valueProblem(setting: ServerSetting, value: string): ValueProblem | undefined {
  switch (setting.type) {
    case 'bool':
      return isBoolean(value)
        ? undefined
        : { slug: 'setting-value', found: { problem: 'boolean' }, candidates: ['on', 'off', 'true', 'false'] };
    case 'enum':
      return [...setting.values, ...setting.hidden].some((word) => word.toLowerCase() === value.toLowerCase())
        ? undefined
        : {
            slug: 'setting-value',
            found: { problem: 'word', words: setting.values.map((word) => word || "''").join(', ') },
            candidates: setting.values,
          };
    case 'integer':
    case 'real':
      return numberProblem(setting, value);
    case 'string':
    case 'list':
    case 'names':
      return undefined;
  }
}

/** Any unique beginning of a word will do, in any case. */
function isBoolean(value: string): boolean {
  const word = value.toLowerCase();
  return word !== '' && word !== 'o' && BOOLEANS.some((spelling) => spelling.startsWith(word));
}

function numberProblem(setting: ServerSetting, value: string): ValueProblem | undefined {
  const match = NUMBER.exec(value);
  const digits = match?.[1] ?? '';
  const octal = setting.type === 'integer' && /^[+-]?0\d+$/.test(digits);
  if (match === null || (octal && /[89]/.test(digits)))
    return {
      slug: 'setting-value',
      found: { problem: setting.type === 'integer' ? 'integer' : 'number' },
      candidates: [],
    };
  const [, , written] = match;
  const base = baseUnit(setting.unit);
  if (written !== '' && base === undefined) return { slug: 'setting-unit', found: { problem: 'none' }, candidates: [] };
  const factor = written === '' ? 1 : own(base!.units, written!);
  if (factor === undefined) {
    const known = Object.keys(base!.units);
    return {
      slug: 'setting-unit',
      found: { problem: 'unknown', units: known.join(', ') },
      candidates: known.map((unit) => value.trim().replace(written!, unit)),
    };
  }
  const sign = digits.startsWith('-') ? -1 : 1;
  const number = octal
    ? sign * Number.parseInt(digits.replace(/^[+-]/, ''), 8)
    : sign * Number(digits.replace(/^[+-]/, ''));
  const exact = written === '' ? number : (number * factor) / base!.size;
  const counted = setting.type === 'integer' ? roundToEven(exact) : exact;
  if ((setting.min === undefined || counted >= setting.min) && (setting.max === undefined || counted <= setting.max))
    return undefined;
  return { slug: 'setting-range', found: { problem: 'outside', range: rangeText(setting) }, candidates: [] };
}

function roundToEven(number: number): number {
  const rounded = Math.round(number);
  return Math.abs(number % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** `8kB` counts blocks of eight. */
function baseUnit(
  unit: string | undefined,
): { readonly units: Readonly<Record<string, number>>; readonly size: number } | undefined {
  const [, count, name] = /^(\d*)(\w+)$/.exec(unit ?? '') ?? [];
  if (name === undefined) return undefined;
  const units = name in MEMORY ? MEMORY : TIME;
  return { units, size: Number(count || 1) * units[name]! };
}

/** `16kB … 2TB`; empty for a setting without limits. */
export function rangeText({ unit, min, max }: ServerSetting): string {
  return min === undefined || max === undefined ? '' : `${withUnit(min, unit)} … ${withUnit(max, unit)}`;
}

/** A number of the setting's units in the largest unit that divides it; special values such as -1 and 0 stay bare. */
function withUnit(count: number, unit: string | undefined): string {
  const base = baseUnit(unit);
  if (base === undefined || count <= 0) return String(count);
  const size = count * base.size;
  const [name, factor] =
    Object.entries(base.units)
      .reverse()
      .find(([, each]) => size % each === 0) ?? Object.entries(base.units)[0]!;
  return `${size / factor}${name}`;
}
