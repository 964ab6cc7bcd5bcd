/**
 * A cluster that ends: its replicas before its primary, and a Citus group alone. Patroni, its DCS and the Citus coordinator are
 * stand-ins, because no archive has Citus.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import { MANIFEST_HEADER } from '../../../emitters/host/manifest.ts';
import { leavingHost, retiredScript } from '../../../emitters/host/retired-script.ts';
import type { Step } from '../../../emitters/api.ts';
import { fileStep, OWNER, Sandbox } from './harness.ts';

interface World extends Context {
  box: Sandbox;
}

const test = suite<World>('a cluster that ends');
test.before.each((world) => {
  world.box = new Sandbox();
});
test.after.each(({ box }) => box.close());

interface Instance {
  readonly cluster: string;
  readonly scope: string;
  readonly group?: number;
}
const PLAIN: Instance = { cluster: 'pg-test', scope: 'pg-test' };
const GROUP: Instance = { cluster: 'pg-citus1', scope: 'pg-citus', group: 1 };

const facts = ({ cluster, scope, group }: Instance): string => `PG_CLUSTER=${cluster}
PG_SCOPE=${scope}
PG_GROUP=${group ?? ''}
PG_INSTANCE=${cluster}-1
PG_ROLE=primary
PG_DBSU=${OWNER}
PG_BIN_DIR=/fake/bin
PG_DATA=/pg/data
PG_SOCKET_DIR=/run/postgresql
PG_PORT=5432
PG_PRIMARY_DB=meta
PATRONI_UNIT=patroni
POSTGRES_UNIT=postgres
PATRONI_CONFIG=/etc/patroni/patroni.yml
PATRONICTL=patronictl
PATRONI_URL=http://10.0.0.1:8008
PATRONI_PEERS='http://10.0.0.1:8008 http://10.0.0.2:8008'
PATRONI_CA=/pg/cert/ca.crt
`;

/** What else the host does, and stays for. */
const STAYS: readonly Step[] = [
  fileStep('/etc/systemd/system/haproxy.service', '[Service]\n'),
  { kind: 'unit', stage: 'node', unit: 'haproxy', enabled: true, state: 'started' },
];
const instance = (one: Instance): readonly Step[] => [
  fileStep('/etc/pigstyc/instance.env', facts(one).replace('/fake/bin', 'FAKE_BIN'), { stage: 'pgsql' }),
  fileStep('/etc/patroni/patroni.yml', `scope: ${one.scope}\n`, { stage: 'pgsql' }),
  fileStep('/etc/systemd/system/patroni.service', '[Service]\n', {
    stage: 'pgsql',
    effects: [{ kind: 'restart', unit: 'patroni', guarded: true }],
  }),
  { kind: 'unit', stage: 'pgsql', unit: 'patroni', enabled: true, state: 'started' },
];

/** Patroni, its DCS and the coordinator; their state is files of the box. */
function surroundings(box: Sandbox): void {
  const { fake } = box;
  for (const name of ['leads', 'replica']) writeFileSync(join(fake, name), '');
  writeFileSync(join(fake, 'shards'), '0\n');
  writeFileSync(join(fake, 'nodes'), '10.0.0.1 5432\n');
  box.command(
    'curl',
    `#!/bin/bash\nif [[ ! -e ${fake}/active/patroni ]]; then exit 7; fi\n` +
      `case \${@: -1} in *10.0.0.1*/leader) [[ -e ${fake}/leads ]] || exit 22 ;;\n` +
      `*10.0.0.2*/leader) [[ ! -e ${fake}/leads ]] || exit 22 ;;\n` +
      `*10.0.0.2*/replica) [[ -e ${fake}/replica ]] || exit 22 ;; esac\n`,
  );
  box.command(
    'patronictl',
    `#!/bin/bash\necho "$* $(cat | tr '\\n' ' ')" >>${fake}/said
if [[ $3 == list ]]; then
  if [[ -e ${fake}/silent ]]; then echo 'Error: cannot connect' >&2; exit 1; fi
  echo '[{"Cluster": "pg-citus", "Group": 0, "Member": "pg-citus0-1", "Host": "10.0.0.8", "Role": "Replica", "State": "streaming"},'
  echo ' {"Cluster": "pg-citus", "Group": 0, "Member": "pg-citus0-2", "Host": "10.0.0.9:5532", "Role": "Leader", "State": "running"},'
  echo ' {"Cluster": "pg-citus", "Group": 1, "Member": "pg-citus1-1", "Host": "10.0.0.1", "Role": "Leader", "State": "running"}]'
fi\n`,
  );
  box.command(
    'psql',
    `#!/bin/bash\necho "psql $*" >>${fake}/said
case "$*" in
  *pg_dist_placement*) cat ${fake}/shards ;;
  *citus_remove_node*) if [[ -e ${fake}/holds ]]; then echo 'ERROR:  cannot remove or disable the node' >&2; exit 3; fi; : >${fake}/nodes ;;
  *'SELECT count'*pg_dist_node*) wc -l <${fake}/nodes ;;
esac\n`,
  );
  box.command(
    'pg_controldata',
    `#!/bin/bash\nif [[ -e ${fake}/leads ]]; then echo 'Database cluster state:               shut down'; ` +
      `else echo 'Database cluster state:               shut down in recovery'; fi\n`,
  );
}

