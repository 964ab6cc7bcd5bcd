import { test } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { parse } from 'yaml';
import { infraEmitter } from '../../../emitters/infra/index.ts';
import { recordFiles } from '../../../emitters/infra/dns/records.ts';
import { DASHBOARDS, dashboardJson } from '../../../emitters/infra/grafana/dashboards/index.ts';
import { ruleFiles } from '../../../emitters/infra/rules/index.ts';
import type { FileStep } from '../../../emitters/api.ts';
import type { Host, Site } from '../../../compiler/model/site.ts';
import { filesOf, fleet, stepsOf } from './fleet.ts';
import { MARKERS, PLAIN, testSite } from '../pgsql/site.ts';

const infraHost = (site: Site): Host => site.infra[0]!.host;

function text(site: Site, path: string): string {
  const found = filesOf(site, infraHost(site)).get(path);
  assert.ok(found !== undefined, `${path} is not written`);
  return found!;
}

test('targets: one file per instance, labels and ports as the rules expect them', () => {
  const site = fleet();
  assert.is(
    text(site, '/infra/targets/pgsql/pg-test-1.yml'),
    `- targets:
    - 10.10.10.11:9630
    - 10.10.10.11:9631
    - 10.10.10.11:8008
    - 10.10.10.11:9854
  labels:
    cls: pg-test
    ins: pg-test-1
    ip: 10.10.10.11
`,
  );
  assert.equal(
    parse(text(site, '/infra/targets/redis/redis-meta-1.yml')),
    [26379, 26380, 26381].map((port) => ({
      targets: [`redis://10.10.10.11:${port}`],
      labels: { cls: 'redis-meta', ins: `redis-meta-1-${port}`, instance: `10.10.10.11:${port}` },
    })),
  );
  assert.equal(parse(text(site, '/infra/targets/pgrds/pg-foo.yml')), [
    { targets: ['10.10.10.10:20001'], labels: { cls: 'pg-foo', ins: 'pg-foo-1', ip: '10.10.20.1' } },
  ]);
  assert.equal(parse(text(site, '/infra/targets/ping/10.10.10.3---10.10.10.12.yml')), [
    {
      targets: ['10.10.10.3'],
      labels: { ip: '10.10.10.12', ins: 'pg-test-2', cls: 'pg-test', vip: '10.10.10.3', job: 'pgsql-vip' },
    },
  ]);
  assert.equal((parse(text(site, '/infra/targets/node/10.10.10.13.yml')) as { labels: unknown }[])[1]!.labels, {
    ip: '10.10.10.13',
    ins: 'n13',
    cls: 'nodes',
    vip: '10.10.10.99',
  });
});

test('Patroni with TLS is scraped by a job of its own under the same name', () => {
  const site = fleet({ patroni_ssl_enabled: true });
  assert.not.match(text(site, '/infra/targets/pgsql/pg-test-1.yml'), '8008');
  assert.equal(parse(text(site, '/infra/targets/patroni/pg-test-1.yml')), [
    { targets: ['10.10.10.11:8008'], labels: { job: 'pgsql', cls: 'pg-test', ins: 'pg-test-1', ip: '10.10.10.11' } },
  ]);
  const jobs = (
    parse(text(site, '/infra/prometheus.yml')) as {
      scrape_configs: { job_name: string; scheme?: string; honor_labels?: boolean }[];
    }
  ).scrape_configs;
  assert.equal(
    jobs.filter((job) => job.job_name === 'pgsql-patroni').map((job) => [job.scheme, job.honor_labels]),
    [['https', true]],
  );
  const plain = (parse(text(fleet(), '/infra/prometheus.yml')) as { scrape_configs: { job_name: string }[] })
    .scrape_configs;
  assert.not.ok(plain.some((job) => job.job_name === 'pgsql-patroni'));
});

test('every target module has its directory and its job', () => {
  const site = fleet({ patroni_ssl_enabled: true });
  const dirs = new Set(stepsOf(site, infraHost(site)).flatMap((step) => (step.kind === 'dir' ? [step.path] : [])));
  const scraped = text(site, '/infra/prometheus.yml');
  for (const path of filesOf(site, infraHost(site)).keys()) {
    const module = /^\/infra\/targets\/([a-z]+)\//.exec(path)?.[1];
    if (module === undefined) continue;
    assert.ok(dirs.has(`/infra/targets/${module}`), module);
    assert.match(scraped, `/infra/targets/${module}/*.yml`);
  }
});

