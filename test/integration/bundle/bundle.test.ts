import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import { directBulk, nodeHost, type Host as System } from '../../../compiler/host/host.ts';
import type { Host, Site } from '../../../compiler/model/site.ts';
import { deploymentGroups } from '../../../compiler/phases/9-bundle/deployment.ts';
import { isInsideBundle } from '../../../compiler/phases/9-bundle/manifest.ts';
import { build, HOSTS, site, tree } from './build.ts';

interface World extends Context {
  out: string;
}

const test = suite<World>('bundle');
test.before.each((world) => {
  world.out = join(mkdtempSync(join(tmpdir(), 'pigstyc-out-')), 'out');
});
test.after.each(({ out }) => rmSync(dirname(out), { recursive: true }));

test('a second build writes nothing and touches nothing', ({ out }) => {
  const first = build(out);
  assert.ok(first.written.length > 0);
  const times = (): readonly number[] => Object.keys(tree(out)).map((path) => statSync(join(out, path)).mtimeMs);
  const before = times();
  const second = build(out);
  assert.equal(second.written, []);
  assert.equal(second.removed, []);
  assert.equal(times(), before);
});

test('secrets are in sealed/ only, private, and hidden from git', ({ out }) => {
  build(out, { files: ['/etc/secret.conf', '/etc/a.conf'] });
  for (const [path, text] of Object.entries(tree(out))) {
    assert.is(text.includes('hunter2'), path.includes('/sealed/etc/'), path);
    if (path.includes('/sealed/')) assert.is(statSync(join(out, path)).mode & 0o777, 0o600);
  }
  assert.is(statSync(join(out, 'hosts/10.0.0.1/sealed')).mode & 0o777, 0o700);
  assert.match(readFileSync(join(out, '.gitignore'), 'utf8'), /^sealed$/m);
  assert.ok(!existsSync(join(out, 'hosts/10.0.0.1/sealed/etc/a.conf')), 'a file without secrets has no sealed copy');
});

test('what an earlier build made and this one does not is removed, with directories that become empty', ({ out }) => {
  build(out, { files: ['/etc/a.conf', '/etc/deep/er/secret.conf'] });
  writeFileSync(join(out, 'hosts/10.0.0.1/notes.txt'), 'mine');
  const result = build(out, { hosts: HOSTS.slice(0, 2), files: ['/etc/a.conf'] });
  assert.ok(!existsSync(join(out, 'hosts/10.0.0.3')));
  assert.ok(!existsSync(join(out, 'hosts/10.0.0.1/files/etc/deep')));
  assert.ok(!existsSync(join(out, 'hosts/10.0.0.1/sealed')));
  assert.ok(existsSync(join(out, 'hosts/10.0.0.1/notes.txt')), 'only what the manifest names');
  assert.ok(result.removed.includes('hosts/10.0.0.1/files/etc/deep/er/secret.conf'));
});

test('an edited manifest cannot make a build remove files outside the bundle', ({ out }) => {
  build(out);
  const victim = join(dirname(out), 'victim');
  writeFileSync(victim, 'x');
  const manifest = readFileSync(join(out, 'manifest.json'), 'utf8').replaceAll('etc/b.conf', '../../../../victim');
  writeFileSync(join(out, 'manifest.json'), manifest);
  build(out, { files: ['/etc/a.conf'] });
  assert.ok(existsSync(victim));
  for (const path of ['/etc/passwd', 'hosts/../x', 'hosts//x', 'other/x', 'hosts/./x'])
    assert.not.ok(isInsideBundle(path), path);
  assert.ok(isInsideBundle('hosts/10.0.0.1/files/etc/a'));
});

