/** Texts for other programs: what is refused, and what must stay silent. The programs themselves are asked in test/native. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { neverComes, parseCronLine } from '../../../compiler/programs/cron-line.ts';
import { lineProblem } from '../../../compiler/programs/lines.ts';
import { report } from '../../../compiler/diagnostics/report.ts';
import { inventoryOf } from '../../support/inventory-of.ts';
import { secretSpans } from '../../../compiler/secrets/spans.ts';
import { SourceFile } from '../../../compiler/source/node.ts';
import { check, findings } from './run.ts';

const pg = (vars: string): string =>
  `pg-test:\n  hosts: { 10.10.10.11: { pg_seq: 1, pg_role: primary } }\n  vars: { pg_cluster: pg-test, ${vars} }\n`;
/** The sentence about it. */
function problem(grammar: string, text: string): string | undefined {
  const found = lineProblem(grammar, text)?.found;
  return found && report('option-line', undefined, { name: grammar, ...found }).message.replace(`\`${grammar}\`: `, '');
}

test('words that are like no known option may be of a later version', () => {
  assert.is(problem('haproxy-server', 'check brand-new-thing 5 inter 3s'), undefined);
  assert.is(problem('haproxy-line', 'brand-new-thing 5'), undefined);
  assert.is(problem('haproxy-server', 'check 5'), '`5` is no option');
  assert.is(problem('haproxy-line', 'sick on src'), '`sick` is no keyword');
});

test('quoted parts and comments are left to the program', () => {
  assert.is(problem('haproxy-server', 'cookie "a b" check # inter x'), undefined);
  assert.is(
    problem('haproxy-line', 'timeout server "${LONG}"'),
    '`timeout server` needs a time such as `5m`, not `"${LONG}"`',
  );
});

test('days and times exist', () => {
  for (const text of ['2028-02-29', '2031-12-31 24:00', '2031-12-31T10:00:00+02', 'infinity'])
    assert.is(problem('date', text), undefined, text);
  for (const text of ['2031-02-29', '2031-04-31', '2031-13-01', '2031-12-31 24:01', '2031-12-31 10:61'])
    assert.ok(problem('date', text), text);
  assert.ok(problem('timestamp', 'yesterday'));
  assert.equal(findings(pg('pg_users: [{ name: app, password: Abc.1, expire_at: 2031-02-30 }]')), [
    'invalid-scalar @ 2031-02-30',
  ]);
});

test('a number stands for its digits, which have to fit', () => {
  const kv = (vars: string): string =>
    `kv:\n  hosts: { 10.10.10.21: { redis_node: 1, redis_instances: { 6379: {} } } }\n` +
    `  vars: { redis_cluster: kv, redis_password: Abc.1, ${vars} }\n`;
  assert.equal(findings(kv('redis_bind_address: 5')), ['bad-format @ 5']);
  assert.equal(findings(kv('redis_rdb_save: [900, 1]')), ['bad-format @ 900', 'bad-format @ 1']);
  assert.equal(findings(pg('pg_users: [{ name: app, password: 4711 }]')), []);
});

test('rules in the words of another tool are one mistake each', () => {
  const rule = '{ type: host, database: all, user: all, address: 10.0.0.0/8, method: md5, comment: x }';
  const found = check(pg(`pg_hba_rules: [${rule}]`)).filter(({ severity }) => severity === 'error');
  assert.equal(
    found.map(({ help }) => help),
    ['write no `type`, `db` for `database`, `addr` for `address`, `auth` for `method`, `title` for `comment`'],
  );
});

test('what is part of the server needs no package', () => {
  const found = check(pg('pg_extensions: [hstore, "pgcrypto,postgis", vector]')).filter(
    ({ severity }) => severity !== 'hint',
  );
  assert.equal(
    found.filter(({ slug }) => slug === 'package-unknown').map(({ message }) => message),
    ['no package is called `hstore`', 'no package is called `pgcrypto`'],
  );
});

test('names that PostgreSQL keeps to itself', () => {
  assert.equal(findings(pg('pg_users: [{ name: pg_app, password: Abc.1 }]')), ['bad-format @ pg_app']);
  assert.equal(findings(pg('pg_databases: [{ name: a, schemas: [pg_x, app] }]')), ['bad-format @ pg_x']);
});

