import type { Severity } from './diagnostic.ts';

/** One page of `messages/`: front matter, explanation and the two examples. */
export interface Page {
  readonly code: string;
  readonly slug: string;
  readonly severity: Severity;
  /** True for a warning that stops a build unless a comment allows it. */
  readonly stopsBuild: boolean;
  /** Message template; `{name}` is a placeholder. */
  readonly message: string;
  /** Texts of placeholders that have several, by placeholder and name of the text: `problem.no-bucket: …` in the front matter. */
  readonly variants: Variants;
  /** Names of the checks of the upstream distribution's rules that this code covers. */
  readonly invariants: readonly string[];
  /** Markdown after the front matter. */
  readonly body: string;
  /** Smallest complete inventory that triggers the code, or a command where no inventory can. */
  readonly bad: Example;
  readonly good: Example;
}

export type Variants = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Example {
  readonly language: 'yaml' | 'console';
  readonly text: string;
}

/** A page that breaks the format. Authors see it from `npm run gen`; a released package cannot contain one. */
export class PageError extends Error {
  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
    this.name = 'PageError';
  }
}

const KEYS = ['code', 'slug', 'severity', 'build', 'message', 'invariants'];

/** Parses and validates one page. `path` names it in errors and must end with `<code>-<slug>.md`. */
export function parsePage(path: string, text: string): Page {
  const fail = (problem: string): never => {
    throw new PageError(path, problem);
  };
  const match = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text.replace(/\r\n/g, '\n'));
  if (match === null) return fail('no front matter between `---` lines');
  const fields = frontMatter(match[1]!, fail);
  const required = (key: string): string => fields.get(key) || fail(`front matter has no \`${key}\``);
  const code = required('code');
  const slug = required('slug');
  const severity = required('severity');
  const message = unquote(required('message'), fail);
  if (!/^PIG\d{4}$/.test(code)) fail(`code \`${code}\` is not PIG and four digits`);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(slug)) fail(`slug \`${slug}\` is not kebab-case`);
  if (!path.endsWith(`${code}-${slug}.md`)) fail(`the file must be named ${code}-${slug}.md`);
  if (severity !== 'error' && severity !== 'warning' && severity !== 'hint')
    return fail(`severity \`${severity}\` is not error, warning or hint`);
  const build = fields.get('build');
  if (build !== undefined && (build !== 'error' || severity !== 'warning'))
    fail('`build` is `error`, on the page of a warning');
  const variants = variantsOf(fields, message, fail);
  for (const text of [message, ...Object.values(variants).flatMap((texts) => Object.values(texts))])
    if (/[{}]/.test(text.replace(/\$\{[^{}]*\}|\{[a-z][A-Za-z0-9]*\}/g, '')))
      fail('message has a brace that is not part of a `{placeholder}`');
  const body = match[2]!.trim();
  if (!/^[A-Z`"'(]/.test(body)) fail('the page must begin with a paragraph that says what the code means');
  if (!/^(?:#+ |\*\*)?How to fix/m.test(body)) fail('no paragraph begins with `How to fix`');
  return {
    code,
    slug,
    severity,
    stopsBuild: build !== undefined,
    message,
    variants,
    invariants: list(fields.get('invariants') ?? '[]', fail),
    body,
    bad: example(body, 'bad', fail),
    good: example(body, 'good', fail),
  };
}

/**
 * Front matter like `problem.no-bucket: 'no bucket `{bucket}`'`: what `{problem}` of the message may be. Texts may have
 * placeholders with texts of their own.
 */
function variantsOf(fields: ReadonlyMap<string, string>, message: string, fail: (problem: string) => never): Variants {
  const variants: Record<string, Record<string, string>> = {};
  for (const [key, value] of fields) {
    const [placeholder, name] = key.split('.') as [string, string?];
    if (name === undefined) continue;
    (variants[placeholder] ??= {})[name] = unquote(value, fail);
  }
  const used = [message, ...Object.values(variants).flatMap((texts) => Object.values(texts))].flatMap(placeholders);
  const unused = Object.keys(variants).find((placeholder) => !used.includes(placeholder));
  return unused === undefined ? variants : fail(`the message has no \`{${unused}}\``);
}

/** Names of the placeholders of a message template, in order of first use. `${name}` is text: inventories spell placeholders so. */
export function placeholders(message: string): readonly string[] {
  return [...new Set([...message.matchAll(/(?<!\$)\{([a-z][A-Za-z0-9]*)\}/g)].map((m) => m[1]!))];
}

function frontMatter(text: string, fail: (problem: string) => never): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([a-z]+(?:\.[a-z0-9-]+)?):[ \t]*(.*?)[ \t]*$/.exec(line);
    if (match === null) return fail(`front matter line \`${line}\` is not \`key: value\``);
    const [, key, value] = match as unknown as [string, string, string];
    if (!KEYS.includes(key) && !key.includes('.')) fail(`front matter key \`${key}\` is not one of ${KEYS.join(', ')}`);
    if (fields.has(key)) fail(`front matter has \`${key}\` twice`);
    fields.set(key, value);
  }
  return fields;
}

/** Front matter values are plain text to the end of the line; quotes around the whole value are allowed and dropped. */
function unquote(value: string, fail: (problem: string) => never): string {
  if (/^'.*'$/.test(value) && value.length > 1) return value.slice(1, -1).replaceAll("''", "'");
  if (!/^".*"$/.test(value) || value.length < 2) return value;
  try {
    return JSON.parse(value) as string;
  } catch {
    return fail(`\`${value}\` is not a well-formed quoted text`);
  }
}

function list(value: string, fail: (problem: string) => never): readonly string[] {
  const match = /^\[(.*)\]$/.exec(value);
  if (match === null) return fail(`invariants must be a list in brackets, not \`${value}\``);
  return match[1]!
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function example(body: string, kind: 'bad' | 'good', fail: (problem: string) => never): Example {
  const found = [...body.matchAll(new RegExp(`^\`\`\`(yaml|console) ${kind}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))];
  const first = found[0];
  if (first === undefined || found.length > 1)
    return fail(`needs exactly one block \`\`\`yaml ${kind} (or \`\`\`console ${kind}), has ${found.length}`);
  return { language: first[1] as Example['language'], text: first[2]! };
}
