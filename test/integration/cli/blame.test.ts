/** `explain HOST PARAM`: value, what was written, where, what it replaced, and what the parameter means. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { run as main } from '../../../compiler/cli/program.ts';
import type { Blame } from '../../../compiler/cli/blame.ts';
import { nodeHost } from '../../../compiler/host/host.ts';

const BASE = `all:
  children:
    pg-test:
      hosts:
        10.10.10.[11:12]: { pg_role: replica }
        10.10.10.13: { pg_role: primary, pg_max_conn: 300 }
      vars:
        pg_cluster: pg-test
        pg_users:
          - { name: test, password: Very.Secret, comment: fine }
        pg_databases: [ { name: test } ]
  vars:
    admin_ip: 10.10.10.11
    pg_max_conn: 200
    pg_admin_password: Another.Secret
    pg_monitor_password: "Pre.{{ pg_admin_password }}"
    note: "server: \${admin_ip}"
    dns_servers: "{{ [admin_ip] }}"
    pg_log_dir: "{{ pg_cluster }}/log"
    dbsu_token: Third.Secret
`;
const PROD = `pg-test:
  vars: { pg_max_conn: 250, pg_databases: [ { name: prod } ] }
`;

let dir = '';
const test = suite('blame');
test.before.each(() => {
  dir = mkdtempSync(join(tmpdir(), 'pigstyc-blame-'));
  writeFileSync(join(dir, 'base.yml'), BASE);
  writeFileSync(join(dir, 'prod.yml'), PROD);
});
test.after.each(() => rmSync(dir, { recursive: true }));

async function explain(
  host: string,
  name: string,
  files = ['base.yml'],
  json = false,
): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }> {
  let [stdout, stderr] = ['', ''];
  const system = {
    ...nodeHost(),
    stdout: (text: string) => void (stdout += text.replaceAll(`${dir}/`, '')),
    stderr: (text: string) => void (stderr += text.replaceAll(`${dir}/`, '')),
  };
  const status = await main(
    ['explain', host, name, ...files.flatMap((file) => ['-i', join(dir, file)]), ...(json ? ['--json'] : [])],
    system,
  );
  return { status, stdout, stderr };
}

/** Value, scope and place of each setting. */
async function settings(host: string, name: string, files?: string[]): Promise<readonly unknown[]> {
  const { status, stdout, stderr } = await explain(host, name, files, true);
  assert.equal([status, stderr], [0, '']);
  return (JSON.parse(stdout) as Blame).settings.map(({ value, from, at }) => [value, from, at]);
}

test('every file that sets it, the winner first', async () => {
  assert.equal((await settings('10.10.10.13', 'pg_max_conn', ['base.yml', 'prod.yml'])).slice(0, 3), [
    [300, 'host 10.10.10.13', 'base.yml:6:42'],
    [250, 'group pg-test', 'prod.yml:2:11'],
    [200, 'all', 'base.yml:14:5'],
  ]);
  assert.is(
    (await settings('10.10.10.11', 'pg_max_conn', ['base.yml', 'prod.yml']))[0]?.toString(),
    '250,group pg-test,prod.yml:2:11',
  );
});

test('a host of a range is named, and blamed on the line of the range', async () => {
  assert.equal((await settings('10.10.10.12', 'pg_role'))[0], ['replica', 'host 10.10.10.12', 'base.yml:5:29']);
});

test('a list of objects: secrets are masked inside, a later file replaces it as a whole', async () => {
  assert.equal((await settings('10.10.10.11', 'pg_users'))[0], [
    [{ name: 'test', password: '********', comment: 'fine' }],
    'group pg-test',
    'base.yml:9:9',
  ]);
  assert.equal((await settings('10.10.10.11', 'pg_databases', ['base.yml', 'prod.yml']))[0], [
    [{ name: 'prod' }],
    'group pg-test',
    'prod.yml:2:29',
  ]);
});

test('secrets are masked: set, written as an expression, default, and under a name of the user that sounds like one', async () => {
  for (const name of ['pg_admin_password', 'pg_monitor_password', 'pg_replication_password', 'dbsu_token']) {
    const { stdout } = await explain('10.10.10.11', name);
    assert.match(stdout, /\n {2}value +\*{8} /);
    assert.not.match(stdout, /Secret|admin_password \}|DBUser/);
  }
});

test('what a placeholder or expression became stands above what was written', async () => {
  const { stdout } = await explain('10.10.10.12', 'pg_log_dir');
  assert.match(
    stdout,
    /\n {2}value +pg-test\/log +all +base\.yml:19:5\n {2}written +\{\{ pg_cluster \}\}\/log\n {2}replaces /,
  );
  const { written } = (JSON.parse((await explain('10.10.10.12', 'pg_log_dir', undefined, true)).stdout) as Blame)
    .settings[0]!;
  assert.is(written, '{{ pg_cluster }}/log');
  assert.not.match((await explain('10.10.10.12', 'pg_max_conn')).stdout, /written/);
});

test('what nobody set shows the default and what the parameter means; one of the user has no documentation', async () => {
  const { stdout } = await explain('10.10.10.11', 'pg_port');
  assert.match(
    stdout,
    /^pg_port on 10\.10\.10\.11\n\n {2}value +5432 +default\n\npg_port: .*\n\n {2}module +PGSQL .*\n {2}type +port\n/,
  );
  assert.match((await explain('10.10.10.11', 'pg_seq')).stdout, /\n {2}value +not set\n\npg_seq: /);
  assert.match((await explain('10.10.10.11', 'note')).stdout, /all +base\.yml:17:5\n\nNot a parameter of the schema/);
});

test('an old name answers for the present one', async () => {
  const { status, stdout } = await explain('10.10.10.11', 'pg_services_extra');
  assert.equal([status, stdout.split('\n')[0]], [0, 'pg_services on 10.10.10.11']);
});

test('a host or a parameter nobody has heard of: exit 2 and a suggestion', async () => {
  const host = await explain('10.10.10.1', 'pg_role');
  assert.equal([host.status, host.stdout], [2, '']);
  assert.match(host.stderr, /no host `10\.10\.10\.1` in base\.yml, did you mean `10\.10\.10\.1[123]`\?/);
  const name = await explain('10.10.10.11', 'pg_max_con');
  assert.equal([name.status, name.stdout], [2, '']);
  assert.match(name.stderr, /no parameter `pg_max_con`, did you mean `pg_max_conn`\?/);
  assert.match((await explain('10.10.10.11', 'dbsu_tokn')).stderr, /did you mean `dbsu_token`\?/);
});

test('an option that is no list counts once, the last time', async () => {
  let output = '';
  await main(['explain', 'pg_port', '--color', 'always', '--color', 'never', '--json', '--json'], {
    ...nodeHost(),
    stdout: (text) => void (output += text),
  });
  assert.is(JSON.parse(output).name, 'pg_port');
});

test.run();
