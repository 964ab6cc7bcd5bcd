/** ssh reads what the inventory tells Ansible about connections. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { connectionOf } from '../../../compiler/phases/4-resolve/connection.ts';
import type { Host } from '../../../compiler/model/site.ts';
import { parseSource } from '../../../compiler/phases/1-parse/parse.ts';
import { becomeOfAll, sshConfig } from '../../../compiler/phases/9-bundle/ssh-config.ts';
import { makefile } from '../../../compiler/phases/9-bundle/makefile.ts';
import { SourceFile } from '../../../compiler/source/node.ts';
import type { Traced } from '../../../compiler/source/traced.ts';
import { site } from '../../integration/bundle/build.ts';
import { nativeTest, run } from './checker.ts';

const test = suite('ssh_config');

/** A host at 10.0.0.1 with variables as an inventory writes them. */
function host(vars: string): Host {
  const [tree] = parseSource(new SourceFile('pigsty.yml', vars));
  const entries = tree.kind === 'map' ? tree.entries : [];
  const traced = new Map(
    entries.map(({ key, value }) => [key.text, { name: key.text, node: value } as unknown as Traced]),
  );
  return { name: '10.0.0.1', address: '10.0.0.1', connection: connectionOf(traced, '10.0.0.1').connection } as Host;
}

/** What ssh would do, by option; whatever else the machine's own configuration says. */
function asked(scratch: string, vars: string): ReadonlyMap<string, string> {
  const target = host(vars);
  const path = join(scratch, 'ssh_config');
  writeFileSync(path, sshConfig([target]).replace(/^Match all[\s\S]*/m, ''));
  const { code, output } = run(['ssh', '-F', path, '-G', target.connection!.target]);
  assert.is(code, 0, output);
  return new Map(output.split('\n').map((line) => [line.replace(/ .*/, ''), line.replace(/^\S+ /, '')]));
}

const CASES: readonly (readonly [vars: string, expected: Readonly<Record<string, string>>])[] = [
  ['ansible_port: 2222', { hostname: '10.0.0.1', port: '2222' }],
  ['{ ansible_host: meta, ansible_user: ops.team }', { hostname: 'meta', user: 'ops.team' }],
  ['ansible_ssh_private_key_file: ~/.ssh/ops key', { identityfile: '~/.ssh/ops key' }],
  ['ansible_ssh_private_key_file: keys/ops', { identityfile: '../keys/ops' }],
  [
    `ansible_ssh_common_args: '-o ProxyCommand="ssh -W %h:%p -q jump" -C -o StrictHostKeyChecking=no'`,
    { proxycommand: 'ssh -W %h:%p -q jump', compression: 'yes', stricthostkeychecking: 'false' },
  ],
  ['ansible_ssh_common_args: -J ops@jump:2200 -p2200', { proxyjump: 'ops@jump:2200', port: '2200' }],
  ['ansible_ssh_extra_args: "-o \'ServerAliveInterval 7\' -oControlPath=none"', { serveraliveinterval: '7' }],
  ['{ ansible_port: 2222, ansible_ssh_common_args: -p 22 }', { port: '2222' }],
];

for (const [vars, expected] of CASES)
  nativeTest(test, ['ssh'], vars, (scratch) => {
    const found = asked(scratch, vars);
    for (const [name, value] of Object.entries(expected)) assert.is(found.get(name), value, name);
  });

nativeTest(test, ['ssh'], "the operator's own configuration counts for the rest", (scratch) => {
  const path = join(scratch, 'ssh_config');
  const own = join(scratch, 'own');
  writeFileSync(own, 'Host meta\n  HostName 10.9.9.9\n  User other\n  Port 99\n');
  const text = sshConfig([host('{ ansible_host: meta, ansible_user: ops }')]);
  assert.match(text, 'Include ~/.ssh/config');
  writeFileSync(path, text.replace('~/.ssh/config', own));
  const { output } = run(['ssh', '-F', path, '-G', 'meta']);
  for (const line of ['hostname 10.9.9.9', 'user ops', 'port 99']) assert.match(output, new RegExp(`^${line}$`, 'm'));
});

test('what would begin another block, or is no option, is left out', () => {
  for (const words of ['-o "Match exec true"', '-o Host=*', '-o Include=/x', '-Z', '-o'])
    assert.is(sshConfig([host(`ansible_ssh_common_args: '${words}'`)]), sshConfig([]));
  assert.is(sshConfig([host('{ ansible_user: "a\\nHost *", ansible_host: "-oProxyCommand=x" }')]), sshConfig([]));
});

test('the Makefile goes to the alias, and becomes root as all hosts do', () => {
  const own = host('{ ansible_host: meta, ansible_become_method: doas }');
  assert.is(becomeOfAll([own]), 'doas');
  assert.is(becomeOfAll([own, host('{}')]), 'sudo');
  assert.is(becomeOfAll([host('ansible_become: false')]), '');
  const text = makefile(
    site([{ ...own, params: { repoEnabled: false, nodeRepoModules: 'node' } } as unknown as Host]),
    ['10.0.0.1'],
  );
  assert.match(text, /^AT_10\.0\.0\.1 := meta$/m);
  assert.match(text, /^SUDO \?= doas$/m);
});

test.run();
