import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { distance, didYouMean, suggest } from '../../../compiler/words/suggest.ts';
import { parameters } from '../../../compiler/schema/table.ts';

const names = [...parameters().keys()];

/** Every kind of single typo in a name, at places chosen by a fixed sequence. */
function typos(name: string, next: (below: number) => number): readonly string[] {
  const at = next(name.length);
  const swap = Math.min(at, name.length - 2);
  const letter = 'abcdefghijklmnopqrstuvwxyz_'[next(27)]!;
  return [
    name.slice(0, at) + name.slice(at + 1),
    name.slice(0, at) + letter + name.slice(at),
    name.slice(0, at) + letter + name.slice(at + 1),
    name.slice(0, swap) + name[swap + 1] + name[swap] + name.slice(swap + 2),
  ];
}

function sequence(): (below: number) => number {
  let state = 42;
  return (below) => (state = (state * 1103515245 + 12345) % 0x80000000) % below;
}

test('at least 95 of 100 single typos in parameter names are understood', () => {
  const next = sequence();
  let right = 0;
  let all = 0;
  for (const name of names.filter((candidate) => candidate.length > 4)) {
    for (const typo of typos(name, next)) {
      if (names.includes(typo)) continue;
      all++;
      if (suggest(typo, names) === name) right++;
    }
  }
  assert.ok(all > 1250, `${all} typos`);
  assert.ok(right / all >= 0.95, `${right} of ${all}`);
});

test('swapped words, cut names and other separators are understood', () => {
  assert.is(suggest('cluster_pg', ['pg_cluster', 'pg_cuter']), 'pg_cluster');
  assert.is(suggest('pg_clus', ['pg_cluster', 'pg_version']), 'pg_cluster');
  assert.is(suggest('pg-cluster', ['pg_cluster']), 'pg_cluster');
  assert.is(suggest('PG_CLUSTER', ['pg_cluster']), 'pg_cluster');
});

test('what is far from everything gets no suggestion', () => {
  assert.is(suggest('my_own_variable', names), undefined);
  assert.is(suggest('x', ['pg_cluster']), undefined);
  assert.is(didYouMean('zzz', ['pg_cluster']), undefined);
});

test('equally near candidates are chosen by code point, whatever their order', () => {
  assert.is(suggest('cat', ['car', 'cap']), suggest('cat', ['cap', 'car']));
});

test('distance counts adjacent swaps once and gives up beyond the limit', () => {
  assert.is(distance('abcd', 'abdc', 3), 1);
  assert.is(distance('abcd', 'abcd', 3), 0);
  assert.is(distance('kitten', 'sitting', 3), 3);
  assert.is(distance('kitten', 'sitting', 2), Infinity);
});

test.run();
