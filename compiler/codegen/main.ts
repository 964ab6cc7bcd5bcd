/** `npm run gen`: writes every generated file; `--check` writes nothing and fails with the list of those that drifted. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateCatalog } from './catalog.ts';
import { generateInventorySchema } from './inventory-schema.ts';
import { generateOutputDocs } from './output-docs.ts';
import { generateParameterDocs } from './parameter-docs.ts';
import { generateParameterNames, generateParams } from './params.ts';
import { generateTable } from './table.ts';
import { generateValidators, validatorTypes } from './validators.ts';

/** A generated file: path from the root of the repository, and its whole text. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

export interface Generator {
  readonly name: string;
  readonly run: (root: string) => readonly GeneratedFile[] | Promise<readonly GeneratedFile[]>;
}

/** In order: a later generator may import what an earlier one wrote. */
export const generators: readonly Generator[] = [
  { name: 'catalog', run: generateCatalog },
  {
    name: 'params',
    run: (root) => [
      { path: 'compiler/model/params.gen.ts', text: generateParams(root) },
      { path: 'compiler/schema/parameter-names.gen.ts', text: generateParameterNames(root) },
    ],
  },
  { name: 'table', run: (root) => [{ path: 'compiler/schema/table.gen.ts', text: generateTable(root) }] },
  { name: 'docs', run: (root) => [{ path: 'docs/parameters.md', text: generateParameterDocs(root) }] },
  { name: 'json', run: (root) => [{ path: 'docs/json.md', text: generateOutputDocs(root) }] },
  { name: 'inventory', run: (root) => [{ path: 'schemas/pigsty.schema.json', text: generateInventorySchema(root) }] },
  {
    name: 'validators',
    run: (root) => [
      { path: 'compiler/schema/validators.gen.js', text: generateValidators(root) },
      { path: 'compiler/schema/validators.gen.d.ts', text: validatorTypes() },
    ],
  },
  { name: 'rules', run: async (root) => [await (await import('./rule-docs.ts')).generateRuleDocs(root)] },
  {
    name: 'manual',
    run: async () => [{ path: 'docs/pigstyc.1', text: (await import('../cli/man-page.ts')).manPage() }],
  },
];

export interface Generation {
  /** Files whose text on disk differs from what they should be, or that are missing. */
  readonly drifted: readonly string[];
  /** What kept a generator from running; the others have run all the same. */
  readonly problems: readonly string[];
}

/** Runs all generators and, unless `check`, writes what has drifted. */
export async function generate(root: string, check: boolean): Promise<Generation> {
  const drifted: string[] = [];
  const problems: string[] = [];
  for (const { name, run } of generators) {
    try {
      for (const file of await run(root)) if (update(root, file, check)) drifted.push(file.path);
    } catch (error) {
      problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { drifted, problems };
}

/** Whether the file on disk was different. */
function update(root: string, file: GeneratedFile, check: boolean): boolean {
  const path = join(root, file.path);
  if (existsSync(path) && readFileSync(path, 'utf8') === file.text) return false;
  if (check) return true;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, file.text);
  return true;
}

async function main(): Promise<number> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const check = process.argv.includes('--check');
  const { drifted, problems } = await generate(root, check);
  for (const path of drifted) console.log(`${check ? 'out of date' : 'wrote'}: ${path}`);
  for (const problem of problems) console.error(problem);
  if (check && drifted.length > 0) console.log('run `npm run gen` and commit the result');
  return problems.length > 0 || (check && drifted.length > 0) ? 1 : 0;
}

if (process.argv[1] !== undefined && relative(process.argv[1], fileURLToPath(import.meta.url)) === '')
  process.exitCode = await main();
