/**
 * `npm run new check MODULE SLUG`: the files of a new check, to be filled in: page, rule, fixture and the entry in the list.
 * MODULE is a folder of compiler/phases/5-check/rules/.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MESSAGES = 'compiler/diagnostics/messages';
const RULES = 'compiler/phases/5-check/rules';
const CHECK = 'compiler/phases/5-check/check.ts';

export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The files of a new check.
 * @param root directory of the project
 * @throws Error with a sentence for the user: unknown module, bad or taken name
 */
export function newCheck(root: string, module: string, slug: string): readonly NewFile[] {
  const folder = join(root, RULES, module);
  if (!existsSync(folder)) throw new Error(`no module ${module}: ${readdirSync(join(root, RULES)).join(', ')}`);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(slug)) throw new Error(`${slug}: small letters, digits and dashes`);
  const pages = readdirSync(join(root, MESSAGES)).flatMap((name) => {
    const [, number, taken] = /^PIG(\d+)-(.+)\.md$/.exec(name) ?? [];
    return number === undefined ? [] : [{ number: Number(number), slug: taken! }];
  });
  if (pages.some((page) => page.slug === slug)) throw new Error(`${slug} exists`);
  const code = `PIG${nextNumber(folder, pages)}`;
  const rule = slug.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return [
    { path: join(MESSAGES, `${code}-${slug}.md`), text: page(code, slug) },
    { path: join(RULES, module, `${slug}.ts`), text: ruleFile(rule, slug) },
    { path: join('fixtures/err', slug, 'pigsty.yml'), text: EXAMPLE },
    { path: CHECK, text: listed(readFileSync(join(root, CHECK), 'utf8'), module, slug, rule) },
  ];
}

/** The first free number behind those that the module's rules report. */
function nextNumber(folder: string, pages: readonly { readonly number: number; readonly slug: string }[]): number {
  const text = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  const own = pages.filter((page) => text.includes(`'${page.slug}'`)).map((page) => page.number);
  const taken = new Set(pages.map((page) => page.number));
  let number = Math.max(5000, ...own) + 1;
  while (taken.has(number)) number++;
  return number;
}

const EXAMPLE = `pg-test:
  hosts: { 10.10.10.11: { pg_seq: 1, pg_role: primary } }
  vars: { pg_cluster: pg-test }
`;

function page(code: string, slug: string): string {
  return `---
code: ${code}
slug: ${slug}
severity: warning
message: 'TODO: what is wrong with \`{name}\`'
invariants: []
---
TODO: why it matters, in two or three short sentences.

How to fix: TODO.

\`\`\`yaml bad
${EXAMPLE}\`\`\`

\`\`\`yaml good
${EXAMPLE}\`\`\`
`;
}

function ruleFile(rule: string, slug: string): string {
  return `import { report } from '../../../../diagnostics/report.ts';
import type { Rule } from '../../rule.ts';

export const ${rule}: Rule = {
  codes: ['${slug}'],
  about: 'TODO: what must be true, and why.',
  *check(context) {
    for (const use of context.uses('TODO_parameter')) yield report('${slug}', use.node.span, { name: 'TODO_parameter' });
  },
};
`;
}

/** check.ts with the rule imported and listed behind the last rule of its module. */
function listed(text: string, module: string, slug: string, rule: string): string {
  const imports = [...text.matchAll(/^import \{([^}]+)\} from '\.\/rules\/([^/']+)\/[^']+';\n/gm)];
  const last = imports.filter(([, , folder]) => folder === module).at(-1) ?? imports.at(-1)!;
  const end = last.index + last[0].length;
  const line = `import { ${rule} } from './rules/${module}/${slug}.ts';\n`;
  const imported = text.slice(0, end) + line + text.slice(end);
  const names = last[1]!.split(',').map((name) => name.trim());
  const entry = names
    .filter((name) => name !== '')
    .map((name) => new RegExp(`^  (?:\\.\\.\\.)?${name},\\n`, 'm').exec(imported))
    .findLast((found) => found !== null);
  if (!entry) throw new Error(`${CHECK}: the list of rules has no entry of ${module}`);
  const at = entry.index + entry[0].length;
  return `${imported.slice(0, at)}  ${rule},\n${imported.slice(at)}`;
}

function main(words: readonly string[]): number {
  const [kind, module, slug] = words;
  if (kind !== 'check' || module === undefined || slug === undefined) {
    console.error('usage: npm run new check MODULE SLUG');
    return 2;
  }
  const root = fileURLToPath(new URL('../../', import.meta.url));
  try {
    for (const { path, text } of newCheck(root, module, slug)) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), text);
      console.log(path);
    }
    console.log('fill in the TODOs, then: npm run gen && npm run golden');
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(main(process.argv.slice(2)));
