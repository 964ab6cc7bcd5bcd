import { objectOf, type FieldInfo, type ParameterInfo } from '../../schema/table.ts';
import { isSecret } from '../../secrets/mask.ts';

const LEVELS = { G: 'all', C: 'cluster', I: 'host', A: 'command line' } as const;

/** A value in one line of code font. */
export function plainValue(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  const short = text.length > 100 ? `${text.slice(0, 99)}…` : text;
  return short === '' ? "`''`" : `\`${short.replaceAll('\n', '\\n').replaceAll('`', "'")}\``;
}

/** Documentation of a parameter. */
export function parameterMarkdown(info: ParameterInfo): string {
  const levels = `- set on: ${info.levels.map((level) => LEVELS[level]).join(', ')}`;
  return [
    heading(info, ` · ${info.module}`),
    info.description,
    [...facts(info, isSecret(info.name)), levels, ...notes(info)].join('\n'),
  ].join('\n\n');
}

/** Documentation of a field of an object; undefined when the object has no such field. */
export function fieldMarkdown(object: string, name: string): string | undefined {
  const info = objectOf(object)?.fields.find((field) => field.name === name);
  if (info === undefined) return undefined;
  const lines = [...facts(info, info.secret === true), ...(info.required ? ['- required'] : [])];
  return [heading(info, ''), info.description, ...(lines.length > 0 ? [lines.join('\n')] : [])].join('\n\n');
}

function heading({ name, type }: FieldInfo, rest: string): string {
  return `**${name}** · \`${type}\`${rest}`;
}

function facts(
  { default: fallback, defaultNote, enum: allowed, examples, aliases }: FieldInfo,
  secret: boolean,
): readonly string[] {
  return [
    ...(fallback !== undefined
      ? [`- default: ${secret ? '`********`' : plainValue(fallback)}`]
      : defaultNote === undefined
        ? []
        : [`- default: ${defaultNote}`]),
    ...(allowed === undefined ? [] : [`- values: ${allowed.map(plainValue).join(', ')}`]),
    ...(examples === undefined ? [] : [`- for example ${examples.map(plainValue).join(', ')}`]),
    ...(aliases.length === 0 ? [] : [`- old names: ${aliases.map(plainValue).join(', ')}`]),
  ];
}

function notes({ emits }: ParameterInfo): readonly string[] {
  return emits ? [] : ['- accepted and checked; no files are made for this module'];
}
