/** The tables on later servers hold and show the same as on the system's. install-servers.sh brings them. */
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nativeTest } from '../node/checker.ts';
import { BIN } from '../pgsql/server.ts';
import { Database, pigstyc, URL } from './server.ts';

const test = suite('majors of the server');
const SERVERS = process.env['PIGSTYC_SERVERS'] ?? '/var/tmp/pigstyc-servers';
const root = resolve('.');
const scratch = mkdtempSync(join(tmpdir(), 'pigstyc-cmdb-'));

test.before(() => {
  // The server's account runs psql here.
  chmodSync(scratch, 0o755);
  cpSync('fixtures/ok/reference', scratch, { recursive: true });
  process.chdir(scratch);
});
test.after(() => {
  process.chdir(root);
  rmSync(scratch, { recursive: true, force: true });
});

async function ok(words: string): Promise<string> {
  const { code, out, err } = await pigstyc(words);
  assert.is(code, 0, `${words}\n${out}${err}`);
  return out;
}

/** Loads the reference inventory, changes it in SQL, and returns what tables and views then say. */
async function contentOn(bin: string): Promise<{ readonly version: string; readonly said: readonly string[] }> {
  const database = new Database(bin);
  try {
    database.fresh();
    await ok(`cmdb init --url ${URL}`);
    await ok(`cmdb load pigsty.yml --url ${URL} --yes -q`);
    assert.is(await ok(`cmdb diff pigsty.yml --url ${URL} --exit-code`), '');
    await ok(`cmdb init --url ${URL}`);
    database.sql(`UPDATE pigsty.group_var SET value = '16' WHERE cls = 'pg-test' AND key = 'pg_version'`);
    database.sql(`DELETE FROM pigsty.host WHERE cls = 'pg-test' AND host(ip) = '10.10.10.13'`);
    const views = database.sql(
      `SELECT viewname FROM pg_views WHERE schemaname = 'pigsty' AND viewname <> 'inventory' ORDER BY 1`,
    );
    const names = views.split('\n');
    assert.ok(names.length > 15, views);
    const rows = database.sql(names.map((name) => `SELECT to_jsonb(t) FROM pigsty.${name} t ORDER BY 1`).join('; '));
    const said = [await ok(`cmdb dump --url ${URL}`), rows, (await pigstyc(`check ${URL}`)).out];
    return { version: database.sql('SHOW server_version'), said };
  } finally {
    database.server.stop();
  }
}

let expected: readonly string[] = [];
for (const [major, bin] of [
  ['15', BIN],
  ['17', join(SERVERS, '17/bin')],
  ['18', join(SERVERS, '18/bin')],
] as const)
  nativeTest(test, [`${bin}/postgres`, 'setpriv'], `PostgreSQL ${major}`, async () => {
    const { version, said } = await contentOn(bin);
    assert.match(version, new RegExp(`^${major}\\.`));
    assert.ok(said.join('').length > 5000);
    if (expected.length === 0) expected = said;
    assert.equal(said, expected);
  });

test.run();
