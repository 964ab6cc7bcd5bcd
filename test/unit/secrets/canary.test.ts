/**
 * Every secret of an inventory is a word that is nowhere else. It has to reach the sealed files and may be seen in nothing that is printed or
 * reviewed: output of every command, reports that quote its line, the bundle as git sees it.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { run as main } from '../../../compiler/cli/program.ts';
import { nodeHost } from '../../../compiler/host.ts';

const test = suite('canaries');

const CANARY = /Cnry\d+x9K/g;
const SECRET_KEY = /(\b\w*(?:password|secret_key|key_secret|cipher_pass): )'?([^\s,}']+)'?/g;

/** A directory with the inventory of a fixture, its secrets replaced; equal ones stay equal. */
function nest(fixture: string): { readonly directory: string; readonly planted: ReadonlySet<string> } {
  const directory = mkdtempSync(join(tmpdir(), 'pigstyc-canary-'));
  const names = new Map<string, string>();
  const text = readFileSync(`fixtures/ok/${fixture}/pigsty.yml`, 'utf8').replaceAll(SECRET_KEY, (_, key: string, value: string) => {
    if (!names.has(value)) names.set(value, `Cnry${names.size + 10}x9K`);
    return key + names.get(value)!;
  });
  writeFileSync(join(directory, 'pigsty.yml'), text);
  return { directory, planted: new Set(names.values()) };
}

async function run(directory: string, ...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  let text = '';
  const say = (more: string): void => void (text += more);
  const home = process.cwd();
  process.chdir(directory);
  try {
    const code = await main(args, { ...nodeHost(), env: { NO_COLOR: '1' }, stdout: say, stderr: say });
    assert.not.match(text, 'PIG0001', 'the inventory is read');
    return { code, text };
  } finally {
    process.chdir(home);
  }
}

/** Lines with a canary. */
const seen = (text: string): readonly string[] => text.split('\n').filter((line) => line.search(CANARY) >= 0).map((line) => line.slice(0, 300));

function textOf(directory: string, without: RegExp = /$^/): string {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) => !without.test(path) && statSync(join(directory, path)).isFile())
    .map((path) => readFileSync(join(directory, path), 'utf8').split('\n').map((line) => `${path}: ${line}`).join('\n')).join('\n');
}

const FORMATS = ['pretty', 'compact', 'json', 'sarif', 'github', 'junit'];
const PRINTING: readonly (readonly string[])[] = [
  ...FORMATS.map((format) => ['check', '--format', format, '--show-allowed']),
  ...['1', '2', '3', '4', '5', '6', '7'].map((phase) => ['dump', '--phase', phase]),
  ...['svg', 'html', 'dot', 'mermaid'].map((as) => ['graph', '--as', as]),
  ...['hosts', 'clusters', 'groups'].flatMap((what) => [['list', what], ['list', what, '--json']]),
  ['services'], ['ports'], ['pki', 'list'], ['pki', 'list', '--json'], ['secrets', 'gen', '--dry-run'], ['diff'], ['diff', '--json'],
  ['access', '--user', 'test', '--db', 'test', '--from', '10.10.10.10'], ['access', '--user', 'test', '--db', 'test', '--from', '10.10.10.10', '--json'],
];

const reference = nest('reference');
const out = join(reference.directory, 'out');
test.after(() => rmSync(reference.directory, { recursive: true }));

test('a build shows none, its sealed files have them', async () => {
  const { code, text } = await run(reference.directory, 'build', '--graph');
  assert.is(code, 0, text);
  assert.equal(seen(text), []);
  assert.equal(seen(textOf(out, /(^|\/)sealed\//)), []);
  const sealed = new Set(textOf(out, /^(?!.*\/sealed\/)/).match(CANARY));
  const inventory = readFileSync(join(reference.directory, 'pigsty.yml'), 'utf8').split('\n');
  const missing = [...reference.planted].filter((name) => !sealed.has(name)).map((name) => inventory.find((line) => line.includes(name))!);
  assert.equal(missing.filter((line) => !line.includes('name: ')), [], 'passwords of database users are sealed as verifiers');
  assert.is(reference.planted.size - missing.length, 12);
});

test('no command prints one', async () => {
  const text = readFileSync(join(reference.directory, 'pigsty.yml'), 'utf8');
  const parameters = [...new Set([...text.matchAll(/^ +(\w+_(?:password|secret_key)): /gm)].map(([, name]) => name!)), 'pg_users', 'minio_users', 'pgbackrest_repo', 'redis_password'];
  const explained = parameters.flatMap((name) => ['10.10.10.10', '10.10.10.13'].flatMap((host) => [['explain', host, name], ['explain', host, name, '--json']]));
  for (const args of [...PRINTING, ...explained]) {
    const { code, text: said } = await run(reference.directory, ...args);
    assert.ok(code <= 1 && said !== '', `${args.join(' ')}: ${code} ${said}`);
    assert.equal(seen(said), [], args.join(' '));
  }
});

test('no finding quotes one, whatever is wrong with its line', async () => {
  const good = readFileSync(join(reference.directory, 'pigsty.yml'), 'utf8');
  const wrong: Readonly<Record<string, string>> = {
    'unknown parameter': good.replace('haproxy_admin_password:', 'haproxy_admin_passwordd:'),
    'unknown field': good.replace('name: test, password:', 'name: test, pasword:'),
    'unknown neighbour': good.replace('name: test, password:', 'naem: test, password:'),
    'wrong kind': good.replace(/grafana_admin_password: (\S+)/, 'grafana_admin_password: [ $1 ]'),
    'given twice': good.replace(/^( +)(patroni_password: \S+)$/m, '$1$2\n$1$2'),
    'unfinished': good.replace(/(redis_password: \S+), redis_max_memory: 64MB }/, '$1, redis_max_memory: 64MB'),
    'old name': good.replace('patroni_password:', 'pg_dbsu_pasword:'),
  };
  const directory = mkdtempSync(join(tmpdir(), 'pigstyc-canary-'));
  try {
    for (const [what, text] of Object.entries(wrong)) {
      assert.is.not(text, good, what);
      writeFileSync(join(directory, 'pigsty.yml'), text);
      for (const format of FORMATS) {
        const { code, text: said } = await run(directory, 'check', '--format', format, '--strict');
        assert.is(code, 1, `${what}: ${said}`);
        assert.equal(seen(said), [], `${what}, ${format}`);
      }
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test.run();
