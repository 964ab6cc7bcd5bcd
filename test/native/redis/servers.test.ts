import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import type { Host, Site } from '../../../compiler/model/site.ts';
import { wordsOf } from '../../../emitters/runtime-calls.ts';
import { redisEmitter } from '../../../emitters/redis/index.ts';
import { filesOf, stepsOf } from '../../unit/infra/fleet.ts';
import { testSite, type TestHost } from '../../unit/pgsql/site.ts';
import { isChosen } from '../../support/share.ts';
import { nativeTest, run } from '../node/checker.ts';

const test = suite('redis runs what we write');
const TOOLS = ['redis-server', 'redis-cli', 'bash'] as const;

/** These wait for one failover after the other: a share of them is run where there is not the time for all. */
function inTurn(
  piece: number,
  programs: readonly string[],
  name: string,
  body: (scratch: string) => void | Promise<void>,
): void {
  if (isChosen(piece)) nativeTest(test, programs, name, body);
}

const ROOT = new URL('../../../', import.meta.url).pathname;

/** Hosts are loopback addresses, so that each has its ports to itself. */
function redisHost(address: string, vars: Readonly<Record<string, unknown>>): TestHost {
  return { name: address, groups: ['redis'], vars: { redis_bind_address: '', redis_exporter_enabled: false, ...vars } };
}

/** The servers of a site below a scratch directory, started as their units say. */
class Fleet {
  readonly #processes = new Map<string, ChildProcess>();

  readonly site: Site;
  readonly scratch: string;

  constructor(site: Site, scratch: string) {
    this.site = site;
    this.scratch = scratch;
  }

  /**
   * Writes the files of a host; a file that is written once stays, and access files stay in the bundle until {@link
   * provision} comes to them.
   */
  write(): this {
    for (const host of this.site.hosts) {
      const once = new Set(
        stepsOf(this.site, host, [redisEmitter]).flatMap((step) =>
          step.kind === 'file' && step.once === true ? [step.path] : [],
        ),
      );
      for (const [path, text] of filesOf(this.site, host, [redisEmitter])) {
        const target = join(this.scratch, path.endsWith('.access') ? 'bundle' : '', path);
        mkdirSync(dirname(target), { recursive: true });
        try {
          writeFileSync(target, this.#local(text, path), { flag: once.has(path) ? 'wx' : 'w' });
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        }
      }
      for (const step of stepsOf(this.site, host, [redisEmitter]))
        if (step.kind === 'dir') mkdirSync(join(this.scratch, step.path), { recursive: true });
    }
    return this;
  }

  /** Files that the runtime reads keep their paths: it puts its own prefix before them. */
  #local(text: string, path: string): string {
    return path.endsWith('.access')
      ? text
      : text.replaceAll(/\/(etc\/redis|data\/redis|var\/log\/redis|var\/run\/redis)/g, `${this.scratch}/$1`);
  }