test('a selection keeps the other hosts and drops those that are gone from the inventory', ({ out }) => {
  build(out);
  const before = tree(out);
  build(out, { selected: [HOSTS[0]!], files: ['/etc/a.conf'] });
  const after = tree(out);
  assert.is(after['hosts/10.0.0.2/files/etc/b.conf'], before['hosts/10.0.0.2/files/etc/b.conf']);
  assert.is(after['hosts/10.0.0.1/files/etc/b.conf'], undefined);
  build(out, { hosts: HOSTS.slice(0, 2), selected: [HOSTS[0]!], files: ['/etc/a.conf'] });
  assert.ok(!existsSync(join(out, 'hosts/10.0.0.3')));
  assert.ok(existsSync(join(out, 'hosts/10.0.0.2/files/etc/b.conf')));
});

test('a build that fails while writing leaves the former bundle as it was', ({ out }) => {
  build(out);
  const before = tree(out);
  for (const allowed of [0, 1, 4]) {
    let writes = 0;
    const system: System = {
      ...nodeHost(),
      writeFile: (path, content, mode) => {
        if (writes++ >= allowed) throw new Error('no space left on device');
        nodeHost().writeFile(path, content, mode);
      },
      bulk: () => directBulk(system),
    };
    assert.throws(() => build(out, { system, files: ['/etc/new.conf', '/etc/secret.conf'] }), 'no space');
    const after = Object.fromEntries(Object.entries(tree(out)).filter(([path]) => !path.startsWith('.pigstyc-new/')));
    assert.equal(after, before);
  }
  build(out);
  assert.equal(tree(out), before, 'and the next one clears the leftovers');
});

/** BUNDLE_SIZES=all builds every size. */
test('bundles of every size around the buffers of the writer are complete, fresh and again', ({ out }) => {
  const step = process.env['BUNDLE_SIZES'] === 'all' ? 1 : 24;
  for (let count = 990; count <= 1110; count += step) {
    const names = (prefix: string): string[] => Array.from({ length: count }, (_, i) => `/etc/${prefix}${i}`);
    for (const prefix of ['a', 'b']) {
      build(out, { hosts: HOSTS.slice(0, 1), files: names(prefix) });
      assert.is(readdirSync(join(out, 'hosts/10.0.0.1/files/etc')).length, count);
    }
    rmSync(out, { recursive: true });
  }
});

test('a directory that holds something else is refused', ({ out }) => {
  mkdirSync(out);
  writeFileSync(join(out, 'thesis.tex'), 'x');
  const result = build(out);
  assert.is(result.diagnostics[0]!.slug, 'output-not-ours');
  assert.equal(readdirSync(out), ['thesis.tex']);
});

test('the deployment waits for what it needs, and a host takes one stage at a time', () => {
  const groups = deploymentGroups(site(), HOSTS);
  const order = groups.map((group) => `${group.stage}.${group.name}`);
  for (const [index, group] of groups.entries())
    for (const id of group.after)
      assert.ok(order.indexOf(id) !== -1 && order.indexOf(id) < index, `${id} before ${order[index]!}`);
  assert.ok(groups.find((group) => group.name === 'pg-standby')!.after.includes('pgsql.pg-main'));
  for (const member of HOSTS) {
    const own = groups.filter((group) => group.hosts.includes(member));
    for (const [i, group] of own.entries())
      if (i > 0) assert.ok(group.after.includes(`${own[i - 1]!.stage}.${own[i - 1]!.name}`));
  }
});

test('sentinels are deployed after the servers they watch', () => {
  const redis = (name: string, mode: string, member: Host): unknown => ({ name, mode, nodes: [{ host: member }] });
  const groups = deploymentGroups(
    {
      ...site(),
      redisClusters: [redis('meta', 'sentinel', HOSTS[0]!), redis('source', 'standalone', HOSTS[1]!)],
    } as unknown as Site,
    HOSTS,
  );
  assert.ok(groups.find(({ name }) => name === 'meta')!.after.includes('redis.source'));
});

