import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('pigstyc access');
const INVENTORY = 'fixtures/ok/access-control/pigsty.yml';

function access(line: string, inventory = INVENTORY) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [resolve('dist/pigstyc.cjs'), 'access', inventory, ...line.split(' ')],
    { encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

/** member, TLS, verdict and reason of every answer. */
function table(
  line: string,
  inventory = INVENTORY,
): { readonly status: number | null; readonly rows: readonly string[] } {
  const { status, stdout, stderr } = access(`${line} --json`, inventory);
  assert.is(stderr, '');
  return {
    status,
    rows: (JSON.parse(stdout) as { member: string; tls: boolean; verdict: string; reason: string }[]).map(
      ({ member, tls, verdict, reason }) => `${member} ${tls ? 'tls' : 'plain'} ${verdict} ${reason}`,
    ),
  };
}

test('a user or database that is nearly the name of one is asked about', () => {
  const { stderr } = access('--user dbuser_veiw --db mta --from 10.10.1.5 --cluster pg-meta');
  assert.is(
    stderr,
    'note: no user `dbuser_veiw` is declared, did you mean `dbuser_view`?\n' +
      'note: no database `mta` is declared, did you mean `meta`?\n',
  );
  assert.is(access('--user stranger --db meta --from 10.10.1.5').stderr, '');
});

test('text names the line, the place that made it and why it is for the user', () => {
  const { status, stdout } = access('--user dbuser_view --db meta --from 10.10.1.5 --cluster pg-meta');
  assert.is(status, 0);
  assert.is(
    stdout,
    `dbuser_view to meta from 10.10.1.5

pg-meta-1, pg-meta-2, pg-meta-3 with TLS: allowed with its password
  line  hostssl all +dbrole_readonly 10.0.0.0/8 scram-sha-256
  from  fixtures/ok/access-control/pigsty.yml:52:13 (pg_default_hba_rules): business users from the intranet
  note  \`dbuser_view\` is a member of \`dbrole_readonly\`

pg-meta-1, pg-meta-2, pg-meta-3 without TLS: denied, no line of pg_hba.conf is for this connection
`,
  );
});

test('the exit code says whether all members let it in', () => {
  assert.equal(table('--user dbuser_view --db meta --from 10.10.1.5 --no-tls --cluster pg-meta-delay'), {
    status: 0,
    rows: ['pg-meta-delay-1 plain allowed allowed'],
  });
  assert.is(table('--user dbuser_view --db meta --from 10.10.1.5 --no-tls').status, 1);
  assert.is(table('--user dbuser_view --db meta --from 8.8.8.8').status, 1);
});

test('a copy of a cluster has its users and databases', () => {
  assert.equal(
    table('--user dbuser_dba --db meta --from 8.8.8.8 --tls').rows,
    ['pg-meta-1', 'pg-meta-2', 'pg-meta-3', 'pg-meta-delay-1'].map((name) => `${name} tls allowed allowed`),
  );
});

test('through the pool: TLS, its lists, its rules', () => {
  const pool = (line: string): string => table(`${line} --cluster pg-meta-delay --via pgbouncer`).rows.join();
  assert.is(pool('--user dbuser_dba --db pgbouncer --from 10.1.1.1 --no-tls'), 'pg-meta-delay-1 plain allowed allowed');
  assert.is(pool('--user dbuser_dba --db pgbouncer --from 10.1.1.1 --tls'), 'pg-meta-delay-1 tls denied no-tls');
  assert.is(pool('--user dbuser_dba --db pgbouncer --from 8.8.8.8 --no-tls'), 'pg-meta-delay-1 plain denied rejected');
  assert.is(pool('--user dbuser_view --db meta --from 10.1.1.1 --no-tls'), 'pg-meta-delay-1 plain denied not-in-pool');
  assert.is(pool('--user postgres --db pgbouncer --from local'), 'pg-meta-delay-1 plain allowed allowed');
});

test('through a service the address is that of HAProxy', () => {
  const { stdout } = access('--user dbuser_view --db meta --from 8.8.8.8 --cluster pg-meta --via primary --tls --json');
  const answers = JSON.parse(stdout) as { proxy: string; member: string; verdict: string }[];
  assert.is(answers.length, 9);
  assert.ok(answers.every(({ verdict }) => verdict === 'allowed'));
  assert.equal([...new Set(answers.map(({ proxy }) => proxy))], ['10.10.10.10', '10.10.10.11', '10.10.10.12']);
});

test('the matrix: the page shows what the command prints', () => {
  const { status, stdout } = access('--matrix --cluster pg-meta');
  assert.is(status, 0);
  assert.ok(readFileSync('docs/access.md', 'utf8').includes(stdout.split('\n\n')[0]!));
  assert.is(access('--matrix --user postgres').status, 2);
});

test('every cell of the matrix as data is what the question of that cell answers', () => {
  const cells = JSON.parse(access('--matrix --cluster pg-meta --json').stdout) as Record<
    string,
    string | boolean | null
  >[];
  assert.ok(cells.length > 300);
  for (const cell of cells.filter((_, i) => i % 97 === 0)) {
    const rows = table(
      `--user ${cell['user']} --db ${cell['database']} --from ${cell['address'] ?? 'local'} ` +
        `${cell['tls'] === true ? '--tls' : '--no-tls'} --cluster pg-meta`,
    ).rows;
    assert.ok(
      rows.includes(`${cell['member']} ${cell['tls'] === true ? 'tls' : 'plain'} ${cell['verdict']} ${cell['reason']}`),
      JSON.stringify(cell),
    );
  }
});

test('wrong questions are told apart from negative answers', () => {
  for (const [line, expected] of [
    ['--user a --db b', /give --user, --db and --from/],
    ['--user a --db b --from pg-meta-11', /--from: `pg-meta-11` is neither .* did you mean `pg-meta-1`/],
    ['--user a --db b --from ::1 --cluster pg-mta', /no cluster `pg-mta`, did you mean `pg-meta`/],
    ['--user a --db b --from ::1 --via primry', /did you mean `primary`/],
    ['--user a --db b --from local --via primary', /over the network/],
  ] as const) {
    const { status, stderr } = access(line);
    assert.is(status, 2, line);
    assert.match(stderr, expected);
  }
});

test.run();
