import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  addressText,
  contains,
  containsNetwork,
  parseAddress,
  parseNetwork,
} from '../../../compiler/domain/address.ts';
import { parseLine, type Dialect } from '../../../compiler/domain/hba/hba-line.ts';
import { matchLine, type Match, type Server } from '../../../compiler/domain/hba/match.ts';
import { Roles, type Role } from '../../../compiler/domain/hba/roles.ts';

const test = suite('lines of pg_hba.conf');

const role = (name: string, memberOf: readonly string[] = [], inherits = true): Role => ({
  name,
  login: true,
  superuser: name === 'root',
  replication: false,
  password: 'scram',
  memberOf: memberOf.map((other) => ({ role: other, inherits })),
});
const ROLES = new Roles([
  role('reader'),
  role('writer', ['reader'], false),
  role('alice', ['writer']),
  role('bob'),
  role('root'),
  role('a', ['b']),
  role('b', ['a']),
]);
const OWN = [
  { address: parseAddress('10.0.0.1')!, network: parseNetwork('10.0.0.1/24') },
  { address: parseAddress('192.168.0.1')!, network: undefined },
];

function match(
  text: string,
  connection: { user?: string; database?: string | undefined; from?: string; tls?: boolean } = {},
  dialect: Dialect = 'postgres',
  version = 18,
): Match | string {
  const parsed = parseLine(text, dialect);
  if (parsed.kind !== 'line') return parsed.kind === 'problem' ? parsed.found.problem : parsed.kind;
  const server: Server = { dialect, version, roles: ROLES, own: OWN };
  const from = connection.from === 'local' ? 'local' : parseAddress(connection.from ?? '10.0.0.9')!;
  const database = 'database' in connection ? connection.database : 'app';
  return matchLine(
    parsed.line,
    { user: connection.user ?? 'alice', database, from, tls: connection.tls ?? false },
    server,
  );
}

test('kinds of connections', () => {
  assert.is(match('local all all peer', { from: 'local' }), 'yes');
  assert.is(match('local all all peer'), 'no');
  assert.is(match('host all all all md5', { from: 'local' }), 'no');
  assert.is(match('hostssl all all all md5', { tls: false }), 'no');
  assert.is(match('hostssl all all all md5', { tls: true }), 'yes');
  assert.is(match('hostnossl all all all md5', { tls: true }), 'no');
  assert.is(match('hostgssenc all all all md5', { tls: true }), 'no');
  assert.is(match('hostnogssenc all all all md5', { tls: true }), 'yes');
});

test('users: names, members at any depth and without inheritance, no superuser by rank', () => {
  assert.is(match('host all alice all md5'), 'yes');
  assert.is(match('host all +writer all md5'), 'yes');
  assert.is(match('host all +reader all md5'), 'yes');
  assert.is(match('host all +alice all md5'), 'yes', 'everybody is a member of itself');
  assert.is(match('host all +reader all md5', { user: 'root' }), 'no');
  assert.is(match('host all +reader all md5', { user: 'nobody' }), 'no');
  assert.is(match('host all +nobody all md5', { user: 'nobody' }), 'no', 'a role that does not exist has no members');
  assert.is(match('host all "+reader" all md5'), 'no', 'in quotes it is a name');
  assert.is(match('host all "all" all md5'), 'no');
  assert.is(match('host all bob,"x y", +writer all md5'), 'yes', 'a blank may follow a comma');
  assert.is(match('host all +b all md5', { user: 'a' }), 'yes', 'circles end');
  assert.is(match('host all @admins all md5'), 'maybe');
});

test('databases: keywords mean something only without quotes, and replication is none', () => {
  assert.is(match('host sameuser all all md5', { database: 'alice' }), 'yes');
  assert.is(match('host "sameuser" all all md5', { database: 'alice' }), 'no');
  assert.is(match('host samerole all all md5', { database: 'reader' }), 'yes');
  assert.is(match('host samegroup all all md5', { database: 'bob' }), 'no');
  assert.is(match('host replication all all md5', { database: 'replication' }), 'no');
  assert.is(match('host "replication" all all md5', { database: 'replication' }), 'yes');
  assert.is(match('host all all all md5', { database: undefined }), 'no');
  assert.is(match('host app,replication all all md5', { database: undefined }), 'yes');
});

test('regular expressions since 16', () => {
  assert.is(match('host /^ap /^al.*e$ all md5'), 'yes');
  assert.is(match('host /^b all all md5'), 'no');
  assert.is(match('host /^ap all all md5', {}, 'postgres', 15), 'no');
  assert.is(match('host "/a, b" all all md5', { database: 'x a, b' }), 'yes');
  assert.is(match('host /[ all all md5'), 'maybe');
});

