/** Passwords of vaults: from files, programs, several at once, Ansible's variables, for values and for whole files. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { run as main } from '../../../compiler/cli/program.ts';
import { nodeHost, type Host } from '../../../compiler/host/host.ts';
import { readVaultPasswords, type VaultSources } from '../../../compiler/secrets/vault-passwords.ts';

let dir = '';
const test = suite('vault passwords');
test.before.each(() => {
  dir = mkdtempSync(join(tmpdir(), 'pigstyc-vault-'));
});
test.after.each(() => rmSync(dir, { recursive: true }));

function write(name: string, text: string, mode = 0o600): string {
  writeFileSync(join(dir, name), text);
  chmodSync(join(dir, name), mode);
  return join(dir, name);
}

const passwords = (sources: VaultSources, host: Partial<Host> = {}) =>
  readVaultPasswords({ ...nodeHost(), env: {}, ...host }, sources);

test('a file holds one, a program prints one', () => {
  assert.equal(passwords({ vaultPasswordFile: write('file', 'from file\n\n') }), [['from file'], []]);
  const program = write('program', '#!/bin/sh\necho "from program"; echo more >&2\n', 0o755);
  assert.equal(passwords({ vaultPasswordFile: program }), [['from program'], []]);
});

test('several, each by label; a client is asked for its label', () => {
  const client = write('my-client.sh', '#!/bin/sh\necho "$1 $2"\n', 0o755);
  const vaultIds = [`prod@${client}`, write('plain', 'second'), `dev@${write('dev', 'third')}`];
  assert.equal(passwords({ vaultIds }), [['--vault-id prod', 'second', 'third'], []]);
});

test('standard input and the terminal are asked', () => {
  const asked: (string | undefined)[] = [];
  const askSecret = (question: string | undefined): string => {
    asked.push(question);
    return 'typed\n';
  };
  assert.equal(passwords({ vaultIds: ['-', 'prod@prompt'] }, { askSecret }), [['typed', 'typed'], []]);
  assert.equal(asked, [undefined, 'Vault password (prod): ']);
});

test("Ansible's variables count where nothing is given", () => {
  const file = write('file', 'from variable');
  const env = { ANSIBLE_VAULT_PASSWORD_FILE: file, ANSIBLE_VAULT_IDENTITY_LIST: `a@${write('a', 'first')}` };
  assert.equal(passwords({}, { env })[0], ['first', 'from variable']);
  assert.equal(passwords({ vaultPasswordFile: write('b', 'given') }, { env })[0], ['given']);
});

test('a program that fails is a finding', () => {
  const [none, problems] = passwords({ vaultPasswordFile: write('program', '#!/bin/sh\nexit 3\n', 0o755) });
  assert.equal(none, []);
  assert.match(problems[0]!.message, /exit code 3/);
  assert.is(passwords({ vaultPasswordFile: join(dir, 'nothing') })[1][0]!.slug, 'unreadable-file');
});

const INVENTORY = `all:
  children:
    etcd: { hosts: { 10.10.10.10: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }
  vars: { admin_ip: 10.10.10.10, pg_verison: Canary1 }
`;

test('a file that is a vault as a whole is opened, and nothing of it is quoted', async () => {
  const file = write('pigsty.yml', INVENTORY);
  const password = write('password', 'open sesame\n');
  const made = spawnSync('ansible-vault', ['encrypt', '--vault-password-file', password, file], { encoding: 'utf8' });
  if (made.error !== undefined) return console.log('skip: ansible-vault');
  assert.is(made.status, 0, made.stderr);
  const check = async (...options: readonly string[]): Promise<[number, string]> => {
    let out = '';
    const host = {
      ...nodeHost(),
      env: {},
      stdout: (text: string) => void (out += text),
      stderr: (text: string) => void (out += text),
    };
    return [await main(['check', file, ...options], host), out];
  };
  const [code, out] = await check('--vault-password-file', password);
  assert.is(code, 1);
  assert.match(out, /pigsty\.yml:4:\d+: error\[PIG1203\]/);
  assert.not.match(out, /Canary1|etcd_seq/);
  assert.not.match(out, /PIG4040/, 'what is written there belongs there');
  assert.match((await check())[1], /PIG4001/);
  const before = readFileSync(file, 'utf8');
  await check('--fix', '--vault-password-file', password);
  assert.is(readFileSync(file, 'utf8'), before, 'never written in plain');
});

test.run();