test('what the platform does not have is neither installed, nor scraped, nor linked', () => {
  const site = fleet({}, 'debian-12');
  const files = [...filesOf(site, infraHost(site)).keys()];
  for (const absent of [
    '/etc/default/vlogs',
    '/etc/grafana/grafana.ini',
    '/etc/default/blackbox_exporter',
    '/etc/vector/redis.yaml',
    '/infra/datasources/vmetrics-1.json',
  ])
    assert.not.ok(files.includes(absent), absent);
  assert.not.ok(files.some((path) => /\/infra\/targets\/(ping|redis|minio|pgrds)\//.test(path)));
  assert.equal(parse(text(site, '/infra/targets/pgsql/pg-test-1.yml')), [
    { targets: ['10.10.10.11:8008'], labels: { cls: 'pg-test', ins: 'pg-test-1', ip: '10.10.10.11' } },
  ]);
  assert.not.match(text(site, '/www/index.html'), /vlogs|vtraces|vmui/);
  assert.match(text(site, '/etc/default/prometheus'), '--config.file=/infra/prometheus.yml');
  const config = parse(text(site, '/infra/prometheus.yml')) as {
    rule_files: string[];
    scrape_configs: { job_name: string }[];
  };
  assert.equal(config.rule_files, ['/infra/rules/*.yml']);
  assert.not.ok(config.scrape_configs.some((job) => job.job_name === 'ping'));
});

test('alert routers of several infra hosts know each other', () => {
  const site = testSite([
    { name: '10.10.10.10', groups: ['infra'], vars: { infra_seq: 1 } },
    { name: '10.10.10.20', groups: ['infra'], vars: { infra_seq: 2 } },
  ]);
  assert.match(
    filesOf(site, site.hosts[1]!).get('/etc/default/alertmanager')!,
    '--cluster.advertise-address=10.10.10.20:9094 --cluster.peer=10.10.10.10:9094',
  );
});

test('DNS: instances, clusters by pg_dns_target, virtual addresses, object storage', () => {
  const names = (target: string, vip = true): readonly string[] => {
    const site = fleet({ pg_dns_target: target, pg_dns_suffix: '.db' });
    const records = recordFiles(
      vip ? site : { ...site, pgClusters: site.pgClusters.map((cluster) => ({ ...cluster, vip: undefined })) },
    );
    return records
      .filter(({ name }) => name === 'pg-test')
      .flatMap((file) => file.records.map((record) => record.join(' ')));
  };
  assert.equal(names('auto'), ['10.10.10.3 pg-test.db']);
  assert.equal(names('auto', false), ['10.10.10.11 pg-test.db']);
  assert.equal(names('primary'), ['10.10.10.11 pg-test.db']);
  assert.equal(names('vip', false), []);
  assert.equal(names('none'), []);
  assert.equal(names('10.9.8.7'), ['10.9.8.7 pg-test.db']);
  const site = fleet();
  assert.is(text(site, '/etc/dnsmasq.d/pigsty/minio-2'), '10.10.10.11 minio-2.pigsty minio-2\n');
  assert.is(text(site, '/etc/dnsmasq.d/pigsty/default').split('\n')[0], '10.10.10.10 i.pigsty');
});

test('data sources: every database of every instance that is not kept out', () => {
  const site = fleet();
  const names = [...filesOf(site, infraHost(site)).keys()]
    .filter((path) => path.startsWith('/infra/datasources/'))
    .map((path) => path.slice('/infra/datasources/'.length));
  assert.equal(names, [
    'pg-test-1.postgres.json',
    'pg-test-1.app.json',
    'pg-test-2.postgres.json',
    'pg-test-2.app.json',
    'pg-foo-1.foo.json',
    'vmetrics-1.json',
    'vlogs-1.json',
    'vtraces-1.json',
  ]);
  const source = JSON.parse(text(site, '/infra/datasources/pg-foo-1.foo.json')) as {
    url: string;
    secureJsonData: { password: string };
  };
  assert.equal([source.url, source.secureJsonData.password], ['10.10.20.1:5432', 'p@ss/word']);
});

test('a password of any kind is percent-encoded in an exporter address', () => {
  const site = fleet();
  assert.match(
    text(site, '/etc/default/pg_exporter_pg-foo-1'),
    'PG_EXPORTER_URL="postgres://dbuser_monitor:p%40ss%2Fword@10.10.20.1:5432/postgres',
  );
});

test('services of psql: cluster, database, instance; the password stays in .pgpass', () => {
  const site = fleet();
  const services = text(site, '/home/dba/.pg_service.conf');
  assert.equal(services.match(/^\[.*\]$/gm), [
    '[pg-test]',
    '[pg-test.app]',
    '[pg-test.quiet]',
    '[pg-test-1]',
    '[pg-test-2]',
  ]);
  assert.not.match(services, 'password');
  assert.match(text(site, '/home/dba/.pgpass'), '*:*:*:dbuser_dba:DBUser.DBA\n');
});

test('a cluster with passwords of its own has them in front of those for every server', () => {
  const pg = { pg_cluster: 'pg-own', pg_seq: 1, pg_role: 'primary', pg_admin_password: 'Own:1' };
  const site = testSite([
    { name: '10.10.10.10', groups: ['infra'], vars: { infra_seq: 1 } },
    { name: '10.10.10.11', groups: ['pg-own'], vars: pg },
  ]);
  const [first, ...others] = text(site, '/home/dba/.pgpass').split('\n');
  assert.is(first, 'pg-own:5432:*:dbuser_dba:Own\\:1');
  assert.is(others[0], '10.10.10.11:5432:*:dbuser_dba:Own\\:1');
  assert.ok(others.slice(1).every((line) => line === '' || line.startsWith('*:*:*:')));
  assert.match(text(site, '/home/dba/.pg_service.conf'), '[pg-own]\nhost=pg-own\n');
  assert.match(
    text(site, '/infra/pgadmin/pgpass'),
    '10.10.10.11:5432:*:dbuser_dba:Own\\:1\n*:*:*:dbuser_dba:DBUser.DBA',
  );
});

test('patronictl: the interface of etcd that the platform has', () => {
  const v3 = parse(text(fleet(), '/infra/conf/patronictl.yml')) as Record<string, { hosts: string[] } | undefined>;
  const v2 = parse(text(fleet({}, 'debian-12'), '/infra/conf/patronictl.yml')) as Record<
    string,
    { hosts: string[]; password?: string } | undefined
  >;
  assert.equal(v3['etcd3']?.hosts, ['10.10.10.10:2379']);
  assert.equal([v2['etcd3'], v2['etcd']?.hosts, v2['etcd']?.password], [undefined, ['10.10.10.10:2379'], 'Etcd.Root']);
});

test('the home page escapes what the inventory says', () => {
  const site = fleet({ infra_extra_services: [{ name: '<b>"x"</b>', url: '/a?b&c', desc: "it's" }] });
  assert.match(
    text(site, '/www/index.html'),
    '<a href="/a?b&#38;c">&#60;b&#62;&#34;x&#34;&#60;/b&#62;</a><span>it&#39;s</span>',
  );
});

test('the home page lists what keeps data; a name leads to a dashboard that there is', () => {
  const page = text(fleet(), '/www/index.html');
  const links = [...page.matchAll(/href="\/ui\/d\/([^?"]+)\?var-cls=([^"]+)"/g)].map(([, uid, name]) => [uid, name]);
  assert.equal(
    [...new Set(links.map(([uid]) => uid))],
    ['pgsql-cluster', 'redis-cluster', 'minio-overview', 'etcd-overview'],
  );
  assert.ok(links.some(([, name]) => name === 'pg-test'));
  for (const [uid] of links) {
    const board = DASHBOARDS.find((one) => one.uid === uid);
    assert.ok(
      board?.variables.some(({ name }) => name === 'cls'),
      uid,
    );
  }
  assert.match(text(fleet({ grafana_enabled: false }), '/www/index.html'), '<li>pg-test<span>');
});

test('receivers of alerts: routes by severity, keys only in the sealed file', () => {
  assert.match(text(fleet(), '/etc/alertmanager.yml'), 'Add receivers here');
  const site = fleet({
    alertmanager_receivers: [
      { name: 'page', severity: ['CRIT'], pagerduty: 'k3y' },
      { name: 'dba', mail: 'dba@example.com', matchers: ['cls="pg-test"'] },
      { name: 'chat', severity: ['INFO'], webhook: 'https://chat.example.com/t0ken' },
    ],
    alertmanager_smtp: { host: 'mail.example.com:587', from: 'pg@example.com', user: 'pg', password: 'M4il' },
  });
  interface Config {
    readonly global: unknown;
    readonly route: { readonly routes: readonly { readonly receiver: string; readonly matchers: readonly string[] }[] };
    readonly receivers: readonly unknown[];
  }
  const config = parse(text(site, '/etc/alertmanager.yml')) as Config;
  assert.equal(
    config.route.routes.map(({ receiver, matchers }) => [receiver, ...matchers]),
    [
      ['page', 'severity="CRIT"'],
      ['dba', 'severity="CRIT"', 'cls="pg-test"'],
      ['dba', 'severity=~"WARN"', 'cls="pg-test"'],
      ['chat', 'severity=~"INFO"'],
    ],
  );
  assert.equal(config.global, {
    resolve_timeout: '5m',
    smtp_smarthost: 'mail.example.com:587',
    smtp_from: 'pg@example.com',
    smtp_auth_username: 'pg',
    smtp_auth_password: 'M4il',
    smtp_require_tls: true,
  });
  assert.equal(config.receivers.slice(1), [
    { name: 'page', pagerduty_configs: [{ routing_key: 'k3y', send_resolved: true }] },
    { name: 'dba', email_configs: [{ to: 'dba@example.com', send_resolved: true }] },
    { name: 'chat', webhook_configs: [{ url: 'https://chat.example.com/t0ken', send_resolved: true }] },
  ]);
  const step = stepsOf(site, infraHost(site)).find(
    (one): one is FileStep => one.kind === 'file' && one.path === '/etc/alertmanager.yml',
  )!;
  assert.is(step.mode, 0o640);
  assert.not.match(step.render(MARKERS), /k3y|t0ken|M4il/);
});

test('a portal domain with $ is no nginx variable', () => {
  const site = testSite([
    { name: '10.10.10.10', groups: ['infra'], vars: { infra_seq: 1, infra_portal: { home: { domain: 'a$b' } } } },
  ]);
  assert.throws(() => stepsOf(site, site.hosts[0]!, [infraEmitter]), /nginx cannot hold/);
});

test('secrets of an infra host are markers in the reviewable twin', () => {
  const site = fleet({
    grafana_admin_password: 'Gr4fana!',
    pg_admin_password: 'Adm1n!',
    pg_monitor_password: 'M0n!',
    etcd_root_password: 'R00t!',
    patroni_password: 'P4troni!',
    minio_secret_key: 'M1nio!xx',
  });
  let secret = 0;
  for (const step of stepsOf(site, infraHost(site))) {
    if (step.kind !== 'file') continue;
    assert.not.match(step.render(MARKERS), /Gr4fana|Adm1n|M0n!|R00t!|P4troni|M1nio!|pa:ss|p@ss|redis\.ms\b/, step.path);
    if (step.render(MARKERS) === step.render(PLAIN)) continue;
    secret += 1;
    assert.is(step.mode & 0o007, 0, `${step.path} is not for everybody`);
  }
  assert.ok(secret >= 10);
});

test('agents are told apart by the ports of each host, where ports are given to others by their addresses', () => {
  const record = (site: Site, name: string): string =>
    ruleFiles(site, infraHost(site))[0]!.recordings.find((rule) => rule.record === name)!.expr;
  assert.is(record(fleet({ node_exporter_port: 19100 }), 'node_up'), 'up{job="node", instance=~".*:19100"}');
  const site = fleet({}, 'pigsty-4.5', {
    '10.10.10.11': { node_exporter_port: 19100 },
    '10.10.10.12': { node_exporter_port: 9101, haproxy_exporter_port: 9100 },
  });
  const own = (name: string, ports: readonly number[]): string =>
    ports.map((port) => `10\\\\.10\\\\.10\\\\.${name}:${port}`).join('|');
  assert.is(
    record(site, 'node_up'),
    `up{job="node", instance=~"${own('10', [9100])}|${own('13', [9100])}|${own('12', [9101])}|.*:19100"}`,
  );
  assert.match(record(site, 'haproxy_up'), own('12', [9100]));
});

test('alert names are unique, severities mean the same everywhere', () => {
  const alerts = ruleFiles(fleet(), fleet().hosts[0]!).flatMap((file) => file.alerts);
  assert.is(new Set(alerts.map((alert) => alert.alert)).size, alerts.length);
  for (const alert of alerts) assert.ok(alert.summary.length > 0 && alert.hint.length > 0, alert.alert);
});

test('every series a dashboard or alert uses under our own names is recorded', () => {
  const files = ruleFiles(fleet(), fleet().hosts[0]!);
  const recorded = new Set(files.flatMap((file) => file.recordings.map((rule) => rule.record)));
  const expressions = [
    ...files.flatMap((file) => [...file.alerts, ...file.recordings].map((rule) => rule.expr)),
    ...DASHBOARDS.flatMap((dashboard) => dashboard.rows.flatMap((row) => row.panels.map(({ expr }) => expr))),
  ];
  for (const expression of expressions) {
    for (const [name] of expression.matchAll(/\b[a-z]+:[a-z]+:[a-z0-9_]+\b/g))
      assert.ok(recorded.has(name), `${name} in ${expression}`);
  }
});

test('dashboards: panels fill their rows and do not overlap', () => {
  for (const dashboard of DASHBOARDS) {
    const model = JSON.parse(dashboardJson(dashboard)) as {
      uid: string;
      panels: { id: number; gridPos: { x: number; y: number; w: number; h: number } }[];
    };
    assert.is(model.uid, dashboard.uid);
    assert.is(new Set(model.panels.map((panel) => panel.id)).size, model.panels.length);
    const cells = new Set<string>();
    for (const { gridPos } of model.panels) {
      assert.ok(gridPos.x + gridPos.w <= 24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          assert.not.ok(cells.has(`${x},${y}`));
          cells.add(`${x},${y}`);
        }
      }
    }
  }
});

test('a host outside group infra gets nothing of it', () => {
  const site = fleet();
  assert.equal(infraEmitter.plan(site, site.hosts[1]!), []);
});

test.run();
