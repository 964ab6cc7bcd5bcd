/** A site that Ansible has deployed, before pigstyc does: hosts are asked by the real script, and no password travels. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import type { Captured } from '../../../compiler/host/programs.ts';
import { run } from '../../../compiler/cli/program.ts';
import { scramVerifier } from '../../../compiler/secrets/scram.ts';
import type { JsonSchema } from '../../../compiler/codegen/schemas.ts';
import { closed } from '../../support/closed.ts';
import { Desk } from '../../support/desk.ts';
import '../../package-text.ts';

const SITE = `all:
  children:
    infra: { hosts: { 10.1.1.1: { infra_seq: 1 } } }
    etcd: { hosts: { 10.1.1.1: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }
    pg-meta:
      hosts: { 10.1.1.1: { pg_seq: 1, pg_role: primary }, 10.1.1.2: { pg_seq: 2, pg_role: replica } }
      vars: { pg_cluster: pg-meta, pg_users: [ { name: shop, password: 'Sword:Fish', pgbouncer: true } ] }
  vars:
    { admin_ip: 10.1.1.1, version: v4.1.0, region: default, pg_replication_password: "re'pl", patroni_password: Api }
`;

interface World extends Context {
  base: string;
  desk: Desk;
  asked: { args: readonly string[]; sent: string; said: string }[];
}

const test = suite<World>('adopt');
test.before.each((world) => {
  world.base = mkdtempSync(join(tmpdir(), 'pigstyc-adopt-'));
  world.desk = new Desk();
  world.asked = [];
  world.desk.system.writeFile('pigsty.yml', SITE, 0o600);
});
test.after.each(({ base }) => rmSync(base, { recursive: true }));

/** What a host of these files answers, which runs what it is sent; a host without any is off. */
function ssh({ base, asked }: World, args: readonly string[], sent: string): Captured {
  const host = args.at(-2)!;
  const [, words] = /^sudo -n sh -s (.*)$/.exec(args.at(-1)!)!;
  const root = join(base, host);
  const done = spawnSync('sh', ['-s', ...words!.split(' ')], {
    input: sent,
    env: { ...process.env, PIGSTYC_ROOT: root },
  });
  asked.push({ args, sent, said: done.stdout.toString() });
  return { status: done.status ?? undefined, stdout: done.stdout, stderr: done.stderr.toString() };
}

async function adopt(
  world: World,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let [out, err] = ['', ''];
  const system = {
    ...world.desk.system,
    env: {},
    stdout: (text: string): void => void (out += text),
    stderr: (text: string): void => void (err += text),
    captureAside: async (program: string, words: readonly string[], sent: string): Promise<Captured> => {
      assert.is(program, 'ssh');
      const off = words.at(-2) === '10.1.1.2';
      return off
        ? { status: 255, stdout: Buffer.alloc(0), stderr: 'ssh: connect: No route to host\n' }
        : ssh(world, words, sent);
    },
  };
  return { code: await run(['adopt', ...args], system), out, err };
}

function put({ base }: World, path: string, text: string): void {
  const file = join(base, '10.1.1.1', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** An authority as Ansible keeps it. */
async function authority({ desk }: World, where: string): Promise<string> {
  const other = new Desk();
  other.system.writeFile('pigsty.yml', SITE, 0o600);
  const made = await other.pigstyc(['pki', 'init']);
  assert.is(made.code, 0, made.err);
  desk.system.mkdir(`${where}/ca`);
  for (const name of ['ca.crt', 'ca.key'])
    desk.system.writeFile(`${where}/ca/${name}`, other.read(`pki/ca/${name}`), 0o600);
  return other.read('pki/ca/ca.crt');
}

const SHA = /SHA-256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})/;