function deployed(box: Sandbox, one: Instance): void {
  surroundings(box);
  box.build([...STAYS, ...instance(one)]);
  const first = box.apply();
  assert.is(first.code, 0, first.error);
  box.write('/etc/pigstyc/instance.env', facts(one).replace('/fake/bin', box.bin));
  box.calls();
}

function leaves(box: Sandbox): void {
  const script = readFileSync(join(box.bundle, 'apply.sh'), 'utf8');
  writeFileSync(join(box.bundle, 'apply.sh'), retiredScript(leavingHost('10.0.0.1', script, ['/pg/data'])!));
  writeFileSync(join(box.bundle, 'manifest.tsv'), `${MANIFEST_HEADER}\n`);
}

const stopped = (box: Sandbox): readonly string[] =>
  box.calls().flatMap((line) => /^stop -- (\S+)$/.exec(line)?.[1] ?? []);
/** What Patroni's DCS and the coordinator were told to forget, in order. */
function forgotten(box: Sandbox): readonly string[] {
  const path = join(box.fake, 'said');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
  rmSync(path, { force: true });
  return lines.flatMap((line) => {
    if (line.includes('citus_remove_node')) return ['node'];
    return / remove /.test(line) ? [line.replace(/^-c \S+ /, '').trim()] : [];
  });
}
const CLUSTERS = '--clusters=pg-main';

test('on hosts that stay the primary waits for its replicas, and nobody takes over', ({ box }) => {
  deployed(box, PLAIN);
  box.build(STAYS);
  const waits = box.apply('--allow-restart', CLUSTERS);
  assert.is(waits.code, 0, waits.error);
  assert.match(waits.output, 'pending: stop patroni: pg-test-1 leads, the replicas of pg-test end first');
  assert.equal(stopped(box), []);
  assert.ok(box.has('/etc/patroni/patroni.yml'), 'it keeps what it needs');
  assert.is(box.apply('--check', '--allow-restart', CLUSTERS).code, 2);
  rmSync(join(box.fake, 'replica'));
  const ends = box.apply('--allow-restart', CLUSTERS);
  assert.is(ends.code, 0, ends.error);
  assert.equal(stopped(box), ['patroni']);
  assert.not.ok(box.has('/etc/patroni/patroni.yml'));
  assert.equal(forgotten(box), [], 'what the DCS has stays with the data');
  assert.match(box.apply('--allow-restart', CLUSTERS).output, 'changed=0');
});

test('a replica does not wait, and a member of a cluster that stays hands over', ({ box }) => {
  deployed(box, PLAIN);
  box.build(STAYS);
  box.command('patronictl', `#!/bin/bash\necho "$*" >>${box.fake}/said\nrm -f ${box.fake}/leads\n`);
  const moved = box.apply('--allow-restart', '--clusters=pg-main,pg-test');
  assert.is(moved.code, 0, moved.error);
  assert.match(moved.output, 'changed: another member leads pg-test');
  assert.match(readFileSync(join(box.fake, 'said'), 'utf8'), 'switchover --force pg-test');
  assert.equal(stopped(box), ['patroni']);
  deployed(box, PLAIN);
  rmSync(join(box.fake, 'leads'));
  box.build(STAYS);
  assert.is(box.apply('--allow-restart', CLUSTERS).code, 0);
  assert.equal(stopped(box), ['patroni']);
});

