/**
 * Verifiers against those of the server, for passwords with every character that Unicode assigns. Characters that
 * SASLprep keeps or maps are tried by the dozen: a soft hyphen, which only a password without prohibited characters
 * loses, tells that the server takes all of them. Prohibited ones are tried one at a time, from each run of neighbours
 * both ends and every hundredth.
 */
import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { saslprep } from '../../../compiler/secrets/saslprep.ts';
import { scramVerifier } from '../../../compiler/secrets/scram.ts';
import { Server } from './server.ts';

const test = suite('saslprep');
const server = new Server(54337);
test.before(() => server.start());
test.after(() => server.stop());

const SOFT_HYPHEN = '\u00ad';
const BATCH = 48;

/** Every assigned code point beyond ASCII, in three lists by what SASLprep makes of a password with it. */
function sorted(): { readonly left: string[]; readonly right: string[]; readonly prohibited: string[] } {
  const lists = { left: [] as string[], right: [] as string[], prohibited: [] as string[] };
  for (let point = 0x80; point <= 0x10ffff; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const character = String.fromCodePoint(point);
    if (/\p{Cn}/u.test(character)) continue;
    const passes = (text: string): boolean => saslprep(text) !== text;
    if (passes(`a${character}${SOFT_HYPHEN}b`)) lists.left.push(character);
    else if (passes(`\u05d0${character}${SOFT_HYPHEN}\u05d0`)) lists.right.push(character);
    else lists.prohibited.push(character);
  }
  return lists;
}

function batches(characters: readonly string[], border: string): string[] {
  return Array.from({ length: Math.ceil(characters.length / BATCH) }, (_, i) =>
    [border, ...characters.slice(i * BATCH, (i + 1) * BATCH), SOFT_HYPHEN, border].join(''),
  );
}

function sampled(characters: readonly string[]): string[] {
  const points = characters.map((character) => character.codePointAt(0)!);
  return characters
    .filter((_, i) => points[i - 1] !== points[i]! - 1 || points[i + 1] !== points[i]! + 1 || points[i]! % 1000 === 0)
    .map((character) => `a${character}${SOFT_HYPHEN}b`);
}

test('the same verifiers as the server', () => {
  const { left, right, prohibited } = sorted();
  assert.ok(left.length > 50_000 && right.length > 100 && prohibited.length > 10_000);
  const passwords = [...batches(left, 'a'), ...batches(right, '\u05d0'), ...sampled(prohibited)];
  const file = join(server.dir, 'roles.sql');
  writeFileSync(
    file,
    passwords.map((password, i) => `CREATE ROLE r${i} PASSWORD '${password.replaceAll("'", "''")}';\n`).join(''),
  );
  chownSync(file, server.uid, server.gid);
  server.query("ALTER SYSTEM SET password_encryption = 'scram-sha-256'");
  server.script('postgres', file);
  const stored = server
    .query("SELECT rolname || ' ' || rolpassword FROM pg_authid WHERE rolname ~ '^r[0-9]+$'")
    .split('\n');
  assert.is(stored.length, passwords.length);
  const differing = stored.flatMap((line) => {
    const [role, verifier] = line.split(' ') as [string, string];
    const password = passwords[Number(role.slice(1))]!;
    const salt = Buffer.from(/:([^$]+)\$/.exec(verifier)![1]!, 'base64');
    return scramVerifier(password, salt) === verifier
      ? []
      : [[...password].map((character) => character.codePointAt(0)!.toString(16)).join(' ')];
  });
  assert.equal(differing, []);
});

test.run();