/** A transport that runs everything on this machine: one home directory stands for each host. */
function transport(out: string): {
  readonly make: (...args: readonly string[]) => { readonly code: number | null; readonly output: string };
  readonly log: () => readonly string[];
} {
  const base = dirname(out);
  const script = (name: string, text: string): string => {
    writeFileSync(join(base, name), `#!/bin/bash\n${text}`);
    chmodSync(join(base, name), 0o755);
    return join(base, name);
  };
  const ssh = script('ssh', `home="${base}/home-$1"; mkdir -p "$home"; cd "$home" && exec bash -c "$2"\n`);
  const scp = script('scp', `target="${base}/home-\${2%%:*}/\${2#*:}"; exec cp -r "$1" "$target"\n`);
  const log = join(base, 'log');
  for (const member of HOSTS) {
    const apply = join(out, `hosts/${member.name}/apply.sh`);
    writeFileSync(
      apply,
      `echo "${member.name} $*" >>${log}\ncase " $* " in *" --check "*) [ ! -e ${base}/drift ] || exit 2 ;; *) ` +
        `[ ! -e "${base}/fail-${member.name}" ] || exit 1 ;; esac\n` +
        `pending=0; case " $* " in *" etcd "*) rm "${base}/pending-${member.name}" 2>/dev/null && pending=1 ;; ` +
        `esac\necho "apply: ${member.name} converged changed=0 ok=1 restarted=0 pending=$pending"\n`,
    );
  }
  return {
    make: (...args) => {
      const done = spawnSync(
        'make',
        ['-C', out, `SSH=${ssh}`, `SCP=${scp}`, 'SUDO=', 'PLACE=place', 'STATE_DIR=state', ...args],
        {
          encoding: 'utf8',
          timeout: 60_000,
        },
      );
      return { code: done.status, output: done.stdout + done.stderr };
    },
    log: () => {
      const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
      rmSync(log, { force: true });
      return lines;
    },
  };
}

test('make facts collects every host beside the inventory, and keeps what it has when a host does not answer', ({
  out,
}) => {
  build(out);
  const { make } = transport(out);
  const tool = join(dirname(out), 'pigstyc');
  writeFileSync(tool, `#!/bin/sh\n[ "$1" = facts ] && exec cat ${resolve('compiler/cli/facts.sh')}\n`);
  chmodSync(tool, 0o755);
  const done = make('-j4', 'facts', `PIGSTYC=${tool}`);
  assert.is(done.code, 0, done.output);
  const facts = join(dirname(out), 'facts');
  assert.equal(
    readdirSync(facts),
    HOSTS.map(({ name }) => `${name}.json`),
  );
  const text = readFileSync(join(facts, '10.0.0.2.json'), 'utf8');
  assert.ok((JSON.parse(text) as { readonly cpu: number }).cpu > 0);
  const failed = make('facts.10.0.0.2', `PIGSTYC=${tool}`, 'SSH=false');
  assert.is.not(failed.code, 0);
  assert.match(failed.output, '[10.0.0.2] no facts');
  assert.is.not(make('facts.10.0.0.2', 'PIGSTYC=echo exit 0; echo half').code, 0);
  assert.is(readFileSync(join(facts, '10.0.0.2.json'), 'utf8'), text);
  assert.equal(
    readdirSync(facts),
    HOSTS.map(({ name }) => `${name}.json`),
    'nothing half stays',
  );
});

test('make deploy goes through the stages in order, once; flags visit every host again', ({ out }) => {
  build(out);
  const { make, log } = transport(out);
  const first = make('-j4', 'deploy');
  assert.is(first.code, 0, first.output);
  const stages = log().map((line) => line.replace(/^.*--stage /, ''));
  assert.equal(stages.filter((stage) => stage === 'node').length, 3);
  assert.ok(stages.lastIndexOf('etcd') < stages.indexOf('infra'));
  assert.is(stages.at(-1), 'monitor,gone');
  assert.match(first.output, '[10.0.0.2] apply: 10.0.0.2 converged');
  make('deploy');
  assert.equal(log(), []);
  assert.is(make('etcd', 'FLAGS=--allow-restart').code, 0);
  assert.equal(
    log().filter((line) => line.includes('--stage etcd')),
    ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((name) => `${name} --stage etcd --allow-restart`),
    'one after the other',
  );
  writeFileSync(join(dirname(out), 'pending-10.0.0.1'), '');
  assert.is(make('etcd', 'FLAGS=--allow-restart').code, 0);
  assert.equal(
    log()
      .filter((line) => line.includes('--stage etcd'))
      .map((line) => line.split(' ')[0]),
    ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.1'],
    'who had to wait for the others comes again',
  );
});

