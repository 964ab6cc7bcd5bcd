import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileFiles } from '../../../compiler/compile.ts';
import { variableOf } from '../../../compiler/secrets/forms.ts';
import { Desk } from '../../support/desk.ts';
import '../../package-text.ts';

/** A desk with an inventory on it. */
async function desk(init: string): Promise<Desk> {
  const made = new Desk();
  const { code, err } = await made.pigstyc(['init', ...init.split(' ')]);
  assert.is(code, 0, err);
  return made;
}

const findings = (at: Desk): readonly string[] =>
  compileFiles(at.system, { files: ['pigsty.yml'] })
    .checked()
    .diagnostics.map(({ code, message }) => `${code} ${message}`);

/** The lines that the second text has and the first one has not; the first one has no others. */
function newLines(before: string, after: string): readonly string[] {
  const added: string[] = [];
  const old = before.split('\n');
  for (const line of after.split('\n'))
    if (line === old[0]) old.shift();
    else added.push(line.trim());
  assert.equal(old, []);
  return added;
}

test('two more addresses make one machine a highly available cluster, etcd included', async () => {
  const at = await desk('--ip 10.1.1.1');
  const before = at.read('pigsty.yml');
  const { code, out, err } = await at.pigstyc(['add', 'host', 'pg-meta', '--ip', '10.1.1.2,10.1.1.3']);
  assert.is(code, 0, err);
  assert.match(out, /pigsty\.yml:\d+ +10\.1\.1\.2, 10\.1\.1\.3 in pg-meta\n/);
  assert.match(out, '10.1.1.2, 10.1.1.3 in etcd');
  assert.equal(newLines(before, at.read('pigsty.yml')), [
    '10.1.1.2: { etcd_seq: 2 }',
    '10.1.1.3: { etcd_seq: 3 }',
    '10.1.1.2: { pg_seq: 2, pg_role: replica }',
    '10.1.1.3: { pg_seq: 3, pg_role: replica }',
  ]);
  assert.equal(findings(at), []);
  assert.is((await at.pigstyc(['build', '--strict'])).code, 0);
});

test('etcd does not stop at two members, and takes those there are when the third machine comes', async () => {
  const at = await desk('--ip 10.1.1.1');
  await at.pigstyc(['add', 'host', 'pg-meta', '--ip', '10.1.1.2']);
  assert.is(at.read('pigsty.yml').match(/etcd_seq/g)!.length, 1);
  await at.pigstyc(['add', 'host', 'pg-meta', '--ip', '10.1.1.3']);
  assert.is(at.read('pigsty.yml').match(/etcd_seq/g)!.length, 3);
  assert.equal(findings(at), []);
});

test('everything can be added to every kind of site, and nothing is wrong afterwards', async () => {
  for (const init of [
    'single --ip 10.1.1.1',
    'vip --ip 10.1.1.1,10.1.1.2,10.1.1.3 --vip 10.1.1.9',
    'full --ip 10.1.1.1,10.1.1.2,10.1.1.3',
  ]) {
    const at = await desk(init);
    const before = at.read('pigsty.yml');
    for (const args of [
      'cluster pg-app --ip 10.1.1.11,10.1.1.12,10.1.1.13',
      'user bob --cluster pg-app',
      'user eve --cluster pg-app --role dbrole_readonly',
      'user carl --cluster pg-meta',
      'database shop --cluster pg-app --owner bob',
      'database yes --cluster pg-app',
      'database shop --cluster pg-meta',
      'service readers --cluster pg-app --port 5440',
      'service writers --cluster pg-app --port 5441 --like primary',
      'service direct --cluster pg-meta --port 5442 --like default',
      'host pg-app --ip 10.1.1.14',
      'host infra --ip 10.1.1.11',
      ...(init.startsWith('full') ? ['host redis-main --ip 10.1.1.11,10.1.1.12,10.1.1.13'] : []),
    ]) {
      const { code, out, err } = await at.pigstyc(['add', ...args.split(' ')]);
      assert.is(code, 0, args + out + err);
    }
    assert.equal(findings(at), []);
    const lines = newLines(before, at.read('pigsty.yml'));
    assert.ok(lines.includes("- { name: 'yes' }"));
    assert.ok(lines.includes('10.1.1.14: { pg_seq: 4, pg_role: replica }'));
    const words = [...at.read('pigsty.yml').matchAll(/name: (?:bob|eve|carl), password: (\w{24}),/g)].map(([, w]) => w);
    assert.is(new Set(words).size, 3);
  }
});

