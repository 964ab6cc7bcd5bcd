/** An inventory in tables is the same as in a file: the same bundle, the same findings, nothing lost on the way. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { filesBelow } from '../../support/golden.ts';
import { nativeTest } from '../node/checker.ts';
import { BIN } from '../pgsql/server.ts';
import { Database, pigstyc, URL } from './server.ts';

const test = suite('an inventory in tables');
const PROGRAMS = [`${BIN}/postgres`, 'setpriv'];
const scenarios = resolve('fixtures/ok');
const scratch = mkdtempSync(join(tmpdir(), 'pigstyc-cmdb-'));
let database: Database;

test.before(() => {
  process.chdir(scratch);
  database = new Database();
});
test.after(() => {
  database.server.stop();
  process.chdir('/');
  rmSync(scratch, { recursive: true, force: true });
});
test.before.each(async () => {
  database.fresh();
  assert.is((await pigstyc(`cmdb init --url ${URL}`)).code, 0);
});

async function ok(words: string): Promise<string> {
  const { code, out, err } = await pigstyc(words);
  assert.is(code, 0, `${words}\n${out}${err}`);
  return out;
}

/** Works in a directory with the files of a scenario. */
function inScenario(name: string): void {
  const dir = join(scratch, name);
  cpSync(join(scenarios, name), dir, { recursive: true });
  process.chdir(dir);
}

function write(text: string): void {
  const dir = mkdtempSync(join(scratch, 'site-'));
  process.chdir(dir);
  writeFileSync('pigsty.yml', text);
}

async function built(inventory: string): Promise<Readonly<Record<string, string>>> {
  await ok(`build ${inventory} --demo -q`);
  const files = Object.fromEntries(filesBelow('out').map((path) => [path, readFileSync(join('out', path), 'latin1')]));
  assert.ok(Object.keys(files).length > 20);
  rmSync('out', { recursive: true });
  return files;
}

/** Whole bundles take long: of the others, the steps tell. */
const BUILT = ['citus', 'reference'];

for (const scenario of readdirSync(scenarios).sort())
  nativeTest(test, PROGRAMS, `${scenario}: the same from tables as from the file`, async () => {
    inScenario(scenario);
    const result = async (inventory: string): Promise<unknown> =>
      BUILT.includes(scenario) ? built(inventory) : ok(`dump --phase 7 ${inventory}`);
    const fromFile = await result('pigsty.yml');
    await ok(`cmdb load pigsty.yml --url ${URL} --yes -q`);
    assert.equal(await result(URL), fromFile);
    writeFileSync('dumped.yml', await ok(`cmdb dump --url ${URL}`));
    assert.is(await ok(`cmdb diff dumped.yml --url ${URL} --exit-code`), '');
    assert.match((await pigstyc(`cmdb load pigsty.yml --url ${URL} --yes`)).err, /: nothing to load\n$/);
    await ok(`cmdb load dumped.yml --url ${URL} --yes`);
    assert.is(await ok(`cmdb dump --url ${URL}`), readFileSync('dumped.yml', 'utf8'));
  });

/** One variable of every kind. */
const KINDS = readFileSync('test/native/cmdb/kinds.yml', 'utf8');

nativeTest(test, PROGRAMS, 'every kind of value, order, nested groups and comments come back', async () => {
  write(KINDS);
  await ok(`cmdb load pigsty.yml --url ${URL} --yes -q --no-secrets`);
  const text = await ok(`cmdb dump --url ${URL}`);
  for (const line of KINDS.split('\n').filter((each) => /^ {4}my_\w+: [^|]/.test(each)))
    if (!/my_unsafe|my_nothing/.test(line)) assert.ok(text.includes(`\n${line}\n`), `${line}\n${text}`);
  assert.match(text, /^# pigstyc: allow PIG5006 a sandbox\nall:\n/);
  assert.match(text, /\n {4}# pigstyc: allow PIG5308 the DCS is elsewhere\n {4}zebra:\n/);
  writeFileSync('dumped.yml', text);
  const both = ['pigsty.yml', 'dumped.yml'].map((file) => pigstyc(`dump --phase 4 --no-secrets ${file}`));
  const [wanted, held] = await Promise.all(both);
  const plain = ({ out }: { readonly out: string }) => out.replace(/"at": ".*"/g, '');
  assert.is(plain(held!), plain(wanted!));
  assert.ok(wanted!.out.length > 2000);
});

nativeTest(test, PROGRAMS, 'what SQL changes stays in order, and findings name the row', async () => {
  inScenario('reference');
  await ok(`cmdb load pigsty.yml --url ${URL} --yes -q`);
  const before = await ok(`cmdb dump --url ${URL}`);
  database.sql(
    `UPDATE pigsty.group_var SET value = jsonb_set(value, '{0,password}', '"Other-8sKq2m"') WHERE cls = 'pg-test' AND key = 'pg_users'`,
  );
  assert.is(await ok(`cmdb dump --url ${URL}`), before.replace('Test-c8Yd1LmQ', 'Other-8sKq2m'));
  database.sql(`INSERT INTO pigsty.group_var VALUES ('pg-test', 'pg_usrs', '[]')`);
  database.sql(
    `UPDATE pigsty.host_var SET value = '1' WHERE cls = 'pg-test' AND host(ip) = '10.10.10.12' AND key = 'pg_seq'`,
  );
  const { code, out } = await pigstyc(`check ${URL}`);
  assert.is(code, 1);
  assert.ok(out.includes(`${URL} group_var(pg-test, pg_usrs).key: error[PIG1203]`), out);
  assert.ok(out.includes(`${URL} host_var(pg-test, 10.10.10.12, pg_seq).value: error[PIG5405]`), out);
  const json = JSON.parse((await pigstyc(`cmdb check --url ${URL} --format json`)).out) as {
    diagnostics: readonly { table?: string }[];
  };
  assert.ok(json.diagnostics.some(({ table }) => table === 'group_var(pg-test, pg_usrs).key'));
});

test.run();
