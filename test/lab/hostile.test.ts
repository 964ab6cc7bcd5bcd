/** Service accounts of live servers plant links wherever they can; check, diff, apply and rollback give them nothing. */
import * as assert from 'uvu/assert';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { scenario } from './support/scenario.ts';

const { lab, step, run } = scenario('hostile', ['h10', 'h11']);
const inventory = readFileSync(join(import.meta.dirname, 'inventories/hostile.yml'), 'utf8');

/** Owner, mode, link and content of all that root has where a link might lead. */
const AUDIT =
  "find /etc /root /usr/local /var/spool /var/lib/pigstyc/installed /home -xdev ! -path '/etc/mtab' ! -path '/etc/ssl/*' -printf '%p %u:%g %m %l\\n' | sort; find /etc /root -xdev -type f -exec sha256sum {} + | sort -k2";
const audit = (): string => lab.exec('h11', ['sh', '-c', AUDIT], 120).stdout;

/** As the account: every file in a directory of its own becomes a link to /etc/shadow; `directories` also moves directories. */
const plant = (account: string, places: string): void => {
  lab.exec('h11', [
    'runuser',
    '-u',
    account,
    '--',
    'bash',
    '-c',
    `cd /; for path in ${places}; do [ -e "$path" ] || [ -L "$path" ] || continue; ln -sfn /etc/shadow "$path.new" && mv -fT "$path.new" "$path"; done; true`,
  ]);
};
const PLANTS: readonly (readonly [account: string, places: string])[] = [
  [
    'postgres',
    '/pg/conf/*.yml /pg/conf/pgsodium.key /pg/tmp/*.sql /pg/bin/* /pg/dummy /pg/data/postgresql.auto.conf ~/.psqlrc ~/.pgpass',
  ],
  ['redis', '/data/redis/*/dump.rdb'],
];

step('deploys', () => {
  lab.build(inventory);
  const made = lab.make('deploy');
  assert.is(made.code, 0, made.output);
  assert.is(lab.exec('h11', ['sh', '-c', 'ls -d /home/dba/.pigstyc/*/sealed 2>/dev/null']).stdout, '');
  assert.is(lab.exec('h11', ['stat', '-c', '%U %a', '/var/lib/pigstyc/bundle']).stdout, 'root 700\n');
});

step('links in the place of files', () => {
  const before = audit();
  for (const options of [['--check'], ['--diff'], []]) {
    for (const [account, places] of PLANTS) plant(account, places);
    const done = lab.apply('h11', ...options);
    assert.ok(done.code === 0 || done.code === 2, done.output);
    assert.not.match(done.output, /root:[*!$]/);
    assert.is(audit(), before, options.join(' '));
  }
  assert.is(lab.apply('h11', '--check').code, 0);
});

step('links in the place of directories', () => {
  const before = audit();
  for (const [account, directory, stage] of [
    ['postgres', '/pg/spool', 'pgsql'],
    ['postgres', '/pg/tmp', 'pgsql'],
    ['redis', '/data/redis/redis-lab-1-6379', 'redis'],
  ] as const) {
    const as = (text: string): void =>
      void lab.exec('h11', ['runuser', '-u', account, '--', 'sh', '-c', text.replaceAll('DIR', directory)]);
    as('mv DIR DIR.aside && ln -s /etc DIR');
    const done = lab.apply('h11', '--stage', stage);
    assert.is(done.code, 1, done.output);
    assert.match(done.output, `/${basename(directory)} is a link to /etc that belongs to ${account}`);
    assert.is(audit(), before, directory);
    as('rm DIR && mv DIR.aside DIR');
  }
  assert.is(lab.apply('h11', '--check').code, 0);
});

step('nothing of /pg is root’s to run', () => {
  lab.exec('h11', [
    'runuser',
    '-u',
    'postgres',
    '--',
    'sh',
    '-c',
    "printf '#!/bin/sh\\nid >/tmp/pwned\\n' >/pg/bin/ls; chmod 755 /pg/bin/ls",
  ]);
  lab.exec('h11', ['runuser', '-u', 'postgres', '--', 'sh', '-c', "echo 'id >/tmp/pwned' >/pg/conf/instance.env"]);
  lab.exec('h11', ['bash', '-lc', 'ls /']);
  lab.apply('h11', '--check');
  lab.exec('h11', ['/usr/libexec/pigstyc/pg-backup', 'full'], 300);
  assert.is.not(lab.exec('h11', ['test', '-e', '/tmp/pwned']).code, 0);
});

run();
