/**
 * No line is wider than 140 columns. No function has more than 40 lines and no file more than 250, but for those that
 * long.ts lists with a reason and with their length: they do not grow, and what is no longer too long leaves the list.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ts } from 'ts-morph';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LONG_FILES, LONG_FUNCTIONS } from './long.ts';

const WIDEST = 140;
const LONGEST_FUNCTION = 40;
const LONGEST_FILE = 250;

/** Comments do not matter here. */
const PARSING = { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone };

const files = ['compiler', 'emitters', 'playground', 'test'].flatMap((directory) =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.gen.ts'))
    .map((path) => join(directory, path)),
);

function linesOf(path: string): readonly string[] {
  return readFileSync(path, 'utf8').replace(/\n$/, '').split('\n');
}

/**
 * False where indentation already tells that no function is too long: parsing all files takes seconds. A function goes on
 * while lines are indented deeper than its first, or close its parameters; lines of a text say nothing.
 */
function mayHaveLongFunction(text: string): boolean {
  const open: { readonly indent: number; readonly at: number }[] = [];
  const lines = text.split('\n');
  if (lines.length < LONGEST_FUNCTION) return false;
  let inText = false;
  const isLong = lines.some((line, at) => {
    const wasInText = inText;
    if (marksOf(line) % 2 === 1) inText = !inText;
    if (wasInText) return false;
    const indent = line.search(/\S/);
    if (indent === -1 || (/^\s*[)\]}]/.test(line) && (inText || /(\{|=>|\()$/.test(line)))) return false;
    let first = at;
    while (open.length > 0 && open.at(-1)!.indent >= indent) first = open.pop()!.at;
    if (line.includes('(')) open.push({ indent, at });
    return at - first >= LONGEST_FUNCTION;
  });
  // Where marks of texts do not come in pairs, nothing is known; what a text ends at the end of the file ends there.
  return isLong || inText || open.some(({ at }) => lines.length - at > LONGEST_FUNCTION);
}

/** How many marks a line has that begin or end a text. */
function marksOf(line: string): number {
  return line.replace(/\/`\/|'`'|\\`/g, '').match(/`/g)?.length ?? 0;
}

/** Functions that are too long, with their length; those inside of one of them go with it. */
function longFunctions(path: string, text: string): readonly Length[] {
  if (!mayHaveLongFunction(text)) return [];
  const source = ts.createSourceFile(path, text, PARSING, true);
  const lineAt = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
  const within = (node: ts.Node): readonly Length[] => {
    const lines = lineAt(node.end) - lineAt(node.getStart(source)) + 1;
    if (lines > LONGEST_FUNCTION && ts.isFunctionLike(node) && 'body' in node) return [[nameOf(node), lines]];
    const found: Length[] = [];
    ts.forEachChild(node, (child) => void found.push(...within(child)));
    return found;
  };
  return within(source);
}

/** Of a function that is an argument, as those of tests are: the beginning of the first text of the call. */
function nameOf(node: ts.SignatureDeclaration): string {
  const { parent } = node;
  if (node.name !== undefined) return node.name.getText();
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText();
  const text = ts.isCallExpression(parent) ? parent.arguments.find(ts.isStringLiteralLike) : undefined;
  return text?.text.slice(0, 70).trimEnd() ?? 'without a name';
}

type Length = readonly [name: string, lines: number];

/** What is too long and not listed, longer than listed, or listed and no longer too long. */
function complaints(found: readonly Length[], reasons: Readonly<Record<string, Readonly<Record<string, number>>>>) {
  const listed = new Map(Object.values(reasons).flatMap((lengths) => Object.entries(lengths)));
  const long = found.flatMap(([name, lines]) =>
    lines > (listed.get(name) ?? 0) ? [`${name}: ${lines} lines, ${listed.get(name) ?? 'none'} in long.ts`] : [],
  );
  const names = new Set(found.map(([name]) => name));
  const gone = [...listed.keys()].filter((name) => !names.has(name));
  return [...long, ...gone.map((name) => `${name}: no longer too long, or gone`)];
}

test('a function is found with its name and its length', () => {
  const long = `{\n${'  go();\n'.repeat(LONGEST_FUNCTION)}}`;
  const text = `function short() {}\nfunction one() ${long}\nconst two = () => ${long};\ntest('three', () => ${long});\n`;
  assert.equal(longFunctions('x.ts', text), [
    ['one', 42],
    ['two', 42],
    ['three', 42],
  ]);
  const destructured = `function four({\n  a,\n}: Four): void ${long}\n`;
  assert.equal(longFunctions('x.ts', `${destructured}class A {\n  five() ${long}\n}\n`), [
    ['four', 44],
    ['five', 42],
  ]);
  const said = `function six() ${long.replace('  go();', 'go(`\n`);')}\n`;
  assert.equal(longFunctions('x.ts', said), [['six', 43]]);
  const told = `const seven = (\n  a: string,\n): string => \`one\n${'two\n'.repeat(LONGEST_FUNCTION)}\`;\nconst b = 1;\n`;
  assert.equal(longFunctions('x.ts', told), [['seven', 44]]);
  assert.equal(longFunctions('x.ts', text.replaceAll('  go();\n  go();\n', '  go();\n')), []);
  assert.ok(files.length > 800, String(files.length));
});

test('what is on the list does not grow, and leaves it when it is short', () => {
  const list = { 'a reason': { a: 50, b: 60 } };
  assert.equal(complaints([['a', 50]], { 'a reason': { a: 50 } }), []);
  assert.equal(complaints([['a', 51]], list), ['a: 51 lines, 50 in long.ts', 'b: no longer too long, or gone']);
  assert.equal(complaints([['c', 41]], {}), ['c: 41 lines, none in long.ts']);
});

test(`no line is wider than ${WIDEST} columns`, () => {
  const wide = files.flatMap((path) =>
    linesOf(path).flatMap((line, index) => ([...line].length > WIDEST ? [`${path}:${index + 1}`] : [])),
  );
  assert.equal(wide, []);
});

test(`files of more than ${LONGEST_FILE} lines are those of the list, and no longer than there`, () => {
  const lengths = files.map((path): Length => [path, linesOf(path).length]);
  assert.equal(
    complaints(
      lengths.filter(([, lines]) => lines > LONGEST_FILE),
      LONG_FILES,
    ),
    [],
  );
});

test(`functions of more than ${LONGEST_FUNCTION} lines are those of the list, and no longer than there`, () => {
  const long = files.flatMap((path) =>
    longFunctions(path, readFileSync(path, 'utf8')).map(([name, lines]): Length => [`${path}: ${name}`, lines]),
  );
  assert.equal(complaints(long, LONG_FUNCTIONS), []);
});

test.run();
