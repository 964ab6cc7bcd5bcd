import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { overlay } from '../../../compiler/review/diff/overlay-host.ts';
import { compileFiles } from '../../../compiler/compile.ts';
import type { Checked } from '../../../compiler/phases/5-check/checked.ts';
import { nodeHost } from '../../../compiler/host/host.ts';
import { parseSource } from '../../../compiler/phases/1-parse/parse.ts';
import { SourceFile } from '../../../compiler/source/node.ts';

function check(...texts: readonly string[]): Checked {
  const { host } = overlay(nodeHost());
  const files = texts.map((_, i) => `/nowhere/${i}.yml`);
  files.forEach((file, i) => host.writeFile(file, texts[i]!, 0o644));
  return compileFiles(host, { files }).checked();
}

/** A part of an inventory with one warning, PIG1210, on line 5 and another on line 6. */
const inventory = (five = '', above = '', six = ''): string => `pg-test:
  hosts: { 10.10.10.11: { pg_seq: 1, pg_role: primary } }
  vars:
    pg_cluster: pg-test
${above}    pg_version: '16'${five}
    pg_weight: '100'${six}
`;

/** What every part of an inventory is told. */
const OF_PARTS = ['default-secret', 'dcs-elsewhere'];

const codes = ({ diagnostics }: Checked): readonly string[] =>
  diagnostics
    .filter(({ slug }) => !OF_PARTS.includes(slug))
    .map(({ code, span }) => `${code}@${span!.file.position(span!.start).line}`);

test('behind a line, on the line above, for the file; other lines and codes are left alone', () => {
  assert.equal(codes(check(inventory())), ['PIG1210@5', 'PIG1210@6']);
  assert.equal(codes(check(inventory('  # pigstyc: allow PIG1210 generated'))), ['PIG1210@6']);
  assert.equal(codes(check(inventory('', '    # pigstyc: allow PIG1210 generated\n'))), ['PIG1210@7']);
  assert.equal(codes(check(inventory('', '# pigstyc: allow PIG1210 generated\n\n    # a comment\n'))), ['PIG1210@9']);
  assert.equal(codes(check(inventory('', '    # pigstyc: allow-file PIG1210 generated\n'))), []);
  assert.equal(codes(check(`${inventory()}# pigstyc: allow-file PIG1210 generated`)), []);
  assert.equal(codes(check(inventory('  # pigstyc: allow PIG1209 generated'))), [
    'PIG1210@5',
    'PIG1210@6',
    'PIG0014@5',
  ]);
});

test('a file speaks for itself only', () => {
  const other =
    'pg-two:\n  hosts: { 10.10.10.12: { pg_seq: 1, pg_role: primary } }\n' +
    '  vars: { pg_cluster: pg-two, pg_version: "16" }\n# pigstyc: allow-file PIG1210 generated\n';
  assert.equal(codes(check(inventory(), other)), ['PIG1210@5', 'PIG1210@6']);
});

test('several codes, names in place of codes, several ways to begin the reason', () => {
  for (const words of [
    'PIG1210,PIG1209 because',
    'PIG1209, PIG1210 because',
    'PIG1209 PIG1210 because',
    'quoted-number because',
    '1210 -- because',
    'pig1210: because',
  ]) {
    const { allowed } = check(inventory(`  # pigstyc: allow ${words}`));
    assert.equal(
      allowed.map(({ code, allowed: reason }) => [code, reason]),
      [['PIG1210', 'because']],
      words,
    );
  }
  assert.equal(check(inventory('  #pigstyc:allow PIG1210 because')).allowed.length, 1);
});

test('only comments count: not texts that look like one', () => {
  const comments = (text: string): readonly string[] => {
    const file = new SourceFile('a.yml', text);
    return parseSource(file)[2].map(({ start, end }) => file.text.slice(start, end));
  };
  assert.equal(
    comments(
      'a: |\n  # pigstyc: allow PIG1210 x\nb: "\n  # pigstyc: allow PIG1210 x"\nc: \'# pigstyc: allow PIG1210 x\'\nd: x# pigstyc: y\n',
    ),
    [],
  );
  assert.equal(
    comments(
      'a: |  # pigstyc: one \n  text\nb: [ 1, # pigstyc: two\n  2 ]\nc: plain # pigstyc: three\n\n' +
        '# pigstyc: four\nd: &x\n  # pigstyc: five\n  e: 1\r\n# pigstyc: six\r\n',
    ),
    ['# pigstyc: one', '# pigstyc: two', '# pigstyc: three', '# pigstyc: four', '# pigstyc: five', '# pigstyc: six'],
  );
});

test('what is wrong with a comment is said at the place', () => {
  const said = (comment: string): readonly string[] =>
    check(inventory(`  ${comment}`))
      .diagnostics.filter(({ slug }) => slug.startsWith('suppression-'))
      .map(
        ({ slug, span, help }) =>
          `${slug} @ ${span!.file.text.slice(span!.start, span!.end)}${help === undefined ? '' : ` (${help})`}`,
      );
  assert.equal(said('# pigstyc: allow PIG1210'), ['suppression-no-reason @ # pigstyc: allow PIG1210']);
  assert.equal(said('# pigstyc: alow PIG1210 x'), [
    'suppression-syntax @ # pigstyc: alow PIG1210 x (did you mean `allow`?)',
  ]);
  assert.equal(said('# pigstyc: allow'), [
    'suppression-syntax @ # pigstyc: allow (write `# pigstyc: allow PIG1234 why`)',
  ]);
  assert.equal(said('# pigstyc: allow PIG1210, quoted-bolean x'), [
    'suppression-unknown-code @ quoted-bolean (did you mean `quoted-boolean`?)',
  ]);
  assert.equal(said('# pigstyc: allow PIG1210, PIG1206 x'), ['suppression-refused @ PIG1206']);
  assert.equal(said('# pigstyc: allow PIG1210, PIG0014 x'), ['suppression-refused @ PIG0014']);
  assert.equal(said('# pigstyc: allow PIG1210, PIG1209 x'), ['suppression-unused @ PIG1209']);
});

test('a remark for others may stand before the comment, in YAML and in INI', () => {
  const yaml = check(inventory('  # as agreed # pigstyc: allow PIG1210 x'));
  assert.equal(
    yaml.allowed.map(({ code, allowed }) => [code, allowed]),
    [['PIG1210', 'x']],
  );
  const { host } = overlay(nodeHost());
  const ini = (remark: string): Checked => {
    host.writeFile(
      '/nowhere/hosts.ini',
      `[pg-test]\n10.10.10.11 pg_seq=1 pg_role=primary pg_cluster=pg-test ${remark}\n`,
      0o644,
    );
    return compileFiles(host, { files: ['/nowhere/hosts.ini'] }).checked();
  };
  assert.not.ok(ini('# see pigstyc: the manual').diagnostics.some(({ slug }) => slug.startsWith('suppression-')));
  const [unused] = ini('# as agreed # pigstyc: allow PIG1210 x').diagnostics.filter(
    ({ slug }) => slug === 'suppression-unused',
  );
  const { file, start } = unused!.span!;
  assert.is(file.position(start).line, 2);
});

test('nothing is called unused while errors may hide what it is for', () => {
  const text = inventory('  # pigstyc: allow PIG1209 x').replace('primary', 'king');
  assert.equal(
    check(text).diagnostics.filter(({ slug }) => slug === 'suppression-unused'),
    [],
  );
});

test.run();
