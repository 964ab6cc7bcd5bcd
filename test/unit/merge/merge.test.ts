import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseSource } from '../../../compiler/phases/1-parse/parse.ts';
import type { Inventory } from '../../../compiler/phases/2-merge/inventory.ts';
import { mergeInventory } from '../../../compiler/phases/2-merge/merge.ts';
import { SourceFile, toValue } from '../../../compiler/source/node.ts';
import type { Traced } from '../../../compiler/source/traced.ts';

function merge(...texts: readonly string[]): { inventory: Inventory; slugs: readonly string[] } {
  const trees = texts.map((text, i) => {
    const [tree, problems] = parseSource(new SourceFile(`${i}.yml`, text));
    assert.equal(problems, []);
    return tree;
  });
  const [inventory, problems] = mergeInventory(trees);
  return { inventory, slugs: problems.map((p) => p.slug) };
}

const host = (inventory: Inventory, name: string) => inventory.hosts.find((h) => h.name === name)!;
const value = (inventory: Inventory, name: string, variable: string): unknown => {
  const traced = host(inventory, name).vars.get(variable);
  return traced === undefined ? undefined : toValue(traced.node);
};
const scopes = (traced: Traced | undefined): readonly string[] =>
  traced === undefined ? [] : [`${traced.origin.scope} ${traced.origin.name}`, ...scopes(traced.shadows)];

test('depth, then priority, then name in code point order decide between groups', () => {
  const { inventory } = merge(`
all:
  children:
    zz_shallow: { hosts: { h: }, vars: { a: shallow } }
    parent: { children: { child: { hosts: { h: }, vars: { a: child } } }, vars: { a: parent } }
    pg-x: { hosts: { i: , j: , k: }, vars: { b: dash } }
    pg_x: { hosts: { i: }, vars: { b: underscore } }
    pg9: { hosts: { j: }, vars: { b: nine } }
    pg10: { hosts: { j: }, vars: { b: ten } }
    Beta: { hosts: { k: }, vars: { c: upper } }
    alpha: { hosts: { k: }, vars: { c: lower } }
    early: { hosts: { l: }, vars: { d: early, ansible_group_priority: '10' } }
    late: { hosts: { l: }, vars: { d: late } }
`);
  assert.is(value(inventory, 'h', 'a'), 'child');
  assert.is(value(inventory, 'i', 'b'), 'underscore');
  assert.is(value(inventory, 'j', 'b'), 'nine');
  assert.is(value(inventory, 'k', 'c'), 'lower');
  assert.is(value(inventory, 'l', 'd'), 'early');
  assert.is(value(inventory, 'l', 'ansible_group_priority'), undefined);
  assert.equal(host(inventory, 'h').groups, ['parent', 'zz_shallow', 'child']);
});

test('what a value shadows stays reachable, nearest scope first', () => {
  const { inventory } = merge('all: { vars: { a: 1 }, children: { g: { vars: { a: 2 }, hosts: { h: { a: 3 } } } } }');
  assert.equal(scopes(host(inventory, 'h').vars.get('a')), ['host h', 'group g', 'all all']);
});

test('variables of a host in two groups add up, the later place in the files wins', () => {
  const { inventory } = merge('a: { hosts: { h: { x: first, y: kept } } }\n', 'b: { hosts: { h: { x: second } } }\n');
  assert.equal([value(inventory, 'h', 'x'), value(inventory, 'h', 'y')], ['second', 'kept']);
  assert.equal(scopes(host(inventory, 'h').vars.get('x')), ['host h', 'host h']);
});

test('values are replaced, never merged', () => {
  const { inventory } = merge(
    'all: { vars: { r: { local: 1, minio: 2 } }, children: { g: { vars: { r: { s3: 3 } }, hosts: { h: } } } }',
  );
  assert.equal(value(inventory, 'h', 'r'), { s3: 3 });
});

