import { test } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import type { FileStep, Step } from '../../../emitters/api.ts';
import { wordsOf } from '../../../emitters/runtime-calls.ts';
import { nodeEmitter } from '../../../emitters/node/index.ts';
import { hugepages } from '../../../emitters/node/tuning.ts';
import { UnrepresentableError } from '../../../emitters/toolkit/index.ts';
import type { Site } from '../../../compiler/model/site.ts';
import { MARKERS, PLAIN, testSite, type TestHost } from '../pgsql/site.ts';

type Vars = Readonly<Record<string, unknown>>;

function siteOf(
  vars: Vars,
  options: {
    readonly others?: readonly TestHost[];
    readonly platform?: string;
    readonly facts?: TestHost['facts'];
  } = {},
): Site {
  return testSite(
    [{ name: '10.10.10.11', groups: ['x'], vars, facts: options.facts }, ...(options.others ?? [])],
    { admin_ip: '10.10.10.10' },
    options.platform,
  );
}

const plan = (...args: Parameters<typeof siteOf>): readonly Step[] => {
  const site = siteOf(...args);
  return nodeEmitter.plan(site, site.hosts[0]!);
};
const calls = (steps: readonly Step[], fn: string): readonly (readonly string[])[] =>
  steps.flatMap((step) => (step.kind === 'call' && step.fn === fn ? [wordsOf(step.args)] : []));
const find = (steps: readonly Step[], path: string): FileStep | undefined =>
  steps.find((step): step is FileStep => step.kind === 'file' && step.path === path);

function text(steps: readonly Step[], path: string): string {
  const step = find(steps, path);
  assert.ok(step, `no ${path}`);
  return step!.render(PLAIN);
}

test('the host name is set when one is declared, never to an address', () => {
  assert.equal(calls(plan({ nodename: 'n1' }), 'hostname_set'), [['n1']]);
  assert.equal(calls(plan({}), 'hostname_set'), []);
  assert.equal(calls(plan({ nodename: 'n1', nodename_overwrite: false }), 'hostname_set'), []);
});

test('/etc/hosts: declared records, hosts that exchange their names, MinIO members', () => {
  const others: readonly TestHost[] = [
    { name: '10.10.10.12', groups: ['x'], vars: { nodename: 'n2', nodename_exchange: true } },
    {
      name: '10.10.10.13',
      groups: ['minio'],
      vars: { minio_cluster: 'minio', minio_seq: 1, minio_node: 'minio-1.pigsty' },
    },
  ];
  const steps = plan({ node_etc_hosts: ['${admin_ip} a.pigsty', '1.2.3.4 b'] }, { others });
  assert.is(
    text(steps, '/etc/hosts'),
    '10.10.10.10 i.pigsty\n10.10.10.10 a.pigsty\n1.2.3.4 b\n10.10.10.12 n2\n10.10.10.13 minio-1.pigsty\n',
  );
  assert.is(find(steps, '/etc/hosts')!.manage, 'block');
  const own = (vars: Vars): boolean =>
    text(plan({ nodename: 'n1', ...vars }), '/etc/hosts').includes('10.10.10.11 n1\n');
  assert.ok(own({}), 'the name that the host gets');
  assert.not.ok(own({ nodename_overwrite: false }));
  assert.is(find(plan({ node_write_etc_hosts: false }), '/etc/hosts'), undefined);
});

test('resolver: add merges at run time, overwrite is a file, none is nothing', () => {
  assert.equal(calls(plan({}), 'resolver_add'), [
    ['options single-request-reopen timeout:1', 'nameserver 10.10.10.10'],
  ]);
  const overwrite = plan({ node_dns_method: 'overwrite', node_dns_servers: ['1.1.1.1'], node_dns_options: [] });
  assert.is(text(overwrite, '/etc/resolv.conf'), 'nameserver 1.1.1.1\n');
  assert.equal(calls(overwrite, 'resolver_add'), []);
  const none = plan({ node_dns_method: 'none' });
  assert.is(find(none, '/etc/resolv.conf'), undefined);
  assert.equal(calls(none, 'resolver_add'), []);
});