test('a host that fails fails alone; it is not asked for more, and the next deploy continues there', ({ out }) => {
  build(out);
  const { make, log } = transport(out);
  writeFileSync(join(dirname(out), 'fail-10.0.0.2'), '');
  const failed = make('-j4', 'deploy');
  assert.is(failed.code, 2);
  assert.match(failed.output, /^node +10\.0\.0\.1 converged/m);
  assert.match(failed.output, /^monitor +10\.0\.0\.3 converged/m);
  assert.match(failed.output, /^node +FAILED 10\.0\.0\.2: no result$/m);
  assert.match(failed.output, 'failed on: 10.0.0.2');
  const visits = log();
  assert.equal(
    visits.filter((line) => line.startsWith('10.0.0.2')),
    ['10.0.0.2 --stage node'],
  );
  assert.ok(visits.includes('10.0.0.3 --stage etcd'), 'the others of its cluster');
  rmSync(join(dirname(out), 'fail-10.0.0.2'));
  assert.is(make('deploy').code, 0);
  const then = log();
  assert.not.ok(then.includes('10.0.0.1 --stage node'), 'what is done stays done');
  assert.ok(then.includes('10.0.0.2 --stage etcd'));
});

/** Hosts whose ssh does not get through. */
function unreachable(out: string, name: string): string {
  const path = join(dirname(out), 'ssh-but');
  writeFileSync(
    path,
    `#!/bin/bash\nif [ "$1" = ${name} ]; then echo 'ssh: connect to host ${name} port 22: No route to host' ` +
      `>&2; exit 255; fi\nexec ${dirname(out)}/ssh "$@"\n`,
  );
  chmodSync(path, 0o755);
  return `SSH=${path}`;
}

test('a host that is off fails alone, in its cluster as well; every table names it and why', ({ out }) => {
  build(out);
  const { make, log } = transport(out);
  const off = unreachable(out, '10.0.0.3');
  const done = make('-j4', 'deploy', off);
  assert.is(done.code, 2);
  assert.match(
    done.output,
    /^push +FAILED 10\.0\.0\.3: cannot be reached: ssh: connect to host 10\.0\.0\.3 port 22: No route to host$/m,
  );
  assert.match(done.output, /^etcd +10\.0\.0\.1 converged/m);
  assert.match(done.output, /^monitor +10\.0\.0\.2 converged/m);
  assert.not.match(log().join('\n'), '10.0.0.3');
  for (const what of ['check', 'diff']) {
    const checked = make('-j4', what, off);
    assert.is(checked.code, 2);
    assert.match(checked.output, /^10\.0\.0\.2 +converged$/m);
    assert.match(checked.output, /^10\.0\.0\.3 +failed: cannot be reached: ssh: connect.*No route to host$/m);
  }
  log();
  assert.is(make('-j4', 'deploy').code, 0);
  assert.ok(log().includes('10.0.0.3 --stage etcd'));
});

