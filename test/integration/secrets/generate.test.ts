import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run } from '../../../compiler/cli/program.ts';
import { compileFiles } from '../../../compiler/compile.ts';
import { nodeHost, type Host } from '../../../compiler/host/host.ts';
import { entry, type MapNode, type ScalarNode, type SeqNode } from '../../../compiler/source/node.ts';
import { Passwords } from '../../../compiler/secrets/generate.ts';
import '../../package-text.ts';

const dir = mkdtempSync(join(tmpdir(), 'pigstyc-secrets-'));
test.after(() => rmSync(dir, { recursive: true }));
const path = join(dir, 'pigsty.yml');

/** Makes AAAA…1, AAAA…2, … instead of random words. */
function countingHost(): Host & { readonly shown: () => string } {
  let [count, shown] = [0, ''];
  const randomBytes = (length: number): Uint8Array => {
    const word = new Uint8Array(length);
    word[23] = 52 + ++count;
    return word;
  };
  return {
    ...nodeHost(),
    randomBytes,
    stdout: (text) => void (shown += text),
    stderr: (text) => void (shown += text),
    shown: () => shown,
  };
}
const made = (count: number): string => `${'A'.repeat(23)}${count}`;

async function generate(
  text: string,
  options: readonly string[] = [],
): Promise<{ readonly text: string; readonly shown: string; readonly code: number }> {
  writeFileSync(path, text, { mode: 0o640 });
  const host = countingHost();
  const code = await run(['secrets', 'gen', ...options, path], host);
  return { text: readFileSync(path, 'utf8'), shown: host.shown(), code };
}

const found = (): readonly string[] =>
  compileFiles(nodeHost(), { files: [path] })
    .checked()
    .diagnostics.map(({ code }) => code);

const WRITTEN = `# My site
all:
  vars:                       # for everybody
    # --- the basics ---
    admin_ip: 10.10.10.10
    version: v4.5.0
    pg_admin_password: 'DBUser.DBA'   # the administrator
    grafana_admin_password: pigsty
    haproxy_admin_password: "pigsty"
    grafana_view_password: &view DBUser.Viewer
    etcd_root_password: My.Own.Word
  children:
    infra: { hosts: { 10.10.10.10: { infra_seq: 1 } } }
    etcd: { hosts: { 10.10.10.10: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }
    pg-meta:
      hosts: { 10.10.10.10: { pg_seq: 1, pg_role: primary } }
      vars:
        pg_cluster: pg-meta
        pg_users:
          - { name: dbuser_view ,password: *view ,roles: [dbrole_readonly] }
          - { name: app ,password: DBUser.App }   # not DBUser.App for long
        grafana_pgurl: postgres://app:DBUser.App@10.10.10.10:5432/app
`;

test('published passwords are replaced where they are, and missing ones added, with everything else as it was', async () => {
  const { text, shown, code } = await generate(WRITTEN);
  assert.is(code, 0, shown);
  const [dba, grafana, haproxy, view, app] = [1, 2, 3, 4, 5].map(made) as [string, string, string, string, string];
  const expected = WRITTEN.replace("'DBUser.DBA'", `'${dba}'`)
    .replace('password: pigsty', `password: ${grafana}`)
    .replace('"pigsty"', `"${haproxy}"`)
    .replace('&view DBUser.Viewer', `&view ${view}`)
    .replace('password: DBUser.App', `password: ${app}`)
    .replace('app:DBUser.App@', `app:${app}@`);
  const added = text.split('\n').filter((line) => !expected.split('\n').includes(line));
  assert.is(
    text
      .split('\n')
      .filter((line) => !added.includes(line))
      .join('\n'),
    expected,
  );
  assert.equal(added.map((line) => line.replace(/: .*/, '')).sort(), [
    '    patroni_password',
    '    pg_monitor_password',
    '    pg_replication_password',
  ]);
  assert.not.ok(found().includes('PIG5006'));
  assert.is(statSync(path).mode & 0o777, 0o640);
  for (let i = 1; i < 10; i++) assert.not.ok(shown.includes(made(i)), 'a new password is never shown');
  assert.match(shown, /pigsty\.yml:7 +replaced +pg_admin_password/);
  const again = await generate(text);
  assert.is(again.text, text, 'a second run changes nothing');
});

test('--dry-run writes nothing', async () => {
  const { text, shown } = await generate(WRITTEN, ['--dry-run']);
  assert.is(text, WRITTEN);
  assert.match(shown, 'would be made');
});

const STORE = `all:
  children:
    infra: { hosts: { 10.10.10.10: { infra_seq: 1 } } }
    etcd: { hosts: { 10.10.10.10: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }
    minio: { hosts: { 10.10.10.10: { minio_seq: 1 } }, vars: { minio_cluster: minio } }
    pg-meta: { hosts: { 10.10.10.10: { pg_seq: 1, pg_role: primary } }, vars: { pg_cluster: pg-meta, pgbackrest_method: minio } }
  vars: { admin_ip: 10.10.10.10, version: v4.5.0 }
`;