test('firewall and SELinux', () => {
  assert.equal(calls(plan({ node_firewall_public_port: [22] }), 'firewall_apply'), [
    ['zone', '10.0.0.0/8,192.168.0.0/16,172.16.0.0/12', '22'],
  ]);
  assert.equal(calls(plan({ node_firewall_mode: 'none' }), 'firewall_apply'), []);
  assert.equal(calls(plan({}), 'selinux_mode'), []);
  assert.equal(calls(plan({}, { facts: { os: { vendor: 'rocky', version: '9.4' } } }), 'selinux_mode'), [
    ['permissive'],
  ]);
});

const REPO = {
  name: 'r',
  description: 'R',
  module: 'm',
  releases: [9, 10, 12],
  arch: ['x86_64'],
  baseurl: { default: 'http://d/$releasever/', china: 'http://c/$releasever/' },
};

test('yum repositories: region, options, and what stands for $releasever', () => {
  const repo = (version: string, fields: Vars, vars: Vars = {}): string =>
    text(
      plan(
        { node_repo_modules: 'm', repo_upstream: [{ ...REPO, ...fields }], ...vars },
        { facts: { os: { vendor: 'rocky', version } } },
      ),
      '/etc/yum.repos.d/m.repo',
    );
  assert.is(
    repo('9.4', { meta: { module_hotfixes: 1, gpgcheck: 1 } }),
    `# Module m on rocky 9.4, x86_64

[r]
name = R $releasever - $basearch
baseurl = http://d/$releasever/
gpgcheck = 1
enabled = 1
module_hotfixes = 1
`,
  );
  const url = (full: string): string => /baseurl = (.*)/.exec(full)![1]!;
  assert.is(url(repo('9.4', {}, { region: 'china' })), 'http://c/$releasever/');
  assert.is(url(repo('9.4', {}, { region: 'europe' })), 'http://d/$releasever/');
  assert.is(url(repo('9.4', { minor: true })), 'http://d/9.4/');
  assert.is(url(repo('10.1', { name: 'epel' })), 'http://d/10z/');
  assert.is(url(repo('9.4', { name: 'pgdg18' })), 'http://d/$releasever/');
  assert.is(url(repo('9.7', { name: 'pgdg18' })), 'http://d/9.7/');
  assert.is(url(repo('10.1', { name: 'pgdg18' })), 'http://d/10.1/');
});

test('apt repositories: names of the release, other releases and machines left out', () => {
  const deb = { ...REPO, baseurl: { default: 'http://d/${distro_name}   ${distro_codename} main' } };
  const steps = plan({
    node_repo_modules: 'm',
    repo_upstream: [
      deb,
      { ...deb, name: 'old', releases: [11] },
      { ...deb, name: 'arm', arch: ['aarch64'] },
      { ...deb, name: 'other', module: 'o' },
    ],
  });
  assert.is(
    text(steps, '/etc/apt/sources.list.d/m.list'),
    '# Module m on debian 12, x86_64\n\n# r: R\ndeb [trusted=yes] http://d/debian bookworm main\n',
  );
});

test('apt checks packages with the key that a repository names', () => {
  const meta = { signed_by: '/usr/share/keyrings/d.gpg' };
  const deb = { ...REPO, meta, baseurl: { default: 'http://d/debian bookworm main' } };
  const list = text(plan({ node_repo_modules: 'm', repo_upstream: [deb] }), '/etc/apt/sources.list.d/m.list');
  assert.match(list, /\ndeb \[signed-by=\/usr\/share\/keyrings\/d\.gpg\] http:\/\/d\/debian bookworm main\n$/);
});

test('the system’s own repositories are checked with the key that its hosts have', () => {
  for (const vendor of ['debian', 'ubuntu']) {
    const version = vendor === 'debian' ? '12' : '24.04';
    const steps = plan({ node_repo_modules: 'node,pgsql' }, { facts: { os: { vendor, version } } });
    const own = text(steps, '/etc/apt/sources.list.d/node.list').match(/^deb .*/gm)!;
    assert.ok(own.length >= 3, own.join('\n'));
    for (const line of own)
      assert.match(line, `deb [signed-by=/usr/share/keyrings/${vendor}-archive-keyring.gpg] http`);
    // No host has the keys of the others.
    assert.match(text(steps, '/etc/apt/sources.list.d/pgsql.list'), /^deb \[trusted=yes\] http/m);
  }
});

