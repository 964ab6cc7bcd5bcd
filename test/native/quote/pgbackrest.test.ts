/** Values of pgbackrest.conf, as the program says it has read them. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { iniValue } from '../../../emitters/toolkit/quote/index.ts';
import { nativeTest } from '../node/checker.ts';
import { quoted } from './strings.ts';

/** Servers of one stanza; it may have 256, but a message ends after some ten thousand bytes. */
const SERVERS = 60;

nativeTest(test, ['pgbackrest'], 'pgBackRest: a thousand user names of a stanza', (scratch) => {
  const sent = quoted(
    iniValue,
    ['a blank at the start or end of a value', 'a line break', 'an empty value', 'an unpaired surrogate'],
    { where: (value) => !value.includes('\0') && value.length < 2000 },
  );
  const file = join(scratch, 'pgbackrest.conf');
  for (let first = 0; first < sent.length; first += SERVERS) {
    const part = sent.slice(first, first + SERVERS);
    writeFileSync(
      file,
      `[global]\nlock-path=${scratch}\nlog-path=${scratch}\nrepo1-path=${scratch}\n[main]\n` +
        `${part.map(({ text }, i) => `pg${i + 1}-path=/x\npg${i + 1}-socket-path=/x\npg${i + 1}-user=${text}\n`).join('')}`,
    );
    const { stdout } = spawnSync(
      'pgbackrest',
      [`--config=${file}`, '--stanza=main', '--log-level-console=info', 'check'],
      { encoding: 'utf8', maxBuffer: 2 ** 26 },
    );
    // It prints what it has, in quotes when there is a blank in it.
    let at = stdout.indexOf(' --pg1-user=');
    for (const [i, { value }] of part.entries()) {
      const printed = ` --pg${i + 1}-user=${value.includes(' ') ? `"${value}"` : value}`;
      assert.is(stdout.slice(at, at + printed.length), printed);
      at += printed.length;
    }
    assert.is(stdout.slice(at, at + 3), ' --');
  }
});

test.run();
