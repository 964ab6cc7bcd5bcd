/** Service accounts of live servers plant links wherever they can; check, diff, apply and rollback give them nothing. */
import * as assert from 'uvu/assert';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { address, type HostName } from './support/lab.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, run } = scenario('hostile', ['h10', 'h11']);
const inventory = readFileSync(join(import.meta.dirname, 'inventories/hostile.yml'), 'utf8');

/** Owner, mode, link and content of all that root has where a link might lead. */
const AUDIT =
  "find /etc /root /usr/local /var/spool /var/lib/pigstyc/installed /home -xdev ! -path '/etc/mtab' ! -path " +
  "'/etc/ssl/*' -printf '%p %u:%g %m %l\\n' | sort; find /etc /root -xdev -type f -exec sha256sum {} + | sort " +
  '-k2';
const audit = (host: HostName): string => lab.exec(host, ['sh', '-c', AUDIT], 120).stdout;

/** The accounts of everything that runs there and is not root's. */
function accounts(host: HostName): readonly string[] {
  const running = lab.exec(host, ['sh', '-c', 'ps -eo user:32= | sort -u']).stdout.split('\n');
  return running
    .map((name) => name.trim())
    .filter((name) => !['', 'root', 'dba', 'messagebus', 'polkitd'].includes(name));
}

/** What is no path of the plan, but lies where an account may replace it. */
const BESIDES =
  '/pg/conf/*.yml /pg/conf/pgsodium.key /pg/tmp/*.sql /pg/bin/* /pg/dummy /pg/data/postgresql.auto.conf ' +
  '/data/redis/*/dump.rdb ~/.psqlrc ~/.pgpass';

/** As the account: every path of the plan in a directory of its own becomes a link to /etc/shadow. How many did. */
function plant(host: HostName, account: string): number {
  const manifest = `/var/lib/pigstyc/bundle/${address(host)}/manifest.tsv`;
  const paths = lab.exec(host, ['sh', '-c', `grep -v '^#' ${manifest} | cut -f3 | sort -u`]).stdout.split('\n');
  const program = `cd /; n=0
    for path in ${BESIDES} ${paths
      .filter((path) => path !== '')
      .map((path) => `'${path}'`)
      .join(' ')}; do
      [ -e "$path" ] || [ -L "$path" ] || continue
      [ -d "$path" ] && [ ! -L "$path" ] && continue
      ln -sfn /etc/shadow "$path.new" 2>/dev/null && mv -fT "$path.new" "$path" 2>/dev/null && n=$((n + 1))
    done; echo "$n"`;
  return Number(lab.exec(host, ['runuser', '-u', account, '--', 'bash', '-c', program]).stdout);
}

step('deploys', () => {
  lab.build(inventory);
  const made = lab.make('deploy');
  assert.is(made.code, 0, made.output);
  assert.is(lab.exec('h11', ['sh', '-c', 'ls -d /home/dba/.pigstyc/*/sealed 2>/dev/null']).stdout, '');
  assert.is(lab.exec('h11', ['stat', '-c', '%U %a', '/var/lib/pigstyc/bundle']).stdout, 'root 700\n');
});

step('links in the place of files, by every account that runs something', () => {
  for (const host of ['h10', 'h11'] as const) {
    const before = audit(host);
    const planted = new Map<string, number>();
    for (const options of [['--check'], ['--diff'], []]) {
      for (const account of accounts(host)) planted.set(account, plant(host, account));
      const done = lab.apply(host, ...options);
      assert.ok(done.code === 0 || done.code === 2, done.output);
      assert.not.match(done.output, /root:[*!$]/);
      assert.is(audit(host), before, `${host} ${options.join(' ')}`);
    }
    console.log(host, Object.fromEntries(planted));
    if (host === 'h11')
      for (const account of ['postgres', 'redis']) assert.ok((planted.get(account) ?? 0) > 0, account);
    assert.is(lab.apply(host, '--check').code, 0, host);
  }
});

step('and while a change is taken back', () => {
  const before = audit('h11');
  lab.build(inventory.replace('tiny.yml', 'tiny.yml\n        pg_parameters: { log_min_duration_statement: 700 }'));
  const changed = lab.make('deploy');
  assert.is(changed.code, 0, changed.output);
  for (const account of accounts('h11')) plant('h11', account);
  const back = lab.apply('h11', '--rollback');
  // It puts back what that run replaced. What accounts have broken besides may stop it, and is repaired by the next run.
  assert.ok(back.code === 0 || back.code === 1, back.output);
  assert.not.match(changed.output + back.output, /root:[*!$]/);
  lab.build(inventory);
  assert.is(lab.make('deploy').code, 0);
  assert.is(audit('h11'), before);
});

step('links in the place of directories', () => {
  const before = audit('h11');
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
    assert.is(audit('h11'), before, directory);
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
