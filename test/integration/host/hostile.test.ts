/** A service account that plants links and files wherever it can gains nothing: nothing of root's changes, moves to it or is shown. */
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chosen } from '../../support/share.ts';
import type { Outcome } from './harness.ts';
import { accounts, CANARY, HostileHost, homeOf, stepsOf, type Account } from './hostile.ts';

const test = suite('hostile service accounts');
const ALL = accounts();

/** A host that has converged, and nothing strange on it yet. */
function converged(only: readonly Account[] = ALL!): HostileHost {
  const box = new HostileHost(only);
  box.plan('1');
  const run = box.apply();
  assert.is(run.code, 0, run.error);
  return box;
}

const shown = ({ output, error }: Outcome): string => output + error;

const PLANTS = [
  ['a link to a file of root', '/etc/shadow'],
  ['a link to a directory of root', '/etc/cron.d'],
  ['a link to nothing, where root could make it', '/etc/new-by-root'],
  ['a file of its own', undefined],
] as const;

if (ALL === undefined) {
  test('needs root and other accounts', () => console.log('skipped: not root'));
} else {
  for (const [what, target] of chosen(PLANTS)) {
    test(`${what} at every path of a file, through check, diff, apply and rollback`, () => {
      // All of them once; the other plants differ in nothing that depends on the account.
      const hostile = target === '/etc/shadow' ? ALL : ALL.filter(({ service }) => service === 'postgres');
      const box = converged(hostile);
      try {
        const before = box.audit();
        const plant = (): void => {
          for (const account of hostile) {
            for (const path of box.replaceable(account)) {
              if (box.isDirectory(path)) continue;
              if (target === undefined) box.plantFile(account, path);
              else box.plantLink(account, path, target);
            }
          }
        };
        box.plan('2');
        for (const options of [['--check'], ['--diff'], [], ['--rollback'], []] as const) {
          plant();
          const run = box.apply(...options);
          assert.ok(run.code === 0 || (options[0] !== undefined && run.code === 2), shown(run));
          assert.not.match(shown(run), CANARY);
          assert.is(box.audit(), before, options.join(' '));
          assert.equal(box.leaks(), []);
        }
        const last = box.apply('--check');
        assert.is(last.code, 0, shown(last));
      } finally {
        box.close();
      }
    });
  }

  test('a file that is partly its own and leads to a file of root stops the run', () => {
    const [account] = ALL.filter(({ service }) => service === 'postgres') as [Account];
    const box = converged([account]);
    try {
      const before = box.audit();
      box.plan('2');
      box.plantLink(account, `${homeOf(account)}/tmp/list`, '/etc/shadow');
      for (const options of [['--diff'], []]) {
        const run = box.apply(...options);
        assert.is(run.code, 1, shown(run));
        assert.match(run.error, 'cannot read /srv/postgres/tmp/list');
        assert.not.match(shown(run), CANARY);
        assert.is(box.audit(), before);
      }
    } finally {
      box.close();
    }
  });

  test('a file of root that its account cannot read stays, with what to do', () => {
    const [account] = ALL.filter(({ service }) => service === 'postgres') as [Account];
    const box = converged([account]);
    try {
      box.plan('2');
      const path = `${homeOf(account)}/conf/main.conf`;
      const [real, text] = [`${box.root}${path}`, 'written by hand\n'];
      rmSync(real);
      writeFileSync(real, text, { mode: 0o600 });
      const refused = box.apply();
      assert.is(refused.code, 1, shown(refused));
      // The plan names it by a link to the account's home.
      const said = /(\S+) cannot read (\S+), so it would not be kept: chown -h (\S+) (\S+)\n/.exec(refused.error)!;
      assert.equal(said.slice(1), [account.name, '/postgres/conf/main.conf', account.name, '/postgres/conf/main.conf']);
      assert.is(box.read(path), text);
      chownSync(real, account.uid, account.gid);
      const run = box.apply();
      assert.is(run.code, 0, shown(run));
    } finally {
      box.close();
    }
  });

  test('a link in the place of a directory stops the run, and what it leads to stays', () => {
    const box = converged();
    try {
      const before = box.audit();
      box.plan('2');
      for (const account of ALL) {
        const parts = account.service === 'postgres' ? ['conf', 'spool', 'tmp', 'log'] : ['spool'];
        for (const part of parts) {
          const path = `${homeOf(account)}/${part}`;
          box.plantLink(account, path, '/etc/cron.d');
          const run = box.apply('--stage', account.stage);
          assert.is(run.code, 1, shown(run));
          assert.match(run.error, `${part} is a link to ${box.root}/etc/cron.d that belongs to ${account.name}`);
          assert.is(box.audit(), before, path);
          box.putBack(path);
        }
      }
    } finally {
      box.close();
    }
  });

  test('the administrator may put a link in the place of a directory', () => {
    const [account] = ALL.filter(({ service }) => service === 'redis') as [Account];
    const box = new HostileHost([account]);
    try {
      mkdirSync(`${box.root}/mnt/big`, { recursive: true });
      box.plantLink({ ...account, uid: 0, gid: 0 }, '/srv/redis', '/mnt/big');
      box.plan('1');
      const run = box.apply();
      assert.is(run.code, 0, shown(run));
      assert.is(box.read('/mnt/big/conf/main.conf'), 'version 1 of redis\n');
      assert.match(box.apply().output, 'changed=0');
    } finally {
      box.close();
    }
  });

  // Each program of the run finds another thing under the name than the one that was looked at.
  const programs = ['sha256sum', 'dd', 'chmod', 'chown', 'sync', 'head', 'mv', 'mkdir', 'rm', 'fallocate'];
  for (const program of chosen(programs)) {
    test(`what is swapped just before ${program} is not followed`, () => {
      const [account] = ALL.filter(({ service }) => service === 'postgres') as [Account];
      const box = converged([account]);
      try {
        const before = box.audit();
        const home = `${box.root}${homeOf(account)}`;
        for (const part of ['made', 'dummy', 'conf/gone.conf'])
          rmSync(`${home}/${part}`, { recursive: true, force: true });
        box.plan('2');
        writeFileSync(`${home}/conf/gone.conf`, '');
        chownSync(`${home}/conf/gone.conf`, account.uid, account.gid);
        const swap = `cd ${home} || exit 0
for part in tmp conf log spool; do [ -L $part ] || { mv $part $part.aside; ln -s ${box.root}/etc/cron.d $part; }; done
ln -sfn ${box.root}/etc/shadow dummy
ln -sfn ${box.root}/etc made`;
        box.command('swap', `#!/bin/sh\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\n${swap}\n`);
        box.command(
          program,
          `#!/bin/bash\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\n` +
            `if ((EUID == 0)); then runuser -u ${account.name} -- ${box.bin}/swap; else ${box.bin}/swap; fi\n` +
            `exec ${program} "$@"\n`,
        );
        const run = box.apply();
        assert.not.match(shown(run), CANARY);
        assert.ok(existsSync(`${home}/tmp.aside`), `${program} was not called: ${shown(run)}`);
        assert.is(box.audit(), before, shown(run));
        assert.equal(box.leaks(), []);
      } finally {
        box.close();
      }
    });
  }

  test('a directory that a group may change is named, and its own step can put it right', () => {
    const [account] = ALL.filter(({ service }) => service === 'grafana') as [Account];
    const box = new HostileHost([account]);
    try {
      mkdirSync(`${box.root}/shared`);
      chmodSync(`${box.root}/shared`, 0o770);
      chownSync(`${box.root}/shared`, 0, account.gid);
      const [home] = stepsOf(box, account, '1');
      const inside = { ...home!, path: '/shared/own' } as typeof home & object;
      box.build([inside]);
      const refused = box.apply();
      assert.is(refused.code, 1, shown(refused));
      assert.match(refused.error, 'others than root may change what is in /shared (mode 770): chmod go-w /shared');
      assert.is(box.apply('--check').code, 2);
      box.build([{ ...inside, path: '/shared', owner: 'root', group: 'root', mode: 0o751 } as typeof inside, inside]);
      const run = box.apply();
      assert.is(run.code, 0, shown(run));
    } finally {
      box.close();
    }
  });
}

test('settings are read, never executed', () => {
  const box = new HostileHost([]);
  try {
    const attack = `REDIS_CLI=redis-cli\n$(touch ${box.base}/pwned)\nid >${box.base}/pwned\nREDIS_UNIT="$(touch ${box.base}/pwned)"\n`;
    box.build([
      { kind: 'call', stage: 'redis', name: 'settings', fn: 'redis_config', args: ['/etc/redis.access', '/etc/live'] },
    ]);
    box.write('/etc/redis.access', attack);
    const run = box.apply();
    assert.is(run.code, 0, shown(run));
    assert.not.ok(existsSync(join(box.base, 'pwned')));
  } finally {
    box.close();
  }
});

test.run();