  start(name: string): void {
    const unit = readFileSync(join(this.scratch, `/etc/systemd/system/${name}.service`), 'utf8');
    const line = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)![1]!;
    assert.is(run(['sh', '-c', line('ExecStartPre')]).code, 0);
    const child = spawn('sh', ['-c', `exec ${line('ExecStart').replace('--supervised systemd', '--supervised no')}`], {
      cwd: line('WorkingDirectory'),
      stdio: 'ignore',
    });
    this.#processes.set(name, child);
  }

  async startAll(): Promise<void> {
    for (const instance of this.instances()) this.start(instance.name);
    for (const { host, port, name } of this.instances())
      assert.ok(await this.until(() => /PONG|NOAUTH/.test(this.ask(host, port, '', ['PING']))), `${name} answers`);
  }

  async stop(name: string): Promise<void> {
    const child = this.#processes.get(name)!;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await gone;
  }

  async stopAll(): Promise<void> {
    for (const [name, child] of this.#processes)
      if (child.exitCode === null && child.signalCode === null) await this.stop(name);
  }

  instances(): readonly { readonly host: string; readonly port: number; readonly name: string }[] {
    return this.site.hosts.flatMap((host) =>
      host.redis!.instances.map(({ port, name }) => ({ host: host.address, port, name })),
    );
  }

  ask(host: string, port: number, password: string, command: readonly string[]): string {
    return run(['redis-cli', '--no-auth-warning', '-h', host, '-p', String(port), ...command], {
      env: password === '' ? {} : { REDISCLI_AUTH: password },
    }).output.trim();
  }

  async until(condition: () => boolean, seconds = 20): Promise<boolean> {
    for (let i = 0; i < seconds * 5; i++) {
      if (condition()) return true;
      await new Promise((done) => setTimeout(done, 200));
    }
    return false;
  }

  /** Runs the provisioning calls of a host with the real runtime, in the order of the plan; what they say is returned. */
  provision(host: Host): string {
    return stepsOf(this.site, host, [redisEmitter])
      .map((step) => {
        if (step.kind === 'call') return this.call(step.fn, ...wordsOf(step.args));
        if (step.kind !== 'file') return '';
        if (step.path.endsWith('.access'))
          copyFileSync(join(this.scratch, 'bundle', step.path), join(this.scratch, step.path));
        return step.effects
          .map((effect) => (effect.kind === 'call' ? this.call(effect.fn, ...wordsOf(effect.args)) : ''))
          .join('');
      })
      .join('');
  }

  /** One function of the runtime. */
  call(...words: readonly string[]): string {
    const script = [
      'set -uo pipefail',
      `PIGSTYC_ROOT=${this.scratch}`,
      ...['core', 'paths', 'files', 'units'].map((name) => `. ${ROOT}emitters/host/runtime/${name}.sh`),
      `. ${ROOT}emitters/redis/runtime.sh`,
      `WORK=$(mktemp -d ${this.scratch}/work.XXXX)`,
      'active() { true; }',
      `BUNDLE=${this.scratch}/bundle`,
      `F_SOURCE[${words[1]!}]=${words[1]!}`,
      'queue_effects() { say "owes: $1"; }',
      words.join(' '),
    ];
    const outcome = run(['bash', '-c', script.join('\n')], { seconds: 120 });
    assert.is(outcome.code, 0, outcome.output);
    return outcome.output;
  }
}

async function withFleet(site: Site, scratch: string, body: (fleet: Fleet) => Promise<void>): Promise<void> {
  const fleet = new Fleet(site, scratch).write();
  try {
    await fleet.startAll();
    await body(fleet);
  } finally {
    await fleet.stopAll();
  }
}

inTurn(
  0,
  TOOLS,
  'a password with any character, renamed commands, settings changed without a restart',
  async (scratch) => {
    const password = `p'a "s" $HOME \\ #%ä`;
    const vars = {
      redis_cluster: 'redis-ms',
      redis_node: 1,
      redis_instances: { 16379: {}, 16380: { redis_max_memory: '32MB' } },
      redis_password: password,
      redis_rename_commands: { FLUSHALL: '', KEYS: 'my keys' },
    };
    const site = testSite([redisHost('127.0.0.21', { ...vars, redis_max_memory: '64MB' })], {}, 'debian-12');
    await withFleet(site, scratch, async (fleet) => {
      const ask = (port: number, ...command: readonly string[]): string =>
        fleet.ask('127.0.0.21', port, password, command);
      assert.is(ask(16379, 'CONFIG', 'GET', 'maxmemory'), `maxmemory\n${64 << 20}`);
      assert.is(ask(16380, 'CONFIG', 'GET', 'maxmemory'), `maxmemory\n${32 << 20}`);
      assert.is(ask(16379, 'CONFIG', 'GET', 'save'), 'save\n1200 1');
      assert.match(ask(16379, 'FLUSHALL'), /unknown command/);
      assert.is(ask(16379, 'my keys', '*'), '');
      assert.match(fleet.ask('127.0.0.21', 16379, 'wrong', ['PING']), /WRONGPASS/);
      // A changed inventory reaches the running server.
      const changed = new Fleet(
        testSite(
          [redisHost('127.0.0.21', { ...vars, redis_max_memory: '48MB', redis_rdb_save: [], redis_aof_enabled: true })],
          {},
          'debian-12',
        ),
        scratch,
      ).write();
      changed.provision(changed.site.hosts[0]!);
      assert.is(
        changed.call('redis_config', '/etc/redis/removed.access', '/etc/redis/removed.live.conf'),
        '',
        'an instance that is gone has no settings',
      );
      assert.is(ask(16379, 'CONFIG', 'GET', 'maxmemory'), `maxmemory\n${48 << 20}`);
      assert.is(ask(16379, 'CONFIG', 'GET', 'save'), 'save');
      assert.is(ask(16379, 'CONFIG', 'GET', 'appendonly'), 'appendonly\nyes');
      // What a rewrite leaves in the state file does not win over the inventory at the next start, not even a stale user.
      assert.is(ask(16379, 'CONFIG', 'REWRITE'), 'OK');
      await fleet.stop('redis-ms-1-16379');
      const rotated = new Fleet(
        testSite(
          [redisHost('127.0.0.21', { ...vars, redis_password: 'new', redis_max_memory: '40MB' })],
          {},
          'debian-12',
        ),
        scratch,
      ).write();
      assert.match(readFileSync(join(scratch, '/data/redis/redis-ms-1-16379/state.conf'), 'utf8'), /^user default/m);
      rotated.start('redis-ms-1-16379');
      try {
        assert.ok(
          await rotated.until(
            () => rotated.ask('127.0.0.21', 16379, 'new', ['CONFIG', 'GET', 'maxmemory']) === `maxmemory\n${40 << 20}`,
          ),
        );
      } finally {
        await rotated.stopAll();
      }
    });
  },
);

