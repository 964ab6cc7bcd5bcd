/** Small sites for tests, made by the real model builder from plain variables per host. */
import { buildSite, type FactsFile } from '../../../compiler/phases/6-model/build-site.ts';
import type { Inventory, InventoryHost } from '../../../compiler/phases/2-merge/inventory.ts';
import type { Site } from '../../../compiler/model/site.ts';
import type { Secret, SecretSink } from '../../../compiler/model/secret.ts';
import { platformByName } from '../../../compiler/platform/index.ts';
import { SourceFile, type Node, type ScalarNode, type Span } from '../../../compiler/source/node.ts';
import type { Traced } from '../../../compiler/source/traced.ts';

const SPAN: Span = { file: new SourceFile('test.yml', ''), start: 0, end: 0 };

function nodeOf(value: unknown): Node {
  if (Array.isArray(value)) return { kind: 'seq', items: value.map(nodeOf), span: SPAN };
  if (typeof value === 'object' && value !== null) {
    return {
      kind: 'map',
      entries: Object.entries(value).map(([key, item]) => ({ key: nodeOf(key) as ScalarNode, value: nodeOf(item) })),
      span: SPAN,
    };
  }
  const scalar = value as ScalarNode['value'];
  return {
    kind: 'scalar',
    value: scalar,
    text: String(scalar),
    style: typeof scalar === 'string' ? 'double' : 'plain',
    span: SPAN,
  };
}

export interface TestHost {
  readonly name: string;
  readonly groups: readonly string[];
  readonly vars: Readonly<Record<string, unknown>>;
  readonly facts?: Partial<FactsFile> | undefined;
}

/** A site of these hosts; every host has 4 CPUs, 16 GiB of memory and a 100 GiB disk unless its facts say otherwise. */
export function testSite(
  hosts: readonly TestHost[],
  globals: Readonly<Record<string, unknown>> = {},
  platform = 'pigsty-4.5',
): Site {
  const facts = new Map(
    hosts.map((host): [string, FactsFile] => [
      host.name,
      {
        cpu: 4,
        memoryMib: 16384,
        diskGib: 100,
        os: { vendor: 'debian', version: '12' },
        arch: 'x86_64',
        ...host.facts,
      },
    ]),
  );
  const inventory: Inventory = {
    hosts: hosts.map((host) => inventoryHost(host, globals)),
    groups: new Map(),
    globals: new Map(),
  };
  const [site] = buildSite(inventory, { platform: platformByName(platform)!, facts });
  return site;
}

function inventoryHost(host: TestHost, globals: Readonly<Record<string, unknown>>): InventoryHost {
  const vars = new Map<string, Traced>();
  for (const [name, value] of Object.entries({ ...globals, ...host.vars })) {
    vars.set(name, { name, node: nodeOf(value), origin: { scope: 'host', name: host.name } });
  }
  return { name: host.name, key: nodeOf(host.name) as ScalarNode, groups: host.groups, vars };
}

/** Infra and etcd on 10.10.10.10, a three member cluster `pg-test` on .11 to .13. */
export function threeMembers(vars: Readonly<Record<string, unknown>> = {}, platform = 'pigsty-4.5'): Site {
  const member = (last: number, seq: number, role: string): TestHost => ({
    name: `10.10.10.${last}`,
    groups: ['pg-test'],
    vars: { pg_cluster: 'pg-test', pg_seq: seq, pg_role: role, ...vars },
  });
  return testSite(
    [
      { name: '10.10.10.10', groups: ['infra', 'etcd'], vars: { infra_seq: 1, etcd_seq: 1 } },
      member(11, 1, 'primary'),
      member(12, 2, 'replica'),
      member(13, 3, 'offline'),
    ],
    { admin_ip: '10.10.10.10' },
    platform,
  );
}

/** Writes real values; derived values are computed. */
export const PLAIN: SecretSink = {
  reveal: (secret: Secret) => secret.expose(),
  derive: (secret, _name, compute) => compute(secret.expose()),
  scram: (secret, cluster, user) =>
    secret.expose().startsWith('SCRAM-SHA-256$')
      ? secret.expose()
      : `SCRAM-SHA-256$4096:${cluster}.${user}$stored:server`,
};

/** Writes markers, as the reviewable twin does. */
export const MARKERS: SecretSink = {
  reveal: (secret) => `<secret:${secret.name}>`,
  derive: (secret, name) => `<secret:${secret.name}.${name}>`,
  scram: (secret) => `<secret:${secret.name}.scram>`,
};