test('the user of an object store and the repository that logs in as it keep one password', async () => {
  for (const text of [
    STORE,
    STORE.replace(
      'version: v4.5.0 }',
      'version: v4.5.0, minio_users: [ { access_key: pgbackrest, secret_key: S3User.Backup, policy: pgsql } ] }',
    ),
    STORE.replace('  vars: { admin_ip', '  vars: { minio_secret_key: S3User.MinIO, admin_ip'),
  ]) {
    const before = (writeFileSync(path, text), found());
    const done = await generate(text);
    assert.is(done.code, 0, done.shown);
    assert.not.ok(done.text.includes('S3User.'), done.text);
    assert.equal(
      found().filter((code) => code !== 'PIG5006'),
      before.filter((code) => code !== 'PIG5006'),
      'no mismatch of keys is introduced',
    );
    assert.not.ok(found().includes('PIG5006'));
  }
});

const NESTED = STORE.replace(
  'pgbackrest_method: minio }',
  `pgbackrest_method: minio, pg_libs: 'pgsodium, pg_stat_statements',
        vip_enabled: true, vip_address: 10.10.10.9, vip_vrid: 128, vip_role: master, vip_auth_pass: '' }`,
);

test('what encrypts backups and data, and what follows from names, is replaced; --running keeps what is encrypted with', async () => {
  writeFileSync(path, NESTED);
  const named = (): string =>
    compileFiles(nodeHost(), { files: [path] })
      .checked()
      .diagnostics.find(({ slug }) => slug === 'default-secret')?.help ?? '';
  for (const name of ['pgbackrest_repo.minio.cipher_pass', 'pgsodium_key', 'vip_auth_pass', 'minio_users.secret_key'])
    assert.match(named(), name);
  const kept = await generate(NESTED, ['--running']);
  assert.match(kept.text, "cipher_pass: 'pgBackRest'");
  assert.not.match(kept.text, 'pgsodium_key:');
  assert.match(named(), /set pgbackrest_repo\.minio\.cipher_pass, pgsodium_key$/);
  const { text, code, shown } = await generate(NESTED);
  assert.is(code, 0, shown);
  assert.match(text, /cipher_pass: [A-Za-z0-9]{24},/);
  assert.match(text, /pgsodium_key: [0-9a-f]{64}/);
  assert.match(text, /vip_auth_pass: [A-Z]{8} }/);
  assert.not.ok(found().includes('PIG5006'), named());
});

test('variables that are an alias, in flow style or of another file get the missing ones where they stand', async () => {
  const groups = STORE.slice(STORE.indexOf('  children'), STORE.indexOf('    minio:'));
  for (const text of [
    `base:\n  vars: &vars\n    admin_ip: 10.10.10.10\nall:\n  vars: *vars\n${groups}`,
    `all:\n${groups}  vars:\n    { admin_ip: 10.10.10.10,\n      version: v4.5.0 }\n`,
    `all:\r\n  vars:\r\n    admin_ip: 10.10.10.10\r\n${groups}`,
  ]) {
    const { text: after, shown, code } = await generate(text);
    assert.is(code, 0, shown);
    assert.not.ok(found().includes('PIG5006'), after);
    assert.is(
      after
        .split('\n')
        .filter((line) => !/^ *\w+_password: [A-Z]{23}\d+\r?$/.test(line))
        .join('\n')
        .replace(/(\w+_password: \w+, )+/, ''),
      text,
    );
  }
});

test('values from outside are left alone', async () => {
  process.env['PIGSTYC_TEST_PASSWORD'] = 'DBUser.DBA';
  const { text } = await generate(WRITTEN.replace("'DBUser.DBA'", '${env:PIGSTYC_TEST_PASSWORD}'));
  assert.match(text, 'pg_admin_password: ${env:PIGSTYC_TEST_PASSWORD}');
});

test('passwords are letters and digits, all of them, a letter first, and the same for the same former one', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 20 }), (former) => {
      const passwords = new Passwords((length) => nodeHost().randomBytes(length));
      const words = former.map((word) => passwords.for(word));
      assert.ok(words.every((word) => /^[A-Za-z][A-Za-z0-9]{23}$/.test(word)));
      assert.is(new Set(words).size, new Set(former).size);
      assert.equal(
        former.map((word) => passwords.for(word)),
        words,
      );
    }),
    { numRuns: 100, seed: 11 },
  );
  const passwords = new Passwords((length) => nodeHost().randomBytes(length));
  const letters = new Set(Array.from({ length: 200 }, (_, i) => passwords.for(String(i))).join(''));
  assert.is(letters.size, 62);
});