inTurn(
  1,
  TOOLS,
  'a new password reaches running servers, also after a run that was killed in between; replication goes on',
  async (scratch) => {
    const instances = { 16379: {}, 16380: { replica_of: '127.0.0.21 16379' } };
    const declared = (password: string, more: object = {}): Fleet =>
      new Fleet(
        testSite(
          [
            redisHost('127.0.0.21', {
              redis_cluster: 'c',
              redis_node: 1,
              redis_instances: instances,
              redis_password: password,
              redis_max_memory: '16MB',
              ...more,
            }),
          ],
          {},
          'debian-12',
        ),
        scratch,
      );
    await withFleet(declared('one "1"').site, scratch, async (fleet) => {
      const ask = (port: number, password: string, ...command: readonly string[]): string =>
        fleet.ask('127.0.0.21', port, password, command);
      const apply = (changed: Fleet): string => changed.write().provision(changed.site.hosts[0]!);
      assert.not.match(apply(fleet), /password|owes/);
      const rotated = declared('two #2');
      assert.match(apply(rotated), /changed: c-1-16379 has a new password[^]*changed: c-1-16380 has a new password/);
      assert.is(ask(16379, 'two #2', 'PING'), 'PONG');
      assert.match(ask(16379, 'one "1"', 'PING'), /WRONGPASS/);
      // A link that is made anew uses the new password.
      assert.is(ask(16379, 'two #2', 'CLIENT', 'KILL', 'TYPE', 'replica'), '1');
      assert.is(ask(16379, 'two #2', 'SET', 'k', 'v'), 'OK');
      assert.ok(await fleet.until(() => ask(16380, 'two #2', 'GET', 'k') === 'v'));
      assert.not.match(apply(rotated), /changed|note|owes/);
      // Killed after the server took it and before the access file was replaced: the former password no longer works.
      assert.is(ask(16379, 'two #2', 'CONFIG', 'SET', 'requirepass', 'three'), 'OK');
      assert.match(apply(declared('three')), /changed: c-1-16380 has a new password/);
      assert.not.match(apply(declared('three')), /changed|note|owes/);
      // None at all, and one that nobody knows.
      assert.match(apply(declared('')), /changed/);
      assert.is(ask(16380, '', 'PING'), 'PONG');
      assert.is(ask(16379, '', 'CONFIG', 'SET', 'requirepass', 'by hand'), 'OK');
      assert.match(apply(declared('four')), /owes: restart! c-1-16379/);
    });
  },
);

