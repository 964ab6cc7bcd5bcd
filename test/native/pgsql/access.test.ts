/**
 * `pigstyc access` against the programs it speaks for: PostgreSQL 15 and PgBouncer with the emitted files, in a network namespace that owns
 * every client address of the matrix. A connection to an address of the machine comes from that same address.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { addressText, parseAddress } from '../../../compiler/domain/address.ts';
import { decide, type Decision, type Question, type Reason } from '../../../compiler/review/access/decide.ts';
import type { Dialect } from '../../../compiler/domain/hba/hba-line.ts';
import { memberOf, type Member } from '../../../compiler/review/access/member.ts';
import type { Site } from '../../../compiler/model/site.ts';
import { pgsqlEmitter } from '../../../emitters/pgsql/index.ts';
import type { FileStep } from '../../../emitters/api.ts';
import { threeMembers } from '../../unit/pgsql/site.ts';
import { nativeTest, run } from '../node/checker.ts';
import { BIN, Server, sqlCalls } from './server.ts';

const test = suite('pigstyc access, asked of the real programs');

const USERS = [
  { name: 'team', login: false },
  { name: 'lead', password: 'pw.lead', roles: ['team'], pgbouncer: true },
  { name: 'junior', password: 'pw.junior', roles: ['lead'], inherit: false, pgbouncer: true },
  { name: 'viewer', password: 'pw.viewer', roles: ['dbrole_readonly'], pgbouncer: true },
  { name: 'etl', password: 'pw.etl', roles: ['dbrole_offline'] },
  { name: 'guest', password: 'pw.guest', pgbouncer: true },
  { name: 'robot', password: 'pw.robot', roles: ['dbrole_readwrite'], pgbouncer: true },
  { name: 'silent', roles: ['dbrole_readonly'] },
  { name: 'certy', password: 'pw.certy', roles: ['team'], pgbouncer: true },
  { name: 'oldhash', password: 'md5cfb9ac1bdc7d3e4e9c3a9f2b0b0a3c11', roles: ['dbrole_readonly'], pgbouncer: true },
  { name: 'courier', password: 'pw.courier', roles: ['dbrole_readonly'], pgbouncer: true },
];
const DATABASES = [
  { name: 'app', owner: 'lead' },
  { name: 'private', owner: 'lead', revokeconn: true },
  { name: 'lead', owner: 'lead', pgbouncer: false },
  { name: 'team' },
  { name: 'closed', allowconn: false },
];
const RULES = [
  { title: 'own database', user: 'all', db: 'sameuser', addr: '192.168.7.0/24', auth: 'pwd', order: 50 },
  { title: 'robots', user: 'robot,etl', db: 'app,postgres', addr: '10.9.9.9', auth: 'trust', order: 60 },
  { title: 'no guests here', user: 'guest', db: 'all', addr: 'cluster', auth: 'deny', order: 70 },
  { title: 'team over TLS', user: '+team', db: 'all', addr: '203.0.113.0/24', auth: 'ssl', order: 80 },
  {
    title: 'offline work',
    role: 'offline',
    user: '+dbrole_offline',
    db: 'all',
    addr: '198.51.100.0/24',
    auth: 'ssl',
    order: 90,
  },
  {
    title: 'written out',
    order: 95,
    rules: [
      'host samerole all 172.16.5.5 255.255.255.255 scram-sha-256 # own roles',
      'host "samerole" all 172.16.5.5/32 trust',
      'hostnossl app "+team",lead 8.8.8.8/32 scram-sha-256',
      'hostssl app,replication +lead,certy 8.8.8.8/32 cert',
      'host app,private +team,guest 2001:db8::/32 md5',
      'host all all ::1/128 reject',
    ],
  },
  { title: 'guests elsewhere', user: 'guest', db: 'app', addr: 'world', auth: 'pwd' },
  { title: 'never again', user: 'guest', db: 'all', addr: 'world', auth: 'deny' },
  { title: 'a role that does not exist', user: '+ghosts', db: 'all', addr: 'world', auth: 'trust' },
];
const POOL_RULES = [
  {
    title: 'no roles in the pool',
    order: 10,
    rules: [
      'host all +team 0.0.0.0/0 trust',
      'host all guest 203.0.113.7/24 trust',
      'host "all" viewer 0.0.0.0/0 trust',
      'local app robot peer',
    ],
  },
  { title: 'courier is trusted', user: 'courier', db: 'all', addr: 'intra', auth: 'trust', order: 20 },
  { title: 'and never has a SCRAM login', user: 'courier', db: 'all', addr: 'localhost', auth: 'deny', order: 25 },
  { title: 'guests', user: 'guest', db: 'all', addr: '203.0.113.0/24', auth: 'deny', order: 30 },
  { title: 'TLS from outside', user: 'lead,viewer', db: 'app,team,lead', addr: 'world', auth: 'ssl', order: 40 },
  { title: 'own database', user: 'all', db: 'sameuser', addr: '8.8.8.8', auth: 'pwd', order: 50 },
];
const ADDRESSES = [
  '127.0.0.1',
  '10.10.10.10',
  '10.10.10.12',
  '10.9.9.9',
  '192.168.7.7',
  '203.0.113.7',
  '198.51.100.9',
  '172.16.5.5',
  '8.8.8.8',
  '2001:db8::5',
  '::1',
];
const NAMES = ['postgres', 'replicator', 'dbuser_dba', 'dbuser_monitor', ...USERS.map(({ name }) => name), 'ghost'];
const PASSWORDS: ReadonlyMap<string, string> = new Map([
  ...USERS.map(({ name, password }): [string, string] => [name, password ?? 'none']),
  ['replicator', 'DBUser.Replicator'],
  ['dbuser_dba', 'DBUser.DBA'],
  ['dbuser_monitor', 'DBUser.Monitor'],
]);

const PORT = 54341;
const POOL_PORT = 56441;

function cluster(dir: string, more: Readonly<Record<string, unknown>> = {}): Site {
  return threeMembers(
    {
      pg_version: 15,
      pg_port: PORT,
      pgbouncer_port: POOL_PORT,
      pg_localhost: dir,
      pg_listen: '*',
      pgbouncer_sslmode: 'allow',
      pg_users: USERS,
      pg_databases: DATABASES,
      pg_hba_rules: RULES,
      pgb_hba_rules: POOL_RULES,
      ...more,
    },
    'debian-12',
  );
}

/** A namespace of its own network, alive until it is stopped; its address list is the clients of the matrix. */
class Namespace {
  readonly #holder = spawn('unshare', ['-n', 'sleep', '600'], { stdio: 'ignore' });
  readonly enter: readonly string[];

