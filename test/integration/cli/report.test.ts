import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compact } from '../../../compiler/cli/report/compact.ts';
import { github } from '../../../compiler/cli/report/github.ts';
import { json } from '../../../compiler/cli/report/json.ts';
import { junit } from '../../../compiler/cli/report/junit.ts';
import { pretty } from '../../../compiler/cli/report/pretty.ts';
import type { Report } from '../../../compiler/cli/report/report.ts';
import { sarif } from '../../../compiler/cli/report/sarif.ts';
import { styleFor, type ColorChoice } from '../../../compiler/cli/style.ts';
import type { Diagnostic } from '../../../compiler/diagnostics/diagnostic.ts';
import { report } from '../../../compiler/diagnostics/report.ts';
import { nodeHost, type Host } from '../../../compiler/host/host.ts';
import { SourceFile, type Span } from '../../../compiler/source/node.ts';

const file = new SourceFile(
  'conf/my inventory.yml',
  'all:\n  vars:\n    pg_clustr: a\n    pg_admin_password: "100% <secret>"\n    x: 1\n',
);
const at = (wanted: string): Span => ({
  file,
  start: file.text.indexOf(wanted),
  end: file.text.indexOf(wanted) + wanted.length,
});

const first: Diagnostic = report(
  'unreadable-file',
  at('pg_clustr'),
  { path: 'a,b:c', reason: '100% <gone> & "more"' },
  {
    help: 'did you mean `pg_cluster`?',
    related: [{ span: at('x: 1'), message: 'first seen here' }],
    fix: { span: at('pg_clustr'), text: 'pg_cluster' },
  },
);
const second: Diagnostic = {
  ...report('limit-matches-nothing', at('"100% <secret>"'), { pattern: 'x' }),
  severity: 'warning',
};
const nowhere: Diagnostic = { ...report('limit-matches-nothing', undefined, { pattern: 'y' }), severity: 'hint' };
const base: Report = {
  diagnostics: [nowhere, first, second],
  omitted: [{ code: 'PIG0002', slug: 'limit-matches-nothing', severity: 'warning', count: 4 }],
  files: ['conf/my inventory.yml', 'b.yml'],
  secrets: [],
  summary: 'nothing was written',
  allowed: 0,
  strict: false,
};
const nothing: Report = { ...base, diagnostics: [], omitted: [] };

function style(choice: ColorChoice, env: Record<string, string> = {}, stdoutIsTty = false) {
  const host: Host = { ...nodeHost(), env, stdoutIsTty, columns: 80 };
  return styleFor(host, 'stdout', choice);
}

test('pretty', () => {
  assert.is(
    pretty(base, style('never')),
    `pigstyc: hint[PIG0002] limit-matches-nothing: \`--limit y\` matches no host

conf/my inventory.yml:3:5: error[PIG0001] unreadable-file: cannot read \`a,b:c\`: 100% <gone> & "more"
   |
 3 |     pg_clustr: a
   |     ^^^^^^^^^
   = help: did you mean \`pg_cluster\`?
   = note: conf/my inventory.yml:5:5: first seen here
   |
 5 |     x: 1
   |     ^^^^

conf/my inventory.yml:4:24: warning[PIG0002] limit-matches-nothing: \`--limit x\` matches no host
   |
 4 |     pg_admin_password: ********
   |                        ^^^^^^^^

warning[PIG0002] limit-matches-nothing: … and 4 more

more about a code: pigstyc explain PIG0001
1 error, 5 warnings, 1 hint; nothing was written
`,
  );
  assert.is(pretty(nothing, style('never')), 'nothing was written\n');
});

test('colors: the option, then NO_COLOR, then FORCE_COLOR, then the terminal', () => {
  const colored = (text: string): boolean => text.includes('\u001b[');
  assert.ok(colored(pretty(base, style('always', { NO_COLOR: '1' }))));
  assert.not(colored(pretty(base, style('never', { FORCE_COLOR: '1' }, true))));
  assert.not(colored(pretty(base, style('auto', { NO_COLOR: '1', FORCE_COLOR: '1' }, true))));
  assert.ok(colored(pretty(base, style('auto', { FORCE_COLOR: '1' }))));
  assert.ok(colored(pretty(base, style('auto', { NO_COLOR: '' }, true))));
  assert.not(colored(pretty(base, style('auto', { TERM: 'dumb' }, true))));
  assert.not(colored(pretty(base, style('auto'))));
});

test('compact: one line each', () => {
  assert.is(
    compact(base),
    `pigstyc: hint[PIG0002] limit-matches-nothing: \`--limit y\` matches no host
conf/my inventory.yml:3:5: error[PIG0001] unreadable-file: cannot read \`a,b:c\`: 100% <gone> & "more" (did you mean \`pg_cluster\`?)
conf/my inventory.yml:4:24: warning[PIG0002] limit-matches-nothing: \`--limit x\` matches no host
pigstyc: warning[PIG0002] limit-matches-nothing: … and 4 more
1 error, 5 warnings, 1 hint; nothing was written
`,
  );
});

