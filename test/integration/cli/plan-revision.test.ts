/** What `pigstyc diff --base REVISION` reads: the files of the repository as they were, everything else as it is. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { diff, eachInRepository, NEW, OLD, SAME, smallInventory, type Repository } from '../../support/repository.ts';

const test = suite('diff --base revision');
let repository: Repository;
eachInRepository(test, (made) => (repository = made));

test('variables beside the inventory, several files, and files that it names are of the revision', async () => {
  repository.write('sites/base.yml', smallInventory('x_none: 1', ', pg_files: [hello.sh]'));
  repository.write('sites/prod.yml', 'all: { vars: { node_timezone: UTC } }\n');
  repository.write('sites/group_vars/pg-a.yml', 'pg_parameters: { work_mem: 8MB }\n');
  repository.write('sites/hello.sh', 'echo old\n');
  repository.commit();
  const files = ['-i', 'sites/base.yml', '-i', 'sites/prod.yml', '--base', 'HEAD'];
  assert.match((await diff(...files)).stdout, SAME);
  repository.write('sites/group_vars/pg-a.yml', 'pg_parameters: { work_mem: 9MB }\n');
  repository.write('sites/hello.sh', 'echo new\n');
  repository.write('sites/prod.yml', 'all: { vars: { node_timezone: Asia/Tokyo } }\n');
  // Not added to git: new all the same.
  repository.write('sites/host_vars/10.0.0.2.yml', 'pg_default_version: 17\nnode_cpu: 2\n');
  const { stdout, stderr } = await diff(...files);
  for (const pattern of [
    /^-work_mem = .*8MB/m,
    /^\+work_mem = .*9MB/m,
    /^-echo old$/m,
    /^\+echo new$/m,
    /^\+.*Asia\/Tokyo/m,
  ])
    assert.match(stdout, pattern, stderr);
  rmSync('sites/group_vars', { recursive: true });
  assert.match((await diff(...files)).stdout, /^-work_mem = .*8MB/m);
});

test('values from the environment and files may be absent on both sides; what git ignores is on both', async () => {
  const text = smallInventory(
    'node_timezone: UTC',
    ", pg_users: [{ name: app, password: '${file:app.pass}' }, { name: more, password: '${env:NOT_SET}' }]",
  );
  repository.write('pigsty.yml', text);
  repository.write('.gitignore', '*.pass\nfacts\n');
  repository.write('app.pass', 'App.Secret-1\n');
  repository.write(
    'facts/10.0.0.2.json',
    JSON.stringify({ cpu: 7, memoryMib: 9000, diskGib: 77, os: { vendor: 'debian', version: '12' } }),
  );
  repository.commit();
  assert.match((await diff('--base', 'main')).stdout, SAME);
  rmSync('app.pass');
  assert.match((await diff('--base', 'main')).stdout, SAME);
});

test('links are followed within the repository and lead nowhere outside', async () => {
  repository.write('shared/pg-a.yml', 'pg_parameters: { work_mem: 8MB }\n');
  repository.write('pigsty.yml', OLD);
  mkdirSync('group_vars');
  symlinkSync('../shared/pg-a.yml', 'group_vars/pg-a.yml');
  symlinkSync('/etc', 'outside');
  repository.commit();
  assert.match((await diff('--base', 'main')).stdout, SAME);
  repository.write('shared/pg-a.yml', 'pg_parameters: { work_mem: 9MB }\n');
  assert.match((await diff('--base', 'main')).stdout, /^-work_mem = .*8MB/m);
  assert.match((await diff('--base', 'main', '--facts', 'outside/pki')).stderr, /no such directory|^$/m);
});

test('a link to the repository and an absolute path lead to the same revision; files that are not there are named', async () => {
  repository.write('repository/pigsty.yml', OLD);
  repository.write('repository/group_vars/pg-a.yml', 'pg_parameters: { work_mem: 8MB }\n');
  repository.commit();
  repository.write('repository/group_vars/pg-a.yml', 'pg_parameters: { work_mem: 9MB }\n');
  const link = `${repository.directory}-link`;
  symlinkSync(join(repository.directory, 'repository'), link);
  try {
    for (const path of [join(link, 'pigsty.yml'), join(repository.directory, 'repository/pigsty.yml')])
      assert.match((await diff(path, '--base', 'main', '-U', '0')).stdout, /^-work_mem = .*8MB'?\n\+work_mem/m, path);
  } finally {
    rmSync(link);
  }
  const missing = await diff('nowhere/pigsty.yml', '--base', 'main');
  assert.is(missing.status, 1);
  assert.match(missing.stderr, /cannot read `nowhere\/pigsty\.yml`/);
});

test('a program that knows a password is started once', async () => {
  repository.write('pigsty.yml', OLD);
  repository.write('password', '#!/bin/sh\necho x >>"$(dirname "$0")/calls"; echo secret\n');
  chmodSync(join(repository.directory, 'password'), 0o755);
  repository.commit();
  assert.match((await diff('--base', 'main', '--vault-password-file', './password')).stdout, SAME);
  assert.is(readFileSync(join(repository.directory, 'calls'), 'utf8'), 'x\n');
});

test('an inventory that is a program is not that of the revision', async () => {
  const list = {
    all: { vars: { admin_ip: '10.0.0.1' } },
    etcd: { hosts: ['10.0.0.1'], vars: { etcd_cluster: 'etcd' } },
    _meta: { hostvars: { '10.0.0.1': { etcd_seq: 1 } } },
  };
  repository.write('list', `#!/bin/sh\necho '${JSON.stringify(list)}'\n`);
  chmodSync(join(repository.directory, 'list'), 0o755);
  repository.commit();
  const { status, stdout, stderr } = await diff('list', '--base', 'main', '--run-inventory');
  assert.equal([status, stdout], [1, '']);
  assert.match(stderr, /a program of another revision is not started/);
});

test('what is no base is a wrong command line', async () => {
  repository.write('pigsty.yml', OLD);
  repository.commit();
  for (const base of ['nowhere', '--output=x', 'HEAD~5', 'HEAD:pigsty.yml']) {
    const { status, stdout, stderr } = await diff(`--base=${base}`);
    assert.equal([status, stdout], [2, ''], base);
    assert.match(stderr, /^pigstyc: --base: .* is neither a file nor a directory, and no revision: /);
  }
  assert.not.ok(existsSync('x'));
  rmSync('.git', { recursive: true });
  assert.match((await diff('--base', 'main')).stderr, /not a git repository/);
});

test('`main...` is where the branch left main', async () => {
  repository.write('pigsty.yml', OLD);
  repository.commit();
  repository.git('checkout', '-q', '-b', 'topic');
  repository.write('other', 'x\n');
  repository.commit();
  repository.git('checkout', '-q', 'main');
  repository.write('pigsty.yml', NEW);
  repository.commit();
  repository.git('checkout', '-q', 'topic');
  assert.match((await diff('--base', 'main...')).stdout, SAME);
  assert.match((await diff('--base', 'main')).stdout, /^-.*Asia\/Tokyo/m);
});

test.run();
