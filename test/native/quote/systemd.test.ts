/** Units with hostile arguments and variables are taken by the checker. It prints no values: test/lab/quoting.test.ts reads them back. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as quote from '../../../emitters/toolkit/quote/index.ts';
import { nativeTest, run } from '../node/checker.ts';
import { quoted } from './strings.ts';

const NO_TEXT = ['a NUL character', 'an unpaired surrogate'];

nativeTest(test, ['systemd-analyze'], 'systemd: arguments and environment of a unit', (scratch) => {
  const unit = join(scratch, 'quoted.service');
  const words = quoted(quote.systemdWord, [...NO_TEXT, 'a noncharacter']);
  const variables = quoted(
    (value) => quote.systemdEnvironment('V', value),
    [...NO_TEXT, 'a control character', 'a noncharacter'],
  );
  const text = (value: string): string =>
    `[Unit]\nDescription=${quote.systemdValue('100% of "it"')}\n[Service]\n${value}`;
  writeFileSync(
    unit,
    text(
      [
        ...variables.map((variable) => `Environment=${variable.text}\n`),
        ...words.map((word) => `ExecStartPre=/bin/true ${word.text}\n`),
        'ExecStart=/bin/true\n',
      ].join(''),
    ),
  );
  assert.is(run(['systemd-analyze', 'verify', unit]).output, '');
  for (const wrong of ['ExecStart=/bin/true "open\n', 'ExecStart=/bin/true\nEnvironment="V=\ufdd0"\n']) {
    writeFileSync(unit, text(wrong));
    assert.is.not(run(['systemd-analyze', 'verify', unit]).output, '', wrong);
  }
});

test.run();
