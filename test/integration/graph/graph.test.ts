import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileFiles } from '../../../compiler/compile.ts';
import { COLORS, INK, INK_ON_DARK, LINE_COLORS, PAPER, TEXT } from '../../../compiler/graph/kinds.ts';
import { gridSvg } from '../../../compiler/graph/grid.ts';
import { portalOf } from '../../../compiler/graph/boards.ts';
import { htmlText, svgText } from '../../../compiler/graph/page.ts';
import { dotText, mermaidText } from '../../../compiler/graph/text.ts';
import { topologyOf, type Topology } from '../../../compiler/graph/topology.ts';
import type { Site } from '../../../compiler/model/site.ts';
import { DASHBOARDS } from '../../../emitters/infra/grafana/dashboards/index.ts';
import { nodeHost } from '../../../compiler/host/host.ts';

const SCENARIOS = [
  'access-control',
  'citus',
  'customize-cluster',
  'declare-cluster',
  'declare-modules',
  'etcd',
  'minio',
  'redis',
  'reference',
];

async function siteOf(scenario: string): Promise<Site> {
  const modelled = await compileFiles(nodeHost(), { files: [`fixtures/ok/${scenario}/pigsty.yml`] }).modelled();
  return modelled!.site;
}

async function topology(scenario: string): Promise<Topology> {
  return topologyOf(await siteOf(scenario));
}

function arrows({ edges }: Topology, kind: string): readonly string[] {
  return edges.filter((edge) => edge.kind === kind).map(({ from, to }) => `${from} → ${to}`);
}

for (const scenario of SCENARIOS) {
  test(`${scenario}: ids are unique and no edge leads nowhere`, async () => {
    const { groups, edges } = await topology(scenario);
    const ids = groups.flatMap(({ nodes }) => nodes.map(({ id }) => id));
    assert.is(new Set(ids).size, ids.length);
    assert.equal(
      edges.filter(({ from, to }) => !ids.includes(from) || !ids.includes(to)),
      [],
    );
  });
}

test('the reference: replication, the leader’s address, backups and backup routes', async () => {
  const reference = await topology('reference');
  assert.equal(arrows(reference, 'replication'), [
    'pg-test-1 → pg-test-2',
    'pg-test-1 → pg-test-3',
    'redis-ms-1-6379 → redis-ms-1-6380',
  ]);
  assert.equal(arrows(reference, 'backup'), ['pg-test-1 → minio/minio-1']);
  assert.ok(arrows(reference, 'route').includes('vip/10.10.10.3 → pg-test-1'));
  assert.equal(
    arrows(reference, 'route').filter((arrow) => arrow.startsWith('service/pg-test-primary')),
    ['service/pg-test-primary → pg-test-1'],
  );
  assert.equal(
    arrows(reference, 'spare-route').filter((arrow) => arrow.startsWith('service/pg-test-primary')),
    ['service/pg-test-primary → pg-test-2', 'service/pg-test-primary → pg-test-3'],
  );
  assert.ok(arrows(reference, 'backup-route').includes('service/pg-test-standby → pg-test-1'));
});

test('a service leads to who passes its health check, as `services` tells it', async () => {
  const site = await siteOf('reference');
  const routes = (check: string): readonly string[] => {
    const pgClusters = site.pgClusters.map((cluster) => ({
      ...cluster,
      services: cluster.services.map((service) => (service.name === 'primary' ? { ...service, check } : service)),
    }));
    return arrows(topologyOf({ ...site, pgClusters }), 'route')
      .filter((arrow) => arrow.startsWith('service/pg-test-primary'))
      .map((arrow) => arrow.slice(-1));
  };
  assert.equal(routes('/primary'), ['1']);
  assert.equal(routes('/standby-leader?lag=1MB'), ['1']);
  assert.equal(routes('/quorum'), ['2', '3']);
  assert.equal(routes('/health'), ['1', '2', '3']);
});

test('sentinels watch, HAProxy services lead to their servers', async () => {
  assert.equal(
    arrows(await topology('redis'), 'monitor'),
    ['26379', '26380', '26381'].map((port) => `redis-meta-1-${port} → redis-ms-1-6379`),
  );
  assert.equal(
    arrows(await topology('minio'), 'route'),
    [1, 2, 3].map((n) => `haproxy/minio:9002 → minio/minio-${n}`),
  );
});

test('with many clusters the stores all share are named in the frames, so that nothing ties the clusters into one column', () => {
  const group = (id: string): Topology['groups'][number] => ({
    id,
    label: id,
    nodes: [{ id: `${id}-1`, kind: 'primary', lines: [id], host: undefined, facts: [] }],
  });
  const sites = (count: number): string => {
    const clusters = Array.from({ length: count }, (_, i) => group(`pg-${i}`));
    const shared = clusters.flatMap(({ nodes }) => [
      { from: nodes[0]!.id, to: 'etcd-1', kind: 'dcs', label: '' } as const,
      { from: nodes[0]!.id, to: 'minio-1', kind: 'backup', label: '' } as const,
    ]);
    return dotText({ groups: [...clusters, group('etcd'), group('minio')], edges: shared });
  };
  assert.is(sites(4).match(/ -> /g)!.length, 8);
  assert.not.match(sites(5), / -> /);
  assert.match(sites(5), /label="pg-4\\nbackups: minio"/);
});