test('make check leaves its table for programs', ({ out }) => {
  build(out);
  const { make } = transport(out);
  assert.is(make('deploy').code, 0);
  const read = (kind: string): string => readFileSync(join(out, `stamps/check.${kind}`), 'utf8');
  assert.is(make('check').code, 0);
  assert.match(read('xml'), '<testsuite name="pigstyc check" tests="3" failures="0">');
  const said = 'cannot read "a\\b" & <c>';
  writeFileSync(join(out, 'hosts/10.0.0.2/apply.sh'), `echo 'FAILED 10.0.0.2: ${said}'; exit 1\n`);
  assert.is(make('check').code, 2);
  const { time, hosts } = JSON.parse(read('json')) as { time: number; hosts: readonly Record<string, string>[] };
  assert.ok(time > 1e9);
  assert.equal(hosts, [
    { host: '10.0.0.1', state: 'converged', reason: '' },
    { host: '10.0.0.2', state: 'failed', reason: said },
    { host: '10.0.0.3', state: 'converged', reason: '' },
  ]);
  assert.match(read('xml'), '<testcase name="10.0.0.1" classname="hosts"></testcase>');
  assert.match(read('xml'), '<failure message="failed">cannot read "a\\b" &amp; &lt;c></failure>');
  assert.match(read('prom'), 'pigstyc_host_converged{host="10.0.0.1",state="converged"} 1\n');
  assert.match(read('prom'), 'pigstyc_host_converged{host="10.0.0.2",state="failed"} 0\n');
  assert.match(read('prom'), /^pigstyc_check_timestamp_seconds \d{10}$/m);
});

test('make updates lists packages with the hosts they wait for; a host that is off is named', ({ out }) => {
  build(out);
  const { make } = transport(out);
  assert.is(make('deploy').code, 0);
  const waits = (...packages: readonly string[]): string =>
    `[ "$*" = '--check --upgrade' ] || exit 1\n` +
    packages.map((one) => `echo '  pending: upgrade ${one}: needs --allow-restart'\n`).join('');
  const server = 'server 1:17.1 to 1:17.2';
  writeFileSync(join(out, 'hosts/10.0.0.1/apply.sh'), `${waits(server, 'proxy 3.0 to 3.1')}exit 2\n`);
  writeFileSync(join(out, 'hosts/10.0.0.2/apply.sh'), `${waits(server)}exit 2\n`);
  writeFileSync(join(out, 'hosts/10.0.0.3/apply.sh'), `${waits()}exit 0\n`);
  const { code, output } = make('updates');
  assert.is(code, 0, output);
  assert.match(output, `\n${server}: 10.0.0.1 10.0.0.2\nproxy 3.0 to 3.1: 10.0.0.1\n`);
  const partly = make('updates', unreachable(out, '10.0.0.3'));
  assert.is(partly.code, 2);
  assert.match(partly.output, `${server}: 10.0.0.1 10.0.0.2\n`);
  assert.match(partly.output, /^10\.0\.0\.3\tcannot be reached/m);
});

test('make status says which commit each host was sent', ({ out }) => {
  build(out);
  const { make } = transport(out);
  const site = dirname(out);
  const git = (...words: readonly string[]): void => {
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
    assert.is(spawnSync('git', [...identity, ...words], { cwd: site }).status, 0, words.join(' '));
  };
  assert.is(make('deploy').code, 0);
  assert.match(make('status').output, /^10\.0\.0\.2 +sent without a commit, last change /m);
  git('init', '-q', '.');
  git('add', 'out');
  git('commit', '-qm', 'first');
  assert.is(make('clean', 'push').code, 0);
  assert.match(make('status').output, /^10\.0\.0\.2 +sent [0-9a-f]{7,} of \d{4}-\d\d-\d\dT\S+, last change /m);
  writeFileSync(join(out, 'hosts/10.0.0.2/manifest.tsv'), 'edited\n');
  assert.is(make('push').code, 0);
  const told = make('status');
  assert.is(told.code, 0);
  assert.match(told.output, /^10\.0\.0\.2 +sent \S+ of \S+, with changes, last change /m);
  assert.match(told.output, /^10\.0\.0\.1 +sent \S+ of [^, ]+, last change /m, 'what was not sent again keeps its own');
  const off = make('status', unreachable(out, '10.0.0.3'));
  assert.is(off.code, 2);
  assert.match(off.output, /^10\.0\.0\.3 +cannot be reached: ssh: connect to host/m);
  assert.match(off.output, /^10\.0\.0\.2 +sent /m);
});

