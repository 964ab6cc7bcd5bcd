import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OPTIONS } from '../../../compiler/cli/options.ts';
import { COMMANDS } from '../../../compiler/cli/program.ts';
import { FORMATS } from '../../../compiler/cli/report/report.ts';

const text = readFileSync('docs/cli.md', 'utf8');

test('docs/cli.md names every command, option and format', () => {
  for (const command of COMMANDS) assert.ok(text.includes(`| \`${command.usage.split(' ')[0]!}`), command.usage);
  for (const option of Object.keys(OPTIONS))
    assert.match(text, new RegExp(`^\\| (\`-.\`, )?\`--${option}[ \`]`, 'm'), option);
  for (const format of FORMATS) assert.ok(text.includes(`\`${format}\``), format);
});

test('docs/cli.md names no option that does not exist', () => {
  for (const match of text.matchAll(/^\| (?:`-.`, )?`--([a-z-]+)/gm))
    assert.ok(Object.hasOwn(OPTIONS, match[1]!), match[1]);
});

test('every command has an example that begins with its name', () => {
  for (const { usage, examples } of COMMANDS) {
    const name = usage.split(' ')[0]!;
    assert.ok(examples.length > 0 && examples.every(([command]) => command.split(' ')[0] === name), name);
  }
});

test.run();
