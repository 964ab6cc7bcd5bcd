import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { remaining } from '../../../compiler/domain/remaining.ts';
import { passes } from '../../../compiler/domain/health-check.ts';
import { findings } from '../check/run.ts';

const CLUSTER = ['a', 'b', 'c'] as const;
type Member = (typeof CLUSTER)[number];

/** `serving least-most`, with `*` after a failover; `a` is the leader. */
function left(
  check: string,
  members: string,
  backups: string,
  lost: string,
  cluster: readonly Member[] = CLUSTER,
): string {
  const set = (names: string): readonly Member[] => [...names] as Member[];
  const { serving, least, most, elects } = remaining(
    { check, members: set(members), backups: set(backups) },
    cluster,
    'a',
    new Set(set(lost)),
  );
  return `${serving.join('')} ${least}-${most}${elects ? '*' : ''}`;
}

test('who passes a check', () => {
  assert.equal(
    [
      '/',
      '/primary',
      '/read-write',
      '/standby-leader',
      '/replica?lag=1MB',
      '/sync',
      '/read-only',
      '/health',
      '/nothing',
    ].map(passes),
    ['leader', 'leader', 'leader', 'leader', 'replica', 'replica', 'any', 'any', 'any'],
  );
});

test('a service for the leader follows it', () => {
  assert.is(left('/primary', 'abc', '', ''), 'a 1-1');
  assert.is(left('/primary', 'abc', '', 'b'), 'a 1-1');
  assert.is(left('/primary', 'abc', '', 'a'), 'bc 1-1*');
  assert.is(left('/primary', 'abc', '', 'abc'), ' 0-0');
  // Pinned to one member, it depends on who is elected.
  assert.is(left('/primary', 'ab', '', 'a'), 'b 0-1*');
});

test('a service for replicas loses the one that is promoted', () => {
  assert.is(left('/replica', 'abc', '', ''), 'bc 2-2');
  assert.is(left('/replica', 'abc', '', 'b'), 'c 1-1');
  assert.is(left('/replica', 'abc', '', 'a'), 'bc 1-1*');
  assert.is(left('/replica', 'ab', '', 'a', ['a', 'b']), ' 0-0*');
});

test('backups answer, one at a time, when no member does', () => {
  assert.is(left('/read-only', 'b', 'ac', ''), 'b 1-1');
  assert.is(left('/read-only', 'b', 'ac', 'b'), 'a 1-1');
  assert.is(left('/read-only', 'b', 'ac', 'ab'), 'c 1-1*');
  assert.is(left('/replica', 'b', 'c', 'b'), 'c 1-1');
});

const cluster = (roles: readonly string[], services: string): string => `pg-test:
  hosts:
${roles.map((role, i) => `    10.10.10.1${i}: { pg_seq: ${i}, pg_role: ${role} }\n`).join('')}  vars: { pg_cluster: pg-test, ${services} }
`;
const lone = (roles: readonly string[], services: string): readonly string[] =>
  findings(cluster(roles, services)).filter((finding) => finding.startsWith('service-lone-member'));

test('the default services are no reason for a warning, whatever the cluster', () => {
  for (const roles of [['primary'], ['primary', 'replica'], ['primary', 'offline'], ['primary', 'replica', 'offline']])
    assert.equal(lone(roles, 'pg_version: 17'), []);
});

test('a declared service that ends with one host is, where others could serve', () => {
  const services = (rest: string): string => `pg_services: [ { name: extra, port: 5440, ${rest} } ]`;
  assert.equal(lone(['primary'], services("selector: '[]'")), []);
  assert.equal(lone(['primary', 'replica'], services("selector: '[]'")), []);
  assert.equal(lone(['primary', 'replica', 'replica'], services("check: /replica, selector: '[]'")), []);
  assert.equal(lone(['primary', 'replica'], services("check: /replica, selector: '[]'")), [
    "service-lone-member @ '[]'",
  ]);
  assert.equal(
    lone(
      ['primary', 'replica'],
      services("check: /read-only, selector: '[? pg_role == `replica`]', backup: '[? pg_role == `primary`]'"),
    ),
    [],
  );
  assert.equal(
    lone(['primary', 'replica', 'offline'], services("check: /read-only, selector: '[? pg_role == `offline`]'")),
    ["service-lone-member @ '[? pg_role == `offline`]'"],
  );
});

test.run();