test('other repositories go only when something takes their place, and before the index is read', () => {
  const steps = plan({ node_repo_modules: 'local' });
  assert.equal(
    find(steps, '/etc/apt/sources.list.d/local.list')!.effects.map((effect) => effect.kind === 'call' && effect.fn),
    ['repo_exclusive', 'repo_refresh'],
  );
  assert.equal(calls(plan({ node_repo_modules: 'local,node' }), 'repo_exclusive'), [
    ['/etc/apt/sources.list.d', 'local.list', 'node.list'],
  ]);
  assert.equal(calls(plan({ node_repo_remove: false }), 'repo_exclusive'), []);
  assert.equal(calls(plan({ node_repo_modules: '' }), 'repo_exclusive'), []);
});

test('packages: the release its list unless the inventory has one, plus extra ones', () => {
  const first = (vars: Vars): readonly string[] => {
    const step = plan(vars).find((candidate) => candidate.kind === 'package');
    return step?.kind === 'package' ? step.names : [];
  };
  assert.ok(first({}).includes('openssh-server') && first({}).includes('haproxy'));
  assert.equal(first({ node_default_packages: ['a,b c'], node_packages: ['d', 'a'] }), ['a', 'b', 'c', 'd']);
});

test('huge pages: a count wins over a ratio, both stay below nine tenths of memory', () => {
  const pages = (vars: Vars): number => hugepages(siteOf(vars, { facts: { memoryMib: 1001 } }).hosts[0]!);
  assert.is(pages({}), 0);
  assert.is(pages({ node_hugepage_count: 100, node_hugepage_ratio: 0.5 }), 100);
  assert.is(pages({ node_hugepage_count: 500 }), 451);
  assert.is(pages({ node_hugepage_ratio: 0.3 }), 151);
  assert.is(pages({ node_hugepage_ratio: 0.9 }), 0);
});

test('tuning profiles lie where the tuned of the release reads them, unless the site says where', () => {
  const directory = (os: { vendor: string; version: string }, vars: Vars = {}): string | undefined =>
    /^(.*)\/oltp\/tuned\.conf$/.exec(
      plan(vars, { facts: { os } }).flatMap((step) =>
        step.kind === 'file' && step.source === 'node/tuned' ? [step.path] : [],
      )[0] ?? '',
    )?.[1];
  const OLD = '/etc/tuned';
  const NEW = '/etc/tuned/profiles';
  for (const [vendor, version, expected] of [
    ['debian', '12', OLD],
    ['debian', '13', NEW],
    ['ubuntu', '24.04', OLD],
    ['ubuntu', '26.04', NEW],
    ['rocky', '9.6', OLD],
    ['rocky', '10.0', NEW],
  ] as const)
    assert.is(directory({ vendor, version }), expected, `${vendor} ${version}`);
  assert.is(directory({ vendor: 'debian', version: '13' }, { node_tuned_profile_dir: '/srv/tuned' }), '/srv/tuned');
});

test('tuning: all profiles with tuned, the chosen one as sysctl without it, nothing for none', () => {
  const tuned = plan({ node_tune: 'crit' });
  assert.equal(
    tuned.flatMap((step) => (step.kind === 'file' && step.source === 'node/tuned' ? [step.path] : [])),
    ['oltp', 'olap', 'crit', 'tiny'].map((name) => `/etc/tuned/${name}/tuned.conf`),
  );
  assert.equal(calls(tuned, 'tuned_profile'), [['crit']]);
  const plain = plan({ node_tune: 'tiny' }, { platform: 'debian-12' });
  assert.match(text(plain, '/etc/sysctl.d/60-node-tune.conf'), 'vm.swappiness = 10\n');
  assert.equal(calls(plain, 'tuned_profile'), []);
  const none = plan({ node_tune: 'none' });
  assert.equal(
    none.filter((step) => step.kind === 'file' && /tuned|hugepage|node-tune/.test(step.path)),
    [],
  );
});

