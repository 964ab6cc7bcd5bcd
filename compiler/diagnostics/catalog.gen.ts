// Generated from compiler/diagnostics/messages/ by `npm run gen`. Do not edit.
import type { Severity } from './diagnostic.ts';

export type Code =
  | 'PIG0001'
  | 'PIG0002'
  | 'PIG0003'
  | 'PIG7001'
  | 'PIG8001';

/** Arguments of each message, by slug. */
export interface Arguments {
  readonly 'unreadable-file': { readonly path: string | number; readonly reason: string | number };
  readonly 'limit-matches-nothing': { readonly pattern: string | number };
  readonly 'not-utf8': { readonly path: string | number; readonly offset: string | number };
  readonly 'file-claimed-twice': { readonly path: string | number; readonly host: string | number; readonly first: string | number; readonly second: string | number };
  readonly 'unrepresentable-value': { readonly name: string | number; readonly path: string | number; readonly host: string | number; readonly grammar: string | number; readonly reason: string | number };
}

export type Slug = keyof Arguments;

/** Code, severity and message template of each slug. */
export const CATALOG: Readonly<Record<Slug, readonly [Code, Severity, string]>> = {
  'unreadable-file': ['PIG0001', 'error', 'cannot read `{path}`: {reason}'],
  'limit-matches-nothing': ['PIG0002', 'error', '`--limit {pattern}` matches no host'],
  'not-utf8': ['PIG0003', 'error', '`{path}` is not UTF-8: byte {offset} does not belong to any character'],
  'file-claimed-twice': ['PIG7001', 'error', '`{path}` on host {host} would be written by both {first} and {second}'],
  'unrepresentable-value': ['PIG8001', 'error', '{name} cannot be written to `{path}` of host {host}: {grammar} {reason}'],
};
