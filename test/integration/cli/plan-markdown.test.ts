/** A plan as a comment and in the log of a workflow: it fits, and nothing in it is taken for markup or a command. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FileChange } from '../../../compiler/review/diff/bundle-diff.ts';
import type { HostImpact } from '../../../compiler/review/impact/impact.ts';
import { planNames } from '../../../compiler/review/diff/names.ts';
import { planGithub } from '../../../compiler/cli/plan/plan-github.ts';
import { planMarkdown } from '../../../compiler/cli/plan/plan-markdown.ts';
import type { Plan } from '../../../compiler/review/diff/plan.ts';
import { styleFor } from '../../../compiler/cli/style.ts';
import { nodeHost } from '../../../compiler/host/host.ts';

const test = suite('plan as Markdown and workflow commands');
const PLAIN = styleFor(nodeHost(), 'stdout', 'never');
const GITHUB_TAKES = 65_536;

const impact = (host: string, more: Partial<HostImpact> = {}): HostImpact => ({
  ...{
    host,
    is: 'changed',
    impossible: [],
    files: 1,
    effects: ['reload web'],
    packages: [],
    settings: [],
    clients: [],
    firstStart: [],
    leaves: [],
    keeps: [],
    steps: [],
  },
  ...more,
});
const changed = (path: string, ...lines: readonly string[]): FileChange => ({
  path,
  change: 'changed',
  diff: [`@@ -1,1 +1,${lines.length} @@`, ...lines],
});
const plan = (files: readonly FileChange[], impacts: readonly HostImpact[] = []): Plan => ({
  files,
  impact: impacts,
  names: planNames([]),
  target: 'out',
  base: 'main',
  view: { stat: false, impact: false, hosts: false, full: false },
});
const hosts = Array.from({ length: 1000 }, (_, at) => `h${at + 1}`);
/** What is seen before anything is opened. A block of code is text, whatever it says. */
const visible = (text: string): string =>
  text
    .replaceAll(/^(`{3,})diff\n[^]*?^\1$/gm, '')
    .replaceAll(/<details><summary>(.*?)<\/summary>[^]*?<\/details>/g, '$1');

test('a change of a thousand hosts is a few lines, with the rest folded away', () => {
  const files = hosts.map((host) => changed(`hosts/${host}/files/web.conf`, '-a', `+b on ${host}`));
  const text = planMarkdown(
    plan(
      files,
      hosts.map((host) => impact(host)),
    ),
  );
  assert.ok(text.length < 1500, String(text.length));
  assert.is(
    visible(text),
    [
      '### Plan: 1000 files on 1000 hosts',
      'Compared with <code>main</code>: 0 files would be added, 1000 changed, 0 removed.',
      '| hosts | what happens |\n|---|---|\n| h1, h2, h3 and 997 more | reload: web |',
      'Files',
      'Diff, each hunk once\n',
    ].join('\n\n'),
  );
  assert.match(text, /^= the same in 999 other files, on 1000 hosts$/m);
  assert.match(text, /^\| <code>hosts\/\\\*\/files\/web\.conf<\/code> \| 1000 \| changed \| \+1000 -1000 \|$/m);
});

test('a thousand different changes fit as well, and what is left out is said', () => {
  const files = hosts.map((host, at) => changed(`hosts/${host}/files/web${at}.conf`, `+${'x'.repeat(300)}${at}`));
  const text = planMarkdown(
    plan(
      files,
      hosts.map((host, at) => impact(host, { effects: [`reload web${at}`] })),
    ),
  );
  assert.ok(text.length < GITHUB_TAKES, String(text.length));
  assert.ok(visible(text).split('\n').length < 40, visible(text));
  assert.match(text, /The rest is too long for a comment/);
  assert.is(text.split('<details>').length, text.split('</details>').length);
  const long = hosts.map((host, at) => impact(host, { effects: [`reload ${'web'.repeat(40)}${at}`] }));
  const longer = planMarkdown(plan(files, long));
  assert.ok(longer.length < GITHUB_TAKES, String(longer.length));
  assert.is(longer.split('<details>').length, longer.split('</details>').length);
});

test('what waits is strong; names are no markup, and no line of a file ends the block', () => {
  const evil = '</details> @somebody [x](y) | `z` *w* <!--';
  const text = planMarkdown(
    plan(
      [changed('hosts/a/files/x|<b>', '+````', '+```', '+</details>')],
      [impact('a', { effects: ['restart! db'], steps: [evil] })],
    ),
  );
  assert.match(text, /\*\*restart, waits for --allow-restart: db\*\*<br>/);
  const seen = visible(text);
  assert.not.match(seen, /<\/details>|@somebody|(?<!\\)\]\(|<!--|(?<!\\)`/);
  assert.match(text, /^`{5}diff\n[^]*^\+````\n\+```\n\+<\/details>\n`{5}$/m);
  assert.match(text, /<code>hosts\/a\/files\/x\\\|&#60;b&#62;<\/code>/);
});

test('nothing to do is said in two lines', () => {
  assert.is(planMarkdown(plan([])), '### Plan: nothing changes\n\nCompared with <code>main</code>.\n');
});

test('a workflow gets a note for each group of hosts, a warning for what waits, and takes no line of a file for a command', () => {
  const text = planGithub(
    plan(
      [changed('hosts/a/files/x', ' ::error::not mine', '+##[error]nor this')],
      [impact('a, b:c'), impact('d', { effects: ['restart! db'] })],
    ),
    PLAIN,
  );
  assert.match(text, /^::notice title=a%2C b%3Ac::reload: web$/m);
  assert.match(text, /^::warning title=d::restart, waits for --allow-restart: db$/m);
  const [, token, inside] = /^::stop-commands::([0-9a-f]{64})\n([^]*)\n::\1::\n::endgroup::\n$/m.exec(text)!;
  assert.ok(inside!.includes(' ::error::not mine') && !inside!.includes(token!));
  assert.not.match(text.replace(inside!, ''), /not mine/);
  const many = planGithub(
    plan(
      [],
      hosts.map((host, at) => impact(host, { effects: [`reload web${at}`] })),
    ),
    PLAIN,
  );
  assert.is(many.split('\n').filter((line) => line.startsWith('::notice')).length, 11);
});

test.run();
