import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OPTIONS } from '../../../compiler/cli/options.ts';
import { COMMANDS } from '../../../compiler/cli/program.ts';
import { FORMATS } from '../../../compiler/cli/report/report.ts';
import { overlay } from '../../../compiler/review/diff/overlay-host.ts';
import { compileFiles } from '../../../compiler/compile.ts';
import { nodeHost } from '../../../compiler/host/host.ts';
import { Desk } from '../../support/desk.ts';
import '../../package-text.ts';

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

interface Built {
  readonly errors: readonly string[];
  readonly text: string;
}

/** What a build of an inventory says, and the text of the file of that name in the bundle. */
async function built(inventory: string, name: string): Promise<Built> {
  const { host, written } = overlay(nodeHost());
  const file = '/nowhere/site/pigsty.yml';
  host.writeFile(file, inventory, 0o644);
  const { diagnostics } = await compileFiles(host, { files: [file] }).bundled(host, {
    outDir: '/nowhere/site/out',
    version: '0',
  });
  const path = [...written.keys()].find((candidate) => candidate.endsWith(name));
  const errors = diagnostics.filter(({ severity }) => severity === 'error').map(({ slug }) => slug);
  return { errors, text: path === undefined ? '' : Buffer.from(host.readFile(path)).toString('utf8') };
}

test('the first inventory of the README is complete: its database finds its DCS', async () => {
  const inventory = /^```yaml\n([\s\S]*?)^```$/m.exec(readFileSync('README.md', 'utf8'))![1]!;
  const { errors, text: patroni } = await built(inventory, 'files/pg/conf/pg-test-1.yml');
  assert.equal(errors, []);
  assert.match(patroni, /^etcd3:\n {2}hosts: '?10\.10\.10\.10:2379/m);
});

test('what the README shows of a check is what it says', async () => {
  const readme = readFileSync('README.md', 'utf8');
  const inventory = /^```yaml\n([\s\S]*?)^```$/m.exec(readme)![1]!;
  const shown = /^\$ pigstyc check pigsty\.yml\n([\s\S]*?)^```$/m.exec(readme)![1]!;
  const desk = new Desk();
  const mistaken = inventory.replace('pg_seq: 2', 'pg_seq: 1').replace('pg_databases', 'pg_databses');
  desk.system.writeFile('pigsty.yml', mistaken, 0o644);
  assert.is((await desk.pigstyc(['check', 'pigsty.yml'])).out, shown);
});

test('a part of an inventory without a DCS is checked, and built only where a comment says that it is elsewhere', async () => {
  const part = (comment = ''): string =>
    `pg-test: ${comment}\n  hosts: { 10.10.10.11: { pg_seq: 1, pg_role: primary } }\n  vars: { pg_cluster: pg-test }\n`;
  assert.equal(await built(part(), 'pg-test-1.yml'), { errors: ['dcs-elsewhere'], text: '' });
  assert.equal((await built(part('# pigstyc: allow PIG5308 the unit names it'), 'pg-test-1.yml')).errors, []);
});

test.run();