test('frames read in the order of their names, from the left and from the top', async () => {
  const one = (name: string): Topology['groups'][number] => ({
    id: name,
    label: name,
    nodes: [{ id: `${name}/1`, kind: 'primary', lines: [name], host: undefined, facts: [] }],
  });
  for (const count of [2, 7, 11, 12, 16]) {
    const names = Array.from({ length: count }, (_, i) => `c${i + 1}`);
    const groups = [...names]
      .sort(() => 1)
      .reverse()
      .map(one);
    const svg = await svgText(dotText({ groups, edges: [] }));
    const places = [...svg.matchAll(/<title>cluster_(c\d+)<\/title>\s*<path[^>]* d="M([-\d.]+),([-\d.]+)/g)].map(
      (found) => ({
        name: found[1]!,
        x: Math.round(Number(found[2])),
        y: Math.round(Number(found[3]) / 20),
      }),
    );
    const read = places.sort((a, b) => a.y - b.y || a.x - b.x).map(({ name }) => name);
    assert.equal(read, names);
  }
});

test('texts and lines stand out from what is behind them', () => {
  for (const [name, fill] of Object.entries(COLORS)) assert.ok(contrast(TEXT, fill) >= 4.5, name);
  for (const [ink, paper] of [
    [INK, PAPER.light],
    [INK_ON_DARK, PAPER.dark],
  ] as const)
    assert.ok(contrast(ink, paper) >= 4.5, `${ink} on ${paper}: ${contrast(ink, paper)}`);
  for (const paper of Object.values(PAPER))
    for (const [name, color] of Object.entries(LINE_COLORS))
      assert.ok(contrast(color, paper) >= 3, `${name} on ${paper}: ${contrast(color, paper)}`);
});

/** As WCAG 2 measures it. */
function contrast(a: string, b: string): number {
  const luminance = (color: string): number => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

test('boxes and frames lead to dashboards that there are, by variables that these have', async () => {
  const site = await siteOf('reference');
  const all = topologyOf(site).groups.flatMap((group) => [group, ...group.nodes]);
  const without = all.filter(({ boards = [] }) => boards.length === 0).map(({ id }) => id);
  assert.equal(
    without.filter((id) => !/^haproxy|^addresses|^load-balancers/.test(id)),
    [],
  );
  for (const { id, boards = [] } of all)
    for (const [, path] of boards) {
      const { pathname, searchParams } = new URL(path, portalOf(site));
      const board = DASHBOARDS.find(({ uid }) => pathname === `/ui/d/${uid}`);
      const names = board?.variables.map(({ name }) => `var-${name}`);
      assert.equal([...searchParams.keys()], names, `${id}: ${path}`);
    }
});

test('links to dashboards are there where the portal has Grafana', async () => {
  const site = await siteOf('reference');
  assert.is(portalOf(site), 'http://i.pigsty');
  const { host, ...node } = site.infra[0]!;
  const infra = [{ ...node, host: { ...host, params: { ...host.params, grafanaEnabled: false } } }];
  assert.is(portalOf({ ...site, infra }), undefined);
  assert.match(htmlText(topologyOf(site), '', portalOf(site)), '/ui/d/pgsql-instance?var-ins=pg-test-1');
  assert.not.match(htmlText(topologyOf(site), ''), '/ui/d/');
});

test('names cannot break out of the texts', () => {
  const evil = '</script><b>"\\N"]';
  const one: Topology = {
    groups: [
      {
        id: 'g',
        label: evil,
        nodes: [{ id: evil, kind: 'infra', lines: [evil], host: undefined, facts: [['x', evil]] }],
      },
    ],
    edges: [],
  };
  assert.ok(dotText(one).includes('label="</script><b>\\"\\\\N\\"]"'));
  assert.not.match(mermaidText(one), /<b>|"\\N"/);
  assert.is(htmlText(one, gridSvg(one)).match(/<\/script>/g)!.length, 2);
  assert.not.match(gridSvg(one), /<b>/);
});

test('the drawing is the same twice, asks nobody for anything and holds no password', async () => {
  const reference = await topology('reference');
  const svg = await svgText(dotText(reference));
  assert.is(await svgText(dotText(await topology('reference'))), svg);
  // Graphviz writes a hyphen as a character reference.
  assert.match(svg.replaceAll('&#45;', '-'), /^<svg[^]*>pg-test-3<[^]*<\/svg>\s*$/);
  const page = htmlText(reference, svg);
  assert.equal(
    [...page.matchAll(/https?:\/\/[^"\s]+/g)]
      .map(([url]) => url)
      .filter((url) => !url.startsWith('http://www.w3.org/')),
    [],
  );
  for (const secret of ['Dba-Lw9rTq3s', 'Meta-7uq2VxRk', 'Redis-Vn3pXa9t']) assert.not.ok(page.includes(secret));
});

test.run();
