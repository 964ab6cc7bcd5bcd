/** What is the same in many files is shown once, and what is not the same is not. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FileChange } from '../../../compiler/review/diff/bundle-diff.ts';
import { folded, sameText, unfolded } from '../../../compiler/review/diff/fold.ts';
import { planNames } from '../../../compiler/review/diff/names.ts';
import type { Host, Site } from '../../../compiler/model/site.ts';

const test = suite('folded hunks');

/** Host `10.0.0.<n>` in a cluster of its own for every three. */
function host(at: number): Host {
  const cluster = `pg-c${Math.ceil(at / 3)}`;
  const name = `${cluster}-${((at - 1) % 3) + 1}`;
  return {
    name: `10.0.0.${at}`,
    address: `10.0.0.${at}`,
    nodename: name,
    pg: { name, cluster: { name: cluster } },
  } as Host;
}
const hosts = Array.from({ length: 30 }, (_, at) => host(at + 1));
const names = planNames([{ hosts } as unknown as Site]);
const changed = (path: string, ...diff: readonly string[]): FileChange => ({ path, change: 'changed', diff });
const hunk = (before: string, after: string, line = 1): readonly string[] => [
  `@@ -${line},1 +${line},1 @@`,
  `-${before}`,
  `+${after}`,
];
const everywhere = (lines: (of: Host) => readonly string[]): readonly FileChange[] =>
  hosts.map((of) => changed(`hosts/${of.name}/files/x`, ...lines(of)));

test('a hunk of all hosts is one, with where it is', () => {
  const [file, ...others] = folded(
    everywhere((of) => hunk('a', 'b', Number(of.name.slice(7)))),
    names,
  );
  assert.equal([file!.path, others], ['hosts/10.0.0.1/files/x', []]);
  assert.is(sameText(file!.hunks[0]!, names), 'the same in 29 other files, on 30 hosts of 10 clusters');
});

test('names of the host itself, its instance and its cluster make no difference; those of others do', () => {
  const own = everywhere(({ name, pg }) => hunk(`${pg!.name} on ${name}:5432`, `${pg!.name} of ${pg!.cluster.name}`));
  assert.is(folded(own, names).length, 1);
  const next = everywhere(({ name }) => hunk('a', `10.0.0.${Number(name.slice(7)) + 1}`));
  assert.is(folded(next, names).length, 30);
  // 10.0.0.1 is no part of 10.0.0.11, and an address is no instance.
  assert.is(
    folded([everywhere(() => hunk('a', '10.0.0.11'))[0]!, everywhere(() => hunk('a', '10.0.0.111'))[10]!], names)
      .length,
    2,
  );
  assert.is(
    folded(
      everywhere(({ name, pg }) => hunk('a', name === '10.0.0.2' ? pg!.name : name)),
      names,
    ).length,
    2,
  );
});

test('a file that is named after an instance is about that one, whoever has it', () => {
  const targets = hosts.map((of) =>
    changed(`hosts/10.0.0.1/files/targets/${of.pg!.name}.yml`, ...hunk(of.name, `${of.name}:1`)),
  );
  const [file, ...others] = folded(targets, names);
  assert.equal(others, []);
  assert.is(sameText(file!.hunks[0]!, names), 'the same in 29 other files, on 1 host');
});

test('the kind of a file names no host', () => {
  const kinds = [
    'hosts/10.0.0.1/files/targets/pg-c1-2.yml',
    'hosts/10.0.0.1/files/x.yml',
    'hosts/10.0.0.1/files/pg-c1-2',
    'Makefile',
  ];
  assert.equal(kinds.map(names.kindOf), [
    'hosts/*/files/targets/*.yml',
    'hosts/*/files/x.yml',
    'hosts/*/files/*',
    'Makefile',
  ]);
});

test('hunks are folded one by one; added and changed files are not the same', () => {
  const first = changed('hosts/10.0.0.1/files/x', ...hunk('a', 'b'), ...hunk('c', 'd', 20));
  const second = changed('hosts/10.0.0.2/files/x', ...hunk('a', 'b'), ...hunk('c', 'e', 20));
  const shown = folded([first, second, { ...first, path: 'hosts/10.0.0.3/files/x', change: 'added' }], names);
  assert.equal(
    shown.map(({ hunks }) => hunks.map(({ lines }) => lines.at(-1))),
    [['+b', '+d'], ['+e'], ['+b', '+d']],
  );
});

test('without folding every line of every file is there, and a line that looks like a heading is one of the file', () => {
  const files = [
    changed('hosts/10.0.0.1/files/x', ...hunk('@@ a', '@@ b'), ...hunk('c', 'd', 9)),
    changed('hosts/10.0.0.2/files/x', ...hunk('@@ a', '@@ b')),
  ];
  assert.equal(
    unfolded(files).map(({ hunks }) => hunks.flatMap(({ lines }) => lines)),
    files.map(({ diff }) => diff),
  );
  assert.is(sameText(unfolded(files)[0]!.hunks[0]!, names), '');
});

test.run();
