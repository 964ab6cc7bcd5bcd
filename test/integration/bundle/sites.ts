/** A small site on the disk, built as the program builds it, and a look at which hosts a build has read. */
import { chmodSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Built, BuildRequest } from '../../../compiler/build/build.ts';
import { compileFiles } from '../../../compiler/compile.ts';
import { directBulk, nodeHost, type Host as System } from '../../../compiler/host/host.ts';
import { filesBelow } from '../../support/golden.ts';
import '../../package-text.ts';

export const HOSTS = ['10.0.0.1', '10.0.0.2', '10.0.0.5', '10.0.0.6', '10.0.0.7'];

export interface Choices {
  readonly zone?: string;
  readonly password?: string;
  readonly workMem?: number;
  readonly etcdPort?: number;
  readonly more?: string;
  /** The clusters of PostgreSQL in another order. */
  readonly turned?: boolean;
  readonly ofSecond?: string;
}

/** Monitoring with etcd, a Redis node, two clusters of PostgreSQL, a host with nothing. */
export function inventory({ zone = 'UTC', password = 'First.Secret-1', workMem = 8, ...rest }: Choices = {}): string {
  const { etcdPort = 2379, more = '', ofSecond = '', turned = false } = rest;
  const clusters = [
    `pg-a: { hosts: { 10.0.0.5: { pg_seq: 1, pg_role: primary } }, vars: { pg_cluster: pg-a, pg_parameters: { work_mem: ${workMem}MB } } }`,
    `pg-b: { hosts: { 10.0.0.6: { pg_seq: 1, pg_role: primary } }, vars: { pg_cluster: pg-b, pg_users: [{ name: report, \
password: ${password} }]${ofSecond} } }`,
  ];
  return `all:
  children:
    infra: { hosts: { 10.0.0.1: { infra_seq: 1 } } }
    etcd: { hosts: { 10.0.0.1: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd, etcd_port: ${etcdPort} } }
    redis-a: { hosts: { 10.0.0.2: { redis_node: 1, redis_instances: { 6379: {} } } }, vars: { redis_cluster: redis-a, \
redis_password: ${password} } }
    ${(turned ? clusters.toReversed() : clusters).join('\n    ')}
    other: { hosts: { 10.0.0.7: {} } }
  vars: { admin_ip: 10.0.0.1, node_timezone: ${zone}${more} }
`;
}

export interface How extends Partial<BuildRequest> {
  readonly out?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly now?: number;
  readonly platform?: string;
  readonly system?: System;
}

export interface Done extends Built {
  /** Hosts of which files of the bundle were read: those that were rendered. */
  readonly read: readonly string[];
}

/** Builds `dir/pigsty.yml` as the program does. */
export async function build(dir: string, how: How = {}): Promise<Done> {
  const { out = 'out', env = {}, now, platform, system = nodeHost(), ...request } = how;
  const read = new Set<string>();
  const watched: System = {
    ...system,
    env,
    now: now === undefined ? () => system.now() : () => now,
    readFile: (path) => {
      const host = /\/hosts\/([^/]+)\/(?!apply\.sh|manifest\.tsv)/.exec(path)?.[1];
      if (host !== undefined) read.add(host);
      return system.readFile(path);
    },
  };
  const compilation = compileFiles(watched, { files: [join(dir, 'pigsty.yml')], platform, demo: true });
  const outDir = join(dir, out);
  const built = await compilation.bundled(watched, { version: '1', program: 'a', outDir, ...request });
  return { ...built, read: [...read].sort() };
}

/** The same, which must succeed. */
export async function built(dir: string, how: How = {}): Promise<Done> {
  const done = await build(dir, how);
  assert.ok(done.bundle, done.diagnostics.map(({ message }) => message).join('\n'));
  return done;
}

/** Path → mode and content of a bundle. */
export function content(dir: string, out = 'out'): ReadonlyMap<string, string> {
  return new Map(
    filesBelow(join(dir, out))
      .toSorted()
      .map((path) => {
        const at = join(dir, out, path);
        return [path, `${(lstatSync(at).mode & 0o7777).toString(8)} ${readFileSync(at, 'latin1')}`];
      }),
  );
}

/** A bundle that is built where there was none is the same, to the bit. */
export async function assertAsFresh(dir: string, how: How = {}): Promise<void> {
  rmSync(join(dir, 'fresh'), { recursive: true, force: true });
  await built(dir, { ...how, out: 'fresh', program: undefined });
  const [now, fresh] = [content(dir), content(dir, 'fresh')];
  assert.equal([...now.keys()], [...fresh.keys()]);
  for (const [path, text] of fresh) assert.is(now.get(path), text, path);
}

export function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

/** A system that does nothing more after so many changes, as if the process had been killed. */
export function dying(changes: number): System {
  const real = nodeHost();
  let left = changes;
  const alive =
    <A extends readonly unknown[]>(change: (...args: A) => void) =>
    (...args: A): void => {
      if (left-- <= 0) throw new Error('killed');
      change(...args);
    };
  const system: System = {
    ...real,
    lock: () => ({ isHeld: () => true, release: () => undefined }),
    writeFile: alive(real.writeFile),
    rename: alive(real.rename),
    remove: alive(real.remove),
    mkdir: alive(real.mkdir),
    bulk: () => directBulk(system),
  };
  return system;
}