test('hosts appear in the order of the files, ranges expanded, ports split off once', () => {
  const { inventory, slugs } = merge(`
g:
  hosts:
    10.10.10.[9:11]: { v: 1 }
    pg-[01:03]:
    n[a:c:2]x[1:2]:
    p1:2222: { ansible_user: x }
    '[2001:db8::2]:22':
    2001:db8::3:
h: { hosts: { 'p1:3333': } }
one: { hosts: single }
`);
  assert.equal(slugs, []);
  assert.equal(
    inventory.hosts.map((h) => h.name),
    [
      '10.10.10.9',
      '10.10.10.10',
      '10.10.10.11',
      'pg-01',
      'pg-02',
      'pg-03',
      'nax1',
      'nax2',
      'ncx1',
      'ncx2',
      'p1',
      '2001:db8::2',
      '2001:db8::3',
      'single',
    ],
  );
  assert.is(value(inventory, 'p1', 'ansible_port'), 2222);
  assert.is(value(inventory, '2001:db8::2', 'ansible_port'), 22);
  assert.is(host(inventory, '10.10.10.9').vars.get('v')!.node, host(inventory, '10.10.10.11').vars.get('v')!.node);
});

test('a host outside all groups is in ungrouped, and leaves it when a group names it', () => {
  const { inventory } = merge('all: { hosts: { a: , b: } }\nungrouped: { vars: { u: 1 } }\ng: { hosts: { b: } }\n');
  assert.equal(host(inventory, 'a').groups, ['ungrouped']);
  assert.equal(host(inventory, 'b').groups, ['g']);
  assert.equal(inventory.groups.get('ungrouped')!.hosts, ['a']);
  assert.is(value(inventory, 'b', 'u'), undefined);
});

test('hosts with the same groups and no variables of their own share them', () => {
  const { inventory } = merge('g: { vars: { a: 1 }, hosts: { x: , y: , z: { a: 2 } } }');
  assert.is(host(inventory, 'x').vars, host(inventory, 'y').vars);
  assert.is.not(host(inventory, 'x').vars, host(inventory, 'z').vars);
});

test('problems of structure', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['a: { children: { b: { children: { a: } } } }', ['group-cycle']],
    ['x: { children: { all: } }', ['group-cycle']],
    ['a: { children: { a: } }', ['group-cycle']],
    ['a: { hosts: [h] }', ['bad-group-section']],
    ['a: { hosts: { h: 1 } }', ['bad-host-vars']],
    ['a: { hosts: { 10.10: , 22:22: , 2030-01-01: } }', ['bad-host-name', 'bad-host-name', 'bad-host-name']],
    [
      "a: { hosts: { '[2001:db8::1]': , 'n[01:1]': , 'n[a:z': , 'n[1:]': , 'n[1:2:0]': } }",
      ['bad-host-range', 'bad-host-range', 'bad-host-range', 'bad-host-range', 'bad-host-range'],
    ],
    ["a: { hosts: { 'n[1:100000]x[1:100000]': } }", ['too-many-hosts']],
    ['a: { vars: { ansible_group_priority: x } }', ['bad-group-priority']],
    ['a: text', ['bad-group']],
    ['- a', ['not-an-inventory']],
    ['', ['empty-inventory']],
    ['a: { var: { x: 1 } }', ['unknown-group-key']],
    ['5: {}', ['bad-group-name']],
    ['h: { hosts: { h: } }', ['group-named-like-host']],
  ];
  for (const [text, expected] of cases) assert.equal(merge(text).slugs, expected, text);
});

test('ten thousand hosts share the work of their groups', () => {
  const { inventory } = merge(
    `all:\n  vars: { ${Array.from({ length: 60 }, (_, i) => `v${i}: ${i}`).join(', ')} }\n  children:\n` +
      `    g: { vars: { a: 1 }, hosts: { 'h[1:10000]': { b: 2 } } }\n`,
  );
  assert.is(inventory.hosts.length, 10_000);
  assert.is(host(inventory, 'h9').vars.size, 62);
  assert.equal([...host(inventory, 'h9').vars.keys()].slice(-2), ['a', 'b']);
});

test.run();