test('an address that no host can have is no VIP', () => {
  const vip = (address: string): readonly string[] => findings(pg(`pg_vip_enabled: true, pg_vip_address: ${address}`));
  for (const bad of ['10.10.10.9/0', '10.10.10.255/24', '10.10.10.0/24', '10.10.255.255/16'])
    assert.equal(vip(bad), [`pg-vip-invalid @ ${bad}`]);
  for (const good of ['10.10.10.255/16', '10.10.10.9/32', '10.10.10.8/31']) assert.equal(vip(good), []);
});

test('what is wrong with a time says which', () => {
  const said = (line: string, withUser = true): string => {
    const found = parseCronLine(line, withUser);
    return 'problem' in found ? report('crontab-line', undefined, found).message : 'good';
  };
  assert.is(said('0 25 * * * root x'), 'crontab line has `25` as hour: 0 to 23');
  assert.is(said('0,*/0 1 * * * root x'), 'crontab line has `/0` as step of the minute');
  assert.is(said('0 1 1-2-3 * * root x'), 'crontab line has the range `1-2-3` as day of the month');
  assert.is(said('0 1, * * * root x'), 'crontab line has no hour in `1,`');
  const wanted = 'crontab line needs five times (or `@daily`), a user and a command';
  assert.is(said('0 1 * * sunday root x'), `${wanted}: has \`sunday\` as day of the week: 0 to 7`);
  assert.is(said('0 1 *'), wanted);
  assert.is(
    said('0 1 * * x', false),
    'crontab line needs five times (or `@daily`) and a command: has `x` as day of the week: 0 to 7',
  );
  assert.is(said('@never x', false), 'crontab line has `@never`, which cron does not know');
});

test('lines of cron that never run', () => {
  for (const line of ['0 1 31 2 * x', '0 1 30,31 feb * x', '0 22-6 * * * x', '0 1 31 */2 * x'.replace('*/2', '4,6')])
    assert.ok(neverComes(line), line);
  for (const line of [
    '0 1 29 2 * x',
    '0 1 31 2 1 x',
    '0 0 * * fri-sun x',
    '0 0 1 */2 * x',
    '*/5 0-6/2 * jan-mar 1-5 x',
    '@daily x',
  ])
    assert.is(neverComes(line), undefined, line);
});

test('settings that lose data or close the server are told', () => {
  for (const name of ['fsync', 'full_page_writes', 'autovacuum', 'ssl'])
    assert.equal(findings(pg(`pg_parameters: { ${name}: off }`)), [`setting-against-cluster @ ${name}`]);
  assert.equal(findings(pg('pg_parameters: { fsync: on, log_directory: /pg/log/postgres }')), []);
});

test('a deployment goes to a machine of its own', () => {
  const web = (one: string, two: string): readonly string[] =>
    findings(
      `web:\n  vars: { node_firewall_public_port: [22, 2200, 2222] }\n  hosts:\n` +
        `    10.0.0.1: { nodename: a${one} }\n    10.0.0.2: { nodename: b${two} }\n`,
    );
  assert.equal(web('', ', ansible_host: 10.0.0.1'), ['address-duplicate @ 10.0.0.1']);
  assert.equal(web(', ansible_host: jump.lan', ', ansible_host: jump.lan'), ['address-duplicate @ jump.lan']);
  assert.equal(
    web(', ansible_host: 127.0.0.1, ansible_port: 2222', ', ansible_host: 127.0.0.1, ansible_port: 2200'),
    [],
  );
  const jump = (name: string): string => `, ansible_host: 192.168.0.5, ansible_ssh_common_args: '-J ${name}'`;
  assert.equal(web(jump('a.lan'), jump('b.lan')), []);
});

test('a program listens on a port of its own, also beside ssh', () => {
  const web = (more: string, port: number): readonly string[] =>
    findings(
      `web:\n  hosts: { 10.0.0.1: { nodename: a${more} } }\n` +
        `  vars: { node_firewall_public_port: [22, 2222], node_exporter_port: ${port} }\n`,
    );
  assert.equal(web('', 22), ['port-conflict @ 22']);
  assert.equal(web(', ansible_port: 2222', 2222), ['port-conflict @ 2222']);
  assert.equal(web(', ansible_host: 127.0.0.1, ansible_port: 2222', 2222), []);
  assert.equal(findings(pg('pg_libs: pg_stat_statements auto_explain')), [
    'library-unknown @ pg_stat_statements auto_explain',
  ]);
});

