import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nodeHost } from '../../../compiler/host/host.ts';
import { Secret } from '../../../compiler/model/secret.ts';
import { createLocalKey, LocalKey, readLocalKey } from '../../../compiler/secrets/local-key.ts';
import { saslprep } from '../../../compiler/secrets/saslprep.ts';
import { isPasswordHash } from '../../../compiler/model/stored-password.ts';
import { scramVerifier } from '../../../compiler/secrets/scram.ts';
import { SealedSink, TwinSink } from '../../../compiler/secrets/sinks.ts';

const KEY = new LocalKey(Buffer.alloc(32, 1));
const OTHER = new LocalKey(Buffer.alloc(32, 2));

test('the verifier is the one of RFC 7677, section 3', () => {
  // StoredKey and ServerKey follow from the salt of the RFC's example exchange, `pencil`, 4096 rounds.
  const verifier = scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'));
  assert.is(
    verifier,
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  );
  assert.ok(isPasswordHash(verifier));
});

test('SASLprep: the examples of RFC 4013 and what PostgreSQL does with the rest', () => {
  assert.is(saslprep('I\u00adX'), 'IX');
  assert.is(saslprep('user'), 'user');
  assert.is(saslprep('\u00aa'), 'a');
  assert.is(saslprep('\u2168'), 'IX');
  assert.is(saslprep('a\u00a0b'), 'a b');
  assert.is(saslprep('tab\tand\u0007bell'), 'tab\tand\u0007bell', 'ASCII is never changed');
  assert.is(saslprep('\u0627\u0031'), '\u0627\u0031', 'prohibited: used as it is');
});

test('the salt depends on cluster, user and key, never on the password', () => {
  const salt = (verifier: string): string => /:([^$]+)\$/.exec(verifier)![1]!;
  const sink = new SealedSink(KEY);
  const make = (password: string, cluster = 'pg-a', user = 'u', from = sink): string =>
    from.scram(new Secret('p', password), cluster, user);
  assert.is(salt(make('one')), salt(make('two')));
  assert.is.not(salt(make('one')), salt(make('one', 'pg-b')));
  assert.is.not(salt(make('one')), salt(make('one', 'pg-a', 'v')));
  assert.is.not(salt(make('one')), salt(make('one', 'pg-a', 'u', new SealedSink(OTHER))));
  assert.is(make('one'), new SealedSink(KEY).scram(new Secret('q', 'one'), 'pg-a', 'u'), 'the same in every build');
});

test('hashes given as passwords pass through', () => {
  const md5 = `md5${'0123456789abcdef'.repeat(2)}`;
  assert.is(new SealedSink(KEY).scram(new Secret('p', md5), 'c', 'u'), md5);
  assert.not.ok(isPasswordHash('md5short'));
  assert.not.ok(isPasswordHash('SCRAM-SHA-256$4096:abc'));
});

test('a marker changes exactly when the value does, and cannot be made without the key', () => {
  const twin = new TwinSink(KEY);
  const marker = twin.reveal(new Secret('pg_admin_password', 'DBUser.DBA'));
  assert.match(marker, /^<secret:pg_admin_password#[0-9a-f]{8}>$/);
  assert.is(twin.reveal(new Secret('pg_admin_password', 'DBUser.DBA')), marker);
  assert.is.not(twin.reveal(new Secret('pg_admin_password', 'rotated')), marker);
  assert.is.not(new TwinSink(OTHER).reveal(new Secret('pg_admin_password', 'DBUser.DBA')), marker);
  assert.is(new TwinSink(undefined).reveal(new Secret('p', 'x')), '<secret:p>');
  assert.is(twin.reveal(new Secret('pki/x.key', 'pem', true)), '<secret:pki/x.key>');
  assert.is(twin.derive(new Secret('p', 'x'), 'url'), twin.derive(new Secret('p', 'x'), 'url'));
  assert.not.ok(twin.scram(new Secret('p', 'hunter2'), 'c', 'u').includes('hunter2'));
});

test('equal passwords under different names do not look equal', () => {
  const twin = new TwinSink(KEY);
  const tail = (name: string): string => twin.reveal(new Secret(name, 'same')).slice(-9);
  assert.is.not(tail('a'), tail('b'));
});

test('the local key is created once, private, and the demo key stands in for it', () => {
  const directory = mkdtempSync(join(tmpdir(), 'pigstyc-key-'));
  try {
    const place = { key: `${directory}/.pigstyc/key`, demoKey: `${directory}/.pigstyc-demo-key` };
    const read = () => readLocalKey(nodeHost(), place);
    assert.equal(read(), [undefined, []]);
    writeFileSync(place.demoKey, `${'01'.repeat(32)}\nsecret of an example\n`);
    const [demo] = read();
    assert.equal(demo!.key.hmac('x'), KEY.hmac('x'));
    assert.equal([...demo!.publicSecrets!], ['secret of an example']);
    const made = createLocalKey(nodeHost(), place);
    assert.equal(read()[0]!.key.hmac('x'), made.hmac('x'));
    assert.is(read()[0]!.publicSecrets, undefined);
    assert.is(read()[0]!.key.id, made.id);
    assert.is.not(demo!.key.id, made.id);
    assert.is(statSync(place.key).mode & 0o777, 0o600);
    assert.is(readFileSync(`${directory}/.pigstyc/.gitignore`, 'utf8'), '*\n');
    for (const weak of ['00'.repeat(32), '0123456789abcdef'.repeat(4), 'deadbeef'.repeat(8)]) {
      writeFileSync(place.key, `${weak}\n`);
      assert.is(read()[1][0]?.slug, 'bad-local-key', weak);
    }
    writeFileSync(place.key, 'hello\n');
    const [none, problems] = read();
    assert.is(none, undefined);
    assert.is(problems[0]!.slug, 'bad-local-key');
    assert.is(readFileSync(place.key, 'utf8'), 'hello\n', 'never replaced');
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test.run();
