/** What other programs read: the hook of pre-commit, the action of GitHub, the reports. The commands they hold are run here. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { Location, Log } from 'sarif';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';

interface Hook {
  readonly id: string;
  readonly name: string;
  readonly entry: string;
  readonly language: string;
  readonly files: string;
  readonly types: string[];
  readonly pass_filenames: boolean;
  readonly args: string[];
}
interface Step {
  readonly shell: string;
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
}
interface Action {
  readonly name: string;
  readonly description: string;
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const GOOD =
  'all:   # pigstyc: allow-file PIG5103, PIG5006 nothing to watch\n  children:\n' +
  '    etcd: { hosts: { 10.10.10.10: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }\n' +
  '  vars: { admin_ip: 10.10.10.10 }\n';
const BAD = GOOD.replace('etcd_seq', 'etcd_sq');
const WARNED = GOOD.replace('{ admin_ip', "{ pg_version: '17', admin_ip");
const ROOT = resolve('.');
const [hook, ...otherHooks] = parse(readFileSync('.pre-commit-hooks.yaml', 'utf8')) as Hook[];
const action = parse(readFileSync('action.yml', 'utf8')) as Action;
const [step, ...otherSteps] = action.runs.steps;

let dir = '';
const test = suite('ci files');
test.before.each(() => {
  dir = mkdtempSync(join(tmpdir(), 'pigstyc-ci-'));
  mkdirSync(join(dir, 'bin'));
  writeFileSync(join(dir, 'bin/pigstyc'), `#!/bin/sh\nexec "${process.execPath}" "${ROOT}/dist/pigstyc.cjs" "$@"\n`, {
    mode: 0o755,
  });
});
test.after.each(() => rmSync(dir, { recursive: true }));

function bash(script: string, env: Readonly<Record<string, string>> = {}) {
  const PATH = [join(dir, 'bin'), process.env['PATH']].join(delimiter);
  const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: dir,
    encoding: 'utf8',
    env: { PATH, ...env },
  });
  return { status, stdout, stderr };
}

function write(text: string, name = 'pigsty.yml'): void {
  writeFileSync(join(dir, name), text);
}

test('the hook has what pre-commit requires, and is about inventories', () => {
  assert.equal(otherHooks, []);
  assert.equal(Object.keys(hook!).sort(), [
    'args',
    'description',
    'entry',
    'files',
    'id',
    'language',
    'name',
    'pass_filenames',
    'types',
  ]);
  assert.equal([hook!.language, hook!.types, hook!.pass_filenames], ['node', ['yaml'], false]);
  assert.ok(Object.hasOwn(JSON.parse(readFileSync('package.json', 'utf8')).bin, hook!.entry.split(' ')[0]!));
  for (const path of ['pigsty.yml', 'prod/pigsty.yaml']) assert.match(path, new RegExp(hook!.files));
  for (const path of ['not-pigsty.yml', 'pigsty.yml.bak', 'pigsty-yml'])
    assert.not.match(path, new RegExp(hook!.files));
});

test('a clone that npm prepares with its -g handed on gets what builds, and is built', () => {
  const clone = join(dir, 'clone');
  for (const path of [
    'build',
    'build.mjs',
    'package.json',
    'tsconfig.json',
    'compiler',
    'emitters',
    'schemas',
    'fixtures/ok/reference',
  ])
    cpSync(join(ROOT, path), join(clone, path), { recursive: true });
  const npm = `#!/bin/sh\nprintf '%s\\n' "$*" >asked\nln -s '${ROOT}/node_modules' node_modules\n`;
  writeFileSync(join(dir, 'bin/npm'), npm, { mode: 0o755 });
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Readonly<Record<string, string>> };
  const env = { ...process.env, PATH: `${dir}/bin${delimiter}${process.env['PATH']}`, npm_config_global: 'true' };
  const { status, stderr } = spawnSync('sh', ['-c', scripts['prepare']!], { cwd: clone, env, encoding: 'utf8' });
  assert.is(status, 0, stderr);
  assert.match(readFileSync(join(clone, 'asked'), 'utf8'), /^ci .*--no-global/);
  assert.ok(existsSync(join(clone, 'dist/pigstyc.cjs')));
});

test('npm pack prints the name of its file and nothing else, which is what older versions of pre-commit install', () => {
  const pack = spawnSync('npm', ['pack', '--pack-destination', dir], { cwd: ROOT, encoding: 'utf8' });
  assert.is(pack.status, 0, pack.stderr);
  assert.match(pack.stdout, /^pigstyc-[^\s]+\.tgz\n$/);
});

test('the hook passes a good inventory, fails a bad one', () => {
  const command = [hook!.entry, ...hook!.args].join(' ');
  write(GOOD);
  assert.is(bash(command).status, 0);
  write(BAD);
  const { status, stdout } = bash(command);
  assert.is(status, 1);
  assert.match(stdout, /pigsty\.yml:3:\d+: error\[PIG1203\].*`etcd_sq`/);
});

test('the action has what GitHub requires; every input is described, used, and only read from the environment', () => {
  assert.ok(action.name !== '' && action.description !== '' && action.runs.using === 'composite');
  assert.equal(otherSteps, []);
  assert.is(step!.shell, 'bash');
  assert.not.match(step!.run, /\$\{\{/);
  const used = Object.values(step!.env).map((value) => /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(value)?.[1]);
  assert.equal(used.toSorted(), Object.keys(action.inputs).sort());
  for (const { description, default: value } of Object.values(action.inputs))
    assert.ok(description !== '' && typeof value === 'string');
  const page = readFileSync('docs/ci.md', 'utf8')
    .split(/^## /m)
    .find((section) => section.startsWith('GitHub\n'))!;
  assert.equal(
    [...page.matchAll(/^\| `([a-z-]+)` \| (?:`(.*?)`)?/gm)].map(([, name, value]) => [name, value ?? '']).sort(),
    Object.entries(action.inputs)
      .map(([name, input]) => [name, input.default])
      .sort(),
  );
});

test('shellcheck has nothing to say about the script of the action', () => {
  // The npm wrapper of the same name would download the program.
  const PATH = process.env['PATH']!.split(delimiter)
    .filter((entry) => !entry.includes('node_modules'))
    .join(delimiter);
  const run = spawnSync('shellcheck', ['--shell=bash', '-'], {
    input: step!.run,
    encoding: 'utf8',
    env: { ...process.env, PATH },
  });
  if (run.error !== undefined) return console.log('skip: shellcheck');
  assert.is(run.stdout, '');
});

/** The step as a runner would start it, with these inputs. */
function act(inputs: Readonly<Record<string, string>> = {}) {
  const env = Object.fromEntries(
    Object.entries(step!.env).map(([name, value]) => {
      const input = value.slice('${{ inputs.'.length, -' }}'.length);
      return [name, inputs[input] ?? action.inputs[input]!.default];
    }),
  );
  return bash(step!.run, { ...env, GITHUB_ACTION_PATH: ROOT, RUNNER_TEMP: join(dir, 'temp') });
}