/** A primary with a replica, and three sentinels that know their password. */
function watchedSite(password: string, renames: Readonly<Record<string, string>> = {}): Site {
  const monitor = [{ name: 'redis-ms', host: '127.0.0.21', port: 16379, password, quorum: 2 }];
  return testSite(
    [
      redisHost('127.0.0.21', {
        redis_cluster: 'redis-ms',
        redis_node: 1,
        redis_instances: { 16379: {}, 16380: { replica_of: '127.0.0.21 16379' } },
        redis_password: password,
        redis_max_memory: '16MB',
        redis_rename_commands: renames,
      }),
      redisHost('127.0.0.22', {
        redis_cluster: 'redis-meta',
        redis_node: 1,
        redis_instances: { 26379: {}, 26380: {}, 26381: {} },
        redis_mode: 'sentinel',
        redis_password: 'meta',
        redis_sentinel_monitor: monitor,
      }),
    ],
    {},
    'debian-12',
  );
}

inTurn(2, [...TOOLS, 'redis-sentinel'], 'sentinels fail over, and applying again does not undo it', async (scratch) => {
  const site = watchedSite('ms#1');
  await withFleet(site, scratch, async (fleet) => {
    const [data, sentinels] = site.hosts as readonly [Host, Host];
    const role = (port: number): string =>
      fleet.ask('127.0.0.21', port, 'ms#1', ['ROLE']).split('\n').slice(0, 3).join(' ');
    assert.ok(await fleet.until(() => role(16380) === 'slave 127.0.0.21 16379'));
    assert.match(fleet.provision(sentinels), /watches redis-ms/);
    assert.not.match(fleet.provision(sentinels), /changed|note/);
    assert.not.match(fleet.provision(data), /changed|note/);
    const known = (): string => fleet.ask('127.0.0.22', 26379, 'meta', ['SENTINEL', 'CKQUORUM', 'redis-ms']);
    assert.ok(await fleet.until(() => known().startsWith('OK 3 usable')), known());
    assert.ok(
      await fleet.until(() =>
        fleet.ask('127.0.0.22', 26379, 'meta', ['SENTINEL', 'REPLICAS', 'redis-ms']).includes('16380'),
      ),
    );
    assert.ok(
      await fleet.until(() => fleet.ask('127.0.0.22', 26379, 'meta', ['SENTINEL', 'FAILOVER', 'redis-ms']) === 'OK'),
    );
    assert.ok(
      await fleet.until(() => role(16380).startsWith('master') && role(16379) === 'slave 127.0.0.21 16380', 40),
      `${role(16379)} / ${role(16380)}`,
    );
    fleet.write();
    const again = fleet.provision(data) + fleet.provision(sentinels);
    assert.match(again, /redis-ms is at 127\.0\.0\.21:16380 now/);
    assert.not.match(again, /changed/);
    // The old primary comes back as one, and the inventory says so too: still nothing is decided here.
    assert.is(fleet.ask('127.0.0.21', 16379, 'ms#1', ['REPLICAOF', 'NO', 'ONE']), 'OK');
    const declared = fleet.call('redis_replicaof', '/etc/redis/redis-ms-1-16380.access', '127.0.0.21', '16379');
    assert.match(declared, /stays master: sentinels watch it and decide/);
    assert.ok(role(16380).startsWith('master'));
    assert.ok(await fleet.until(() => role(16379) === 'slave 127.0.0.21 16380', 40), 'the sentinels put it right');
    assert.is(role(16379), 'slave 127.0.0.21 16380');
    // Roles survive restarts of everything.
    await fleet.stopAll();
    await fleet.startAll();
    assert.ok(await fleet.until(() => role(16379) === 'slave 127.0.0.21 16380'));
    assert.match(fleet.ask('127.0.0.22', 26380, 'meta', ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'redis-ms']), /16380/);
    assert.not.match(fleet.provision(sentinels), /changed/);
    // A new password reaches a sentinel when the servers have it: it logs in once, and would take them for dead.
    const rotated = new Fleet(watchedSite('ms#2'), scratch).write();
    const [newData, newSentinels] = rotated.site.hosts as readonly [Host, Host];
    const early = rotated.provision(newSentinels);
    assert.match(early, /keeps the password of redis-ms that its servers still have/);
    assert.not.match(early, /changed/);
    assert.match(rotated.provision(newData), /redis-ms-1-16379 has a new password/);
    assert.match(rotated.provision(newSentinels), /changed: redis-meta-1-26379 has the password of redis-ms/);
    const links = (): string =>
      fleet.ask('127.0.0.22', 26379, 'meta', ['SENTINEL', 'REPLICAS', 'redis-ms']) +
      fleet.ask('127.0.0.22', 26379, 'meta', ['SENTINEL', 'MASTERS']);
    assert.ok(
      await fleet.until(() => !/disconnected|_down/.test(links()) && links().includes('num-slaves\n1')),
      links(),
    );
    assert.not.match(rotated.provision(newSentinels), /changed|keeps/);
  });
});

