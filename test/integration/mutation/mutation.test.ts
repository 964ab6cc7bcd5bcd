/** The checker sees nearly every mistake that can be put into a correct inventory, at the right place. Figures: docs/mutation.md. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Base } from '../../mutation/base.ts';
import { applyFault } from '../../mutation/fault.ts';
import { FAULTS } from '../../mutation/faults/index.ts';
import { inventories } from '../../mutation/inventories.ts';
import { score, scores } from '../../mutation/report.ts';
import { checkerFor, trials } from '../../mutation/run.ts';

/** Few enough mutants of each class for every run of the tests. */
const PLAN = { seed: 'test', perClass: 8 };
const test = suite('mutation');
const bases = inventories();
const checker = checkerFor(bases);
const all = FAULTS.flatMap((kind) => [...trials(checker, kind, bases, PLAN)]);

test('there are many classes, each with a place in some inventory', () => {
  assert.ok(FAULTS.length >= 60);
  assert.is(new Set(FAULTS.map(({ name }) => name)).size, FAULTS.length);
  assert.equal(
    scores(FAULTS, all)
      .filter(({ total, equivalent }) => total + equivalent === 0)
      .map(({ name }) => name),
    [],
  );
});

test('99 of 100 faults are found at the faulty token', () => {
  const { detected, total } = score('', '', all);
  assert.ok(
    detected / total >= 0.99,
    `${detected} of ${total}; worst: ${scores(FAULTS, all)
      .filter((row) => row.detected < row.total)
      .map((row) => `${row.name} ${row.detected}/${row.total}`)
      .join(', ')}`,
  );
});

test('97 of 100 suggestions name what was meant', () => {
  const { suggested, suggestions } = score('', '', all);
  assert.ok(suggestions > 100);
  assert.ok(suggested / suggestions >= 0.97, `${suggested} of ${suggestions}`);
});

test('nearly nothing that is counted as a fault changes nothing', () => {
  const { total, equivalent } = score('', '', all);
  assert.ok(equivalent / (total + equivalent) < 0.05);
});

test('places move with the edits', () => {
  const { text, places, toBase } = applyFault('a: one\nb: two\n', {
    edits: [
      { range: [3, 6], text: 'thr⟦ee⟧' },
      { range: [0, 0], text: 'x: 1\n' },
    ],
    places: [
      [10, 13],
      [3, 6],
    ],
  });
  assert.is(text, 'x: 1\na: three\nb: two\n');
  assert.equal(
    places.map(([start, end]) => text.slice(start, end)),
    ['ee', 'two', 'three'],
  );
  assert.is(toBase(text.indexOf('two')), 10);
});

test('the same plan makes the same mutants', () => {
  const texts = (): readonly string[] =>
    FAULTS.slice(0, 4).flatMap((kind) =>
      [...trials(checker, kind, bases.slice(0, 1), PLAN)].map(({ mutant }) => mutant.text),
    );
  assert.equal(texts(), texts());
});

test('places of a base are those of its text', () => {
  const base = new Base(
    'x',
    'all:\n  children:\n    a:\n      hosts: { 10.0.0.1: { pg_seq: 1 } }\n      vars:\n        pg_users: [ { name: u, roles: [ r ] } ]\n',
  );
  assert.equal(
    base.spots.map((spot) => [spot.name, base.source(spot.value)]),
    [
      ['pg_users', '[ { name: u, roles: [ r ] } ]'],
      ['pg_users', '{ name: u, roles: [ r ] }'],
      ['name', 'u'],
      ['roles', '[ r ]'],
      ['roles', 'r'],
      ['pg_seq', '1'],
    ],
  );
  assert.equal(
    base.fields('user', 'name').map(({ data }) => data),
    ['u'],
  );
});

test.run();