  constructor() {
    this.enter = ['nsenter', '-t', String(this.#holder.pid), '-n', '--'];
  }

  async up(): Promise<void> {
    const own = readlink('self');
    for (let i = 0; i < 100 && readlink(String(this.#holder.pid)) === own; i++) await sleep(50);
    this.#run('ip', 'link', 'set', 'lo', 'up');
    for (const address of ADDRESSES)
      if (!/^(127\.|::1$)/.test(address))
        this.#run(
          'ip',
          'address',
          'add',
          `${address}/${address.includes(':') ? 128 : 32}`,
          'dev',
          'lo',
          ...(address.includes(':') ? ['nodad'] : []),
        );
  }

  #run(...command: readonly string[]): void {
    const { code, output } = run([...this.enter, ...command]);
    assert.is(code, 0, `${command.join(' ')}: ${output}`);
  }

  down(): void {
    this.#holder.kill('SIGKILL');
  }
}

function readlink(pid: string): string {
  return run(['readlink', `/proc/${pid}/ns/net`]).output;
}

/** An authority, the server's certificate and a client's, which PostgreSQL takes for user `certy`. */
function certificates(server: Server): void {
  const sign = (name: string, subject: string): void => {
    const outcome = run([
      'sh',
      '-ec',
      'cd "$1"; openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$2.key" -out ' +
        '"$2.csr" -subj "/CN=$3" 2>&1; openssl x509 -req -in "$2.csr" -CA ca.crt -CAkey ca.key -CAcreateserial ' +
        '-out "$2.crt" -days 2 2>&1',
      'sh',
      server.dir,
      name,
      subject,
    ]);
    assert.is(outcome.code, 0, outcome.output);
  };
  run([
    'sh',
    '-ec',
    'cd "$1"; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ' +
      'ca.crt -subj /CN=test-ca -days 2',
    'sh',
    server.dir,
  ]);
  sign('server', 'pg');
  sign('client', 'certy');
  for (const name of ['ca.crt', 'server.key', 'server.crt', 'client.key', 'client.crt']) {
    chmodSync(join(server.dir, name), 0o600);
    chownSync(join(server.dir, name), server.uid, server.gid);
  }
}

interface Cell {
  readonly question: Question;
  readonly from: string;
}

/**
 * Users × databases × addresses × TLS. Every user tries every source with and without TLS on two databases, and every
 * database from two sources.
 */
function matrix(databases: readonly string[], addresses: readonly string[]): readonly Cell[] {
  const cells: Cell[] = [];
  NAMES.forEach((user, u) =>
    ['local', ...addresses].forEach((from, a) =>
      databases.forEach((database, d) => {
        if ((u + a + d) % databases.length > 1 && from !== '8.8.8.8' && from !== 'local') return;
        const source = from === 'local' ? 'local' : parseAddress(from)!;
        for (const tls of from === 'local' ? [false] : [true, false])
          cells.push({ from, question: { user, database, from: source, tls } });
      }),
    ),
  );
  return cells;
}

/** What came of a cell: a value of the server, or what it said. */
interface Tried {
  readonly ok: boolean;
  readonly text: string;
}

/** Logs in for every cell, as user `postgres` of the machine, always with the right password; `certy` has a certificate. */
function tryCells(server: Server, cells: readonly Cell[], port: number): readonly Tried[] {
  const logins = cells.map(({ from, question: { user, database, tls } }) => ({
    host: from === 'local' ? server.dir : from,
    port,
    user,
    password: PASSWORDS.get(user) ?? 'none',
    database: database === 'replication' ? 'postgres' : database,
    tls,
    certificate: user === 'certy' && tls ? join(server.dir, 'client') : undefined,
    replication: database === 'replication',
    query:
      database === 'replication'
        ? 'IDENTIFY_SYSTEM'
        : database === 'pgbouncer'
          ? 'SHOW VERSION'
          : 'SELECT pg_backend_pid()',
  }));
  const { status, stdout, stderr } = spawnSync(
    server.wrap[0]!,
    [
      ...server.wrap.slice(1),
      'setpriv',
      '--reuid=postgres',
      '--regid=postgres',
      '--clear-groups',
      '--',
      process.execPath,
      resolve('test/native/pgsql/try-logins.mjs'),
    ],
    {
      input: JSON.stringify(logins),
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: server.dir },
      timeout: 300_000,
      maxBuffer: 1 << 26,
    },
  );
  assert.is(status, 0, stderr);
  return JSON.parse(stdout) as readonly Tried[];
}

function anyOf(...patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join('|'));
}

const NOT_PROVEN = /Peer authentication failed|certificate authentication failed|valid client certificate/;

/** What the programs say when a reason of ours is theirs. */
const SERVER_SAYS: Partial<Readonly<Record<Reason, RegExp>>> = {
  'no-rule': /no pg_hba\.conf entry for/,
  rejected: /pg_hba\.conf rejects/,
  'no-such-user': anyOf(/password authentication failed|role ".*" does not exist/, NOT_PROVEN),
  'no-login': anyOf(/password authentication failed|is not permitted to log in/, NOT_PROVEN),
  'no-password': /password authentication failed/,
  'other-password': /password authentication failed/,
  'no-replication': /must be superuser or replication role/,
  'no-such-database': /database ".*" does not exist/,
  'database-closed': /is not currently accepting connections/,
  'no-connect': /permission denied for database/,
};

const POOL_SAYS: Partial<Readonly<Record<Reason, RegExp>>> = {
  'no-rule': /login rejected|no authentication method is found/,
  rejected: /login rejected/,
  'no-tls': /does not support SSL/,
  'tls-required': /SSL required/,
  'not-in-pool': /authentication failed|no such user|login rejected/,
  'no-password': /authentication failed/,
  'other-password': /authentication failed|wrong password type/,
  'peer-over-tcp': /login rejected/,
  'no-pool-database': /no such database/,
  'not-pool-admin': /not allowed/,
  'no-server-login': /wrong password type|cannot do SCRAM|server login has been failing|authentication failed/,
  'server-denies': anyOf(
    /no pg_hba\.conf entry|rejects connection|authentication failed|permission denied for database/,
    /not currently accepting|does not exist|server login has been failing|not permitted to log in/,
  ),
};

/** What is left to the client when an answer is `allowed`: here it is user `postgres` of the machine, with a certificate of `certy`. */
function needsOther({ method }: Decision, { user }: Question): RegExp | undefined {
  if (method === 'peer' && user !== 'postgres') return /Peer authentication failed|login rejected/;
  if (method === 'cert' && user !== 'certy') return /valid client certificate|certificate authentication failed/;
  return undefined;
}

/** undefined when answer and outcome agree. */
function disagreement(
  cell: Cell,
  decision: Decision,
  { ok, text }: Tried,
  says: typeof SERVER_SAYS,
): string | undefined {
  const { user, database, tls } = cell.question;
  const other =
    needsOther(decision, cell.question) ??
    (decision.server === undefined || decision.verdict !== 'allowed'
      ? undefined
      : needsOther(decision.server, cell.question));
  const expected = decision.verdict === 'allowed' ? other : says[decision.reason];
  // Without the proof a method wants, nobody gets as far as the reasons after it.
  const agree =
    decision.verdict === 'allowed' && other === undefined
      ? ok
      : !ok && (expected?.test(text) === true || other?.test(text) === true);
  return agree
    ? undefined
    : `${user} ${database} ${cell.from}${tls ? ' tls' : ''}: ${decision.verdict} (${decision.reason}, ` +
        `${decision.line?.text}), but: ${text}`;
}

/** For each login PostgreSQL has logged, by process: the line of pg_hba.conf and the method. */
function logins(log: string): ReadonlyMap<string, { readonly method: string; readonly line: number }> {
  return new Map(
    [
      ...log.matchAll(/^\[(\d+)\] .*connection authenticated: identity=.* method=(\S+) \(.*pg_hba\.conf:(\d+)\)$/gm),
    ].map(([, pid, method, line]) => [pid!, { method: method!, line: Number(line) }]),
  );
}

function stepsOf(site: Site, host: string): readonly FileStep[] {
  return pgsqlEmitter.plan(site, site.hostByName.get(host)!).filter((step): step is FileStep => step.kind === 'file');
}

function count(cells: readonly unknown[], decisions: readonly Decision[]): string {
  const allowed = decisions.filter(({ verdict }) => verdict === 'allowed').length;
  return (
    `${cells.length} cells: ${allowed} let in, ${cells.length - allowed} not, ` +
    `${new Set(decisions.map(({ reason }) => reason)).size} reasons, ` +
    `${new Set(decisions.map(({ line }) => line?.text)).size} lines decide`
  );
}

const NEEDS = [`${BIN}/postgres`, 'pgbouncer', 'psql', 'setpriv', 'openssl', 'ip', 'nsenter', 'unshare'];

nativeTest(
  test,
  NEEDS,
  'every cell of the matrix: connect or not, for the reason and by the line the answer names',
  async () => {
    if (run(['unshare', '-n', 'true']).code !== 0) {
      console.log('skip: access matrix: no right to make a network namespace');
      return;
    }
    const namespace = new Namespace();
    await namespace.up();
    const server = new Server(PORT, [], namespace.enter);
    try {
      const site = cluster(server.dir);
      certificates(server);
      server.start(
        `-c listen_addresses=* -c ssl=on -c ssl_cert_file=${server.dir}/server.crt -c ` +
          `ssl_key_file=${server.dir}/server.key -c ssl_ca_file=${server.dir}/ca.crt -c log_connections=on -c ` +
          'max_connections=50 -c "log_line_prefix=[%p] "',
      );
      for (const { database, step } of sqlCalls(pgsqlEmitter.plan(site, site.hostByName.get('10.10.10.11')!)))
        server.script(
          database,
          server.place(step, step.path.replace(/^.*\//, ''), { '/pg/tmp': server.dir, '/pg/data': server.data }),
        );
      const wrong = ['10.10.10.11', '10.10.10.13'].flatMap((host) => askServer(server, site, host));
      for (const mode of ['allow', 'require', 'disable'])
        wrong.push(
          ...askPool(
            server,
            cluster(server.dir, { pgbouncer_sslmode: mode }),
            mode === 'allow' ? ADDRESSES : ['10.10.10.12', '8.8.8.8'],
          ),
        );
      assert.equal(wrong, []);
    } finally {
      run(['sh', '-c', 'test -s "$1" && kill -9 "$(cat "$1")"', 'sh', join(server.dir, 'pgbouncer.pid')]);
      server.stop();
      namespace.down();
    }
  },
);

function install(server: Server, site: Site, host: string): Member {
  const steps = stepsOf(site, host);
  server.place(steps.find(({ path }) => path === '/pg/data/pg_hba.conf')!, 'data/pg_hba.conf');
  const loaded = server.query('SELECT pg_conf_load_time()');
  server.query('SELECT pg_reload_conf()');
  for (let i = 0; i < 50 && server.query('SELECT pg_conf_load_time()') === loaded; i++) run(['sleep', '0.1']);
  assert.is(server.query('SELECT count(*) FROM pg_hba_file_rules WHERE error IS NOT NULL'), '0');
  return memberOf(site, site.hostByName.get(host)!.pg!);
}

function askServer(server: Server, site: Site, host: string): readonly string[] {
  const member = install(server, site, host);
  const cells = matrix(['app', 'private', 'postgres', 'lead', 'team', 'closed', 'nowhere', 'replication'], ADDRESSES);
  const tried = tryCells(server, cells, PORT);
  const decisions = decisionsOf(member, cells, 'postgres');
  const wrong = cells.flatMap((cell, i) => disagreement(cell, decisions[i]!, tried[i]!, SERVER_SAYS) ?? []);
  const seen = logins(readFileSync(join(server.dir, 'log'), 'utf8'));
  const file = readFileSync(join(server.data, 'pg_hba.conf'), 'utf8').split('\n');
  let compared = 0;
  cells.forEach(({ from, question }, i) => {
    const login = seen.get(tried[i]!.text);
    const { line, method } = decisions[i]!;
    if (login === undefined || line === undefined) return;
    compared++;
    const decided = file[login.line - 1]!.replace(/ +/g, ' ');
    if (decided !== line.text || login.method !== method)
      wrong.push(
        `${question.user} ${question.database} ${from}: ${line.text} (${method}), but: ${decided} (${login.method})`,
      );
  });
  console.log(`${host}: ${count(cells, decisions)}; the log names the same line for ${compared} logins`);
  assert.ok(cells.length > 400 && compared > 50);
  return wrong;
}

function askPool(server: Server, site: Site, addresses: readonly string[]): readonly string[] {
  const member = install(server, site, '10.10.10.11');
  const paths = {
    '/etc/pgbouncer/': `${server.dir}/`,
    '/pg/cert/': `${server.dir}/`,
    '/run/postgresql': server.dir,
    '/pg/log/pgbouncer': server.dir,
  };
  for (const name of ['pgbouncer.ini', 'database.txt', 'useropts.txt', 'userlist.txt', 'pgb_hba.conf'])
    server.place(stepsOf(site, '10.10.10.11').find(({ path }) => path === `/etc/pgbouncer/${name}`)!, name, paths);
  const started = server.as('postgres', ['pgbouncer', '-d', join(server.dir, 'pgbouncer.ini')]);
  assert.is(started.code, 0, started.output);
  const cells = matrix(['app', 'private', 'postgres', 'lead', 'team', 'closed', 'pgbouncer'], addresses);
  const tried = tryCells(server, cells, POOL_PORT);
  const decisions = decisionsOf(member, cells, 'pgbouncer');
  const wrong = cells.flatMap((cell, i) => disagreement(cell, decisions[i]!, tried[i]!, POOL_SAYS) ?? []);
  console.log(`pool with ${member.view.host.params.pgbouncerSslmode}: ${count(cells, decisions)}`);
  const pid = readFileSync(join(server.dir, 'pgbouncer.pid'), 'utf8').trim();
  run(['sh', '-c', 'kill "$1"; while kill -0 "$1" 2>/dev/null; do sleep 0.1; done', 'sh', pid]);
  return wrong;
}

function decisionsOf(member: Member, cells: readonly Cell[], dialect: Dialect): readonly Decision[] {
  return cells.map(({ question, from }) => {
    const decision = decide(member, question, dialect);
    assert.is.not(
      decision.verdict,
      'unknown',
      `${question.user} ${from === 'local' ? from : addressText(parseAddress(from)!)}`,
    );
    return decision;
  });
}

test.run();
