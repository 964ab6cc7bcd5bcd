import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import type { FileStep, Step } from '../../../emitters/api.ts';
import { nodeEmitter } from '../../../emitters/node/index.ts';
import { PLAIN, testSite, type TestHost } from '../../unit/pgsql/site.ts';
import { fileOf, nativeTest, place, run } from './checker.ts';

const test = suite('programs of the host accept what we write');

function steps(
  vars: Readonly<Record<string, unknown>>,
  platform = 'pigsty-4.5',
  others: readonly TestHost[] = [],
): readonly Step[] {
  const site = testSite(
    [{ name: '10.10.10.11', groups: ['x'], vars: { nodename: 'n1', node_cluster: 'cls', ...vars } }, ...others],
    { admin_ip: '10.10.10.10' },
    platform,
  );
  return nodeEmitter.plan(site, site.hosts[0]!);
}

const VIP = { vip_enabled: true, vip_address: '10.10.10.3', vip_vrid: 128 };

for (const mode of ['nopass', 'all', 'limit']) {
  nativeTest(test, ['visudo'], `sudoers: ${mode}`, (scratch) => {
    const outcome = run([
      'visudo',
      '-c',
      '-f',
      place(fileOf(steps({ node_admin_sudo: mode }), '/etc/sudoers.d/dba'), join(scratch, 'dba')),
    ]);
    assert.is(outcome.code, 0, outcome.output);
    assert.match(outcome.output, 'parsed OK');
  });
}

for (const platform of ['pigsty-4.5', 'debian-12']) {
  nativeTest(test, ['chronyd'], `chrony.conf on ${platform}`, (scratch) => {
    const config = place(
      fileOf(
        steps({ node_ntp_servers: ['pool pool.ntp.org iburst', 'server ${admin_ip} iburst'] }, platform),
        '/etc/chrony/chrony.conf',
      ),
      join(scratch, 'chrony.conf'),
    );
    const outcome = run(['chronyd', '-p', '-f', config]);
    assert.is(outcome.code, 0, outcome.output);
    writeFileSync(config, 'bogus line\n', { flag: 'a' });
    assert.is.not(run(['chronyd', '-p', '-f', config]).code, 0);
  });
}

nativeTest(test, ['tuned-adm'], 'tuned loads every profile and knows every option', (scratch) => {
  const profiles = ['oltp', 'olap', 'crit', 'tiny'];
  for (const profile of profiles) {
    mkdirSync(join(scratch, profile));
    place(fileOf(steps({}), `/etc/tuned/${profile}/tuned.conf`), join(scratch, profile, 'tuned.conf'));
  }
  // The distribution's own interpreter has the modules; another python3 may come first in PATH.
  const load = (names: readonly string[]): string =>
    run(['/usr/bin/python3', resolve('test/native/generations/load-tuned.py'), scratch, ...names]).output.replace(
      /^[0-9-]+ .*\n/gm,
      '',
    );
  assert.match(load(profiles), /^oltp: \d+ units\nolap: \d+ units\ncrit: \d+ units\ntiny: \d+ units\n$/);
  writeFileSync(
    join(scratch, 'tiny', 'tuned.conf'),
    '[main]\n[vm]\ntransparent_hugepage=never\ntransparent_pages=never\n',
  );
  assert.match(load(['tiny']), /transparent_pages is unknown to plugin vm/);
});

nativeTest(test, ['keepalived', 'ip'], 'keepalived.conf in every role', (scratch) => {
  // keepalived wants interface and source address to exist: those of this machine stand for the host's.
  const [interface_, address] = run([
    'sh',
    '-c',
    'ip -o -4 addr show scope global | awk \'{ split($4, a, "/"); print $2, a[1]; exit }\'',
  ])
    .output.trim()
    .split(' ');
  assert.ok(address, 'this machine has no address');
  const peer = (last: number): TestHost => ({
    name: `10.10.10.${last}`,
    groups: ['x'],
    vars: { ...VIP, node_cluster: 'cls' },
  });
  const cases: readonly [Readonly<Record<string, unknown>>, readonly TestHost[]][] = [
    [{ vip_role: 'master', vip_preempt: false }, [peer(12)]],
    [{ vip_role: 'master', vip_preempt: true, vip_auth_pass: "#'! longer than eight" }, [peer(12), peer(13)]],
    [{ vip_role: 'backup', haproxy_enabled: false }, []],
  ];
  for (const [vars, others] of cases) {
    const step = fileOf(
      steps({ ...VIP, ...vars, vip_interface: interface_ }, 'pigsty-4.5', others),
      '/etc/keepalived/keepalived.conf',
    );
    const outcome = run(['keepalived', '-t', '-f', place(step, join(scratch, 'k.conf'), { '10.10.10.11': address! })]);
    assert.is(outcome.output, '', step.render(PLAIN));
    assert.is(outcome.code, 0);
  }
  const bad = place(
    fileOf(steps({ ...VIP, vip_interface: 'nosuch0' }), '/etc/keepalived/keepalived.conf'),
    join(scratch, 'bad.conf'),
  );
  assert.is.not(run(['keepalived', '-t', '-f', bad]).code, 0);
});

