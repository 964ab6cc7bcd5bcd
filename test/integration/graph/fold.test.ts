/** Drawings of more members than a screen has room for. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileFiles } from '../../../compiler/compile.ts';
import { drawingOf } from '../../../compiler/graph/draw.ts';
import { folded, limited } from '../../../compiler/graph/fold.ts';
import { gridSvg } from '../../../compiler/graph/grid.ts';
import { htmlText } from '../../../compiler/graph/page.ts';
import { topologyOf, type Topology } from '../../../compiler/graph/topology.ts';
import { nodeHost } from '../../../compiler/host/host.ts';

async function topology(scenario: string): Promise<Topology> {
  const modelled = await compileFiles(nodeHost(), { files: [`fixtures/ok/${scenario}/pigsty.yml`] }).modelled();
  return topologyOf(modelled!.site);
}

test('boxes for clusters, in frames by what they are or by a variable of their hosts', async () => {
  const reference = await topology('reference');
  const boxes = (found: Topology): readonly unknown[] =>
    found.groups.map(({ label, nodes }) => [label, nodes.map(({ lines }) => lines.join(': '))]);
  assert.equal(boxes(folded(reference)), [
    ['etcd', ['etcd: 3 members']],
    ['infra', ['infra: 1 member']],
    ['MinIO', ['MinIO: 1 member']],
    ['PostgreSQL', ['pg-meta: 1 member', 'pg-test: 3 members']],
    ['Redis', ['Redis redis-ms, standalone: 2 members']],
  ]);
  const halves = folded(reference, (host) => (host === '10.10.10.12' ? 'east' : 'west'));
  assert.equal(boxes(halves)[0], ['east', ['etcd: 1 of 3 members', 'pg-test: 1 of 3 members']]);
  assert.equal(halves.edges, [], 'parts of a cluster have its name');
  const ids = halves.groups.flatMap(({ nodes }) => nodes.map(({ id }) => id));
  assert.is(new Set(ids).size, ids.length);
  assert.ok(
    reference.groups
      .flatMap(({ nodes }) => nodes)
      .every(({ lines }) => JSON.stringify(halves).includes(JSON.stringify(lines[0]).slice(1, -1))),
    'every member is found in the facts of its box',
  );
});

test('lines between clusters are kept when they are folded', () => {
  const edges = [
    { from: 'a-1', to: 'b-1', kind: 'upstream', label: 'standby cluster' },
    { from: 'a-1', to: 'a-2', kind: 'replication', label: '' },
  ] as const;
  const node = (id: string): Topology['groups'][number]['nodes'][number] => ({
    id,
    kind: 'primary',
    lines: [id],
    host: id,
    facts: [],
  });
  const groups = [
    { id: 'a', label: 'a', nodes: [node('a-1'), node('a-2')] },
    { id: 'b', label: 'b', nodes: [node('b-1')] },
  ];
  const found = folded({ groups, edges });
  assert.equal(found.edges, [{ from: 'a', to: 'b', kind: 'upstream', label: '' }]);
  assert.match(gridSvg(found), /class="edge"/);
});

test('a limit keeps its hosts and what leads to them', async () => {
  const found = limited(await topology('reference'), (host) => host === '10.10.10.12');
  const ids = found.groups.flatMap(({ nodes }) => nodes.map(({ id }) => id));
  assert.ok(ids.includes('pg-test-2') && ids.includes('service/pg-test-replica') && ids.includes('etcd-3'));
  assert.not.ok(ids.includes('pg-test-1') || ids.includes('service/pg-meta-primary'));
  assert.ok(found.edges.every(({ from, to }) => ids.includes(from) && ids.includes(to)));
});

test('a large site is folded, in a page that stays small', async () => {
  const groups = Array.from({ length: 1000 }, (_, i): Topology['groups'][number] => ({
    id: `pg-c${i}`,
    label: `c${i}`,
    nodes: [1, 2, 3].map((n) => ({
      id: `c${i}-${n}`,
      kind: 'replica',
      lines: [`c${i}-${n}`, '10.0.0.1'],
      host: `h${i}-${n}`,
      facts: [],
    })),
  }));
  const { topology: drawn, svg } = drawingOf({ groups, edges: [] });
  const page = htmlText(drawn, await svg());
  assert.is(page.match(/class="node"/g)!.length, 1000);
  assert.ok(page.length < 700_000, String(page.length));
  assert.is(drawingOf({ groups: groups.slice(0, 10), edges: [] }).topology.groups.length, 10);
});

test.run();