inTurn(3, [...TOOLS, 'redis-sentinel'], 'sentinels fail over servers with renamed commands', async (scratch) => {
  const site = watchedSite('ms#1', { config: 'ops_config', slaveof: 'ops_slaveof', keys: '' });
  await withFleet(site, scratch, async (fleet) => {
    const [, sentinels] = site.hosts as readonly [Host, Host];
    const role = (port: number): string => fleet.ask('127.0.0.21', port, 'ms#1', ['ROLE']).split('\n')[0]!;
    const sentinel = (...words: readonly string[]): string =>
      fleet.ask('127.0.0.22', 26379, 'meta', ['SENTINEL', ...words]);
    assert.match(fleet.provision(sentinels), /calls SLAVEOF of redis-ms by its name/);
    assert.not.match(fleet.provision(sentinels), /changed/);
    assert.ok(await fleet.until(() => sentinel('REPLICAS', 'redis-ms').includes('16380')));
    assert.ok(await fleet.until(() => sentinel('FAILOVER', 'redis-ms') === 'OK'));
    assert.ok(await fleet.until(() => role(16380) === 'master' && role(16379) === 'slave', 40), role(16380));
    const plain = new Fleet(watchedSite('ms#1'), scratch).write();
    assert.match(plain.provision(plain.site.hosts[1]!), /calls CONFIG of redis-ms by its name/);
    assert.not.match(plain.provision(plain.site.hosts[1]!), /changed/);
  });
});

inTurn(4, TOOLS, 'a replica of another cluster logs in with the password there', async (scratch) => {
  const site = (source: string): Site => {
    const vars = { redis_node: 1, redis_max_memory: '16MB' };
    const follower = { 16380: { replica_of: '127.0.0.21 16379' } };
    return testSite(
      [
        redisHost('127.0.0.21', {
          ...vars,
          redis_cluster: 'a',
          redis_instances: { 16379: {} },
          redis_password: source,
        }),
        redisHost('127.0.0.22', { ...vars, redis_cluster: 'b', redis_instances: follower, redis_password: 'own' }),
      ],
      {},
      'debian-12',
    );
  };
  await withFleet(site('there'), scratch, async (fleet) => {
    const link = (): boolean =>
      fleet.ask('127.0.0.22', 16380, 'own', ['INFO', 'replication']).includes('master_link_status:up');
    assert.ok(await fleet.until(link, 20));
  });
});

inTurn(5, TOOLS, 'a replica declared on an empty server follows; a server with data does not', async (scratch) => {
  const vars = (instances: object): TestHost =>
    redisHost('127.0.0.21', {
      redis_cluster: 'c',
      redis_node: 1,
      redis_instances: instances,
      redis_max_memory: '16MB',
    });
  await withFleet(testSite([vars({ 16379: {}, 16380: {}, 16381: {} })], {}, 'debian-12'), scratch, async (fleet) => {
    assert.is(fleet.ask('127.0.0.21', 16381, '', ['SET', 'k', 'v']), 'OK');
    const changed = new Fleet(
      testSite(
        [vars({ 16379: {}, 16380: { replica_of: '127.0.0.21 16379' }, 16381: { replica_of: '127.0.0.21 16379' } })],
        {},
        'debian-12',
      ),
      scratch,
    ).write();
    const said = changed.provision(changed.site.hosts[0]!);
    assert.match(said, /changed: c-1-16380 follows/);
    assert.match(said, /c-1-16381 is a primary with 1 keys/);
    assert.is(fleet.ask('127.0.0.21', 16381, '', ['GET', 'k']), 'v');
    assert.match(fleet.ask('127.0.0.21', 16380, '', ['ROLE']), /^slave\n127\.0\.0\.21\n16379/);
    assert.match(
      readFileSync(join(scratch, '/data/redis/c-1-16380/state.conf'), 'utf8'),
      /^replicaof 127\.0\.0\.21 16379$/m,
    );
    assert.not.match(changed.provision(changed.site.hosts[0]!), /changed/);
  });
});

