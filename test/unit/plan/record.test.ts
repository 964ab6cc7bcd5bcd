/** The manifest carries the plan of each host; what an earlier release left is read from its apply.sh and says the same. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { manifestText, parseManifest } from '../../../compiler/phases/9-bundle/manifest.ts';
import { recordOf, recordOfScript } from '../../../compiler/phases/9-bundle/plan-record.ts';
import { EMITTERS } from '../../../compiler/phases/7-plan/emitters.ts';
import { planHosts } from '../../../compiler/phases/7-plan/plan.ts';
import { readPackageFile } from '../../../compiler/package/package-files.ts';
import { applyScript } from '../../../emitters/host/apply-script.ts';
import { setPackageTextReader } from '../../../emitters/toolkit/package-text.ts';
import { testSite } from '../pgsql/site.ts';

setPackageTextReader(readPackageFile);
const test = suite('the plan in the manifest');

const text = readFileSync('out/manifest.json', 'utf8');
const manifest = parseManifest(text)!;

test('each host of the example has one, and apply.sh says the same', () => {
  assert.is(manifest.hosts.length, 4);
  for (const { name, plan } of manifest.hosts)
    assert.equal(recordOfScript(readFileSync(`out/hosts/${name}/apply.sh`, 'utf8')), plan, name);
});

test('names that bash has to quote, continued lines and words over two lines are read as bash reads them', () => {
  const site = testSite([
    {
      name: '10.10.10.10',
      groups: ['pg-test'],
      vars: {
        pg_cluster: 'pg-test',
        pg_seq: 1,
        pg_role: 'primary',
        pg_users: [{ name: "it's $HOME # \\ `x`" }, { name: 'a "b" c' }],
        pg_databases: Array.from({ length: 9 }, (_, at) => ({ name: `a database with a name that is long ${at}` })),
      },
    },
  ]);
  const [plans] = planHosts(site, site.hosts, EMITTERS);
  const plan = plans[0]!;
  const last = { kind: 'call', stage: 'pgsql', name: 'two\nlines', fn: 'hostname_set', args: ['a\\\nb'] } as const;
  const whole = { ...plan, steps: [...plan.steps.filter(({ stage }) => stage === 'pgsql'), last] };
  assert.ok(recordOf(whole).calls.some(([name]) => name === "role it's $HOME # \\ `x`"));
  assert.equal(recordOfScript(applyScript(whole)), recordOf(whole));
});

test('what is read of the manifest is written as it was', () => {
  assert.is(manifestText(manifest), text);
});

test('a manifest in which an earlier release wrote every field, and no plan, is read', () => {
  const line = {
    path: '/etc/hosts',
    bundle: 'etc/hosts.node.hosts.block',
    owner: 'root',
    group: 'root',
    mode: '0644',
    sha256: 'ab',
    sealed: false,
    stage: 'node',
    effects: '',
    source: 'node/hosts',
  };
  const parsed = parseManifest(
    JSON.stringify({ pigstyc: '0.0.9', hosts: [{ name: 'a', scripts: {}, files: [{ ...line, params: [] }] }] }),
  );
  assert.equal(JSON.parse(JSON.stringify(parsed!.hosts)), [{ name: 'a', scripts: {}, files: [line] }]);
  assert.match(
    manifestText(parsed!),
    '{"path":"/etc/hosts","bundle":"etc/hosts.node.hosts.block","sha256":"ab","stage":"node","source":"node/hosts"}',
  );
});

test.run();
