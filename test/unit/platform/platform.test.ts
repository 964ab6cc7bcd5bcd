import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PLATFORMS } from '../../../compiler/platform/index.ts';
import { debian13 } from '../../../compiler/platform/debian-13.ts';
import type { HostFacts } from '../../../compiler/platform/host-facts.ts';
import { osData, osIdentity } from '../../../compiler/platform/os.ts';
import { pigsty45 } from '../../../compiler/platform/pigsty-4.5.ts';
import type { Component, PlatformProfile } from '../../../compiler/platform/profile.ts';
import { etcdApi } from '../../../compiler/domain/etcd-api.ts';
import '../../package-text.ts';
import { PLAIN, testSite } from '../pgsql/site.ts';
import { stepsOf } from '../infra/fleet.ts';
import { infraEmitter } from '../../../emitters/infra/index.ts';
import { pgsqlEmitter } from '../../../emitters/pgsql/index.ts';

const DATA = 'compiler/platform/data';

test('every value of an operating system is read by somebody', () => {
  const sources = ['compiler', 'emitters']
    .flatMap((root) => readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name)))
    .filter((path) => path.endsWith('.ts') && path !== 'compiler/platform/os.ts')
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const names = new Set(
    readdirSync(DATA).flatMap((file) => Object.keys(JSON.parse(readFileSync(join(DATA, file), 'utf8')))),
  );
  assert.ok(names.size > 5);
  assert.equal(
    [...names].filter((name) => !new RegExp(`\\.${name}\\b`).test(sources)),
    [],
  );
});

test('packages that components ask for are those that the lists of the release have', () => {
  const releases = ['rocky 8.10', 'rocky 9.6', 'rocky 10.0', 'debian 12', 'debian 13', 'ubuntu 22.04', 'ubuntu 24.04'];
  const unknown = releases.flatMap((release) => {
    const [vendor, version] = release.split(' ') as [string, string];
    return (['x86_64', 'aarch64'] as const).flatMap((arch) => {
      const facts = { ...osIdentity(vendor, version), arch } as HostFacts;
      const data = osData(facts);
      const lists = [data.packages, data.packagesAarch64, data.nodePackages, data.infraPackages].flatMap(Object.values);
      const known = new Set(lists.flatMap((list: string) => list.replaceAll('$v', '18').split(/\s+/)));
      return (Object.keys(pigsty45.versions) as Component[])
        .flatMap((component) => pigsty45.packages(component, facts, 18))
        .filter((name) => !known.has(name))
        .map((name) => `${release} ${arch}: ${name}`);
    });
  });
  assert.equal(unknown, []);
});

test('everybody on a platform speaks the same version of the API of etcd', () => {
  assert.equal(
    PLATFORMS.map((platform) => [platform.name, etcdApi(platform)]),
    [
      ['pigsty-4.5', 'v3'],
      ['debian-13', 'v3'],
      ['debian-12', 'v2'],
    ],
  );
  const with_ = (versions: object): PlatformProfile => ({
    ...debian13,
    versions: { ...debian13.versions, ...versions },
  });
  assert.is(etcdApi(with_({ 'vip-manager': [1, 0, 2] })), 'v2');
  assert.is(etcdApi(with_({ patroni: [3, 0, 2] })), 'v2');
});

test('a component has packages, or it is missing', () => {
  for (const platform of PLATFORMS.slice(1)) {
    const { facts } = testSite([{ name: '10.10.10.10', groups: [], vars: {} }], {}, platform.name).hosts[0]!;
    for (const component of Object.keys(platform.versions) as (keyof typeof platform.versions)[]) {
      const names = platform.packages(component, facts, platform.pgMajors[0]!);
      assert.is(names.length === 0, platform.missing.includes(component), `${platform.name} ${component}`);
    }
  }
});

test('accounts that the configuration names are made, whoever packaged the program', () => {
  for (const [platform, nginx] of [
    ['pigsty-4.5', 'nginx'],
    ['debian-13', 'www-data'],
  ] as const) {
    const site = testSite(
      [{ name: '10.10.10.10', groups: ['infra'], vars: { infra_seq: 1 } }],
      { admin_ip: '10.10.10.10' },
      platform,
    );
    const users = stepsOf(site, site.hosts[0]!, [infraEmitter]).flatMap((step) =>
      step.kind === 'user' ? [step.name] : [],
    );
    for (const name of [nginx, 'dnsmasq', 'prometheus']) assert.ok(users.includes(name), `${platform}: ${name}`);
  }
});

test('PostgreSQL 14 gets a locale or the two categories, later ones what is written', () => {
  const created = (pg_version: number, database: object): string => {
    const site = testSite(
      [
        {
          name: '10.10.10.11',
          groups: ['pg-a'],
          vars: { pg_cluster: 'pg-a', pg_seq: 1, pg_role: 'primary', pg_version, pg_databases: [database] },
        },
      ],
      { admin_ip: '10.10.10.11' },
    );
    for (const step of pgsqlEmitter.plan(site, site.hosts[0]!))
      if (step.kind === 'file' && step.path.endsWith('/pg-db-app.sql')) {
        const text = step.render(PLAIN);
        const found = /CREATE DATABASE app[^\n]*?((?: (?:LOCALE|LC_COLLATE|LC_CTYPE) '+[^']*'+)+)/.exec(text);
        if (found !== null) return found[1]!.trim().replaceAll(/'+/g, "'");
      }
    return 'nothing created';
  };
  const both = { name: 'app', locale: 'C', lc_collate: 'C', lc_ctype: 'en_US.UTF-8' };
  assert.is(created(14, both), "LC_COLLATE 'C' LC_CTYPE 'en_US.UTF-8'");
  assert.is(created(14, { name: 'app', locale: 'C', lc_ctype: 'C.UTF-8' }), "LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'");
  assert.is(created(14, { name: 'app', locale: 'C' }), "LOCALE 'C'");
  assert.is(created(17, both), "LOCALE 'C' LC_COLLATE 'C' LC_CTYPE 'en_US.UTF-8'");
});

test.run();
