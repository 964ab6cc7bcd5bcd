import { chmodSync, chownSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import type { FileStep, Step } from '../../../emitters/api.ts';
import type { Site } from '../../../compiler/model/site.ts';
import { pgsqlEmitter } from '../../../emitters/pgsql/index.ts';
import { threeMembers } from '../../unit/pgsql/site.ts';
import { nativeTest, run } from '../node/checker.ts';
import { BIN, SEALED, Server } from './server.ts';

const test = suite('programs of the host accept what we write');

function files(site: Site, host = '10.10.10.11'): readonly FileStep[] {
  return pgsqlEmitter
    .plan(site, site.hostByName.get(host)!)
    .filter((step: Step): step is FileStep => step.kind === 'file');
}

function text(site: Site, path: string, host?: string): string {
  const step = files(site, host).find((file) => file.path === path);
  assert.ok(step, `no step writes ${path}`);
  return step.render(SEALED);
}

/** A key and a certificate that is its own authority. */
function certificate(dir: string): void {
  run([
    'openssl',
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    join(dir, 'server.key'),
    '-out',
    join(dir, 'server.crt'),
    '-subj',
    '/CN=pg',
    '-days',
    '2',
  ]);
  cpSync(join(dir, 'server.crt'), join(dir, 'ca.crt'));
}

const PASSWORD = `q'u"o\\te #;% \${x} ä`;
const USERS = [
  { name: 'dbuser_meta', password: PASSWORD, pgbouncer: true, pool_mode: 'session', pool_connlimit: -1 },
  { name: 'dbuser.view-er', password: 'x', pgbouncer: true, pool_connlimit: 5 },
];
const DATABASES = [
  {
    name: 'meta',
    owner: 'dbuser_meta',
    pool_mode: 'transaction',
    pool_size: 64,
    pool_size_min: 2,
    pool_reserve: 32,
    pool_connlimit: 100,
  },
  { name: 'odd-name', pool_auth_user: 'dbuser_meta' },
  { name: 'hidden', pgbouncer: false },
];

nativeTest(
  test,
  [`${BIN}/postgres`, 'pgbouncer', 'setpriv', 'openssl'],
  'a client logs in through PgBouncer with the compiled verifier, and a wrong password does not',
  () => {
    const site = threeMembers(
      {
        pg_version: 15,
        pg_port: 54331,
        pg_users: USERS,
        pg_databases: DATABASES,
        pg_listen: '127.0.0.1',
        pgbouncer_port: 56432,
        pgbouncer_sslmode: 'require',
      },
      'debian-12',
    );
    const server = new Server(54331);
    const replace = {
      '/etc/pgbouncer/': `${server.dir}/`,
      '/pg/cert/': `${server.dir}/`,
      '/var/run/postgresql': server.dir,
      '/run/postgresql': server.dir,
      '/pg/log/pgbouncer': server.dir,
    };
    try {
      const all = files(site);
      for (const name of ['pgbouncer.ini', 'database.txt', 'useropts.txt', 'userlist.txt', 'pgb_hba.conf'])
        server.place(all.find((file) => file.path === `/etc/pgbouncer/${name}`)!, name, replace);
      certificate(server.dir);
      for (const name of ['server.key', 'server.crt', 'ca.crt'])
        chownSync(join(server.dir, name), server.uid, server.gid);
      writeFileSync(join(server.data, 'pg_hba.conf'), 'local all postgres peer\nlocal all all scram-sha-256\n');
      server.start();
      for (const name of ['pg-init-roles', 'pg-user-dbuser_meta'])
        server.script(
          'postgres',
          server.place(all.find((file) => file.path === `/pg/tmp/${name}.sql`)!, `${name}.sql`),
        );
      server.query('CREATE DATABASE meta OWNER dbuser_meta');
      const started = server.as('postgres', ['pgbouncer', '-d', join(server.dir, 'pgbouncer.ini')]);
      assert.is(started.code, 0, started.output);
      const login = (password: string, ssl = 'require') =>
        server.as(
          'postgres',
          [
            'psql',
            '-wqAXt',
            '-d',
            `host=127.0.0.1 port=56432 user=dbuser_meta dbname=meta sslmode=${ssl}`,
            '-c',
            'SELECT current_user',
          ],
          { PGPASSWORD: password },
        );
      assert.is(login(PASSWORD).output, 'dbuser_meta\n');
      assert.is.not(login(`${PASSWORD} `).code, 0);
      assert.is.not(login(PASSWORD, 'disable').code, 0);
      const admin = server.as('postgres', [
        'psql',
        '-h',
        server.dir,
        '-p',
        '56432',
        '-U',
        'postgres',
        '-wqAXt',
        '-d',
        'pgbouncer',
        '-c',
        'SHOW DATABASES',
      ]).output;
      assert.match(admin, /^meta\|.*\|64\|2\|32\|transaction\|100\|/m);
      assert.match(admin, /^odd-name\|/m);
      assert.not.match(admin, /hidden/);
    } finally {
      run(['sh', '-c', 'test -s "$1" && kill -9 "$(cat "$1")"', 'sh', join(server.dir, 'pgbouncer.pid')]);
      server.stop();
    }
  },
);

nativeTest(test, ['pgbackrest'], 'pgBackRest takes every repository without a warning', (scratch) => {
  const repositories = {
    local: { path: '/pg/backup', retention_full_type: 'count', retention_full: 2 },
    minio: {
      type: 's3',
      s3_endpoint: 'sss.pigsty',
      s3_region: 'us-east-1',
      s3_bucket: 'pgsql',
      s3_key: 'pgbackrest',
      s3_key_secret: `S3'U"ser #;`,
      s3_uri_style: 'path',
      path: '/pgbackrest/${pg_cluster}',
      storage_port: 9000,
      storage_ca_file: '/etc/pki/ca.crt',
      storage_verify_tls: false,
      block: 'y',
      bundle: 'y',
      bundle_limit: '20MiB',
      bundle_size: '128MiB',
      cipher_type: 'aes-256-cbc',
      cipher_pass: 'pw-${pg_cluster}',
      retention_full_type: 'time',
      retention_full: 14,
    },
    azure: { type: 'azure', path: '/x', azure_account: 'a', azure_container: 'c', azure_key: 'a2V5' },
    gcs: { type: 'gcs', path: '/x', gcs_bucket: 'b', gcs_key: '/etc/key.json' },
    host: { host: '10.10.10.99', host_user: 'postgres', path: '/pg/backup' },
  };
  for (const method of Object.keys(repositories)) {
    const site = threeMembers(
      { pg_version: 15, pgbackrest_method: method, pgbackrest_repo: repositories },
      'debian-12',
    );
    const conf = text(site, '/etc/pgbackrest/pgbackrest.conf').replaceAll('/pg/', `${scratch}/`);
    const path = join(scratch, `${method}.conf`);
    writeFileSync(path, conf);
    mkdirSync(join(scratch, 'log/pgbackrest'), { recursive: true });
    const outcome = run([
      'pgbackrest',
      `--config=${path}`,
      '--stanza=pg-test',
      '--log-level-console=warn',
      'help',
      'backup',
    ]);
    assert.is(outcome.code, 0, `${method}: ${outcome.output}`);
    const parsed = run(
      [
        'timeout',
        '2',
        'pgbackrest',
        `--config=${path}`,
        '--stanza=pg-test',
        '--log-level-console=warn',
        'repo-ls',
        '--repo=1',
      ],
      { seconds: 5 },
    );
    assert.not.match(
      parsed.output,
      /WARN: configuration file|invalid option|\[03[0-9]\]/,
      `${method}: ${parsed.output}`,
    );
  }
  const minio = text(
    threeMembers({ pgbackrest_method: 'minio', pgbackrest_repo: repositories }),
    '/etc/pgbackrest/pgbackrest.conf',
  );
  assert.match(minio, /^repo1-cipher-pass=pw-pg-test$/m);
  assert.match(minio, /^repo1-path=\/pgbackrest\/pg-test$/m);
  assert.match(minio, /^repo1-storage-verify-tls=n$/m);
  assert.match(minio, /^repo1-block=y$/m);
});

nativeTest(
  test,
  ['patroni', 'setpriv', `${BIN}/postgres`],
  'Patroni finds no mistake but what is not running',
  (scratch) => {
    const variants: readonly Readonly<Record<string, unknown>>[] = [
      {},
      { pg_conf: 'crit.yml', patroni_ssl_enabled: true, pg_rpo: 0 },
      {
        pg_conf: 'olap.yml',
        pg_mode: 'citus',
        pg_shard: 'pg-citus',
        pg_group: 1,
        pg_libs: 'citus, pg_stat_statements',
      },
      { pg_conf: 'tiny.yml', patroni_password: PASSWORD },
    ];
    const data = join(scratch, 'data');
    mkdirSync(data);
    chmodSync(scratch, 0o755);
    const [uid, gid] = [Number(run(['id', '-u', 'postgres']).output), Number(run(['id', '-g', 'postgres']).output)];
    chownSync(data, uid, gid);
    certificate(scratch);
    for (const [i, variant] of variants.entries()) {
      const site = threeMembers({ pg_version: 15, pg_bin_dir: BIN, ...variant }, 'debian-12');
      const yml = text(site, '/pg/conf/pg-test-1.yml')
        .replaceAll('/pg/data', data)
        .replaceAll('/pg/cert', scratch)
        .replaceAll('10.10.10.11', '127.0.0.2')
        .replaceAll('/pg/log/patroni', scratch);
      const path = join(scratch, `${i}.yml`);
      writeFileSync(path, yml, { mode: 0o644 });
      rmSync(data, { recursive: true });
      mkdirSync(data);
      chownSync(data, uid, gid);
      const { output } = run(
        [
          'setpriv',
          '--reuid=postgres',
          '--regid=postgres',
          '--clear-groups',
          '--',
          'patroni',
          '--validate-config',
          path,
        ],
        { seconds: 60 },
      );
      const mistakes = output
        .split('\n')
        .filter(
          (line) => line !== '' && !/^(restapi\.listen|postgresql\.listen|etcd\.hosts|etcd\.hosts\.\d+) /.test(line),
        );
      assert.equal(mistakes, [], `variant ${i}`);
    }
  },
);

nativeTest(test, ['systemd-analyze'], 'units', (scratch) => {
  const site = threeMembers(
    { pg_version: 15, patroni_watchdog_mode: 'required', pg_vip_enabled: true, pg_vip_address: '10.10.10.2/24' },
    'debian-12',
  );
  const units = files(site).filter((file) => file.path.endsWith('.service'));
  assert.is(units.length, 4);
  for (const unit of units)
    writeFileSync(join(scratch, unit.path.replace(/^.*\//, '')), unit.render(SEALED).replaceAll('/usr/pgsql/bin', BIN));
  for (const unit of units) {
    const { output } = run(['systemd-analyze', 'verify', '--man=no', join(scratch, unit.path.replace(/^.*\//, ''))], {
      env: { SYSTEMD_UNIT_PATH: `${scratch}:/lib/systemd/system` },
    });
    const about = output.split('\n').filter((line) => line.includes(scratch));
    assert.equal(about, [], output);
  }
});

nativeTest(test, ['vip-manager'], 'vip-manager reads its file', (scratch) => {
  const site = threeMembers(
    {
      pg_version: 15,
      pg_vip_enabled: true,
      pg_vip_address: '10.10.10.2/24',
      pg_vip_interface: 'no-such-interface',
      pg_etcd_password: PASSWORD,
    },
    'debian-12',
  );
  const path = join(scratch, 'vip.yml');
  writeFileSync(
    path,
    text(site, '/etc/default/vip-manager.yml')
      .replaceAll('https://10.10.10.10:2379', 'http://127.0.0.1:1')
      .replace(/^.*\/pg\/cert\/.*\n/gm, ''),
  );
  const { output } = run(['timeout', '-s', 'KILL', '2', 'vip-manager', `--config=${path}`], { seconds: 5 });
  // it gets as far as looking for the interface, which this machine does not have
  assert.not.match(output, /deprecat|mandatory|required|unmarshal|panic/i, output);
  assert.match(output, /no-such-interface/, output);
  assert.match(output, /trigger-value : pg-test-1/, output);
});

nativeTest(test, ['visudo'], 'sudo rights', (scratch) => {
  for (const mode of ['limit', 'all', 'nopass']) {
    const path = join(scratch, mode);
    writeFileSync(path, text(threeMembers({ pg_dbsu_sudo: mode }), '/etc/sudoers.d/postgres'), { mode: 0o440 });
    const outcome = run(['visudo', '-c', '-q', '-f', path]);
    assert.is(outcome.code, 0, outcome.output);
  }
});

nativeTest(test, ['shellcheck', 'bash'], 'programs and the shell profile', (scratch) => {
  for (const file of files(threeMembers()).filter((step) => step.path.startsWith('/usr/libexec/pigstyc/'))) {
    const path = join(scratch, file.path.replace(/^.*\//, ''));
    writeFileSync(path, file.render(SEALED));
    const outcome = run(['shellcheck', '-o', 'all', path]);
    assert.is(outcome.code, 0, outcome.output);
  }
  for (const name of ['pgsql.sh', 'pg-alias.sh']) {
    const path = join(scratch, name);
    writeFileSync(path, text(threeMembers(), `/etc/profile.d/${name}`));
    const outcome = run(['sh', '-c', 'set -eu; . "$1"; echo "$PGDATA"', 'sh', path], { env: { PGDATA: '/pg/data' } });
    assert.is(outcome.output, '/pg/data\n');
  }
});

nativeTest(test, [`${BIN}/postgres`, 'setpriv', 'bash'], 'pg-role, pg-drop-role and pg-vacuum do what they say', () => {
  const site = threeMembers({ pg_version: 15, pg_bin_dir: BIN });
  const server = new Server(54332);
  const scripts = (name: string): string => {
    const path = server.place(files(site).find((file) => file.path === `/usr/libexec/pigstyc/${name}`)!, name, {
      '/etc/pigstyc': server.dir,
      '/usr/libexec/pigstyc': server.dir,
    });
    chmodSync(path, 0o755);
    return path;
  };
  try {
    server.place(files(site).find((file) => file.path === '/etc/pigstyc/instance.env')!, 'instance.env', {
      'PG_SOCKET_DIR=/var/run/postgresql': `PG_SOCKET_DIR=${server.dir}`,
      'PG_PORT=5432': 'PG_PORT=54332',
    });
    const role = scripts('pg-role');
    const drop = scripts('pg-drop-role');
    const vacuum = scripts('pg-vacuum');
    assert.equal(server.as('postgres', [role]), { code: 1, output: 'unknown\n' });
    server.start();
    assert.equal(server.as('postgres', [role]), { code: 0, output: 'primary\n' });
    server.query('CREATE ROLE "o\'dd" LOGIN');
    server.query('CREATE DATABASE app OWNER "o\'dd"');
    server.query(
      'CREATE TABLE mine (id int); ALTER TABLE mine OWNER TO "o\'dd"; GRANT SELECT ON mine TO PUBLIC',
      'app',
    );
    server.query(`GRANT CREATE ON DATABASE postgres TO "o'dd"`);
    assert.equal(server.as('postgres', [drop, "o'dd"]), { code: 0, output: "DROP ROLE o'dd\n" });
    assert.equal(server.as('postgres', [drop, "o'dd"]), { code: 0, output: '' });
    assert.is(server.query("SELECT tableowner FROM pg_tables WHERE tablename = 'mine'", 'app'), 'postgres');
    assert.is(server.as('postgres', [drop, 'postgres']).code, 1);
    assert.match(server.as('postgres', [vacuum, '-a', '0', 'app']).output, /^app public\.mine$/m);
    assert.is(server.query("SELECT age(relfrozenxid) < 5 FROM pg_class WHERE relname = 'mine'", 'app'), 't');
  } finally {
    server.stop();
  }
});

test.run();