test('make rolling takes the canary, then so many hosts at a time, and stops at the first that fails', ({ out }) => {
  build(out);
  const { make, log } = transport(out);
  assert.is(make('deploy').code, 0);
  log();
  const visits = (): readonly string[] =>
    log().map((line) => line.replace(/^10\.0\.0\.(\d) ?(.*)$/, (_, host: string, flags: string) => `${host}${flags}`));
  const done = make('rolling', 'CANARY=10.0.0.3', 'SERIAL=2');
  assert.is(done.code, 0, done.output);
  assert.equal(visits(), ['3', '3--check', '1', '2', '1--check', '2--check']);
  writeFileSync(join(dirname(out), 'fail-10.0.0.1'), '');
  const failed = make('rolling', 'CANARY=10.0.0.3');
  assert.is(failed.code, 2);
  assert.match(failed.output, 'stopped after this wave: 10.0.0.1');
  assert.equal(visits(), ['3', '3--check', '1']);
  rmSync(join(dirname(out), 'fail-10.0.0.1'));
  writeFileSync(join(dirname(out), 'drift'), '');
  assert.is(make('rolling').code, 2);
  assert.equal(visits(), ['1', '1--check'], 'a host that has not converged ends it, too');
  for (const words of [['SERIAL=0'], ['SERIAL=x'], ['CANARY=10.0.0.9']]) assert.is(make('rolling', ...words).code, 2);
  assert.equal(visits(), []);
});

test('a machine that is new under its address is deployed again; what is there is not', ({ out }) => {
  build(out);
  const { make, log } = transport(out);
  assert.is(make('-j4', 'deploy').code, 0);
  log();
  const again = make('deploy');
  assert.is(again.code, 0, again.output);
  assert.match(again.output, /^- +10\.0\.0\.2 as it was sent and converged before$/m);
  assert.equal(log(), []);
  rmSync(join(dirname(out), 'home-10.0.0.2'), { recursive: true });
  const back = make('-j4', 'deploy');
  assert.is(back.code, 0, back.output);
  const visits = log();
  assert.ok(visits.includes('10.0.0.2 --stage node') && visits.includes('10.0.0.2 --stage etcd'));
  assert.not.ok(visits.includes('10.0.0.1 --stage node'));
});

test('a host of which a service no longer runs, or a server no longer works, is visited again', ({ out }) => {
  build(out);
  const { make, log } = transport(out);
  assert.is(make('-j4', 'deploy').code, 0);
  log();
  const base = dirname(out);
  const home = join(base, 'home-10.0.0.2');
  mkdirSync(join(home, 'state'), { recursive: true });
  writeFileSync(join(home, 'state/running'), 'etcd\npatroni\nhttp://10.0.0.2:8008/health\n');
  const systemctl = join(base, 'systemctl');
  writeFileSync(systemctl, `#!/bin/bash\nfor unit in "\${@:2}"; do cat "${base}/$unit"; done\n`);
  chmodSync(systemctl, 0o755);
  writeFileSync(
    join(base, 'curl'),
    `#!/bin/bash\n[[ "\${@: -1}" == http://10.0.0.2:8008/health && ! -e "${base}/down" ]]\n`,
  );
  chmodSync(join(base, 'curl'), 0o755);
  for (const unit of ['etcd', 'patroni']) writeFileSync(join(base, unit), 'active\n');
  const path = process.env['PATH'];
  process.env['PATH'] = `${base}:${path}`;
  try {
    assert.is(make('deploy').code, 0);
    assert.equal(log(), []);
    writeFileSync(join(base, 'patroni'), 'inactive\n');
    assert.is(make('-j4', 'deploy').code, 0);
    const visits = log();
    assert.ok(visits.includes('10.0.0.2 --stage pgsql') && !visits.includes('10.0.0.1 --stage node'), visits.join());
    writeFileSync(join(base, 'patroni'), 'active\n');
    assert.is(make('deploy').code, 0);
    assert.equal(log(), []);
    writeFileSync(join(base, 'down'), '');
    assert.is(make('-j4', 'deploy').code, 0);
    assert.ok(log().includes('10.0.0.2 --stage pgsql'));
    rmSync(join(base, 'down'));
    assert.is(make('deploy').code, 0);
    assert.equal(log(), []);
  } finally {
    process.env['PATH'] = path;
  }
});

