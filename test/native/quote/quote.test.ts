/** Quoted values read back by the programs they are written for. */
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SealedSink } from '../../../compiler/secrets/sinks.ts';
import { LocalKey } from '../../../compiler/secrets/local-key.ts';
import { Secret } from '../../../compiler/model/secret.ts';
import * as quote from '../../../emitters/toolkit/quote/index.ts';
import { nativeTest, run } from '../node/checker.ts';
import { BIN, Server } from '../pgsql/server.ts';

const SPECIAL = [' ', '\t', "'", '"', '\\', '$', '%', '#', ';', ':', ',', '=', '!', '@', '*', '{', '}', '|', '&', '`', '~', 'a', 'Z', '0', 'é', '€', '😀'];
const line = fc.string({ unit: fc.constantFrom(...SPECIAL), maxLength: 20 });
const text = fc.string({ unit: fc.constantFrom(...SPECIAL, '\n', '\r'), maxLength: 20 });
const sample = (values: fc.Arbitrary<string>, count: number): readonly string[] => [...SPECIAL, ...fc.sample(values, { numRuns: count, seed: 11 })];

nativeTest(test, [`${BIN}/postgres`, 'setpriv'], 'PostgreSQL: literals, identifiers, connection strings, .pgpass, verifiers, settings', () => {
  const server = new Server(54331, ['--encoding=UTF8']);
  try {
    const settings = sample(text, 60);
    writeFileSync(join(server.data, 'extra.conf'), settings.map((value, i) => `quoted.v${i} = ${quote.pgConfValue(value)}\n`).join(''));
    writeFileSync(join(server.data, 'pg_hba.conf'), 'local all postgres peer\nlocal all all scram-sha-256\n');
    writeFileSync(join(server.data, 'postgresql.auto.conf'), "include 'extra.conf'\n");
    chownSync(join(server.data, 'extra.conf'), server.uid, server.gid);
    server.start();
    const script = join(server.dir, 'script.sql');
    const rows = (sql: string): unknown => {
      writeFileSync(script, `SET standard_conforming_strings = on;\n${sql}`);
      chmodSync(script, 0o644);
      const done = server.as('postgres', ['psql', '-h', server.dir, '-p', '54331', '-U', 'postgres', '-wqAXt', '-v', 'ON_ERROR_STOP=1', '-d', 'postgres', '-f', script]);
      assert.is(done.code, 0, done.output);
      return JSON.parse(done.output);
    };
    assert.equal(rows(`SELECT json_build_array(${settings.slice(0, 90).map((_, i) => `current_setting('quoted.v${i}')`).join(', ')});`), settings.slice(0, 90));
    const literals = sample(text, 60).slice(0, 90);
    assert.equal(rows(`SELECT json_build_array(${literals.map(quote.sqlLiteral).join(', ')});`), literals);
    const names = sample(line.filter((name) => name !== '' && Buffer.byteLength(name) < 60), 60).map((name, i) => `${name}${i}`).slice(0, 80);
    assert.equal(rows(`SELECT json_agg(k ORDER BY o) FROM (SELECT ${names.map((name) => `1 AS ${quote.sqlIdentifier(name)}`).join(', ')}) t, json_object_keys(row_to_json(t)) WITH ORDINALITY AS x(k, o);`), names);
    logins(server);
  } finally {
    server.stop();
  }
});

/** Roles with compiled verifiers log in with the plain password, found in .pgpass under their quoted name. */
function logins(server: Server): void {
  const sink = new SealedSink(new LocalKey(Buffer.alloc(32, 5)));
  const accounts = [["it's", 'p a:s\\s'], ['a:b', "'"], ['ünï', 'I\u00adX\u00aa€'], ['q"q', 'tab\there'], ['plain', '\u0627\u0031'], ['uni', '\u00a0\u2168']] as const;
  for (const [user, password] of accounts) {
    server.query(`CREATE ROLE ${quote.sqlIdentifier(user)} LOGIN PASSWORD ${quote.sqlLiteral(sink.scram(new Secret('p', password), 'c', user))}`);
  }
  const passfile = join(server.dir, 'pass');
  writeFileSync(passfile, accounts.map(([user, password]) => `${quote.pgpassLine('*', '*', '*', user, password)}\n`).join(''), { mode: 0o600 });
  chownSync(passfile, server.uid, server.gid);
  for (const [user] of accounts) {
    const target = quote.conninfo({ host: server.dir, port: 54331, dbname: 'postgres', user, application_name: "x ' \\ y" });
    const done = server.as('postgres', ['psql', target, '-wqAXt', '-c', "SELECT current_user, current_setting('application_name')"], { PGPASSFILE: passfile });
    assert.is(done.output.trim(), `${user}|x ' \\ y`);
  }
}

