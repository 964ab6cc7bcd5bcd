/** The list of rules → its table in docs/checks.md, between two comments. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOG } from '../diagnostics/catalog.gen.ts';
import { RULES } from '../phases/5-check/check.ts';
import type { Rule } from '../phases/5-check/rule.ts';

const DOCUMENT = 'docs/checks.md';
const CHECK = 'compiler/phases/5-check';
const BEGIN = '<!-- Generated from the rules by `npm run gen`. -->\n';
const END = '<!-- End of the generated part. -->\n';

/** Text of docs/checks.md with the table of today's rules. */
export async function generateRuleDocs(root: string): Promise<{ path: string; text: string }> {
  const text = readFileSync(join(root, DOCUMENT), 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin === -1 || end === -1) throw new Error(`${DOCUMENT} has no place for the rules`);
  const table = tableText(await filesOfRules(root));
  return { path: DOCUMENT, text: `${text.slice(0, begin)}${BEGIN}\n${table}\n${text.slice(end)}` };
}

function tableText(files: ReadonlyMap<Rule, string>): string {
  const rows = RULES.map((rule) => {
    const codes = rule.codes.map((slug) => `${CATALOG[slug][0]} ${slug}`).sort();
    const file = files.get(rule)!;
    return `| ${rule.about.replaceAll('|', '\\|')} | ${codes.join(', ')} | [${file}](../${CHECK}/rules/${file}) |\n`;
  });
  return ['| what it is about | codes | rule |\n', '|---|---|---|\n', ...rows].join('');
}

/** In which file of rules/ each is, by the imports of the list. */
async function filesOfRules(root: string): Promise<ReadonlyMap<Rule, string>> {
  const list = readFileSync(join(root, CHECK, 'check.ts'), 'utf8');
  const files = [...list.matchAll(/ from '\.\/rules\/([^']+)';/g)].map(([, file]) => file!);
  const found = new Map<Rule, string>();
  for (const file of files) {
    const exported = (await import(`../phases/5-check/rules/${file}`)) as Readonly<Record<string, unknown>>;
    for (const rule of Object.values(exported).flat()) found.set(rule as Rule, file);
  }
  return found;
}
