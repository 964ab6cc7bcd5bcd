/** Words of keepalived.conf, as the program repeats them. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import { keepalivedWord } from '../../../emitters/toolkit/quote/index.ts';
import { nativeTest } from '../node/checker.ts';
import { arrived, quoted } from './strings.ts';

nativeTest(test, ['keepalived'], 'keepalived: a thousand names of instances', (scratch) => {
  const sent = quoted(
    keepalivedWord,
    [
      'a brace alone',
      'a double quote',
      'a `$` followed by a name',
      'a line break',
      'a NUL character',
      'an unpaired surrogate',
    ],
    { where: (value) => value.length <= 300 },
  ); // a message ends after a thousand bytes
  const file = join(scratch, 'keepalived.conf');
  // What it does not take it names, in parentheses.
  writeFileSync(
    file,
    sent
      .map(({ text }, i) => `vrrp_instance ${text} {\ninterface lo\nvirtual_router_id ${(i % 255) + 1}\n}\n`)
      .join(''),
  );
  const { stderr, stdout } = spawnSync('keepalived', ['-t', '-n', '-l', '-f', file], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const lines = `${stdout}${stderr}`
    .split('\n')
    .flatMap((line) => /^\(\S+ Line (\d+)\) \(([^]*)\) cannot use a loopback/.exec(line)?.slice(2) ?? []);
  arrived(lines, sent);
});

test.run();
