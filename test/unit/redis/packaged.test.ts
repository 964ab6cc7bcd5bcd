import { test } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { redisEmitter } from '../../../emitters/redis/index.ts';
import { stepsOf } from '../infra/fleet.ts';
import { testSite } from '../pgsql/site.ts';

/** Units that stay stopped on a host with an instance. */
function stopped(vars: Readonly<Record<string, unknown>>, platform?: string): readonly string[] {
  const own = { redis_cluster: 'r', redis_node: 1, redis_instances: { 6379: {} }, ...vars };
  const site = testSite([{ name: '10.10.10.10', groups: ['r'], vars: own }], {}, platform);
  return stepsOf(site, site.hosts[0]!, [redisEmitter]).flatMap((step) =>
    step.kind === 'unit' && step.enabled === false && step.state === 'stopped' ? [step.unit] : [],
  );
}

test('the instance that a package of Debian brings is stopped, whatever the package is called', () => {
  assert.equal(stopped({}), ['redis-server']);
  assert.equal(stopped({ redis_type: 'valkey' }), ['valkey-server']);
  assert.equal(stopped({}, 'debian-13'), ['redis-server', 'redis-sentinel']);
});

test.run();
