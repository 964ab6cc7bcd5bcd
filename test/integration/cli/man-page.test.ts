/** The manual page has everything that `--help` has, in the language of manual pages. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { manPage } from '../../../compiler/cli/man-page.ts';
import { OPTIONS } from '../../../compiler/cli/options.ts';
import { COMMANDS } from '../../../compiler/cli/program.ts';

const lines = manPage().trimEnd().split('\n');

test('every command and every option has an entry', () => {
  const terms = lines.filter((line) => line.startsWith('.B ')).map((line) => line.slice(3).replaceAll('\\-', '-'));
  for (const { usage } of COMMANDS) assert.ok(terms.includes(usage), usage);
  const options = terms.flatMap((term) => /(?:^|, )--([a-z-]+)/.exec(term)?.[1] ?? []);
  for (const name of [...Object.keys(OPTIONS), 'help', 'version']) assert.ok(options.includes(name), name);
});

test('every line is a request that readers know, or text without a character that they would take for one', () => {
  for (const line of lines) {
    assert.match(line, /^(\.(TH|SH|TP|PP|RS|RE|B|I)( |$)|[^.'\s])/);
    assert.match(line, /^[\x20-\x7e]+$/);
    assert.not.match(line.replaceAll(/\\(-|e|&|f[BIR]|\[u[0-9A-F]{4,}\])/g, ''), /\\/);
  }
  const depth = lines.filter((line) => line === '.RS').length;
  assert.ok(depth > 10);
  assert.is(lines.filter((line) => line === '.RE').length, depth);
});

test('npm installs it', () => {
  const { man, files } = JSON.parse(readFileSync('package.json', 'utf8')) as { man: string[]; files: string[] };
  assert.equal(man, ['docs/pigstyc.1']);
  assert.ok(files.includes('docs'));
});

test.run();
