/** Bundles of scenarios as a generation's hosts get them. */
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { run } from '../node/checker.ts';

/** Scenarios of fixtures/ok, and one with what they have not. */
export const SCENARIOS: readonly string[] = ['reference', 'site', ...others()];

function others(): readonly string[] {
  return readdirSync('fixtures/ok')
    .sort()
    .filter((name) => name !== 'reference');
}

/** The directory of a scenario's hosts, built once for a platform with the PostgreSQL it has. */
export function hostsOf(scenario: string, platform: string, scratch: string): string {
  const dir = join(scratch, `${scenario}-${platform}`);
  if (existsSync(dir)) return join(dir, 'out/hosts');
  const text =
    scenario === 'site'
      ? readFileSync('test/native/generations/site.yml', 'utf8')
      : readFileSync(join('fixtures/ok', scenario, 'pigsty.yml'), 'utf8').replace(/^ *pg_version: \d+\n/m, '');
  if (scenario !== 'site') cpSync(join('fixtures/ok', scenario), dir, { recursive: true });
  return build(text, platform, dir);
}

/** Builds an inventory in a directory of its own; the directory of its hosts. */
export function build(inventory: string, platform: string, dir: string): string {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, 'pigsty.yml');
  writeFileSync(path, inventory);
  const words = ['build', '--demo', path, '-o', join(dir, 'out'), '--platform', platform, '--format', 'compact'];
  const result = run([process.execPath, 'dist/pigstyc.cjs', ...words], { seconds: 120 });
  assert.is(result.code, 0, result.output);
  return join(dir, 'out/hosts');
}

/** Paths that a host gets. */
export function pathsOf(bundle: string): readonly string[] {
  return readFileSync(join(bundle, 'manifest.tsv'), 'utf8')
    .split('\n')
    .slice(1)
    .flatMap((line) => line.split('\t')[2] ?? []);
}

/** A cluster of one member for each server and template; addresses count from 10.10.10.11 on. */
export function clusters(variants: readonly { readonly major: number; readonly template: string }[]): string {
  const groups = variants.map(
    ({ major, template }, at) =>
      `    pg-${at}:\n      hosts: { ${addressOf(at)}: { pg_seq: 1, pg_role: primary } }\n` +
      `      vars: { pg_cluster: pg-${at}, pg_version: ${major}, pg_conf: ${template}.yml }\n`,
  );
  const etcd = '    etcd: { hosts: { 10.10.10.10: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }\n';
  return `all:\n  children:\n${etcd}${groups.join('')}  vars: { version: v4.5.0, admin_ip: 10.10.10.10, region: default }\n`;
}

export const addressOf = (at: number): string => `10.10.10.${11 + at}`;