test('the action annotates what is wrong and fails; strict makes warnings fail', () => {
  write(GOOD);
  assert.equal([act().status, act({ strict: 'true' }).status], [0, 0]);
  write(WARNED);
  assert.equal([act().status, act({ strict: 'true' }).status], [0, 1]);
  assert.is(act({ strict: 'yes' }).status, 2);
  write(BAD);
  const { status, stdout } = act();
  assert.is(status, 1);
  assert.match(stdout, /^::error file=pigsty\.yml,line=3,.*PIG1203/m);
  assert.is(act({ format: 'xml' }).status, 2);
});

test('the actions install what they lock and nothing by name, run no scripts of packages and need no secret', () => {
  for (const file of ['action.yml', 'actions/plan/action.yml']) {
    const installs = readFileSync(join(ROOT, file), 'utf8').match(/npm (?:ci|install)[^\n]*/g)!;
    assert.is(installs.length, 1, file);
    assert.match(installs[0]!, /^npm ci --ignore-scripts /, file);
  }
  write(GOOD.replace('{ admin_ip', "{ haproxy_admin_password: '${env:NOT_THERE}', admin_ip"));
  assert.is(bash('pigstyc check').status, 1);
  assert.is(act().status, 0);
});

test('several files, in a directory: annotations name them from the root', () => {
  mkdirSync(join(dir, 'my inventory'));
  write(GOOD, 'my inventory/base.yml');
  write('etcd: { vars: { etcd_clustr: x } }\n', 'my inventory/-prod.yml');
  const { status, stdout } = act({ files: 'base.yml\n-prod.yml\n', 'working-directory': 'my inventory' });
  assert.is(status, 1);
  assert.match(stdout, /^::error file=my inventory\/-prod\.yml,line=1,/m);
  write(BAD, '-bad.yml');
  assert.match(act({ files: '-bad.yml' }).stdout, /^::error file=\.\/-bad\.yml,line=3,/m);
});

test('a report in a file; inputs are no code', () => {
  write(BAD);
  const { status, stdout } = act({ format: 'sarif', output: 'a report.sarif' });
  assert.equal([status, stdout], [1, '']);
  assert.is(JSON.parse(readFileSync(join(dir, 'a report.sarif'), 'utf8')).version, '2.1.0');
  for (const input of Object.keys(action.inputs)) {
    const { stdout: printed } = act({ [input]: '$(touch pwned); `touch pwned`; "; touch pwned; #' });
    assert.not.match(bash('ls').stdout, /^pwned$/m, `${input}: ${printed}`);
  }
});

