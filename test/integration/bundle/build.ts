import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeHost, type Host as System } from '../../../compiler/host/host.ts';
import { Secret } from '../../../compiler/model/secret.ts';
import type { Host, Site } from '../../../compiler/model/site.ts';
import { emitHost } from '../../../compiler/phases/8-emit/emit.ts';
import { openOutput } from '../../../compiler/phases/9-bundle/output.ts';
import { writeBundle, type BundleResult } from '../../../compiler/phases/9-bundle/write-bundle.ts';
import { LocalKey } from '../../../compiler/secrets/local-key.ts';
import { SealedSink, TwinSink } from '../../../compiler/secrets/sinks.ts';
import type { Step } from '../../../emitters/api.ts';
import type { Stage } from '../../../emitters/modules.ts';
import '../../package-text.ts';

const INSTANCE = '/etc/pigstyc/instance.env';
const KEY = new LocalKey(Buffer.alloc(32));

export function host(name: string): Host {
  return {
    name,
    address: name,
    nodename: `n-${name}`,
    params: { nodeRepoModules: '' },
    facts: { osFamily: 'deb', osVendor: 'debian', osVersion: '12', source: 'assumed' },
  } as unknown as Host;
}

export const HOSTS = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map(host);

export function site(hosts: readonly Host[] = HOSTS): Site {
  const instances = (list: readonly Host[]): unknown[] => list.map((member) => ({ host: member }));
  return {
    hosts,
    hostByName: new Map(hosts.map((member) => [member.name, member])),
    etcd: { name: 'etcd', members: instances(hosts.slice(0, 3)) },
    infra: instances(hosts.slice(0, 1)),
    minioClusters: [],
    redisClusters: [],
    pgClusters: [
      {
        name: 'pg-standby',
        scope: 'pg-standby',
        members: instances(hosts.slice(1, 2)),
        upstream: { cluster: 'pg-main' },
      },
      { name: 'pg-main', scope: 'pg-main', members: instances(hosts.slice(0, 1)), upstream: undefined },
    ],
  } as unknown as Site;
}

export interface Options {
  readonly hosts?: readonly Host[];
  readonly selected?: readonly Host[];
  readonly files?: readonly string[];
  readonly system?: System;
  /** Last word of every file. */
  readonly word?: string;
  /** Stages that hosts have beside `node`. */
  readonly stages?: Readonly<Record<string, readonly Stage[]>>;
  /** The host whose instance is a primary. */
  readonly primary?: string;
  /** The cluster of all instances. */
  readonly cluster?: string;
}

/** A bundle of small files: the real writer over a made-up site. */
export function build(
  out: string,
  {
    hosts = HOSTS,
    selected,
    files = ['/etc/a.conf', '/etc/b.conf'],
    system = nodeHost(),
    word = '',
    stages = {},
    primary,
    cluster = 'pg-main',
  }: Options = {},
): BundleResult {
  const textOf = (path: string, name: string): string =>
    path === INSTANCE
      ? `PG_SCOPE=${cluster}\nPG_ROLE=${primary === name ? 'primary' : 'replica'}\n`
      : `host ${name} ${word}\n`;
  const secret = new Secret('some_password', 'hunter2');
  const rendered = (selected ?? hosts).map((member) => {
    const file = (stage: Stage, path: string): Step => ({
      kind: 'file',
      stage,
      path,
      owner: 'root',
      group: 'root',
      mode: 0o640,
      effects: [],
      source: 'test/x',
      render: (secrets) =>
        path.includes('secret') ? `password=${secrets.reveal(secret)} ${word}\n` : textOf(path, member.name),
    });
    const steps = [
      ...files.map((path) => file('node', path)),
      ...(stages[member.name] ?? []).map((stage) => file(stage, stage === 'pgsql' ? INSTANCE : `/etc/${stage}.conf`)),
    ];
    return emitHost({ host: member, steps }, { sealed: new SealedSink(KEY), twin: new TwinSink(KEY) }, () => ({
      span: undefined,
      name: 'a value',
    }))[0];
  });
  const [output, diagnostics] = openOutput(system, out, []);
  if (output === undefined)
    return { written: [], unchanged: 0, removed: [], diagnostics, hosts: [], former: [], staged: 0 };
  try {
    return writeBundle(output, {
      version: '1',
      site: site(hosts),
      rendered,
      limited: selected !== undefined,
      drawings: [],
      failed: () => false,
    });
  } finally {
    output.close();
  }
}

/** Path → text of every file below a directory. */
export function tree(out: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [path.slice(out.length + 1), readFileSync(path, 'utf8')] as const;
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