test('every scenario loses its published passwords and nothing else', async () => {
  let tried = 0;
  for (const name of readdirSync('fixtures/ok')) {
    const text = readFileSync(join('fixtures/ok', name, 'pigsty.yml'), 'utf8');
    writeFileSync(path, text);
    mkdirSync(join(dir, 'facts'), { recursive: true });
    const before = found();
    if (!before.includes('PIG5006')) continue;
    tried++;
    const done = await generate(text);
    assert.is(done.code, 0, `${name}: ${done.shown}`);
    assert.equal([...found()].sort(), before.filter((code) => code !== 'PIG5006').sort(), name);
    const comments = (yaml: string): readonly string[] => yaml.match(/(?<=^|\s)#.*$/gm) ?? [];
    assert.equal(comments(done.text), comments(text), name);
  }
  assert.ok(tried > 3, `${tried} scenarios have published passwords`);
});

const FORMS = `all:
  vars: { admin_ip: 10.10.10.10, version: v4.5.0, pg_version: 16, grafana_admin_password: "pigsty" }
  children:
    etcd: { hosts: { 10.10.10.10: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }
    pg-meta:
      hosts: { 10.10.10.10: { pg_seq: 1, pg_role: primary } }
      vars:
        pg_cluster: pg-meta
        pg_users: [ { name: dbuser_meta, password: DBUser.Meta }, { name: view, password: 'DBUser.Viewer' } ]
`;

/** Runs `secrets gen` on an inventory; returns what it became. */
async function form(dir: string, ...options: readonly string[]): Promise<string> {
  const path = join(dir, 'pigsty.yml');
  writeFileSync(path, FORMS);
  const quiet = { ...nodeHost(), env: {}, stdout: () => undefined, stderr: () => undefined };
  assert.is(await run(['secrets', 'gen', path, ...options], quiet), 0);
  return readFileSync(path, 'utf8');
}

/** The secrets of the model that an inventory gives. */
function secretsOf(dir: string, env: Readonly<Record<string, string>>, vaultPasswordFile?: string): readonly string[] {
  const checked = compileFiles(
    { ...nodeHost(), env },
    { files: [join(dir, 'pigsty.yml')], vaultPasswordFile },
  ).checked();
  assert.equal(
    checked.diagnostics.filter(({ severity, slug }) => severity === 'error' || slug === 'default-secret'),
    [],
  );
  const users = checked.resolved!.hosts[0]!.vars.get('pg_users')!.node;
  assert.is(users.kind, 'seq');
  return (users as SeqNode).items.map((user) => (entry(user as MapNode, 'password')!.value as ScalarNode).text);
}

test('--env-file: the inventory refers to a file that only its owner reads and git ignores', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'pigstyc-gen-'));
  try {
    const file = join(dir, 'secrets.env');
    const text = await form(dir, '--env-file', file);
    assert.match(text, /password: '\$\{env:DBUSER_META\}' \}/);
    assert.match(text, /password: '\$\{env:DBUSER_VIEWER\}' \}/);
    assert.match(text, /grafana_admin_password: "\$\{env:GRAFANA_ADMIN_PASSWORD\}"/);
    assert.is(statSync(file).mode & 0o777, 0o600);
    assert.is(readFileSync(join(dir, '.gitignore'), 'utf8'), '/secrets.env\n');
    const shell = spawnSync('sh', ['-c', 'set -a; . "$1"; env', 'sh', file], { encoding: 'utf8', env: {} });
    const env = Object.fromEntries(shell.stdout.split('\n').map((line) => line.split('=') as [string, string]));
    assert.ok(secretsOf(dir, env).every((word) => /^[A-Za-z0-9]{24}$/.test(word)));
    const words = Object.values(env).filter((word) => /^[A-Za-z0-9]{24}$/.test(word));
    assert.ok(words.length > 5 && words.every((word) => !text.includes(word)), 'no password is left in the inventory');
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('--vault: the inventory holds vaults that Ansible opens', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'pigstyc-gen-'));
  try {
    const password = join(dir, 'password');
    writeFileSync(password, 'open sesame\n');
    const text = await form(dir, '--vault', '--vault-password-file', password);
    assert.match(text, /password: !vault "\$ANSIBLE_VAULT;1\.1;AES256\\n[0-9a-f\\n]+" \}/);
    const words = secretsOf(dir, {}, password);
    assert.ok(words.every((word) => /^[A-Za-z0-9]{24}$/.test(word)));
    assert.ok(words.every((word) => !text.includes(word)));
    const envelope = JSON.parse(/password: !vault ("[^"]+")/.exec(text)![1]!) as string;
    writeFileSync(join(dir, 'sealed'), envelope);
    const opened = spawnSync('ansible-vault', ['view', '--vault-password-file', password, join(dir, 'sealed')], {
      encoding: 'utf8',
    });
    if (opened.error !== undefined) return console.log('skip: ansible-vault');
    assert.match(opened.stdout.trim(), /^[A-Za-z0-9]{24}$/);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test.run();
