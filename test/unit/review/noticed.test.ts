/** What clients are told of a change: who carries their sessions starts again, or is asked for its health elsewhere. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PATRONI_SETTINGS } from '../../../emitters/pgsql/settings.ts';
import { changedSettings } from '../../../compiler/review/impact/file-settings.ts';
import { noticedOf } from '../../../compiler/review/impact/noticed.ts';
import type { Touched } from '../../../compiler/review/impact/touched.ts';

const test = suite('what clients notice');

test('units that carry sessions, each once, also those that wait for leave; others are not noticed', () => {
  const noticed = (...effects: readonly string[]): readonly string[] => noticedOf(effects, [], []);
  assert.equal(noticed('restart haproxy', 'reload pgbouncer'), ['balancer']);
  assert.equal(noticed('restart! pgbouncer', 'stop vip-manager', 'restart pgbouncer'), ['pool', 'address']);
  assert.equal(noticed('restart! patroni'), ['hand-over']);
  assert.equal(noticed('restart! redis-ms-1-6379', 'restart! redis-ms-1-6380', 'restart! silo'), ['store', 'objects']);
  assert.equal(noticed('restart redis_exporter', 'reload redis-ms-1-6379'), []);
  assert.equal(noticed('restart pg_exporter', 'start haproxy', 'call pg_reload_hba'), []);
  assert.equal(noticedOf([], [{ name: 'port', before: '5432', after: '5532', unit: 'PostgreSQL' }], []), ['server']);
});

test('health checks move with the port of Patroni, and with TLS that comes or goes', () => {
  const noticed = (before: string, after: string): readonly string[] => {
    const settings = changedSettings(PATRONI_SETTINGS, `restapi:\n${before}`, `restapi:\n${after}`);
    assert.ok(settings.length > 0);
    const file = { settings: PATRONI_SETTINGS.name } as Touched['file'];
    return noticedOf([], [], [{ file, change: 'changed', inForm: false, settings }]);
  };
  assert.equal(noticed('  listen: 0.0.0.0:8008', '  listen: 0.0.0.0:8009'), ['health checks']);
  assert.equal(noticed('', '  certfile: /pg/cert/server.crt'), ['health checks']);
  assert.equal(noticed('  certfile: /pg/cert/server.crt', ''), ['health checks']);
  assert.equal(noticed('  certfile: /pg/cert/server.crt', '  certfile: /pg/cert/other.crt'), []);
  assert.equal(noticed('  connect_address: 10.10.10.11:8008', '  connect_address: 10.10.10.12:8008'), []);
});

test.run();