test('json: places, counts and fixes', () => {
  const document = JSON.parse(json(base));
  assert.equal(document.counts, { error: 1, warning: 5, hint: 1, allowed: 0 });
  assert.equal(document.diagnostics[1], {
    code: 'PIG0001',
    slug: 'unreadable-file',
    severity: 'error',
    message: first.message,
    file: file.path,
    start: { line: 3, column: 5 },
    end: { line: 3, column: 14 },
    help: first.help,
    related: [
      { message: 'first seen here', file: file.path, start: { line: 5, column: 5 }, end: { line: 5, column: 9 } },
    ],
    fix: { file: file.path, start: { line: 3, column: 5 }, end: { line: 3, column: 14 }, text: 'pg_cluster' },
  });
  assert.equal(document.diagnostics[0].file, undefined);
});

test('github: annotations with escaped properties and data', () => {
  const lines = github(base).split('\n');
  assert.is(lines[0], '::notice title=PIG0002 limit-matches-nothing::`--limit y` matches no host');
  assert.is(
    lines[1],
    '::error file=conf/my inventory.yml,line=3,endLine=3,col=5,endColumn=14,title=PIG0001 ' +
      'unreadable-file::cannot read `a,b:c`: 100%25 <gone> & "more"%0Adid you mean `pg_cluster`?',
  );
});

test('junit: a suite per file, failures for errors only, warnings too when strict', () => {
  const xml = junit(base);
  assert.match(xml, '<testsuites name="pigstyc" tests="4" failures="1">');
  assert.match(
    xml,
    '<testsuite name="b.yml" tests="1" failures="0" skipped="0">\n    <testcase classname="b.yml" name="no findings"/>',
  );
  assert.match(xml, 'message="cannot read `a,b:c`: 100% &lt;gone&gt; &amp; &quot;more&quot;"');
  assert.match(junit({ ...base, strict: true }), 'failures="2" skipped="0">');
  const control: Diagnostic = { ...first, message: 'a\u0001b\ud800c\u{1f600}' };
  assert.match(junit({ ...base, diagnostics: [control] }), 'message="a\ufffdb\ufffdc\u{1f600}"');
});

test('sarif: what the 2.1.0 schema requires, and rules that the results refer to', () => {
  const log = JSON.parse(sarif(base));
  assert.is(log.version, '2.1.0');
  const [run] = log.runs;
  assert.equal(
    run.tool.driver.rules.map((rule: { id: string }) => rule.id),
    ['PIG0001', 'PIG0002'],
  );
  for (const rule of run.tool.driver.rules) {
    assert.ok(rule.shortDescription.text.length > 10 && rule.help.text.includes('How to fix'));
    assert.ok(['error', 'warning', 'note'].includes(rule.defaultConfiguration.level));
  }
  for (const result of run.results) {
    assert.ok(result.message.text.length > 0);
    assert.is(run.tool.driver.rules[result.ruleIndex].id, result.ruleId);
    assert.ok(['error', 'warning', 'note'].includes(result.level));
    for (const place of [...result.locations, ...(result.relatedLocations ?? [])]) {
      const { artifactLocation, region } = place.physicalLocation;
      assert.is(artifactLocation.uri, 'conf/my%20inventory.yml');
      assert.ok(
        region.startLine >= 1 && region.startColumn >= 1 && region.endLine >= region.startLine && region.endColumn >= 1,
      );
    }
  }
  assert.equal(
    run.results.map((result: { level: string }) => result.level),
    ['note', 'error', 'warning'],
  );
  const [change] = run.results[1].fixes[0].artifactChanges;
  assert.equal(change.replacements, [
    {
      deletedRegion: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 14 },
      insertedContent: { text: 'pg_cluster' },
    },
  ]);
});

test('allowed findings are counted apart, and shown with their reason when they are in the report', () => {
  const allowed: Diagnostic = { ...second, allowed: 'a & b' };
  const shown: Report = { ...base, diagnostics: [allowed], omitted: [], allowed: 1, summary: '' };
  assert.is(compact({ ...shown, diagnostics: [] }), '1 allowed\n');
  assert.match(compact(shown), /matches no host \(allowed: a & b\)\n1 allowed\n$/);
  assert.match(pretty(shown, style('never')), /\n {3}= allowed: a & b\n\n1 allowed\n$/);
  assert.equal(JSON.parse(json(shown)).counts, { error: 0, warning: 0, hint: 0, allowed: 1 });
  assert.is(JSON.parse(json(shown)).diagnostics[0].allowed, 'a & b');
  assert.match(github(shown), /^::notice .*::`--limit x` matches no host%0Aallowed: a & b\n$/);
  assert.equal(JSON.parse(sarif(shown)).runs[0].results[0].suppressions, [
    { kind: 'inSource', justification: 'a & b' },
  ]);
  assert.match(
    junit({ ...shown, strict: true }),
    /failures="0" skipped="1">\n {4}<testcase .*>\n {6}<skipped message="a &amp; b"\/>/,
  );
});

test('no report shows the secret of a quoted line', () => {
  for (const print of [pretty, compact, json, github, junit, sarif])
    assert.not.match(print(base, style('never')), /<secret>|&lt;secret&gt;/);
});

test.run();
