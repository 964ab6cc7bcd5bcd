/** What comes from the environment, a file or a vault is never printed, whatever the name of the parameter that holds it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { run as main } from '../../../compiler/cli/program.ts';
import { FORMATS } from '../../../compiler/cli/report/report.ts';
import { External } from '../../../compiler/diagnostics/external.ts';
import { report } from '../../../compiler/diagnostics/report.ts';
import { nodeHost } from '../../../compiler/host.ts';
import { SourceFile } from '../../../compiler/source/node.ts';
import { VAULT, VAULT_PASSWORD, VAULT_VALUE } from '../../support/vault.ts';

const CANARY = 'canary "yellow" & <small>';
const KEY = `-----BEGIN KEY-----\n${'canary+key/'.repeat(30)}\n-----END KEY-----`;
const LEAK = /canary|BEGIN KEY|DBUser\.Meta/;
const INVENTORY = `all:
  children:
    etcd: { hosts: { 10.10.10.10: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }
    pg-meta:
      hosts: { 10.10.10.10: { pg_seq: 1, pg_role: primary } }
      vars:
        pg_cluster: pg-meta
        pg_users: [ { name: dbuser_meta, password: one, comment: "c \${env:CANARY}" } ]
        pg_databases: [ { name: meta, owner: dbuser_meta, comment: "\${file:key.pem}" } ]
        pg_hba_rules: [ { title: "t \${env:CANARY}", user: dbuser_meta, db: all, addr: world, auth: pwd } ]
  vars:
    admin_ip: 10.10.10.10
    pg_version: 16
    own: "\${env:CANARY}"
    rack: "{{ own }}"
    sealed: !vault |
${VAULT.replace(/^/gm, '    ')}
    opened: "and {{ sealed }}"
    node_timezone: "{{ rack }}/x"
    node_etc_hosts: [ "10.0.0.1 x-\${env:CANARY}" ]
`;
/** Findings that name the value: not one of the enum, cut because it is long, a number in quotes (which has a fix). */
const BAD = INVENTORY.replace(
  'pg_version: 16',
  `pg_version: "\${env:NUMBER}"\n    region: "\${env:CANARY}"\n    pg_conf: "\${file:key.pem}"\n    node_tune: "{{ rack }}"\n    pg_locale: "{{ sealed }}"\n    node_firewall_mode: "{{ sealed }}"`,
);

let dir = '';
const test = suite('external');
test.before.each(() => {
  dir = mkdtempSync(join(tmpdir(), 'pigstyc-external-'));
  writeFileSync(join(dir, 'key.pem'), `${KEY}\n`);
  writeFileSync(join(dir, 'password'), VAULT_PASSWORD);
});
test.after.each(() => rmSync(dir, { recursive: true }));

/** What a command prints on an inventory in `dir`, with the exit code. */
async function printed(
  text: string,
  args: readonly string[],
): Promise<{ readonly status: number; readonly text: string }> {
  const path = join(dir, 'pigsty.yml');
  writeFileSync(path, text);
  let output = '';
  const collect = (more: string): void => void (output += more);
  const host = { ...nodeHost(), env: { ...process.env, CANARY, NUMBER: '17' }, stdout: collect, stderr: collect };
  const option = args[0] === 'explain' ? ['--inventory', path] : [path];
  const status = await main([...args, ...option, '--vault-password-file', join(dir, 'password')], host);
  return { status, text: output };
}

const COMMANDS = [
  'list hosts',
  'list clusters --json',
  'list groups',
  'services',
  'services --json',
  'services --zone rack',
  'ports',
  'ports --json',
  'pki list',
  'pki list --json',
  'graph --as svg',
  'graph --as html',
  'graph --as dot',
  'graph --as mermaid',
  'access --user dbuser_meta --db meta --from 10.0.0.1',
  'access --user dbuser_meta --db meta --from 10.0.0.1 --json',
  ...[1, 2, 3, 4, 5, 6, 7].map((phase) => `dump --phase ${phase}`),
  'secrets gen --dry-run',
  ...[
    'own',
    'rack',
    'sealed',
    'opened',
    'node_timezone',
    'node_etc_hosts',
    'pg_users',
    'pg_databases',
    'pg_hba_rules',
  ].flatMap((name) => [`explain 10.10.10.10 ${name}`, `explain 10.10.10.10 ${name} --json`]),
];

for (const command of COMMANDS) {
  test(command, async () => {
    const { status, text } = await printed(INVENTORY, command.split(' '));
    // No build has made certificates here, which the list says.
    assert.is(status, command.startsWith('pki list') ? 1 : 0, text);
    assert.not.match(text, LEAK);
  });
}

for (const format of FORMATS) {
  test(`findings as ${format}`, async () => {
    const { status, text } = await printed(BAD, ['check', '--format', format]);
    assert.is(status, 1, text);
    for (const code of ['PIG1205', 'PIG1210']) assert.match(text, code);
    assert.match(text, '********');
    assert.not.match(text, LEAK);
  });
}

test('values that a placeholder or expression made are masked, what was written is shown', async () => {
  const { text } = await printed(INVENTORY, ['explain', '10.10.10.10', 'node_timezone']);
  assert.match(
    text,
    /\n {2}value +\*{8}\/x +all +\S+:\d+:5\n {2}written +\{\{ rack \}\}\/x\n {2}replaces +'' +default\n/,
  );
  assert.match(
    (await printed(BAD, ['explain', '10.10.10.10', 'pg_version'])).text,
    /value +\*{8} .*\n {2}written +\$\{env:NUMBER\}\n/,
  );
});

test('--fix writes nothing from outside into the inventory', async () => {
  await printed(BAD, ['check', '--fix']);
  assert.is(readFileSync(join(dir, 'pigsty.yml'), 'utf8'), BAD);
});

test('a message is masked however it holds the value', () => {
  const external = new External([CANARY, KEY, '', '7', VAULT_VALUE]);
  const file = new SourceFile('pigsty.yml', 'all:\n');
  const message = (value: string): string =>
    external.diagnostics([report('unreadable-file', { file, start: 0, end: 3 }, { path: value, reason: 'gone' })])[0]!
      .message;
  assert.is(message(CANARY), 'cannot read `********`: gone');
  assert.is(message(KEY), 'cannot read `********…`: gone');
  assert.is(message(`key ${KEY.split('\n')[1]!.slice(0, 330)}`).includes('canary'), false);
  assert.is(message(`of ${VAULT_VALUE}!`), 'cannot read `of ********!`: gone');
  assert.is(message('7'), 'cannot read `********`: gone');
  assert.is(message('17 of 2.7'), 'cannot read `17 of 2.7`: gone');
  assert.equal(external.data({ a: [7, CANARY], b: JSON.stringify(CANARY) }), { a: [7, '********'], b: '"********"' });
});

test.run();
