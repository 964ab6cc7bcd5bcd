/** What bash, a POSIX shell, PyYAML and Python's JSON read back. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as quote from '../../../emitters/toolkit/quote/index.ts';
import { yamlDocument } from '../../../emitters/toolkit/yaml.ts';
import { nativeTest, output } from '../node/checker.ts';
import { arrived, quoted } from './strings.ts';

const NO_TEXT = ['a NUL character', 'an unpaired surrogate'];
const NO_LINE = [...NO_TEXT, 'a line break'];
const fields = (bytes: Buffer): readonly string[] => bytes.toString('utf8').split('\0').slice(0, -1);

for (const locale of ['C', 'C.UTF-8']) {
  nativeTest(test, ['bash'], `bash in ${locale}: words, arrays, exported variables`, (scratch) => {
    const sent = quoted(quote.bashWord, NO_TEXT);
    const script = join(scratch, 'script');
    const lines = sent.map(
      ({ value, text }, i) =>
        `V=${text}\n${quote.shellProfileExport('E', value)}\n` +
        `[[ $V == "$E" && $V == ${text} ]] || echo different ${i}\nprintf '%s\\0' "$V"\n`,
    );
    writeFileSync(script, lines.join(''));
    arrived(fields(output(['bash', script], { LC_ALL: locale })), sent);
    writeFileSync(script, `words=(\n${sent.map(({ text }) => `  ${text}\n`).join('')})\nprintf '%s\\0' "\${words[@]}"`);
    arrived(fields(output(['bash', script], { LC_ALL: locale })), sent);
  });
}

for (const shell of ['bash', 'dash']) {
  nativeTest(test, [shell], `${shell}: an environment file that is sourced`, (scratch) => {
    const sent = quoted(quote.environmentFileValue, [...NO_LINE, 'a control character', 'a noncharacter']);
    const file = join(scratch, 'environment');
    writeFileSync(file, sent.map(({ text }, i) => `V${i}=${text}\n`).join(''));
    const script = join(scratch, 'script');
    writeFileSync(script, `set -a\n. ${file}\n${sent.map((_, i) => `printf '%s\\0' "$V${i}"\n`).join('')}`);
    arrived(fields(output([shell, script])), sent);
  });
}

nativeTest(test, ['/usr/bin/python3'], 'PyYAML, which Patroni reads with: values, items, keys', (scratch) => {
  const values = quoted((value) => yamlDocument([value]), ['an unpaired surrogate']);
  const keys = quoted(
    (value) => yamlDocument({ [value]: 1 }),
    ['an unpaired surrogate', 'a key longer than 1,000 characters'],
  );
  const file = join(scratch, 'document.yml');
  writeFileSync(
    file,
    yamlDocument({
      keys: new Map(keys.map(({ value }, i) => [value, i])),
      items: values.map(({ value }) => value),
      nested: values.map(({ value }) => ({ a: value, b: [value] })),
    }),
  );
  const program =
    'import json,sys,yaml\nd=yaml.safe_load(open(sys.argv[1],encoding="utf-8"))\n' +
    'print(json.dumps([list(d["keys"]),d["items"],[x["a"] for x in d["nested"]],[x["b"][0] for x in ' +
    'd["nested"]]]))';
  const [readKeys, ...read] = JSON.parse(
    output(['/usr/bin/python3', '-c', program, file]).toString('utf8'),
  ) as readonly string[][];
  arrived(readKeys!, keys);
  for (const list of read) arrived(list, values);
});

test.run();