test('a host on which a later run has failed is visited again, until one has not', ({ out }) => {
  build(out);
  const { make, log } = transport(out);
  assert.is(make('-j4', 'deploy').code, 0);
  log();
  const mark = join(dirname(out), 'home-10.0.0.2/state/failed-pgsql');
  mkdirSync(dirname(mark), { recursive: true });
  writeFileSync(mark, '');
  assert.is(make('-j4', 'deploy').code, 0);
  const visits = log();
  assert.ok(visits.includes('10.0.0.2 --stage node'), visits.join('; '));
  assert.not.ok(visits.includes('10.0.0.1 --stage node'));
  rmSync(mark);
  assert.is(make('-j4', 'deploy').code, 0);
  assert.equal(log(), []);
});

test('a host that a check finds to differ is visited by the next deployment', ({ out }) => {
  build(out);
  const { make, log } = transport(out);
  assert.is(make('-j4', 'deploy').code, 0);
  writeFileSync(join(dirname(out), 'drift'), '');
  make('check.10.0.0.2');
  rmSync(join(dirname(out), 'drift'));
  log();
  assert.is(make('-j4', 'deploy').code, 0);
  const visits = log();
  assert.ok(visits.includes('10.0.0.2 --stage node'), visits.join('; '));
  assert.not.ok(visits.includes('10.0.0.1 --stage node'));
});

test('where all of a group have failed, nobody waits for it; every stage a host has no more is cleaned', ({ out }) => {
  build(out);
  const { make, log } = transport(out);
  assert.is(make('-j4', 'deploy').code, 0);
  assert.ok(log().includes('10.0.0.1 --stage monitor,gone'));
  for (const { name } of HOSTS) writeFileSync(join(dirname(out), `fail-${name}`), '');
  const failed = make('-j4', 'deploy', 'FLAGS=--allow-restart');
  assert.is(failed.code, 2);
  assert.match(failed.output, /skipped 10\.0\.0\.\d: \S+ has failed/);
  assert.is.not(make('pg-main', 'FLAGS=--allow-restart').code, 0);
  assert.is.not(make('10.0.0.1').code, 0);
  for (const { name } of HOSTS) rmSync(join(dirname(out), `fail-${name}`));
  assert.is(make('pg-main').code, 0);
  assert.is(make('10.0.0.1').code, 0);
  writeFileSync(join(dirname(out), 'drift'), '');
  const drift = make('check');
  assert.is.not(drift.code, 0);
  assert.match(drift.output, /10\.0\.0\.3 +differs/);
  assert.is(make('help').code, 0);
});

test('the table names a host that the bundle does not reach, until it arrives', ({ out }) => {
  build(out);
  const { make } = transport(out);
  assert.is(make('deploy').code, 0);
  const lost = make('deploy', 'SCP=false', 'FLAGS=--allow-restart');
  assert.is(lost.code, 0, 'nothing had to be sent');
  const manifest = join(out, 'hosts/10.0.0.2/manifest.tsv');
  writeFileSync(manifest, `${readFileSync(manifest, 'utf8')}\n`);
  const half = make('deploy', 'SCP=false');
  assert.is(half.code, 2);
  assert.match(half.output, /^push +FAILED 10\.0\.0\.2: the bundle has not arrived/m);
  const back = make('deploy');
  assert.is(back.code, 0, back.output);
  assert.not.match(back.output, 'not arrived');
});

test.run();
