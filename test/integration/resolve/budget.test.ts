/** An inventory made to keep the compiler busy ends with a finding, in a process with little memory, after few steps. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('budget');

const vars = (lines: readonly string[]): string =>
  `all:\n  children:\n    infra: { hosts: { 10.0.0.1: { infra_seq: 1 } } }\n  vars:\n    admin_ip: 10.0.0.1\n${lines
    .map((line) => `    ${line}\n`)
    .join('')}    node_etc_hosts: [ ${lines
    .flatMap((line) => /^([a-z]\d*):/.exec(line)?.[1] ?? [])
    .map((name) => `"{{ ${name} }}"`)
    .join(', ')} ]\n`;
const chain = (first: string, next: (name: string) => string, length = 40): readonly string[] => [
  `v0: ${first}`,
  ...Array.from({ length }, (_, i) => `v${i + 1}: ${next(`v${i}`)}`),
];

const HOSTILE: Readonly<Record<string, string>> = {
  'a text doubled': vars(chain('abcdefgh', (v) => `"{{ ${v} ~ ${v} }}"`)),
  'a list doubled': vars(chain('[ a, b, c ]', (v) => `"{{ ${v} + ${v} }}"`)),
  'a list of itself': vars(chain('[ a ]', (v) => `"{{ [${v}, ${v}] }}"`)),
  'lists in lists': vars(chain('[ a ]', (v) => `"{{ [${v}] }}"`, 90)),
  'a long chain': vars(chain('a', (v) => `"{{ ${v} }}"`, 500)),
  'an endless chain': vars([
    'link0: a',
    ...Array.from({ length: 5_000 }, (_, i) => `link${i + 1}: "{{ link${i} }}"`),
    'v: "{{ link5000 }}"',
  ]),
  'a deep chain': vars(chain('a', (v) => `${'['.repeat(100)} "{{ ${v} }}" ${']'.repeat(100)}`, 90)),
  'a replacement of each character': vars(
    chain('aaaaaaaaaaaaaaaa', (v) => `"{{ ${v} | replace('a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa') }}"`, 8),
  ),
  'a replacement of nothing': vars(chain('aaaaaaaaaaaaaaaa', (v) => `"{{ ${v} | replace('', ${v}) }}"`, 8)),
  'a joint of itself': vars(chain('aaaaaaaaaaaaaaaa', (v) => `"{{ ${v} | list | join(${v}) }}"`, 8)),
  'sets of large lists': vars([
    `big: "{{ '${'abcdefghij'.repeat(3000)}' | list }}"`,
    ...Array.from({ length: 50 }, (_, i) => `s${i}: "{{ big | union(big) | unique | difference(big) }}"`),
  ]),
  parentheses: vars([`v: "{{ ${'('.repeat(20_000)}1${')'.repeat(20_000)} }}"`]),
  'open braces': vars([`v: "${'{{ '.repeat(20_000)}"`]),
  'not, not, not': vars([`v: "{{ ${'not '.repeat(10_000)}1 }}"`]),
  signs: vars([`v: "{{ ${'-'.repeat(20_000)}1 }}"`]),
  sums: vars([`v: "{{ 1${'+1'.repeat(20_000)} }}"`]),
  members: vars([`v: "{{ admin_ip${'.a'.repeat(20_000)} }}"`]),
  filters: vars([`v: "{{ admin_ip${'|list'.repeat(10_000)} }}"`]),
  conditions: vars([`v: "{{ ${'1 if 1 else '.repeat(5_000)} 1 }}"`]),
  comparisons: vars([`v: "{{ 1${' in 1'.repeat(10_000)} }}"`]),
  'all variables of all hosts as a text': vars(['v: "{{ hostvars ~ 1 }}"', 'w: "{{ hostvars }}"', 'x: "{{ groups }}"']),
  'a long text': vars([`v: "{{ 1 }}${'x'.repeat(5_000_000)}"`]),
  placeholders: vars([`pg_listen: '${'${nobody}'.repeat(50_000)}'`, `node_dns_servers: [ '${'${'.repeat(50_000)}' ]`]),
  'a pipe': vars(["grafana_admin_password: '${file:pipe}'"]),
  'a device': vars(["grafana_admin_password: '${file:/dev/zero}'"]),
  'a large file': vars(["grafana_admin_password: '${file:large}'"]),
  'a file many times': vars([`grafana_admin_password: '${'${file:mebibyte}'.repeat(500)}'`]),
  'a selector of brackets':
    `all:\n  children:\n    pg-a:\n      hosts: { 10.0.0.1: { pg_seq: 1, pg_role: primary } }\n      vars:\n` +
    `        pg_cluster: pg-a\n        pg_services: [ { name: x, port: 5440, selector: "${'['.repeat(20_000)}" }, ` +
    `{ name: y, port: 5441, selector: "${'!'.repeat(20_000)}a" } ]\n`,
};

/** Large, and still read to its end. */
const MANAGEABLE = new Set(['lists in lists', 'a long chain']);

