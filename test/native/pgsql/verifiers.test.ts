/** Which texts PostgreSQL stores as they are, and which it takes for the password itself. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isPasswordHash } from '../../../compiler/model/stored-password.ts';
import { Server } from './server.ts';

const test = suite('verifiers');
const server = new Server(54338);
test.before(() => server.start());
test.after(() => server.stop());

const KEY = 'HRFTaP6a6DnzTQ/5LT0A0lFLCkUhQvFdBV2rmpmoWRM=';
const SCRAM = `SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0c2E=$${KEY}:${KEY}`;
const MD5 = 'md5a3556571e93b0d20722ba62be61e8c2d';

const TEXTS = [
  SCRAM,
  SCRAM.replace('4096', '1'),
  SCRAM.replace('4096', '100000'),
  SCRAM.replace('4096', ''),
  SCRAM.replace('4096', '4k'),
  SCRAM.replace('c2FsdHNhbHRzYWx0c2E=', 'YWI='),
  SCRAM.replace('c2FsdHNhbHRzYWx0c2E=', 'YWI'),
  SCRAM.replace('c2FsdHNhbHRzYWx0c2E=', 'c2=='),
  SCRAM.replace('c2FsdHNhbHRzYWx0c2E=', 'c2F-'),
  SCRAM.replace('SCRAM', 'scram'),
  SCRAM.replace(`:${KEY}`, ''),
  SCRAM.replace('WRM=', 'WRM'),
  SCRAM.slice(0, -1),
  SCRAM.slice(0, 40),
  `${SCRAM}x`,
  `${SCRAM} `,
  MD5,
  MD5.toUpperCase(),
  MD5.replace('a3', 'A3'),
  MD5.slice(0, -1),
  `${MD5}0`,
  MD5.replace('a3', 'g3'),
];

test('the server keeps what is a verifier for us, and stores another text as a password', () => {
  server.query("ALTER SYSTEM SET password_encryption = 'scram-sha-256'");
  for (const [i, text] of TEXTS.entries()) {
    server.query(`CREATE ROLE v${i} PASSWORD '${text}'`);
    const stored = server.query(`SELECT rolpassword FROM pg_authid WHERE rolname = 'v${i}'`);
    assert.is(stored === text, isPasswordHash(text), text);
  }
});

test.run();
