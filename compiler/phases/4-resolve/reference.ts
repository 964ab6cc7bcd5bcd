import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { report } from '../../diagnostics/report.ts';
import type { Span } from '../../source/node.ts';

/** The outside world as values may refer to it; undefined when there is no such variable or readable file. */
export interface Lookup {
  env(name: string): string | undefined;
  /** Path as written; relative paths are the caller's to interpret. */
  file(path: string): string | undefined;
  /** Why a file that is there is not for the inventory to read. */
  refusal?(path: string): string | undefined;
  /** Whether the user says that `env:NAME` or `file:PATH` holds no secret. */
  isPublic?(reference: string): boolean;
}

/** The value of `env:NAME` or `file:PATH`; undefined with a diagnostic when there is none, and for any other text without. */
export function lookUp(
  reference: string,
  lookup: Lookup | undefined,
  span: () => Span,
  problems: (d: Diagnostic) => void,
): string | undefined {
  const match = /^(env|file):([\s\S]*)$/.exec(reference);
  if (match === null) return undefined;
  const [, kind, name] = match as unknown as [string, 'env' | 'file', string];
  const value = kind === 'env' ? lookup?.env(name) : lookup?.file(name);
  // Editors and `echo` end a file with a line break that is not part of a password.
  if (value !== undefined) return kind === 'file' ? value.replace(/\r?\n$/, '') : value;
  problems(
    kind === 'env'
      ? report('unset-environment', span(), { name })
      : report('unreadable-reference', span(), { path: name }, { help: lookup?.refusal?.(name) }),
  );
  return undefined;
}

export function isReference(name: string): boolean {
  return name.startsWith('env:') || name.startsWith('file:');
}