test('a list that all clusters share is added to where it is written', async () => {
  const at = await desk('citus --ip 10.1.1.1,10.1.1.2,10.1.1.3');
  const before = at.read('pigsty.yml');
  const { code, err } = await at.pigstyc(['add', 'user', 'bob', '--cluster', 'pg-citus1']);
  assert.is(code, 0, err);
  assert.is(newLines(before, at.read('pigsty.yml')).length, 1);
  assert.is(at.read('pigsty.yml').match(/pg_users:/g)!.length, 1);
  assert.equal(findings(at), []);
});

test('what cannot be added is said, and nothing is written', async () => {
  const at = await desk('ha --ip 10.1.1.1,10.1.1.2,10.1.1.3');
  await at.pigstyc(['add', 'cluster', 'pg-app', '--ip', '10.1.1.4']);
  const before = at.read('pigsty.yml');
  for (const [args, code, said] of [
    ['host pgmeta --ip 10.1.1.5', 2, /no group or cluster `pgmeta`, did you mean `pg-meta`\?/],
    ['host pg-meta --ip 10.1.1.2', 2, /10\.1\.1\.2 is in `pg-meta` already/],
    ['host pg-meta', 2, /which machines\?/],
    ['host pg-meta --ip x', 2, /`x` is no IPv4 address/],
    ['cluster pg-app --ip 10.1.1.5', 2, /there is a group `pg-app` already/],
    ['user bob', 2, /in which cluster\? --cluster with one of pg-meta, pg-app/],
    ['user bob --cluster pg-ap', 2, /no cluster `pg-ap`, did you mean `pg-app`\?/],
    ['user app --cluster pg-meta', 1, /user-duplicate/],
    ['host pg-app --ip 10.1.1.1', 1, /error\[/],
    ['service x --cluster pg-app', 2, /on which port\?/],
    ['service x --cluster pg-app --port 70000', 2, /`70000` is no port/],
    ['service x --cluster pg-app --port 5433', 1, /service-port-duplicate/],
    ['service x --cluster pg-app --port 5440 --like y', 2, /primary, replica, default, offline/],
    ['user bob --cluster pg-app --dry-run', 0, /nothing was written/],
  ] as const) {
    const result = await at.pigstyc(['add', ...args.split(' ')]);
    assert.is(result.code, code, args + result.err);
    assert.match(result.err, said);
    assert.is(at.read('pigsty.yml'), before);
  }
});

test('a password of a new user is never shown, and can be a vault or a reference', async () => {
  const at = await desk('--ip 10.1.1.1');
  at.system.writeFile('word', 'open sesame\n', 0o600);
  const vault = ['--vault-password-file', 'word'];
  const sealed = await at.pigstyc(['add', 'user', 'bob', '--vault', ...vault]);
  assert.is(sealed.code, 0, sealed.err);
  assert.match(at.read('pigsty.yml'), 'name: bob, password: !vault "$ANSIBLE_VAULT;1.1;AES256');
  assert.is((await at.pigstyc(['check', '--strict', ...vault])).code, 0);
  const named = await at.pigstyc(['add', 'user', 'eve', '--env-file', 'secrets.env', ...vault]);
  assert.is(named.code, 0, named.err);
  assert.match(at.read('pigsty.yml'), `password: '\${env:${variableOf('pg-meta_eve_password')}}'`);
  assert.match(at.read('secrets.env'), /^PG_META_EVE_PASSWORD=\w{24}\n$/);
});

test('in the layouts of real inventories, too', async () => {
  const at = new Desk();
  at.system.writeFile('pigsty.yml', readFileSync('fixtures/ok/reference/pigsty.yml'), 0o644);
  const before = at.read('pigsty.yml');
  const known = findings(at);
  for (const args of [
    'host etcd --ip 10.10.10.13,10.10.10.14',
    'host pg-test --ip 10.10.10.14',
    'user bob --cluster pg-test',
  ])
    assert.is((await at.pigstyc(['add', ...args.split(' ')])).code, 0, args);
  assert.is(newLines(before, at.read('pigsty.yml')).length, 4);
  assert.equal(findings(at), known);
});

test.run();
