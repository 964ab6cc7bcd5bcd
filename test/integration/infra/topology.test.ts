import { test } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { Desk } from '../../support/desk.ts';

const INVENTORY = `all:
  children:
    infra: { hosts: { 10.10.10.10: { infra_seq: 1 } } }
    etcd: { hosts: { 10.10.10.10: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }
    pg-meta: { hosts: { 10.10.10.10: { pg_seq: 1, pg_role: primary } }, vars: { pg_cluster: pg-meta } }
    pg-test: { hosts: { 10.10.10.11: { pg_seq: 1, pg_role: primary } }, vars: { pg_cluster: pg-test } }
  vars: { admin_ip: 10.10.10.10, infra_topology: SHOWN }
`;
const WWW = '/desk/out/hosts/10.10.10.10/files/www';

async function desk(shown: boolean): Promise<Desk> {
  const made = new Desk();
  made.system.writeFile('/desk/pigsty.yml', INVENTORY.replace('SHOWN', String(shown)), 0o600);
  return made;
}

test('a portal that shows the topology has its page, also where only it is built, and a link', async () => {
  const one = await desk(true);
  const { code, out } = await one.pigstyc(['build', '--demo', '--quiet', '--limit', '10.10.10.10']);
  assert.is(code, 0, out);
  assert.match(one.read(`${WWW}/topology.html`), 'pg-test-1');
  assert.match(one.read(`${WWW}/index.html`), '<a href="/topology.html">');
  assert.not.ok(one.has('/desk/out/topology.html'), 'that one is asked for with --graph');
});

test('what is compared with a bundle has the page as well', async () => {
  const one = await desk(true);
  assert.is((await one.pigstyc(['build', '--demo', '--quiet'])).code, 0);
  const { code, out } = await one.pigstyc(['diff', '--demo']);
  assert.is(code, 0, out);
});

test('a portal that does not show it has neither, whatever is put beside the bundle', async () => {
  const one = await desk(false);
  assert.is((await one.pigstyc(['build', '--demo', '--quiet', '--graph'])).code, 0);
  assert.ok(one.has('/desk/out/topology.html'));
  assert.not.ok(one.has(`${WWW}/topology.html`));
  assert.not.match(one.read(`${WWW}/index.html`), 'topology');
});

test.run();
