import type { Change } from '../cmdb/difference.ts';
import { rowName, type Row } from '../cmdb/row.ts';
import { variableLines } from '../cmdb/value.ts';
import { parseSource } from '../phases/1-parse/parse.ts';
import { SourceFile } from '../source/node.ts';
import type { OwnSecrets } from '../secrets/spans.ts';
import { maskedVariable } from '../secrets/mask.ts';

/** Columns of a value. */
const WIDTH = 100;

/** Rows that differ; of values only the parts that do. Secrets are masked. */
export function changeLines(changes: readonly Change[], ownSecrets: OwnSecrets): string {
  return changes
    .flatMap((change) => lines(change, ownSecrets))
    .map((line) => `${line}\n`)
    .join('');
}

function lines({ before, after }: Change, ownSecrets: OwnSecrets): readonly string[] {
  const name = rowName((before ?? after)!);
  if (before === undefined || after === undefined) {
    const sign = before === undefined ? '+' : '-';
    const value = shown(masked((after ?? before)!, ownSecrets));
    return [`${sign} ${name}${value === undefined ? '' : ` = ${value}`}`];
  }
  const parts = partsOf('', masked(before, ownSecrets), masked(after, ownSecrets));
  const isSecret = parts.length === 0;
  return [`~ ${name}${isSecret ? ' (a secret)' : ''}`, ...parts.map((part) => `    ${part}`)];
}

function masked(row: Row, ownSecrets: OwnSecrets): unknown {
  if (row.value === undefined) return undefined;
  const [tree] = parseSource(new SourceFile('', variableLines(row).join('\n')), { keepAbsent: true });
  return tree.kind === 'map' ? maskedVariable(row.key, tree.entries[0]!.value, ownSecrets) : undefined;
}

/** `path: old → new` of every part that differs. */
function partsOf(path: string, before: unknown, after: unknown): readonly string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isTree(before) && isTree(after) && Array.isArray(before) === Array.isArray(after)) {
    const [old, fresh] = [before, after] as readonly Readonly<Record<string, unknown>>[];
    const keys = [...new Set([...Object.keys(old!), ...Object.keys(fresh!)])];
    const step = (key: string): string => (Array.isArray(before) ? `[${key}]` : `.${key}`);
    return keys.flatMap((key) => partsOf(path + step(key), old![key], fresh![key]));
  }
  return [`${path === '' ? 'value' : path.replace(/^\./, '')}: ${shown(before) ?? '-'} → ${shown(after) ?? '-'}`];
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string | undefined {
  const text = JSON.stringify(value) as string | undefined;
  return text !== undefined && text.length > WIDTH ? `${text.slice(0, WIDTH)}…` : text;
}
