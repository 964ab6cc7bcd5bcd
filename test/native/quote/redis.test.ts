/** Passwords and settings of redis.conf, as the running server has them. */
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { redisString } from '../../../emitters/toolkit/quote/index.ts';
import { nativeTest } from '../node/checker.ts';
import { arrived, quoted } from './strings.ts';

const command = (...words: readonly string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;

/** Sends everything at once over one connection and returns what was answered until QUIT. */
async function ask(socket: string, commands: readonly string[]): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await new Promise((resolve, reject) => {
        const chunks: Buffer[] = [];
        const link = connect(socket, () => link.write(`${commands.join('')}${command('QUIT')}`));
        link
          .on('data', (chunk) => chunks.push(chunk))
          .on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
          .on('error', reject);
      });
    } catch (error) {
      if (attempt === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

nativeTest(test, ['redis-server'], 'Redis: a thousand passwords; one in every kind of setting', async (scratch) => {
  const sent = quoted((value) => redisString(`>${value}`), ['an unpaired surrogate']);
  const config = join(scratch, 'redis.conf');
  const socket = join(scratch, 'socket');
  const every = sent
    .map(({ value }) => value)
    .filter((value) => !value.includes('\0'))
    .join('')
    .slice(0, 4000)
    .replace(/[\ud800-\udbff]$/, '');
  writeFileSync(
    config,
    `port 0\nunixsocket ${redisString(socket)}\nsave ""\nrequirepass ${redisString(every)}\n` +
      `masterauth ${redisString(every)}\n` +
      `${sent.map(({ text }, i) => `user u${i} on ${text} +@all ~*\n`).join('')}`,
  );
  const server = spawn('redis-server', [config], { stdio: 'ignore' });
  try {
    const [hello, ...answers] = (
      await ask(socket, [command('AUTH', 'default', every), ...sent.map((_, i) => command('ACL', 'GETUSER', `u${i}`))])
    ).split('passwords\r\n');
    assert.is(hello!.split('\r\n')[0], '+OK');
    arrived(
      answers.map((answer) => /^\*1\r\n\$64\r\n(\w{64})/.exec(answer)?.[1]),
      sent,
      (value) => createHash('sha256').update(value).digest('hex'),
    );
    const logins = await ask(socket, [
      ...sent.map(({ value }, i) => command('AUTH', `u${i}`, value)),
      command('CONFIG', 'GET', 'masterauth'),
    ]);
    arrived(logins.split('\r\n').slice(0, sent.length), sent, () => '+OK');
    assert.ok(
      logins
        .slice(5 * sent.length)
        .startsWith(`*2\r\n$10\r\nmasterauth\r\n$${Buffer.byteLength(every)}\r\n${every}\r\n`),
    );
  } finally {
    server.kill('SIGKILL');
  }
});

test.run();
