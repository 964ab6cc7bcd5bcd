/** Three members under the real Patroni and etcd, all on loopback addresses. */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import type { FileStep } from '../../../emitters/api.ts';
import type { Site } from '../../../compiler/model/site.ts';
import { pgsqlEmitter } from '../../../emitters/pgsql/index.ts';
import { testSite, type TestHost } from '../../unit/pgsql/site.ts';
import { nativeTest, run } from '../node/checker.ts';
import { BIN, SEALED } from './server.ts';

const test = suite('a cluster under Patroni');

const facts = { cpu: 1, memoryMib: 512, diskGib: 20 };
const UID = Number(run(['id', '-u', 'postgres']).output);
const GID = Number(run(['id', '-g', 'postgres']).output);
const asPostgres = (command: readonly string[]): readonly string[] => [
  'setpriv',
  '--reuid=postgres',
  '--regid=postgres',
  '--clear-groups',
  '--',
  ...command,
];

function cluster(vars: Readonly<Record<string, unknown>> = {}): Site {
  const member = (last: number, seq: number, role: string, more: Readonly<Record<string, unknown>> = {}): TestHost => ({
    name: `127.0.0.${last}`,
    groups: ['pg-test'],
    facts,
    vars: { pg_cluster: 'pg-test', pg_seq: seq, pg_role: role, ...more },
  });
  return testSite(
    [
      { name: '127.0.0.10', groups: ['infra', 'etcd'], vars: { infra_seq: 1, etcd_seq: 1, etcd_port: 12379 } },
      member(11, 1, 'primary'),
      member(12, 2, 'replica'),
      member(13, 3, 'replica', { pg_upstream: '127.0.0.12' }),
    ],
    {
      admin_ip: '127.0.0.1',
      pg_version: 15,
      pg_bin_dir: BIN,
      pg_conf: 'tiny.yml',
      pg_port: 15432,
      patroni_port: 18008,
      pgbackrest_enabled: false,
      pg_rto: 'fast',
      pg_namespace: '/test',
      pg_listen: '${ip}',
      pg_parameters: { work_mem: '9MB' },
      ...vars,
    },
    'debian-12',
  );
}

/** One member's files below a directory of its own, and its Patroni. */
class Member {
  readonly dir: string;
  #process: ChildProcess | undefined;

  readonly #scratch: string;
  readonly address: string;

  constructor(scratch: string, address: string) {
    this.#scratch = scratch;
    this.address = address;

    this.dir = join(scratch, address);
    for (const dir of ['', 'data', 'conf', 'bin', 'log', 'log/patroni', 'tmp', 'run']) {
      mkdirSync(join(this.dir, dir), { mode: 0o700 });
      chownSync(join(this.dir, dir), UID, GID);
    }
  }

  #files(site: Site): readonly FileStep[] {
    return pgsqlEmitter
      .plan(site, site.hostByName.get(this.address)!)
      .filter((step): step is FileStep => step.kind === 'file');
  }

  /** The directories of an instance on this machine. */
  #here(text: string): string {
    return text
      .replaceAll('/etc/pigstyc/', `${this.dir}/conf/`)
      .replaceAll('/usr/libexec/pigstyc/', `${this.dir}/bin/`)
      .replaceAll('/pg/', `${this.dir}/`);
  }

  /** Writes the files whose path starts so. */
  place(site: Site, prefix: string): readonly string[] {
    return this.#files(site)
      .filter((step) => step.path.startsWith(prefix))
      .map((step) => {
        const text = this.#here(
          step
            .render(SEALED)
            .replaceAll('/pg/cert', join(this.#scratch, 'cert'))
            .replaceAll('/var/run/postgresql, /tmp', join(this.dir, 'run'))
            .replaceAll('/var/run/postgresql', join(this.dir, 'run')),
        );
        const path = this.#here(step.path);
        writeFileSync(path, text, { mode: step.mode & 0o755 });
        chmodSync(path, step.mode);
        chownSync(path, UID, GID);
        return path;
      });
  }

  get config(): string {
    return join(this.dir, 'conf', `pg-test-${Number(this.address.split('.')[3]) - 10}.yml`);
  }

  start(): void {
    const [program, ...args] = asPostgres(['patroni', this.config]);
    const output = openSync(join(this.dir, 'out'), 'w');
    this.#process = spawn(program!, args, {
      stdio: ['ignore', output, output],
      env: { ...process.env, HOME: this.dir, PATH: '/usr/bin:/bin' },
    });
  }

  async status(path: string): Promise<number> {
    return fetch(`http://${this.address}:18008${path}`).then(
      (answer) => answer.status,
      () => 0,
    );
  }

  async until(what: string, condition: () => Promise<boolean> | boolean, seconds = 60): Promise<void> {
    for (
      const end = Date.now() + seconds * 1000;
      Date.now() < end;
      await new Promise((resolve) => setTimeout(resolve, 300))
    )
      if (await condition()) return;
    throw new Error(
      `${this.address}: not ${what} after ${seconds} s\n` +
        `${readFileSync(join(this.dir, 'log/patroni/patroni.log'), 'utf8').slice(-3000)}\n` +
        `${readFileSync(join(this.dir, 'out'), 'utf8').slice(-2000)}`,
    );
  }

  sql(text: string, ...options: readonly string[]): string {
    const { code, output } = run(
      asPostgres([
        'psql',
        '-h',
        join(this.dir, 'run'),
        '-p',
        '15432',
        '-U',
        'postgres',
        '-wqAXt',
        '-v',
        'ON_ERROR_STOP=1',
        '-d',
        'postgres',
        ...(text === '' ? [] : ['-c', text]),
        ...options,
      ]),
    );
    return code === 0 ? output.trim() : `error: ${output}`;
  }

  ctl(...args: readonly string[]): string {
    return run(asPostgres(['timeout', '30', 'patronictl', '-c', this.config, ...args]), { seconds: 40 }).output;
  }

  stop(): void {
    this.#process?.kill('SIGKILL');
    run(asPostgres([`${BIN}/pg_ctl`, '-D', join(this.dir, 'data'), '-m', 'immediate', 'stop']));
  }
}