nativeTest(test, ['redis-server', 'redis-cli'], 'Redis: strings of its configuration', async (scratch) => {
  const values = sample(text, 40);
  for (const [batch, value] of values.entries()) if (batch % 8 === 0) {
    const socket = join(scratch, `s${batch}`);
    const config = join(scratch, 'redis.conf');
    writeFileSync(config, `port 0\nunixsocket ${quote.redisString(socket)}\nsave ""\nrequirepass ${quote.redisString(`x${value}`)}\n`);
    const server = spawn('redis-server', [config], { stdio: 'ignore' });
    try {
      let answer = '';
      for (let i = 0; i < 100 && !answer.includes('PONG'); i++) {
        answer = run(['redis-cli', '--no-auth-warning', '-s', socket, 'PING'], { env: { REDISCLI_AUTH: `x${value}` } }).output;
        if (!answer.includes('PONG')) await new Promise((resolve) => setTimeout(resolve, 30));
      }
      assert.match(answer, 'PONG', JSON.stringify(value));
    } finally {
      server.kill('SIGKILL');
    }
  }
});

nativeTest(test, ['haproxy'], 'HAProxy: a password of its userlist with every special character', (scratch) => {
  const config = join(scratch, 'haproxy.cfg');
  const users = sample(line, 60).map((value, i) => `  user u${i} insecure-password ${quote.haproxyWord(`x${value}`)}\n`);
  const listener = 'defaults\n  mode http\n  timeout connect 1s\n  timeout client 1s\n  timeout server 1s\nlisten x\n  bind 127.0.0.1:18998\n';
  writeFileSync(config, `${listener}userlist all\n${users.join('')}`);
  const done = run(['haproxy', '-c', '-f', config]);
  assert.is(done.code, 0, done.output);
  writeFileSync(config, `${listener}userlist all\n  user u insecure-password 'open\n`);
  assert.is.not(run(['haproxy', '-c', '-f', config]).code, 0);
});

nativeTest(test, ['nginx'], 'nginx: arguments with every special character', (scratch) => {
  const config = join(scratch, 'nginx.conf');
  const headers = sample(line.filter((value) => !value.includes('$')), 60).filter((value) => value !== '$').map((value) => `    add_header X-Test ${quote.nginxString(`x${value}`)};\n`);
  const document = (body: string): string => `pid ${scratch}/pid;\nerror_log ${scratch}/log;\nevents {}\nhttp {\n  access_log off;\n  server {\n    listen 127.0.0.1:18999;\n${body}  }\n}\n`;
  writeFileSync(config, document(headers.join('')));
  const done = run(['nginx', '-t', '-q', '-c', config]);
  assert.is(done.code, 0, done.output);
  writeFileSync(config, document('    add_header X-Test "open;\n'));
  assert.is.not(run(['nginx', '-t', '-q', '-c', config]).code, 0);
});

nativeTest(test, ['systemd-analyze'], 'systemd: arguments and environment of a unit', (scratch) => {
  const unit = join(scratch, 'quoted.service');
  const words = sample(text, 40).map(quote.systemdWord).join(' ');
  const variables = sample(text, 40).map((value, i) => `Environment=${quote.systemdEnvironment(`V${i}`, value)}\n`).join('');
  writeFileSync(unit, `[Unit]\nDescription=${quote.systemdValue('100% of "it"')}\n[Service]\n${variables}ExecStart=/bin/true ${words}\n`);
  const done = run(['systemd-analyze', 'verify', unit]);
  assert.is(done.output, '');
  writeFileSync(unit, '[Service]\nExecStart=/bin/true "open\n');
  assert.is.not(run(['systemd-analyze', 'verify', unit]).output, '');
});

test.run();
