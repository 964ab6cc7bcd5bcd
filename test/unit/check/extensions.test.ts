/** Extensions of databases: what the pages' examples do not show, and cases that must stay silent. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { check, findings } from './run.ts';

const pg = (extensions: string, more = ''): string =>
  `pg-test:\n  hosts: { 10.10.10.11: { pg_seq: 1, pg_role: primary } }\n` +
  `  vars: { pg_cluster: pg-test, ${more}pg_databases: [{ name: app, extensions: [${extensions}] }] }\n`;
const helps = (text: string): readonly (string | undefined)[] =>
  check(text)
    .filter((d) => d.slug.startsWith('extension'))
    .map((d) => d.help);

test('contrib modules and what the standard packages bring need nothing', () => {
  assert.equal(
    findings(pg('hstore, { name: pg_trgm, schema: public }, uuid-ossp, vector, pg_repack, pg_stat_statements')),
    [],
  );
});

test('a package may be named by alias, category, glob or name', () => {
  for (const packages of [
    'postgis',
    'pg18-gis',
    '"postgresql-18-postgis-*"',
    'postgresql-18-postgis-3',
    '"timescaledb, postgis pgvector"',
  ]) {
    assert.equal(findings(pg('postgis', `pg_extensions: [${packages}], `)), [], packages);
  }
  assert.equal(findings(pg('postgis', 'pg_extensions: [pg18-rag], ')), ['extension-package @ postgis']);
});

test('names are corrected, and packages and libraries told from extensions', () => {
  assert.equal(helps(pg('pg_tgrm, pgvector, { name: auto_explain }, pg_http')), [
    'did you mean `pg_trgm`?',
    'that is the package; the extension is `vector`',
    'it is a library: name it in `pg_libs`',
    'that is the package; the extension is `http`',
  ]);
});

test("an extension of one's own is in order where a package of one's own is installed", () => {
  assert.equal(findings(pg('acme_ledger')), ['extension-unknown @ acme_ledger']);
  assert.equal(findings(pg('acme_ledger', 'pg_extensions: [acme-ledger-18], ')), []);
});

test('absent extensions and databases, forks and unknown majors are left alone', () => {
  assert.equal(findings(pg('{ name: nothing_like_it, state: absent }')), []);
  assert.equal(findings(pg('ivory_thing', 'pg_mode: ivory, ')), []);
  assert.equal(findings(pg('adminpack', 'pg_version: 16, ')), []);
  assert.equal(findings(pg('adminpack')), ['extension-version @ adminpack']);
});

test('a library must be loaded where an extension does nothing without it, and only there', () => {
  assert.equal(findings(pg('pg_cron', 'pg_extensions: [pg_cron], ')), ['libs-preload @ pg_cron']);
  assert.equal(findings(pg('pg_hint_plan, pg_ivm', 'pg_extensions: [pg_hint_plan, pg_ivm], ')), []);
  assert.equal(
    findings(
      pg(
        'pg_cron',
        'pg_extensions: [pg_cron], pg_parameters: { shared_preload_libraries: "pg_cron, pg_stat_statements, auto_explain" }, ',
      ),
    ),
    [],
  );
});

test('the template is looked at as well', () => {
  assert.equal(
    findings(
      'pg-test:\n  hosts: { 10.10.10.11: { pg_seq: 1, pg_role: primary } }\n' +
        '  vars: { pg_cluster: pg-test, pg_default_extensions: [{ name: pgstatuple, schema: monitor }] }\n',
    ),
    ['extension-unknown @ pgstatuple'],
  );
});

test.run();
