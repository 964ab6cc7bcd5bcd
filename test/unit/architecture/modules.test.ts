/** How many files outside of a module's own folders name it. The numbers may only fall: what all modules have is asked of their list. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MODULES } from '../../../emitters/modules.ts';

/** In how many files a module is named that could ask its `module.ts`. */
const NAMING: Readonly<Record<string, number>> = { minio: 10, redis: 15, etcd: 13, haproxy: 8 };

/** Files that rightly name modules, with the reason; how many of them name which is counted for itself. */
const RIGHTLY: readonly (readonly [
  reason: string,
  paths: readonly string[],
  named: Readonly<Record<string, number>>,
])[] = [
  [
    'Lists of modules: what they are, their emitters, what watches them, their rules',
    [
      'emitters/modules.ts',
      'emitters/watched.ts',
      'compiler/phases/7-plan/emitters.ts',
      'compiler/phases/5-check/check.ts',
    ],
    { minio: 4, redis: 4, etcd: 4, haproxy: 4 },
  ],
  [
    'Where software comes from: packages, repositories, paths and versions are facts about a platform',
    ['compiler/platform/', 'compiler/phases/5-check/rules/infra/infra.ts'],
    { minio: 4, redis: 14, etcd: 13, haproxy: 14 },
  ],
  [
    'Languages of other programs and of their files, which checks and emitters share',
    ['compiler/programs/', 'compiler/schema/', 'emitters/toolkit/quote/'],
    { minio: 2, redis: 6, haproxy: 6 },
  ],
  [
    'The typed model: a field of a site or a host for each module',
    ['compiler/model/', 'compiler/phases/6-model/'],
    { minio: 4, redis: 5, etcd: 4 },
  ],
  [
    'Text of inventories: what `init` and `add` write, the views of the tables, placeholders in values',
    ['compiler/init/', 'compiler/edit/add.ts', 'compiler/cmdb/views.sql', 'compiler/phases/4-resolve/places.ts'],
    { minio: 5, redis: 4, etcd: 5, haproxy: 1 },
  ],
  [
    'PostgreSQL: Patroni, vip-manager and patronictl log in to etcd and speak its API, HAProxy is told of its members',
    [
      'compiler/domain/etcd-api.ts',
      'compiler/domain/pgsql-cluster.ts',
      'compiler/domain/certificate.ts',
      'compiler/phases/5-check/rules/pgsql/',
      'emitters/pgsql/',
      'emitters/infra/env/',
    ],
    { etcd: 11, haproxy: 3 },
  ],
  [
    'HAProxy as the way to PostgreSQL, to addresses and to the pages of the portal',
    [
      'compiler/domain/remaining.ts',
      'compiler/phases/5-check/rules/services/',
      'compiler/review/access/',
      'compiler/review/services/',
      'compiler/cli/access-text.ts',
      'compiler/cli/commands/access.ts',
      'emitters/node/keepalived.ts',
      'emitters/node/security.ts',
      'emitters/node/templates/',
      'emitters/node/monitoring/',
      'emitters/infra/nginx/index.ts',
      'emitters/infra/templates/',
    ],
    { haproxy: 14 },
  ],
  ['Object stores as the place of backups', ['compiler/phases/5-check/rules/backup/'], { minio: 2, haproxy: 1 }],
  [
    'Hosts: stages by name, what serves clients, how the last member of a cluster leaves, what runs on a host that is adopted',
    ['emitters/host/', 'compiler/adopt/'],
    { minio: 2, redis: 2, etcd: 7, haproxy: 3 },
  ],
];

const isRightly = (path: string, paths: readonly string[]): boolean => paths.some((one) => path.startsWith(one));

const files = ['compiler', 'emitters'].flatMap((directory) =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.gen\./.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name)),
);

/** Its folder, its rules, its part of the model, and pages of diagnostics. */
function isOwn(module: string, path: string): boolean {
  return (
    path.startsWith(`emitters/${module}/`) ||
    path.startsWith(`compiler/phases/5-check/rules/${module}/`) ||
    path === `compiler/phases/6-model/${module}.ts` ||
    path.startsWith('compiler/diagnostics/messages/')
  );
}

const texts = new Map(files.map((path) => [path, readFileSync(path, 'utf8').toLowerCase()]));

/** Files of others that name a module. */
function naming(module: string): readonly string[] {
  return files.filter((path) => !isOwn(module, path) && texts.get(path)!.includes(module));
}

for (const [module, most] of Object.entries(NAMING))
  test(`${module} is named by ${most} files of others, and by no more`, () => {
    assert.ok(MODULES.some(({ name }) => name === module));
    const named = naming(module).filter((path) => !RIGHTLY.some(([, paths]) => isRightly(path, paths)));
    assert.is(named.length, most, named.join('\n'));
  });

for (const [reason, paths, counts] of RIGHTLY)
  test(reason, () => {
    const found = Object.keys(NAMING).map((module) => [
      module,
      naming(module).filter((path) => isRightly(path, paths)).length,
    ]);
    assert.equal(Object.fromEntries(found.filter(([, count]) => count !== 0)), counts);
  });

test('a module is in the list once, and its folder has its name', () => {
  const names = MODULES.map(({ name }) => name);
  assert.is(new Set(names).size, names.length);
  const folders = readdirSync('emitters', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const modules = folders.map(({ name }) => name).filter((name) => name !== 'host' && name !== 'toolkit');
  assert.equal([...names].sort(), modules.sort());
});

test.run();