test('a repository is reported once, whatever its URL is on each host', () => {
  const repository =
    '{ name: a, description: x, module: node, releases: [12], baseurl: { default: "http://${admin_ip}/a" } }';
  const hosts = '{ 10.0.0.1: { nodename: a, admin_ip: 10.0.0.8 }, 10.0.0.2: { nodename: b, admin_ip: 10.0.0.9 } }';
  assert.equal(
    findings(`web:\n  hosts: ${hosts}\n  vars: { repo_upstream: [${repository}] }\n`).filter((one) =>
      one.includes('unsigned'),
    ).length,
    1,
  );
});

test('a piece behind a comma belongs to a value of the same map', () => {
  const hosts = (one: string, two: string): string =>
    `infra: { hosts: { 10.0.0.1: ${one} } }\netcd: { hosts: { 10.0.0.1: ${two} }, vars: { etcd_cluster: etcd } }\n`;
  assert.equal(findings(hosts('{ infra_seq: 1 }', '{ etcd_seq:1 }')), [
    'etcd-seq @ 10.0.0.1',
    'unknown-parameter @ etcd_seq:1',
  ]);
  assert.equal(
    check('web: { hosts: { 10.0.0.1: {} }, vars: { node_cluster:web } }\n')
      .map(({ help }) => help)
      .filter((help) => help?.includes('blank')),
    ['write a blank behind the colon: `node_cluster: web`'],
  );
  assert.equal(findings(hosts('{ infra_seq: 1, nodename: a, b }', '{ etcd_seq: 1 }')), ['comma-in-value @ a']);
});

test('mail for alerts has a server wherever infra hosts get it from', () => {
  const infra = (vars: string): readonly string[] =>
    findings(
      `infra:\n  hosts: { 10.0.0.1: { infra_seq: 1 } }\n  vars: { alertmanager_receivers: [{ name: dba, mail: a@b.c }]${vars} }\n`,
    );
  assert.equal(infra(", alertmanager_smtp: { host: 'm.lan:25', from: a@b.c }"), []);
  assert.equal(infra(''), ['receiver-useless @ a@b.c']);
});

test('what YAML takes away from a password', () => {
  const marked = (line: string): readonly string[] =>
    findings(
      `pg-test:\n  hosts: { 10.10.10.11: { pg_seq: 1, pg_role: primary } }\n  vars:\n    pg_cluster: pg-test\n    ${line}\n`,
    );
  assert.equal(marked('pg_admin_password: Some #Word.1'), ['remark-in-value @ Some']);
  for (const line of ['Some.Word # old', 'Some#Word', "'Some #Word'", 'Some.Word #', 'Some.Word #ask the DBA'])
    assert.equal(marked(`pg_admin_password: ${line}`), [], line);
  const anchor =
    'kv:\n  hosts: { 10.10.10.21: { redis_node: 1, redis_instances: { 6379: {} } } }\n' +
    '  vars: { redis_cluster: kv, redis_password: &word }\n';
  assert.equal(findings(anchor), ['anchor-not-value @ redis_password']);
});

test('the rest of a cut password is not shown', () => {
  const file =
    'pg-test:\n  hosts: { 10.10.10.11: { pg_seq: 1, pg_role: primary } }\n  vars:\n    pg_cluster: pg-test\n' +
    '    pg_admin_password: Some #Word.1\n';
  const spans = secretSpans(inventoryOf([new SourceFile('pigsty.yml', file)], {})[0]);
  assert.ok(spans.some(({ start, end }) => file.slice(start, end) === 'Some #Word.1'));
  const glued =
    'all: { vars: { pg_admin_password:Word1, pg_users: [ { name: a, password:Word2 } ], redis_password: Word3:x } }\n';
  const shown = new Set(
    secretSpans(inventoryOf([new SourceFile('pigsty.yml', glued)], {})[0]).map(({ start, end }) =>
      glued.slice(start, end),
    ),
  );
  for (const word of ['pg_admin_password:Word1', 'password:Word2', 'Word3:x']) assert.ok(shown.has(word), word);
  const anchored = 'all: { vars: { pg_admin_password: &word, redis_password: &other } }\n';
  const hidden = secretSpans(inventoryOf([new SourceFile('pigsty.yml', anchored)], {})[0]);
  assert.equal(
    hidden.map(({ start, end }) => anchored.slice(start, end)),
    ['&word', '&other'],
  );
});

test.run();