test('administrator: keys in a block, sudo by mode, a user name with a dot', () => {
  const steps = plan({
    node_admin_username: 'a.b',
    node_admin_sudo: 'all',
    node_admin_pk_list: ['ssh-ed25519 AAAA x'],
  });
  assert.is(text(steps, '/etc/sudoers.d/a_b'), '%admin ALL=(ALL) ALL\n');
  assert.is(text(steps, '/home/a.b/.ssh/authorized_keys'), 'ssh-ed25519 AAAA x\n');
  assert.is(find(steps, '/home/a.b/.ssh/authorized_keys')!.manage, 'block');
  const off = plan({ node_admin_enabled: false });
  assert.equal(
    off.flatMap((step) => (step.kind === 'user' || step.kind === 'group' ? [step.name] : [])),
    ['admin'],
  );
});

test('a value cannot bring lines of its own', () => {
  const cases: readonly [Vars, string][] = [
    [{ node_etc_hosts: ['1.2.3.4 a\n5.6.7.8 b'] }, '/etc/hosts'],
    [{ node_crontab: ['* * * * * root a\nb'] }, '/etc/crontab'],
    [{ node_ntp_servers: ['pool a\nb'] }, '/etc/chrony/chrony.conf'],
    [{ node_admin_pk_list: ['ssh-rsa A\nssh-rsa B'] }, '/home/dba/.ssh/authorized_keys'],
    [{ node_sysctl_params: { a: 'x\ny' } }, '/etc/sysctl.d/99-node.conf'],
    [{ node_aliases: { 'a b': 'c' } }, '/etc/profile.d/node.alias.sh'],
  ];
  for (const [vars, path] of cases)
    assert.throws(
      () => text(plan(vars), path),
      (error: unknown) => error instanceof UnrepresentableError,
      path,
    );
});

test('the administration node does not ask itself for the time', () => {
  const servers = { node_ntp_servers: ['pool p iburst', 'pool ${admin_ip} iburst'] };
  assert.match(text(plan(servers), '/etc/chrony/chrony.conf'), 'pool p iburst\npool 10.10.10.10 iburst\n');
  const site = testSite([{ name: '10.10.10.10', groups: ['infra'], vars: servers }], { admin_ip: '10.10.10.10' });
  assert.not.match(text(nodeEmitter.plan(site, site.hosts[0]!), '/etc/chrony/chrony.conf'), 'pool 10.10.10.10');
});

test('crontab: the whole file or a block of it', () => {
  const job = '00 01 * * * postgres /pg/bin/pg-backup full';
  assert.match(text(plan({ node_crontab: [job] }), '/etc/crontab'), `user command\n${job}\n`);
  const block = plan({ node_crontab: [job], node_crontab_overwrite: false });
  assert.is(text(block, '/etc/crontab'), `${job}\n`);
  assert.is(find(block, '/etc/crontab')!.manage, 'block');
  assert.is(find(plan({}), '/etc/crontab'), undefined);
});

const VIP = { vip_enabled: true, vip_address: '10.10.10.3', vip_vrid: 7, node_cluster: 'cls' };