const dir = mkdtempSync(join(tmpdir(), 'pigstyc-budget-'));
test.before(() => {
  spawnSync('mkfifo', [join(dir, 'pipe')]);
  writeFileSync(join(dir, 'large'), 'x'.repeat(1_048_577));
  writeFileSync(join(dir, 'mebibyte'), 'x'.repeat(1_048_576));
});
test.after(() => rmSync(dir, { recursive: true }));

/** Checks inventories in one process with a small heap and reports the processor time each took. */
const CHILD = `
import { run } from ${JSON.stringify(join(process.cwd(), 'compiler/cli/program.ts'))};
import { nodeHost } from ${JSON.stringify(join(process.cwd(), 'compiler/host/host.ts'))};
let text = '';
const say = (more) => void (text += more);
for (const file of process.argv.slice(2)) {
  text = '';
  const before = process.cpuUsage();
  const code = await run(['check', '--format', 'compact', file], { ...nodeHost(), stdout: say, stderr: say });
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ file, code, text: text.slice(0, 2000), seconds: (user + system) / 1e6 }));
}
`;

function checkAll(texts: readonly string[]): readonly { code: number; text: string; seconds: number }[] {
  writeFileSync(join(dir, 'child.mts'), CHILD);
  const files = texts.map((text, i) => {
    writeFileSync(join(dir, `${i}.yml`), text);
    return join(dir, `${i}.yml`);
  });
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--max-old-space-size=256', '--import', 'tsx', join(dir, 'child.mts'), ...files],
    { encoding: 'utf8', maxBuffer: 1 << 26, timeout: 300_000 },
  );
  assert.is(status, 0, `${stdout.slice(-500)} ${stderr.slice(-2000)}`);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { code: number; text: string; seconds: number });
}

test('each kind ends with a finding', () => {
  const results = checkAll(Object.values(HOSTILE));
  for (const [i, name] of Object.keys(HOSTILE).entries()) {
    const { code, text, seconds } = results[i]!;
    assert.ok(code === 1 || (code === 0 && MANAGEABLE.has(name)), `${name}: ${code} ${text}`);
    if (code === 1) assert.match(text, /error\[PIG40|error\[PIG1/, name);
    assert.ok(seconds < 20, `${name}: ${seconds} s of processor time`);
  }
});

/** Random expressions over variables that refer to each other, each with operations that make more of what they get. */
const operation = fc.constantFrom(
  (a: string, b: string) => `${a} ~ ${b}`,
  (a: string, b: string) => `[${a}, ${b}]`,
  (a: string, b: string) => `(${a} | string | list) + (${b} | string | list)`,
  (a: string, b: string) => `${a} | string | replace('a', ${b} | string)`,
  (a: string, b: string) => `${a} | string | list | join(${b} | string)`,
  (a: string, b: string) => `${a} | string | list | union(${b} | string | list)`,
  (a: string, b: string) => `${a} | string | split('') | map('replace', 'a', ${b} | string) | list | sort`,
  (a: string, b: string) => `{ 'k': ${a}, 'l': ${b} }`,
  (a: string, b: string) => `${a} if ${b} else ${b}`,
);

test('random ones end', () => {
  const random = fc.array(fc.tuple(operation, fc.nat(), fc.nat()), { minLength: 5, maxLength: 40 });
  const texts = fc
    .sample(random, { numRuns: 25, seed: 7 })
    .map((steps) =>
      vars([
        'v0: aaaaaaaa',
        ...steps.map(
          ([make, a, b], i) => `v${i + 1}: "{{ ${make(`v${i - (a % Math.min(2, i + 1))}`, `v${b % (i + 1)}`)} }}"`,
        ),
      ]),
    );
  for (const { code, text, seconds } of checkAll(texts)) {
    assert.ok(code <= 1, text);
    assert.ok(seconds < 20, `${seconds} s of processor time`);
  }
});

test.run();
