/** `check --fix` as a whole: what it repairs is repaired, everything else in the file stays as it was. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fixFiles } from '../../../compiler/edit/fix.ts';
import { overlay } from '../../../compiler/review/diff/overlay-host.ts';
import { readPages } from '../../../compiler/codegen/catalog.ts';
import { compileFiles } from '../../../compiler/compile.ts';
import type { Diagnostic } from '../../../compiler/diagnostics/diagnostic.ts';
import { nodeHost } from '../../../compiler/host/host.ts';
import { parameterRenames } from '../../../compiler/schema/renames.ts';

const FILE = '/nowhere/pigsty.yml';

interface Fixed {
  readonly text: string;
  readonly made: number;
  readonly before: readonly Diagnostic[];
  readonly after: readonly Diagnostic[];
}

function fix(text: string): Fixed {
  const { host } = overlay(nodeHost());
  host.writeFile(FILE, text, 0o644);
  const { sources, diagnostics } = compileFiles(host, { files: [FILE] }).checked();
  const made = fixFiles(host, sources, diagnostics);
  return {
    text: new TextDecoder().decode(host.readFile(FILE)),
    made,
    before: diagnostics,
    after: compileFiles(host, { files: [FILE] }).checked().diagnostics,
  };
}

const mechanical = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.filter((d) => d.fix !== undefined && d.fix.guess !== true);
/** A file that is understood can earn hints it could not before. */
const codes = (diagnostics: readonly Diagnostic[]): ReadonlySet<string> =>
  new Set(diagnostics.filter(({ severity }) => severity !== 'hint').map(({ code }) => code));
/** The words of a file outside of what a fix may touch: comments and blank space at both ends of lines. */
const layout = (text: string): readonly string[] =>
  text.split('\n').map((line) => `${/^\s*/.exec(line)![0]}|${/\s#.*$/.exec(line)?.[0] ?? ''}`);

test('every mechanical finding that a page shows is gone after one run, and a second run changes nothing', () => {
  let tried = 0;
  for (const { code, bad } of readPages('.')) {
    if (bad.language !== 'yaml') continue;
    const text = `${bad.text.replace(/^(.*\S)$/gm, '$1 # kept')}`;
    const { before } = /[|>'"]$|^\s*#/m.test(bad.text) ? fix(bad.text) : fix(text);
    if (mechanical(before).every((d) => d.code !== code)) continue;
    const fixed = fix(bad.text);
    assert.ok(fixed.made > 0, code);
    assert.equal(
      mechanical(fixed.after).map((d) => d.code),
      [],
      `${code}\n${fixed.text}`,
    );
    assert.equal(
      [...codes(fixed.after)].filter((c) => !codes(fixed.before).has(c)),
      [],
      `${code} causes something new\n${fixed.text}`,
    );
    assert.equal(layout(fixed.text), layout(bad.text), code);
    assert.is(fix(fixed.text).made, 0, code);
    tried++;
  }
  assert.ok(tried >= 7, String(tried));
});

const bases = readdirSync('fixtures/ok')
  .map((name) => readFileSync(`fixtures/ok/${name}/pigsty.yml`, 'utf8'))
  .map((text) => fix(text).text);
const oldNames = new Map(
  parameterRenames
    .filter(({ carries, new: name }) => carries === 'value' && name !== null)
    .map((rename) => [rename.new!, rename.old]),
);

/** Lines `name: value` that a fault can be put into, with the faulty line. */
function faults(text: string): readonly (readonly [line: number, faulty: string])[] {
  return text.split('\n').flatMap((line, i): (readonly [number, string])[] => {
    const match = /^(\s+)([a-z_]+): (true|false|\d{1,5})(\s*(?:#.*)?)$/.exec(line);
    const renamed = /^(\s+)([a-z_]+)(:.*)$/.exec(line);
    const old = renamed === null ? undefined : oldNames.get(renamed[2]!);
    return [
      ...(match === null ? [] : [[i, `${match[1]}${match[2]}: '${match[3]}'${match[4]}`] as const]),
      ...(old === undefined ? [] : [[i, `${renamed![1]}${old}${renamed![3]}`] as const]),
    ];
  });
}

test('quotes and old names put into good inventories are taken out again, byte for byte', () => {
  const spots = bases.flatMap((text) => (faults(text).length === 0 ? [] : [{ text, spots: faults(text) }]));
  assert.ok(spots.length >= 3);
  let undone = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...spots),
      fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
      ({ text, spots: places }, picks) => {
        const lines = text.split('\n');
        for (const pick of picks) {
          const [line, faulty] = places[pick % places.length]!;
          lines[line] = faulty;
        }
        const faulty = lines.join('\n');
        const { text: fixed, made } = fix(faulty);
        // Where the value may be text as well, quotes are no fault and stay; so does an old name beside the new one.
        const good = text.split('\n');
        fixed
          .split('\n')
          .forEach((line, i) => assert.ok(line === good[i] || line === lines[i], `${line}\n${good[i]!}`));
        if (made > 0) undone++;
      },
    ),
    { numRuns: 40, seed: 7 },
  );
  assert.ok(undone > 20, String(undone));
});

test('a new name that is there already is not given twice; a guess is not made', () => {
  const old = oldNames.get('pg_version') ?? [...oldNames][0]![1];
  const name = parameterRenames.find((rename) => rename.old === old)!.new!;
  const both =
    `pg-test:\n  hosts: { 10.10.10.11: { pg_seq: 1, pg_role: primary } }\n  vars:\n    pg_cluster: pg-test\n` +
    `    ${old}: x\n    ${name}: x\n`;
  assert.is(fix(both).text, both);
  const typo =
    'pg-test:\n  hosts: { 10.10.10.11: { pg_seq: 1, pg_role: primary } }\n  vars:\n    pg_cluster: pg-test\n' +
    '    pg_databse: []\n    pg_mode: pgsq\n    pg_users: [ { nam: x } ]\n';
  assert.equal([fix(typo).made, fix(typo).text], [0, typo]);
});

test.run();