test('keepalived: roles, preemption, peers, password', () => {
  const others = [{ name: '10.10.10.12', groups: ['x'], vars: VIP }];
  const config = (vars: Vars, sink = PLAIN): string =>
    find(plan({ ...VIP, vip_interface: 'eth1', ...vars }, { others }), '/etc/keepalived/keepalived.conf')!.render(sink);
  const lines = (vars: Vars): readonly string[] =>
    config(vars)
      .split('\n')
      .map((line) => line.trim());
  for (const line of [
    'state BACKUP',
    'priority 128',
    'nopreempt',
    'interface eth1',
    'virtual_router_id 7',
    'unicast_src_ip 10.10.10.11',
    '10.10.10.12',
    'auth_pass cls-7',
    '10.10.10.3',
  ]) {
    assert.ok(lines({ vip_role: 'master' }).includes(line), line);
  }
  const preempting = lines({ vip_role: 'master', vip_preempt: true });
  assert.ok(preempting.includes('state MASTER') && !preempting.includes('nopreempt'));
  assert.ok(lines({ vip_role: 'backup' }).includes('priority 100'));
  assert.ok(lines({ vip_auth_pass: '0123456789' }).includes('auth_pass 01234567'));
  assert.ok(lines({ vip_auth_pass: '0123456é' }).includes('auth_pass 0123456'), 'bytes, not characters');
  assert.not.match(config({ vip_auth_pass: '0123456789' }, MARKERS), '01234567');
  assert.not.match(config({ haproxy_enabled: false }), 'track_script');
  assert.match(config({}), 'track_script');
});

test('keepalived: an interface named auto is found on the host', () => {
  const steps = plan(VIP);
  assert.match(text(steps, '/etc/keepalived/keepalived.conf'), 'include /etc/keepalived/interface.conf\n');
  assert.match(text(steps, '/etc/keepalived/keepalived.conf'), 'interface $VIP_INTERFACE\n');
  assert.match(
    text(steps, '/etc/systemd/system/keepalived.service.d/interface.conf'),
    'ExecStartPre=/etc/keepalived/find-interface\n',
  );
  assert.is(find(plan({ ...VIP, vip_interface: 'eth1' }), '/etc/keepalived/find-interface'), undefined);
});

test("exporters: own units with the distribution, the archive's unit and variable on Debian", () => {
  const own = plan({ node_exporter_port: 9999 });
  assert.match(
    text(own, '/etc/default/node_exporter'),
    'NODE_EXPORTER_OPTS="--web.listen-address=:9999 --web.telemetry-path=/metrics --no-collector.softnet',
  );
  assert.ok(find(own, '/etc/systemd/system/node_exporter.service'));
  const archive = plan(VIP, { platform: 'debian-12' });
  assert.match(text(archive, '/etc/default/prometheus-node-exporter'), 'ARGS="--web.listen-address=:9100 ');
  assert.equal(
    archive
      .filter((step) => step.stage === 'monitor' && step.kind === 'unit')
      .map((step) => step.kind === 'unit' && step.unit),
    ['prometheus-node-exporter'],
  );
  assert.is(find(plan({ node_exporter_enabled: false }), '/etc/default/node_exporter'), undefined);
});

test('logs go to every infra node with VictoriaLogs, or to the addresses given', () => {
  const infra = (last: number, seq: number, vars: Vars = {}): TestHost => ({
    name: `10.10.10.${last}`,
    groups: ['infra'],
    vars: { infra_seq: seq, ...vars },
  });
  const sinks = (vars: Vars, others: readonly TestHost[]): readonly string[] =>
    [
      ...text(plan(vars, { others }), '/etc/vector/vector.yaml').matchAll(
        /^ {2}(vlogs\d*):\n(?: {4}.*\n(?: {6}.*\n)*)*? {4}uri: (.*)$/gm,
      ),
    ].map((m) => `${m[1]} ${m[2]}`);
  assert.equal(sinks({}, [infra(10, 1)]), ['vlogs http://10.10.10.10:9428/insert/jsonline']);
  assert.equal(sinks({}, [infra(10, 1), infra(9, 2), infra(8, 3, { vlogs_enabled: false })]), [
    'vlogs1 http://10.10.10.10:9428/insert/jsonline',
    'vlogs2 http://10.10.10.9:9428/insert/jsonline',
  ]);
  assert.equal(sinks({ vector_log_endpoint: ['http://${admin_ip}:1/x'] }, []), ['vlogs http://10.10.10.10:1/x']);
  assert.equal(sinks({ vector_log_endpoint: [] }, [infra(10, 1)]), []);
  assert.equal(
    plan({}, { platform: 'debian-12' }).filter((step) => step.kind === 'file' && step.path.includes('vector')),
    [],
  );
});

test.run();