nativeTest(
  test,
  ['patroni', 'patronictl', 'etcd', 'openssl', 'setpriv', `${BIN}/postgres`],
  'bootstrap, settings, cascade, switchover',
  async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'pigstyc-cluster-'));
    chmodSync(scratch, 0o755);
    const cert = join(scratch, 'cert');
    mkdirSync(cert);
    const { code, output } = run([
      'openssl',
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      join(cert, 'server.key'),
      '-out',
      join(cert, 'server.crt'),
      '-subj',
      '/CN=test',
      '-days',
      '2',
      '-addext',
      'subjectAltName=IP:127.0.0.10,IP:127.0.0.11',
    ]);
    assert.is(code, 0, output);
    writeFileSync(join(cert, 'ca.crt'), readFileSync(join(cert, 'server.crt')));
    for (const name of ['server.key', 'server.crt', 'ca.crt']) chownSync(join(cert, name), UID, GID);
    const url = 'https://127.0.0.10:12379';
    const etcd = spawn(
      'etcd',
      [
        '--data-dir',
        join(scratch, 'etcd'),
        '--enable-v2',
        '--listen-client-urls',
        url,
        '--advertise-client-urls',
        url,
        '--listen-peer-urls',
        'http://127.0.0.10:12380',
        '--initial-advertise-peer-urls',
        'http://127.0.0.10:12380',
        '--initial-cluster',
        'default=http://127.0.0.10:12380',
        '--cert-file',
        join(cert, 'server.crt'),
        '--key-file',
        join(cert, 'server.key'),
        '--trusted-ca-file',
        join(cert, 'ca.crt'),
      ],
      { stdio: 'ignore' },
    );
    const members = [11, 12, 13].map((last) => new Member(scratch, `127.0.0.${last}`));
    const [first, second, third] = members as [Member, Member, Member];
    try {
      const site = cluster();
      for (const member of members)
        for (const prefix of ['/pg/conf/', '/etc/pigstyc/', '/usr/libexec/pigstyc/']) member.place(site, prefix);
      first.start();
      await first.until('primary', async () => (await first.status('/primary')) === 200);
      first.place(site, '/pg/data/');
      for (const script of first.place(site, '/pg/tmp/pg-init-roles'))
        assert.not.match(first.sql('', '-f', script), /error/);
      assert.is(first.sql('SELECT pg_reload_conf()'), 't');
      assert.is(first.sql('SELECT count(*) FROM pg_hba_file_rules WHERE error IS NOT NULL'), '0');

      // the file for a running cluster says what the bootstrap section has said
      const dcs = join(first.dir, 'conf/pg-test-1.dcs.yml');
      assert.match(first.ctl('edit-config', '--force', '--apply', dcs, 'pg-test'), /Not changed/);
      const changed = cluster({ pg_rpo: 0, pg_max_conn: 300 });
      first.place(changed, '/pg/conf/pg-test-1.dcs.yml');
      assert.match(first.ctl('edit-config', '--force', '--apply', dcs, 'pg-test'), /Configuration changed/);
      assert.match(first.ctl('edit-config', '--force', '--apply', dcs, 'pg-test'), /Not changed/);
      assert.match(
        first.ctl('show-config', 'pg-test'),
        /synchronous_mode: true[^]*max_connections: 300|max_connections: 300[^]*synchronous_mode: true/,
      );
      first.place(site, '/pg/conf/pg-test-1.dcs.yml');
      first.ctl('edit-config', '--force', '--apply', dcs, 'pg-test');

      for (const member of [second, third]) {
        member.start();
        await member.until('streaming', async () => (await member.status('/replica')) === 200, 90);
      }
      // every setting of the table reached the server
      assert.is(second.sql('SHOW work_mem'), '9MB');
      assert.is(
        second.sql(
          "SELECT string_agg(setting, ',' ORDER BY name) FROM pg_settings WHERE name IN ('max_connections', " +
            "'wal_level', 'shared_buffers', 'auto_explain.log_analyze')",
        ),
        'on,250,16384,logical',
      );
      await third.until(
        'cascading',
        () => second.sql("SELECT string_agg(application_name, ',') FROM pg_stat_replication") === 'pg-test-3',
        60,
      );
      await first.until(
        'followed by one member only',
        () => first.sql("SELECT string_agg(application_name, ',') FROM pg_stat_replication") === 'pg-test-2',
        60,
      );

      assert.match(
        first.ctl('switchover', '--force', '--leader', 'pg-test-1', '--candidate', 'pg-test-2', 'pg-test'),
        /Successfully switched over/,
      );
      await second.until('primary', async () => (await second.status('/primary')) === 200);
      await second.until(
        'checkpointed by the callback',
        () => readFileSync(join(second.dir, 'log/patroni/callback.log'), 'utf8').includes('checkpoint done'),
        30,
      );
      await first.until('replica', async () => (await first.status('/replica')) === 200);
      assert.is(
        readFileSync(join(second.dir, 'data/pg_hba.conf'), 'utf8')
          .split('\n')
          .filter((line) => /^(local|host)/.test(line)).length > 10,
        true,
        'the copy has the rules of the member it was made from',
      );
    } finally {
      for (const member of members) member.stop();
      etcd.kill('SIGKILL');
      rmSync(scratch, { recursive: true, force: true });
    }
  },
);

test.run();