test('sources', () => {
  assert.is(match('host all all 10.0.0.5/24 md5'), 'yes', 'bits behind the mask mean nothing to PostgreSQL');
  assert.is(match('host all all 10.0.0.5/24 md5', {}, 'pgbouncer'), 'no', 'and everything to PgBouncer');
  assert.is(match('host all all 10.0.0.0 255.255.255.0 md5'), 'yes');
  assert.is(match('host all all 0.0.0.0/0 md5', { from: '::1' }), 'no');
  assert.is(match('host all all ::/0 md5', { from: '2001:db8::1' }), 'yes');
  assert.is(match('host all all ::/0 md5'), 'no');
  assert.is(match('host all all samehost md5', { from: '10.0.0.1' }), 'yes');
  assert.is(match('host all all samehost md5'), 'no');
  assert.is(match('host all all samenet md5'), 'yes');
  assert.is(
    match('host all all samenet md5', { from: '192.168.0.77' }),
    'maybe',
    'the mask of that interface is not known',
  );
  assert.is(match('host all all db.example.com md5'), 'maybe');
});

test('what the programs refuse', () => {
  const refused = (text: string, dialect: Dialect = 'postgres'): boolean => parseLine(text, dialect).kind === 'problem';
  for (const text of [
    'hosts all all all md5',
    'host all all 10.0.0.1 md5',
    'host all all 10.0.0.0/33 md5',
    'host all all all scram',
    'host all all all peer',
    'local all all cert',
    'host all all all cert',
    'host all all all',
    'host all all all ldap server',
    'host all all name/8 md5',
  ])
    assert.ok(refused(text), text);
  for (const text of [
    '',
    '  # x',
    'local all all ident',
    'hostssl all all all cert map=x',
    'host all all samenet trust # why',
  ])
    assert.not.ok(refused(text), text);
  for (const text of [
    'host all +reader all md5',
    'host samerole all all md5',
    'host all all db.example.com md5',
    'host all all all ident',
    'host all all samenet md5',
    'hostgssenc all all all md5',
  ])
    assert.ok(refused(text, 'pgbouncer'), text);
});

test('addresses of both families are read and written', () => {
  for (const text of [
    '0.0.0.0',
    '10.1.2.3',
    '255.255.255.255',
    '::',
    '::1',
    '2001:db8::1',
    'fe80::1:0:0:1',
    '1:2:3:4:5:6:7:8',
  ])
    assert.is(addressText(parseAddress(text)!), text);
  assert.is(addressText(parseAddress('::ffff:10.0.0.1')!), '::ffff:a00:1');
  for (const text of ['', '1.2.3', '1.2.3.256', '1.2.3.4.5', ':', ':::', '1::2::3', '1:2:3:4:5:6:7', '12345::', 'x'])
    assert.is(parseAddress(text), undefined, text);
  for (const text of ['10.0.0.0', '10.0.0.0/33', '::/129', '10.0.0.0/', 'x/8'])
    assert.is(parseNetwork(text), undefined, text);
});

/** The first bits as text: slow, and nothing can be wrong with it. */
const bitsOf = (octets: readonly number[]): string =>
  octets.map((octet) => octet.toString(2).padStart(8, '0')).join('');

test('networks, compared with bits as text', () => {
  const octets = fc.array(fc.constantFrom(0, 1, 10, 127, 128, 255), { minLength: 4, maxLength: 4 });
  const prefix = fc.integer({ min: 0, max: 32 });
  fc.assert(
    fc.property(octets, prefix, octets, prefix, (a, m, b, n) => {
      const outer = parseNetwork(`${a.join('.')}/${m}`)!;
      const inside = bitsOf(a).slice(0, m) === bitsOf(b).slice(0, m);
      return (
        contains(outer, parseAddress(b.join('.'))!) === inside &&
        containsNetwork(outer, parseNetwork(`${b.join('.')}/${n}`)!) === (inside && n >= m)
      );
    }),
    { numRuns: 3000 },
  );
});

test('membership, compared with the closure of the relation', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const edges = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names), fc.boolean()), {
    maxLength: 9,
  });
  fc.assert(
    fc.property(edges, (grants) => {
      const roles = new Roles(
        names.map((name) => ({
          ...role(name),
          memberOf: grants
            .filter(([member]) => member === name)
            .map(([, granted, inherits]) => ({ role: granted, inherits })),
        })),
      );
      const closure = (through: (grant: readonly [string, string, boolean]) => boolean): Set<string> => {
        const pairs = new Set([
          ...names.map((name) => `${name}${name}`),
          ...grants.filter(through).map(([member, granted]) => `${member}${granted}`),
        ]);
        for (const k of names)
          for (const i of names) for (const j of names) if (pairs.has(i + k) && pairs.has(k + j)) pairs.add(i + j);
        return pairs;
      };
      const members = closure(() => true);
      const heirs = closure(([, , inherits]) => inherits);
      return names.every((i) =>
        names.every(
          (j) => roles.isMember(i, j) === members.has(i + j) && roles.hasPrivilegesOf(i, j) === heirs.has(i + j),
        ),
      );
    }),
    { numRuns: 1000 },
  );
});

test.run();