inTurn(
  6,
  TOOLS,
  'a native cluster forms once all members run, from whichever host, and is left alone then',
  async (scratch) => {
    const member = (address: string, node: number): TestHost =>
      redisHost(address, {
        redis_cluster: 'redis-test',
        redis_node: node,
        redis_instances: { 16379: {}, 16380: {}, 16381: {} },
        redis_mode: 'cluster',
        redis_password: 'redis.test',
        redis_max_memory: '16MB',
      });
    const site = testSite([member('127.0.0.21', 1), member('127.0.0.22', 2)], {}, 'debian-12');
    await withFleet(site, scratch, async (fleet) => {
      const [first, second] = site.hosts as readonly [Host, Host];
      const info = (field: string): string =>
        new RegExp(`${field}:(\\S+)`).exec(fleet.ask('127.0.0.21', 16379, 'redis.test', ['CLUSTER', 'INFO']))![1]!;
      await fleet.stop('redis-test-2-16381');
      assert.match(fleet.provision(first), /not yet: 127\.0\.0\.22:16381/);
      assert.is(info('cluster_slots_assigned'), '0');
      fleet.start('redis-test-2-16381');
      assert.ok(await fleet.until(() => fleet.ask('127.0.0.22', 16381, 'redis.test', ['PING']) === 'PONG'));
      assert.match(fleet.provision(second), /changed/);
      assert.is(info('cluster_state'), 'ok');
      assert.is(info('cluster_size'), '3');
      assert.is(info('cluster_known_nodes'), '6');
      const replicas = (): number =>
        fleet
          .ask('127.0.0.21', 16379, 'redis.test', ['CLUSTER', 'NODES'])
          .split('\n')
          .filter((line) => line.includes('slave')).length;
      assert.ok(await fleet.until(() => replicas() === 3));
      // No replica shares a host with its primary.
      const nodes = fleet
        .ask('127.0.0.21', 16379, 'redis.test', ['CLUSTER', 'NODES'])
        .split('\n')
        .map((line) => line.split(' '));
      const host = (line: readonly string[]): string => line[1]!.split(':')[0]!;
      const crossed = nodes
        .filter((line) => line[2]!.includes('slave'))
        .filter((line) => host(line) !== host(nodes.find((other) => other[0] === line[3])!));
      assert.ok(crossed.length >= 2, `${crossed.length} of 3 replicas are on another host`);
      assert.not.match(fleet.provision(first) + fleet.provision(second), /changed|note/);
      // After a failover the new roles stay.
      const replica = nodes.find((line) => line[2]!.includes('slave'))!;
      const [address, port] = replica[1]!.split('@')[0]!.split(':') as [string, string];
      // Redis gives it up after five seconds in which the primary was too busy: it is asked again.
      let promoted = false;
      for (let attempt = 0; attempt < 4 && !promoted; attempt++) {
        fleet.ask(address, Number(port), 'redis.test', ['CLUSTER', 'FAILOVER']);
        promoted = await fleet.until(
          () => fleet.ask(address, Number(port), 'redis.test', ['ROLE']).startsWith('master'),
          6,
        );
      }
      assert.ok(promoted);
      assert.not.match(fleet.provision(first), /changed/);
      assert.match(fleet.ask(address, Number(port), 'redis.test', ['ROLE']), /^master/);
    });
  },
);

nativeTest(test, ['redis-server'], 'the checker tells a bad file', (scratch) => {
  const file = join(scratch, 'bad.conf');
  writeFileSync(file, 'port 0\nmaxmemoory 1\n');
  assert.is(run(['redis-server', file], { seconds: 3 }).code, 1);
});

test.run();
