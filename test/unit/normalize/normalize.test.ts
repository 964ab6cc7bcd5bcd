import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseSource } from '../../../compiler/phases/1-parse/parse.ts';
import { mergeInventory } from '../../../compiler/phases/2-merge/merge.ts';
import { normalizeNames } from '../../../compiler/phases/3-normalize/normalize.ts';
import { SourceFile, toValue } from '../../../compiler/source/node.ts';

function normalize(text: string) {
  const [tree, bad] = parseSource(new SourceFile('pigsty.yml', text));
  assert.equal(bad, []);
  const [merged] = mergeInventory([tree]);
  const [inventory, problems] = normalizeNames(merged);
  const vars = (name: string): Record<string, unknown> =>
    Object.fromEntries([...inventory.hosts.find((h) => h.name === name)!.vars].map(([k, v]) => [k, toValue(v.node)]));
  return { merged, inventory, problems, vars, slugs: problems.map((p) => p.slug) };
}

test('an inventory without old names is returned as it is', () => {
  const { merged, inventory } = normalize(
    'g: { vars: { pg_cluster: g, own_variable: 1 }, hosts: { h: { pg_seq: 1 } } }',
  );
  assert.is(inventory, merged);
});

test('an old name is reported once, however many hosts inherit it, and replaced everywhere', () => {
  const { inventory, problems, vars } = normalize(
    'all: { vars: { nameserver_enabled: false }, children: { g: { hosts: { "h[1:3]": } } } }',
  );
  assert.equal(
    problems.map((p) => [p.slug, p.fix?.text]),
    [['renamed-parameter', 'dns_enabled']],
  );
  assert.equal(vars('h2'), { dns_enabled: false });
  assert.is(inventory.hosts[0]!.vars.get('dns_enabled'), inventory.hosts[2]!.vars.get('dns_enabled'));
  assert.equal([...inventory.globals.keys()], ['dns_enabled']);
});

test('groups without hosts are read, too', () => {
  const { inventory, slugs } = normalize('g: { vars: { nameserver_enabled: false, other: 1 } }');
  assert.equal(slugs, ['renamed-parameter']);
  assert.equal(
    inventory.groups.get('g')!.vars.map((e) => e.key.text),
    ['dns_enabled', 'other'],
  );
});

test('the nearer scope wins, under whichever name', () => {
  const near = normalize(
    'all: { vars: { dns_enabled: true }, children: { g: { hosts: { h: { nameserver_enabled: false } } } } }',
  );
  assert.equal([near.slugs, near.vars('h')], [['renamed-parameter'], { dns_enabled: false }]);
  const far = normalize(
    'all: { vars: { nameserver_enabled: false }, children: { g: { hosts: { h: { dns_enabled: true } } } } }',
  );
  assert.equal([far.slugs, far.vars('h')], [['renamed-parameter'], { dns_enabled: true }]);
  assert.is(far.inventory.hosts[0]!.vars.get('dns_enabled')!.shadows?.origin.scope, 'all');
});

test('both names in one scope are an error, the present one counts', () => {
  for (const order of [
    'nameserver_enabled: false, dns_enabled: true',
    'dns_enabled: true, nameserver_enabled: false',
  ]) {
    const { slugs, vars } = normalize(`g: { vars: { ${order} }, hosts: { h: , i: } }`);
    assert.equal(
      [slugs.filter((s) => s !== 'renamed-parameter'), vars('h')],
      [['old-and-new-name'], { dns_enabled: true }],
    );
  }
});

test('removed parameters vanish and uncover nothing; values that do not carry over are left out', () => {
  const { slugs, vars } = normalize('g: { vars: { pg_dcs_type: etcd, vip_cidrmask: 24, x: 1 }, hosts: { h: } }');
  assert.equal([slugs, vars('h')], [['removed-parameter', 'rewrite-parameter'], { x: 1 }]);
});

test('values are mapped: switches that became modes, seconds that became a profile, off that YAML reads as false', () => {
  const { vars, slugs } = normalize(
    'g: { vars: { node_disable_firewall: true, vip_mode: l2, pg_rto: 30, patroni_watchdog_mode: off }, hosts: { h: } }',
  );
  assert.equal(vars('h'), {
    node_firewall_mode: 'off',
    pg_vip_enabled: true,
    pg_rto: 'norm',
    patroni_watchdog_mode: 'off',
  });
  assert.equal(slugs, ['renamed-parameter', 'renamed-parameter', 'old-value', 'old-value']);
});

test('fields of objects: renamed in place, moved up from a nested map, removed, given twice', () => {
  const { vars, slugs } = normalize(`
g:
  vars:
    pg_databases: [ { name: a, pool_max_db_conn: 9 }, { name: b, pool_reserve: 1, pool_size_reserve: 2 } ]
    pg_services: [ { name: s, src_port: 5435, check_method: options, haproxy: { maxconn: 100, balance: leastconn } } ]
  hosts: { h: }
`);
  assert.equal(vars('h'), {
    pg_databases: [
      { name: 'a', pool_connlimit: 9 },
      { name: 'b', pool_reserve: 1 },
    ],
    pg_services: [{ name: 's', port: 5435, maxconn: 100, balance: 'leastconn' }],
  });
  assert.equal(slugs, [
    'renamed-field',
    'old-and-new-name',
    'renamed-field',
    'removed-field',
    'renamed-field',
    'renamed-field',
  ]);
});

test('applying the fixes leaves nothing to report', () => {
  const text =
    'g: { vars: { nameserver_enabled: false, pg_rto: 30, pg_databases: [ { name: a, pool_max_db_conn: 9 } ] }, hosts: { h: } }';
  const fixes = normalize(text)
    .problems.map((p) => p.fix!)
    .sort((a, b) => b.span.start - a.span.start);
  const fixed = fixes.reduce((all, { span, text: to }) => all.slice(0, span.start) + to + all.slice(span.end), text);
  assert.equal(normalize(fixed).problems, []);
});

test.run();
