import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { hbaRules } from '../../../compiler/domain/hba/model.ts';
import { hbaLines, renderHba } from '../../../emitters/pgsql/hba.ts';
import { instanceView } from '../../../emitters/pgsql/instance.ts';
import type { Site } from '../../../compiler/model/site.ts';
import { testSite, threeMembers } from './site.ts';

const test = suite('access rules');

const view = (site: Site, host = '10.10.10.11') => instanceView(site, site.hostByName.get(host)!)!;
const only = (rules: readonly unknown[], more: Readonly<Record<string, unknown>> = {}): Site =>
  threeMembers({
    pg_default_hba_rules: [],
    pgb_default_hba_rules: [],
    pg_hba_rules: rules,
    pgb_hba_rules: rules,
    ...more,
  });

test('ordered rules first, defaults before own ones on a tie, the others after all of them', () => {
  const site = threeMembers({
    pg_default_hba_rules: [
      { title: 'd2', addr: 'local', order: 200 },
      { title: 'd1', addr: 'local', order: 100 },
    ],
    pg_hba_rules: [
      { title: 'late', addr: 'local' },
      { title: 'tie', addr: 'local', order: 200 },
      { title: 'far', addr: 'local', order: 5000 },
      { title: 'early', addr: 'local', order: 0 },
    ],
  });
  assert.equal(
    hbaRules(site, site.hostByName.get('10.10.10.11')!.pg!, 'postgres').map((rule) => rule.title),
    ['early', 'd1', 'd2', 'tie', 'far', 'late'],
  );
});

test('every address alias', () => {
  const line = (addr: string): readonly string[] =>
    hbaLines(view(only([{ addr, user: 'u', db: 'd', auth: 'pwd' }])), 'postgres');
  const host = (...addresses: readonly string[]): readonly string[] =>
    addresses.map((address) => `host d u ${address} scram-sha-256`);
  assert.equal(line('local'), ['local d u scram-sha-256']);
  assert.equal(line('localhost'), ['local d u scram-sha-256', ...host('127.0.0.1/32', '::1/128')]);
  assert.equal(line('admin'), host('10.10.10.10/32'));
  assert.equal(line('infra'), host('10.10.10.10/32'));
  assert.equal(line('cluster'), host('10.10.10.11/32', '10.10.10.12/32', '10.10.10.13/32'));
  assert.equal(line('intra'), host('10.0.0.0/8', '192.168.0.0/16', '172.16.0.0/12'));
  assert.equal(line('world'), host('0.0.0.0/0', '::/0'));
  assert.equal(line('10.1.0.0/16'), host('10.1.0.0/16'));
  assert.equal(line('10.1.2.3'), host('10.1.2.3/32'), 'PostgreSQL wants a mask');
});

test('every method, for both programs', () => {
  const methods = (auth: string, enc = 'scram-sha-256'): readonly string[] =>
    (['postgres', 'pgbouncer'] as const).map((target) =>
      hbaLines(view(only([{ addr: '10.0.0.0/8', user: 'u', db: 'd', auth }], { pg_pwd_enc: enc })), target)[0]!.replace(
        ' d u 10.0.0.0/8',
        '',
      ),
    );
  assert.equal(methods('deny'), ['host reject', 'host reject']);
  assert.equal(methods('pwd', 'md5'), ['host md5', 'host md5']);
  assert.equal(methods('ssl'), ['hostssl scram-sha-256', 'hostssl scram-sha-256']);
  assert.equal(methods('ssl-md5'), ['hostssl md5', 'hostssl md5']);
  assert.equal(methods('ssl-sha', 'md5'), ['hostssl scram-sha-256', 'hostssl scram-sha-256']);
  assert.equal(methods('cert'), ['hostssl cert', 'hostssl cert']);
  assert.equal(methods('os'), ['host ident', 'host peer']);
  assert.equal(methods('trust'), ['host trust', 'host trust']);
  assert.equal(
    hbaLines(view(only([{ addr: 'localhost', auth: 'ssl', user: 'u', db: 'd' }])), 'postgres')[1],
    'host d u 127.0.0.1/32 scram-sha-256',
    'a connection that stays on the host needs no TLS',
  );
});

test('a rule for another role is kept as a comment', () => {
  const site = only([
    { addr: 'local', role: 'offline', title: 'etl' },
    { rules: ['host all all 1.1.1.1/32 trust'], role: 'primary', title: 'raw' },
  ]);
  assert.match(
    renderHba(view(site), 'postgres'),
    /# etl \[offline\] \[DISABLED\]\n#local .*\n\n# raw \[primary\]\nhost all all 1\.1\.1\.1\/32 trust\n/,
  );
  assert.match(
    renderHba(view(site, '10.10.10.13'), 'postgres'),
    /# etl \[offline\]\nlocal .*\n\n# raw \[primary\] \[DISABLED\]\n#host all all/,
  );
  const offlineQuery = testSite([
    {
      name: '10.0.0.1',
      groups: ['a'],
      vars: {
        pg_cluster: 'a',
        pg_seq: 1,
        pg_role: 'primary',
        pg_offline_query: true,
        pg_default_hba_rules: [],
        pg_hba_rules: [{ addr: 'local', role: 'offline' }],
      },
    },
  ]);
  assert.is(hbaLines(view(offlineQuery, '10.0.0.1'), 'postgres').length, 1);
});

test('system users by their alias, lists stay lists, odd names are quoted', () => {
  const user = (name: string, db = 'd'): string =>
    hbaLines(
      view(only([{ addr: 'local', user: name, db, auth: 'trust' }], { pg_monitor_username: 'mon' })),
      'postgres',
    )[0]!;
  assert.equal(
    ['${dbsu}', '${repl}', '${monitor}', '${admin}'].map((alias) => user(alias)),
    ['postgres', 'replicator', 'mon', 'dbuser_dba'].map((name) => `local d ${name} trust`),
  );
  assert.is(user('a,+g', 'x,y'), 'local x,y a,+g trust');
  assert.is(user('odd  name'), 'local d "odd  name" trust');
  assert.is(user('${dbsu}x'), 'local d "${dbsu}x" trust', 'an alias is the whole name or none');
});

test('a title cannot start a rule', () => {
  assert.throws(
    () => renderHba(view(only([{ addr: 'local', title: 'x\nhost all all 0.0.0.0/0 trust' }])), 'postgres'),
    /line break/,
  );
});

test.run();