nativeTest(
  test,
  ['keepalived', 'ip', 'shellcheck'],
  'the interface is found by address when keepalived starts',
  (scratch) => {
    const address = run([
      'sh',
      '-c',
      'ip -o -4 addr show scope global | awk \'{ split($4, a, "/"); print a[1]; exit }\'',
    ]).output.trim();
    const found = join(scratch, 'interface.conf');
    const plan = steps(VIP);
    const finder = fileOf(plan, '/etc/keepalived/find-interface');
    const script = place(finder, join(scratch, 'find'), {
      '10.10.10.11': address,
      '/etc/keepalived/interface.conf': found,
    });
    assert.is(run(['shellcheck', script]).output, '');
    assert.is(run([script]).code, 0);
    const config = place(fileOf(plan, '/etc/keepalived/keepalived.conf'), join(scratch, 'k.conf'), {
      '10.10.10.11': address,
      '/etc/keepalived/interface.conf': found,
    });
    const outcome = run(['keepalived', '-t', '-f', config]);
    assert.is(outcome.code, 0, outcome.output);
    const nowhere = run([place(finder, join(scratch, 'nowhere'), { '/etc/keepalived/interface.conf': found })]);
    assert.is(nowhere.code, 1);
    assert.match(nowhere.output, 'no interface has address 10.10.10.11');
  },
);

nativeTest(test, ['systemd-analyze'], 'units', (scratch) => {
  const plan = steps({ ...VIP, node_disk_prefetch: true });
  const units = plan.filter(
    (step): step is FileStep => step.kind === 'file' && /^\/etc\/systemd\/system\/[^/]+\.service$/.test(step.path),
  );
  assert.equal(
    units.map((step) => step.path.split('/').at(-1)),
    ['disk-prefetch.service', 'node_exporter.service', 'keepalived_exporter.service', 'vector.service'],
  );
  for (const step of units) {
    // The exporters are not installed here: any program stands for them.
    const unit = place(step, join(scratch, step.path.split('/').at(-1)!), {
      '/usr/bin/node_exporter': '/bin/true',
      '/usr/bin/keepalived_exporter': '/bin/true',
      '/usr/bin/vector': '/bin/true',
    });
    assert.is(run(['systemd-analyze', 'verify', unit]).output, '');
  }
});

nativeTest(test, ['dash', 'bash', 'shellcheck'], 'login scripts in sh and in bash', (scratch) => {
  const plan = steps({ node_aliases: { quote: `printf '%s\\n' "it's \\$HOME"` } });
  const profile = place(fileOf(plan, '/etc/profile.d/node.sh'), join(scratch, 'node.sh'));
  const alias = place(fileOf(plan, '/etc/profile.d/node.alias.sh'), join(scratch, 'node.alias.sh'));
  for (const shell of ['dash', 'bash'])
    assert.is(run([shell, '-c', '. "$0"; . "$1"; echo "$EDITOR"', profile, alias]).output, 'vi\n');
  assert.is(
    run(['bash', '-c', `. "$0"\nshopt -s expand_aliases\n. "$1"\neval quote`, profile, alias]).output,
    "it's $HOME\n",
  );
  assert.is(run(['shellcheck', '-s', 'bash', profile]).output, '');
});

nativeTest(
  test,
  ['dash', 'shellcheck'],
  'policy-rc.d keeps packages from starting what is configured later',
  (scratch) => {
    const script = place(fileOf(steps({}), '/usr/sbin/policy-rc.d'), join(scratch, 'policy-rc.d'));
    const code = (...words: string[]): number | null => run([script, ...words]).code;
    assert.is(run(['shellcheck', script]).output, '');
    assert.is(code('haproxy', 'start'), 101);
    assert.is(code('--quiet', 'etcd.service', 'start'), 101);
    assert.is(code('postgresql@15-main.service', 'start'), 101);
    assert.is(code('ssh', 'start'), 0);
  },
);

nativeTest(test, ['ssh', 'ssh-keygen'], 'client settings of the administrator', (scratch) => {
  const config = place(fileOf(steps({}), '/home/dba/.ssh/config'), join(scratch, 'config'));
  const outcome = run(['ssh', '-F', config, '-G', 'somewhere']);
  assert.is(outcome.code, 0, outcome.output);
  assert.match(outcome.output, 'stricthostkeychecking accept-new');
});

nativeTest(test, ['apt-get'], 'apt reads the repositories', (scratch) => {
  const plan = steps({ node_repo_modules: 'local,node,infra' });
  const sources = ['local', 'node', 'infra'].map((module) =>
    place(fileOf(plan, `/etc/apt/sources.list.d/${module}.list`), join(scratch, `${module}.list`)),
  );
  const outcome = run([
    'apt-get',
    'update',
    '--print-uris',
    '-o',
    `Dir::Etc::SourceParts=${scratch}`,
    '-o',
    'Dir::Etc::SourceList=/dev/null',
    '-o',
    `Dir::State::lists=${scratch}`,
  ]);
  assert.is(outcome.code, 0, outcome.output);
  assert.is(sources.length, 3);
  assert.match(outcome.output, 'http://10.10.10.10/pigsty');
  assert.match(outcome.output, 'bookworm-security');
});

test.run();