test('passwords of a live host are compared by digests; a host that is off fails alone', async (world) => {
  const pem = await authority(world, 'files/pki');
  put(world, 'etc/pki/ca.crt', pem);
  put(
    world,
    'etc/patroni/patroni.yml',
    `restapi:
  authentication: { username: postgres, password: 'Api' }
bootstrap:
  dcs: { }
postgresql:
  authentication:
    superuser: { username: postgres }
    replication:
      username: replicator
      password: 're''pl'
`,
  );
  put(world, 'etc/passwd', 'postgres:x:1:1::/var/lib/pgsql:/bin/bash\n');
  put(world, 'var/lib/pgsql/.pgpass', '*:*:*:dbuser_monitor:Rotated\\:Once\n');
  const salt = Buffer.from('0123456789abcdef');
  put(world, 'etc/pgbouncer/userlist.txt', `"postgres" ""\n"shop" "${scramVerifier('Sword:Fish', salt, 1000)}"\n`);
  const { code, out, err } = await adopt(world);
  assert.is(err, '');
  assert.is(code, 1, 'somebody has to look');
  assert.match(out, /^ {2}pg_replication_password: as on 1 host$/m);
  assert.match(out, /^ {2}patroni_password: as on 1 host$/m);
  assert.match(out, /^ {2}password of shop in pg_users: as on 1 host$/m);
  assert.match(out, /^ {2}pg_monitor_password: ANOTHER on 10\.1\.1\.1: write that one/m);
  assert.match(out, /^ {2}10\.1\.1\.2 did not answer: ssh: connect: No route to host$/m);
  assert.match(out, /files\/pki\/ca\/ca\.crt: SHA-256 .*\n {2}every host that answered trusts it\n/);
  assert.match(out, '  other than in v4.1.0, and not written: ');
  assert.match(out, 'secrets that are published');
  assert.ok(world.desk.has('facts/10.1.1.1.json') && !world.desk.has('facts/10.1.1.2.json'));
  for (const { args, sent, said } of world.asked)
    assert.not.match(args.join(' ') + sent + said, /Rotated|Sword|re'+pl|SCRAM-SHA-256\$1000/);
});

test('the same for a program', async (world) => {
  await authority(world, 'files/pki');
  put(world, 'var/lib/pgsql/.pgpass', '*:*:*:dbuser_monitor:Rotated\\:Once\n');
  put(world, 'etc/passwd', 'postgres:x:1:1::/var/lib/pgsql:/bin/bash\n');
  put(world, 'etc/pki/ca.crt', await authority(world, 'elsewhere'));
  world.desk.system.writeFile('ansible.cfg', '[defaults]\nremote_user = dba\n', 0o644);
  const { code, out } = await adopt(world, '--json');
  assert.is(code, 1);
  const schema = JSON.parse(readFileSync('schemas/output/adopt.schema.json', 'utf8')) as JsonSchema;
  const validate = new Ajv({ allErrors: true }).compile(closed(schema));
  const said = JSON.parse(out) as Record<string, unknown>;
  assert.ok(validate(said), JSON.stringify(validate.errors));
  assert.is(said['needsCare'], true);
  assert.equal(said['silent'], [{ host: '10.1.1.2', reason: 'ssh: connect: No route to host' }]);
  assert.equal(said['passwords'], [{ name: 'pg_monitor_password', same: [], other: ['10.1.1.1'] }]);
  assert.match(JSON.stringify(said['hosts']), /"trusts":"[0-9A-F:]{95}"/);
  assert.match(JSON.stringify(said['ssh']), '"variable":"ansible_user: dba"');
  assert.not.match(out, 'Rotated');
});

test('a verifier of a live host is made again as it is', async (world) => {
  await authority(world, 'files/pki');
  const live = scramVerifier('Sword:Fish', Buffer.from('0123456789abcdef'), 1000);
  put(
    world,
    'etc/pgbouncer/userlist.txt',
    `"shop" "${live}"\n"dbuser_monitor" "${scramVerifier('x', Buffer.from('1'))}"\n`,
  );
  const { out } = await adopt(world);
  assert.match(out, "1 of PgBouncer's users keeps the salt of its verifier, in salts.json");
  assert.equal(JSON.parse(world.desk.read('salts.json')), { 'pg-meta': { shop: '1000:MDEyMzQ1Njc4OWFiY2RlZg==' } });
  const userlist = async (): Promise<string> => {
    const { code, err } = await world.desk.pigstyc(['build', '-q']);
    assert.is(code, 0, err);
    return world.desk.read('out/hosts/10.1.1.2/sealed/etc/pgbouncer/userlist.txt');
  };
  assert.match(await userlist(), `"shop" "${live}"`);
  world.desk.system.writeFile('salts.json', '{"pg-meta":{"shop":"many:MDEy"}}', 0o644);
  const broken = await world.desk.pigstyc(['build', '-q']);
  assert.is(broken.code, 1);
  assert.match(broken.out + broken.err, 'PIG9004');
  const again = await adopt(world);
  assert.match(again.out + again.err, 'PIG9004');
  assert.match(world.desk.read('salts.json'), 'many', 'what is there is not replaced silently');
  world.desk.system.remove('salts.json');
  assert.not.match(await userlist(), live);
});

test('a host with another authority, and certificates of another, are named', async (world) => {
  await authority(world, 'files/pki');
  const foreign = await authority(world, 'elsewhere');
  put(world, 'etc/pki/ca.crt', foreign);
  put(world, 'pg/cert/server.crt', foreign);
  const { out } = await adopt(world, '--limit', '10.1.1.1');
  assert.match(out, /^ {2}10\.1\.1\.1 trusts another one, SHA-256 /m);
  assert.match(out, '10.1.1.1: /pg/cert/server.crt was signed by another authority');
});

test('an authority becomes the one of the site only by a word of its own, and never in the place of another', async (world) => {
  await authority(world, 'ansible/pki');
  const before = await adopt(world, '--offline');
  assert.match(before.out, 'a build would make one, and no host trusts that');
  assert.equal(world.asked, []);
  assert.match(before.out, /^hosts\n {2}not asked$/m);
  const taken = await adopt(world, '--offline', '--authority', 'ansible/pki');
  assert.is(taken.code, 0, taken.out);
  const fingerprint = SHA.exec(taken.err)![1]!;
  assert.match(taken.err, 'is the authority of this site now');
  assert.match(taken.out, fingerprint);
  assert.is(world.desk.read('pki/ca/ca.key'), world.desk.read('ansible/pki/ca/ca.key'));
  assert.is(world.desk.system.stat('pki/ca/ca.key')!.mode & 0o777, 0o600);
  assert.match((await adopt(world, '--offline', '--authority', 'ansible/pki')).err, 'is it already');
  await authority(world, 'other/pki');
  const refused = await adopt(world, '--offline', '--authority', 'other/pki');
  assert.is(refused.code, 1);
  assert.match(refused.err, `pki has another authority, SHA-256 ${fingerprint}: nothing was taken over`);
  assert.is((await adopt(world, '--authority', 'nowhere')).code, 2);
});

test('what ansible.cfg says of ssh is used to ask, and said with what to write', async (world) => {
  world.desk.system.writeFile(
    'ansible.cfg',
    '[defaults]\nremote_user = dba   ; who\nhost_key_checking = False\n[ssh_connection]\nssh_args = -C -o ControlMaster=auto\n',
    0o644,
  );
  const { out } = await adopt(world);
  assert.match(out, /^ {4}ansible_user: dba {4}# remote_user = dba$/m);
  assert.match(out, 'ansible_ssh_common_args: -C -o ControlMaster=auto');
  const { args } = world.asked[0]!;
  assert.ok(args.includes('User dba') && args.includes('BatchMode yes'));
});

test('what a line of ssh_config cannot hold is said and not used; a path with blanks is quoted', async (world) => {
  world.desk.system.writeFile(
    'ansible.cfg',
    '[defaults]\nremote_user = a b\nremote_port = 22 x\nprivate_key_file = my keys/id\n',
    0o644,
  );
  const { out } = await adopt(world);
  assert.match(out, 'ansible_user: a b ');
  const { args } = world.asked[0]!;
  assert.ok(
    args.some((one) => /^IdentityFile "[^"]*my keys\/id"$/.test(one)),
    args.join('|'),
  );
  assert.not.ok(args.some((one) => /^(?:User|Port) /.test(one)));
});

test.run();
