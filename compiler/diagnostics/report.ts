import type { Span } from '../source/node.ts';
import { CATALOG, VARIANTS, type Arguments, type Slug } from './catalog.gen.ts';
import type { Diagnostic, Fix, Related } from './diagnostic.ts';

export interface Extra {
  readonly help?: string | undefined;
  readonly related?: readonly Related[] | undefined;
  readonly fix?: Fix | undefined;
}

/** The arguments that tell the variants of a message apart: all but those that each of them has. */
export type Variant<S extends Slug, Common extends string> = Arguments[S] extends infer Each
  ? Each extends unknown
    ? Omit<Each, Common>
    : never
  : never;

/**
 * A diagnostic from the catalog. Arguments come from the input, so they are cut to a readable length and
 * freed of control characters here; they must never be secrets.
 */
export function report<S extends Slug>(
  slug: S,
  span: Span | undefined,
  args: Arguments[S],
  extra: Extra = {},
): Diagnostic {
  const [code, severity] = CATALOG[slug];
  const values = args as Readonly<Record<string, string | number>>;
  const argument = (name: string): string => {
    const text = VARIANTS[slug]?.[name]?.[String(values[name])];
    return text === undefined ? printable(String(values[name])) : filled(text, argument);
  };
  const message = messageOf(slug, argument);
  const subject = Object.keys(values)
    .sort()
    .filter((name) => !WHO.has(name));
  return {
    code,
    slug,
    severity,
    message,
    subject: JSON.stringify(subject.map((name) => values[name])),
    span,
    ...extra,
  };
}

/** A finding as a build takes it: some warnings are about what cannot run. */
export function inBuild(diagnostic: Diagnostic): Diagnostic {
  return CATALOG[diagnostic.slug as Slug][3] === 'build' ? { ...diagnostic, severity: 'error' } : diagnostic;
}

/** The message of a finding with its arguments filled in. */
export function messageOf(slug: string, argument: (name: string) => string): string {
  const [, , template] = CATALOG[slug as Slug];
  return filled(template, argument);
}

function filled(template: string, argument: (name: string) => string): string {
  return template.replace(/(?<!\$)\{([a-z][A-Za-z0-9]*)\}/g, (_, name: string) => argument(name));
}

/** Arguments that name who meets a finding: a value shared by many hosts is wrong once. */
const WHO = new Set([
  'host',
  'hosts',
  'cluster',
  'group',
  'member',
  'instance',
  'service',
  'database',
  'path',
  'shard',
]);

const LONGEST_ARGUMENT = 160;

/** A text of the input as one short line that cannot move the cursor of a terminal. */
export function printable(text: string, longest = LONGEST_ARGUMENT): string {
  const cut = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return cut.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (c) => {
    if (c === '\n') return '\\n';
    if (c === '\t') return '\\t';
    if (c === '\r') return '\\r';
    return `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