test('the DCS forgets a cluster last, and with its data only', ({ box }) => {
  deployed(box, PLAIN);
  box.write('/pg/data/PG_VERSION', '17\n');
  leaves(box);
  rmSync(join(box.fake, 'replica'));
  assert.is(box.apply('--allow-restart', '--end=pg-test').code, 0);
  assert.equal(forgotten(box), []);
  deployed(box, PLAIN);
  leaves(box);
  rmSync(join(box.fake, 'replica'));
  const purged = box.apply('--allow-restart', '--end=pg-test', '--purge=10.0.0.1');
  assert.is(purged.code, 0, purged.error);
  assert.match(purged.output, /changed: stopped patroni\n[^]*changed: the DCS has nothing of pg-test any more/);
  assert.equal(forgotten(box), ['remove pg-test pg-test Yes I am aware']);
  assert.not.ok(box.has('/pg/data'));
});

for (const retired of [true, false])
  test(`a Citus group that ends alone, ${retired ? 'with its host' : 'on a host that stays'}`, ({ box }) => {
    deployed(box, GROUP);
    if (retired) leaves(box);
    else box.build(STAYS);
    const words = ['--allow-restart', retired ? '--end=pg-citus1' : '--clusters=pg-citus0,pg-citus'];
    rmSync(join(box.fake, 'replica'));
    const refused = (text: string): void => {
      const run = box.apply(...words);
      assert.is(run.code, 3, run.output);
      assert.match(run.error, text);
      assert.equal(stopped(box), []);
      assert.equal(forgotten(box), []);
    };
    writeFileSync(join(box.fake, 'shards'), '16\n');
    refused(
      'pg-citus1 has 16 shards that no other group of pg-citus has. Move them first, on the coordinator in meta: SELECT citus_drain_node',
    );
    writeFileSync(join(box.fake, 'shards'), '0\n');
    writeFileSync(join(box.fake, 'silent'), '');
    refused('the coordinator of pg-citus does not say which shards are on pg-citus1');
    rmSync(join(box.fake, 'silent'));
    const looked = box.apply('--check', ...words);
    assert.match(looked.output, 'would change: pg-citus1 is no node of pg-citus any more');
    assert.equal(forgotten(box), []);
    writeFileSync(join(box.fake, 'holds'), '');
    const held = box.apply(...words);
    assert.is(held.code, 1);
    assert.match(held.error, 'the coordinator of pg-citus does not let pg-citus1 go');
    assert.not.ok(stopped(box).includes('patroni'));
    rmSync(join(box.fake, 'holds'));
    forgotten(box);
    const run = box.apply(...words);
    assert.is(run.code, 0, run.error);
    assert.ok(stopped(box).includes('patroni'));
    const asked = readFileSync(join(box.fake, 'said'), 'utf8');
    assert.match(asked, /psql .*-h 10\.0\.0\.9 -p 5532 .*-d meta/, 'where group 0 is led');
    assert.equal(forgotten(box), ['node', 'remove --group 1 pg-citus pg-citus Yes I am aware']);
    assert.match(box.apply(...words).output, 'changed=0');
  });

test('a node that was added again while the group ended is taken out, after a crash, too', ({ box }) => {
  deployed(box, GROUP);
  leaves(box);
  // Power failed when the server had just stopped.
  for (const name of ['active/patroni', 'replica']) rmSync(join(box.fake, name));
  const run = box.apply('--allow-restart', '--end=pg-citus1');
  assert.is(run.code, 0, run.error);
  assert.equal(forgotten(box), ['node', 'remove --group 1 pg-citus pg-citus Yes I am aware']);
});

test('a coordinator ends with all groups only, and these ask nobody then', ({ box }) => {
  deployed(box, { cluster: 'pg-citus0', scope: 'pg-citus', group: 0 });
  leaves(box);
  rmSync(join(box.fake, 'replica'));
  const alone = box.apply('--allow-restart', '--end=pg-citus0');
  assert.is(alone.code, 3);
  assert.match(alone.error, 'pg-citus0 coordinates pg-citus');
  const all = box.apply('--allow-restart', '--end=pg-citus0,pg-citus');
  assert.is(all.code, 0, all.error);
  assert.equal(forgotten(box), []);
  assert.ok(stopped(box).includes('patroni'));
});

test.run();
