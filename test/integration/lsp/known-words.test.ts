/** Completion of what programs know: extensions, libraries, selectors, health checks. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { analyse, has, INVENTORY, known, offered } from './completing.ts';

const test = suite('lsp known words');

const among = (written: string): string => `pg_cluster: pg-test\n        ${written}\n`;
const inCluster = (written: string, analysis = known): ReturnType<typeof offered> =>
  offered('pg_cluster: pg-test\n', among(written), analysis);

test('extensions of the version, those that are installed first, with what they need', () => {
  const with16 = analyse(
    INVENTORY.replace('pg_cluster: pg-test\n', among('pg_version: 16\n        pg_extensions: [ pgvector ]')),
  );
  const database = ['{ name: test, owner: test }', '{ name: test, extensions: [ po| ] }'] as const;
  const { labels, take } = offered(...database, with16);
  assert.ok(has(labels, 'postgis', 'vector', 'pg_trgm', 'timescaledb') && !labels.includes('auto_explain'));
  assert.ok(
    labels.indexOf('vector') < labels.indexOf('postgis') && labels.indexOf('pg_trgm') < labels.indexOf('postgis'),
  );
  assert.ok(take('postgis').includes('extensions: [ postgis ]'));
  assert.ok(has(offered(database[0], '{ name: test, extensions: [ { name: | } ] }').labels, 'postgis'));
  assert.ok(labels.includes('adminpack') && !offered(...database).labels.includes('adminpack'), 'gone since 17');
});

test('packages of extensions by their aliases, of any package where all are meant', () => {
  const { labels } = inCluster('pg_extensions: [ | ]');
  assert.ok(has(labels, 'pgvector', 'postgis', 'pgsql-gis', 'pg18-gis') && !labels.includes('infra-package'));
  assert.ok(inCluster('pg_extensions: [ pg18-g| ]').take('pg18-gis').includes('[ pg18-gis ]'));
  assert.ok(has(offered('version: v4.5.0\n', 'version: v4.5.0\n    repo_packages: [ | ]\n').labels, 'infra-package'));
});

test('libraries to load', () => {
  const { labels } = inCluster("pg_libs: 'timescaledb, |'");
  assert.ok(has(labels, 'pg_stat_statements', 'timescaledb', 'auto_explain') && !labels.includes('pg_trgm'));
  assert.ok(inCluster("pg_libs: 'timescaledb, pg_c|'").take('pg_cron').includes("pg_libs: 'timescaledb, pg_cron'"));
  assert.ok(has(inCluster("pg_parameters: { shared_preload_libraries: '|' }").labels, 'pg_stat_statements'));
});

test('selectors: whole ones, fields of the members, their values', () => {
  const service = (selector: string): ReturnType<typeof offered> =>
    inCluster(`pg_services: [ { name: x, ${selector} } ]`);
  const whole = service('selector: |');
  assert.ok(has(whole.labels, '[]', '[? pg_role == `offline` || pg_offline_query ]'));
  assert.ok(whole.take('[]').includes("selector: '[]'"));
  const fields = service('selector: "[? pg_|').labels;
  assert.ok(
    has(fields, 'pg_role', 'pg_seq', 'pg_cluster', 'admin_ip', 'inventory_hostname', 'group_names', 'contains'),
  );
  assert.not.ok(fields.includes('pg_users') || fields.includes('pg_port'));
  assert.ok(fields.indexOf('pg_role') < fields.indexOf('admin_ip'));
  assert.ok(service('backup: "[? pg_r| == `replica`]"').take('pg_role').includes('"[? pg_role == `replica`]"'));
  assert.ok(service('selector: "[? pg_role == `off|`]"').take('offline').includes('"[? pg_role == `offline`]"'));
  assert.ok(service('selector: "[? pg_role == |]"').take('`primary`').includes('"[? pg_role == `primary`]"'));
  assert.equal(service('selector: "[? pg_seq == |]"').labels, ['`1`', '`2`']);
  assert.ok(has(service('selector: "[? inventory_hostname != `|`]"').labels, '10.10.10.12'));
});

test('health checks and destinations of a service', () => {
  const checks = inCluster('pg_services: [ { name: x, check: | } ]');
  assert.ok(has(checks.labels, '/primary', '/replica', '/read-only', '/sync', '/quorum'));
  assert.is(checks.labels[0], '/primary');
  assert.ok(inCluster('pg_services: [ { name: x, check: /re| } ]').take('/replica').includes('check: /replica }'));
  assert.equal(inCluster('pg_services: [ { name: x, dest: | } ]').labels, ['default', 'pgbouncer', 'postgres']);
});

test.run();