test('SARIF 2.1.0: rules and results fit, regions lie in the file, URIs are encoded', () => {
  // The names and types of all properties are checked where the report is made: `Log` of @types/sarif.
  write(
    BAD.replace('etcd_sq:', "'etcd_sq':").replace('{ admin_ip', "{ pg_version: '17', pg_cluster_nam: x, admin_ip"),
    'ä b.yml',
  );
  const log = JSON.parse(bash("pigstyc check --show-allowed --format sarif 'ä b.yml' || true").stdout) as Log;
  assert.equal(
    [log.version, log.$schema, log.runs.length],
    ['2.1.0', 'https://json.schemastore.org/sarif-2.1.0.json', 1],
  );
  const { driver } = log.runs[0]!.tool;
  const results = log.runs[0]!.results!;
  assert.is(driver.name, 'pigstyc');
  assert.equal(
    [...new Set(driver.rules!.map(({ id }) => id))],
    driver.rules!.map(({ id }) => id),
  );
  assert.ok(
    results.length >= 4 &&
      results.some(({ fixes }) => fixes !== undefined) &&
      results.some(({ suppressions }) => suppressions !== undefined),
  );
  const lines = readFileSync(join(dir, 'ä b.yml'), 'utf8').split('\n');
  for (const { ruleId, ruleIndex, level, message, locations, relatedLocations, suppressions, fixes } of results) {
    assert.is(driver.rules![ruleIndex!]!.id, ruleId);
    assert.ok(['error', 'warning', 'note'].includes(level!) && message.text !== '');
    for (const { kind, justification } of suppressions ?? [])
      assert.equal([kind, justification], ['inSource', 'nothing to watch']);
    const replaced = (fixes ?? [])
      .flatMap((fix) => fix.artifactChanges)
      .flatMap((change) =>
        change.replacements.map(
          ({ deletedRegion }): Location => ({
            physicalLocation: { artifactLocation: change.artifactLocation, region: deletedRegion },
          }),
        ),
      );
    for (const { physicalLocation } of [...locations!, ...(relatedLocations ?? []), ...replaced]) {
      assert.is(physicalLocation!.artifactLocation!.uri, '%C3%A4%20b.yml');
      const { startLine, startColumn, endLine, endColumn } = physicalLocation!.region!;
      assert.ok(startLine! >= 1 && startColumn! >= 1 && startColumn! <= lines[startLine! - 1]!.length + 1);
      assert.ok(endLine! > startLine! || (endLine === startLine && endColumn! >= startColumn!));
      assert.ok(endLine! <= lines.length && endColumn! <= lines[endLine! - 1]!.length + 1);
    }
  }
});

/** Every element of a document without text mode surprises: opened, closed, in XML 1.0 characters. */
function elements(xml: string): readonly {
  readonly name: string;
  readonly parent: string;
  readonly attributes: Readonly<Record<string, string>>;
}[] {
  assert.not.match(xml, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|&(?!(?:amp|lt|gt|quot|#10);)/u);
  const open: string[] = [];
  const found = [];
  for (const [, closes, name, attributes, empty] of xml.matchAll(/<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>/g)) {
    if (closes === '/') assert.is(open.pop(), name);
    else
      found.push({
        name: name!,
        parent: open.at(-1) ?? '',
        attributes: Object.fromEntries(
          [...attributes!.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!]),
        ),
      });
    if (closes === '' && empty === '') open.push(name!);
  }
  assert.equal(open, []);
  assert.is(xml.replace(/<\/?[a-z-]+(?: [a-z]+="[^"<]*")*\/?>|<\?xml .*?\?>/g, '').match(/[<>]/), null);
  return found;
}

test('JUnit: what Jenkins and GitLab read, with counts that fit', () => {
  write(BAD.replace('etcd_sq', '"a<&\\x01\\u2028"').replace('{ admin_ip', "{ pg_version: '17', admin_ip"));
  write('etcd: { vars: { etcd_safeguard: false } }\n', 'b & <c>.yml');
  const found = elements(bash("pigstyc check --show-allowed --format junit pigsty.yml 'b & <c>.yml' || true").stdout);
  const [root] = found;
  const count = (name: string): number => found.filter((element) => element.name === name).length;
  const sum = (attribute: string): number =>
    found
      .filter(({ name }) => name === 'testsuite')
      .reduce((total, { attributes }) => total + Number(attributes[attribute]), 0);
  assert.equal(
    [root!.name, Number(root!.attributes['tests']), Number(root!.attributes['failures'])],
    ['testsuites', count('testcase'), count('failure')],
  );
  assert.equal(
    [sum('tests'), sum('failures'), sum('skipped')],
    [count('testcase'), count('failure'), count('skipped')],
  );
  assert.ok(count('failure') > 0 && count('skipped') > 0 && count('system-out') > 0);
  const cases = found.filter(({ name }) => name === 'testcase');
  assert.ok(
    cases.every(
      ({ parent, attributes }) => parent === 'testsuite' && attributes['classname'] !== '' && attributes['name'] !== '',
    ),
  );
  assert.is(
    new Set(cases.map(({ attributes }) => `${attributes['classname']} ${attributes['name']}`)).size,
    cases.length,
  );
  assert.ok(
    found
      .filter(({ name }) => name === 'failure')
      .every(
        ({ parent, attributes }) =>
          parent === 'testcase' && attributes['type'] === 'error' && attributes['message'] !== '',
      ),
  );
});

test.run();
