/** What PgBouncer reads back: passwords by logging in, names and values from its console. */
import { chownSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import { pgbouncerEntry, pgbouncerValue, userlistLine } from '../../../emitters/toolkit/quote/index.ts';
import { nativeTest, output } from '../node/checker.ts';
import { BIN, Server } from '../pgsql/server.ts';
import { arrived, quoted } from './strings.ts';

const PYTHON = '/usr/bin/python3';
const PORT = 54332;
const NO_LINE = ['a NUL character', 'an unpaired surrogate', 'a line break'];

/** Logs in as everybody, lists the databases, then lets every value take the place of VALUE in the configuration. */
const CLIENT = `import json,sys,time,psycopg2
task = json.load(open(sys.argv[1]))
def link(**more):
  c = psycopg2.connect(host=task['dir'], port=task['port'], **more); c.autocommit = True; return c
def login(user, password):
  try:
    link(dbname='postgres', user=user, password=password).close(); return user
  except psycopg2.Error as error:
    return str(error)
for attempt in range(200):
  try:
    console = link(dbname='pgbouncer', user='console', password='c').cursor(); break
  except psycopg2.OperationalError:
    if attempt == 199: raise
    time.sleep(0.05)
def ask(sql):
  console.execute(sql); names = [d[0] for d in console.description]; return [dict(zip(names, row)) for row in console.fetchall()]
def setting(text):
  open(task['config'], 'w', encoding='utf-8').write(task['template'].replace('VALUE', text)); console.execute('RELOAD')
  return next(row['value'] for row in ask('SHOW CONFIG') if row['key'] == 'server_check_query')
databases = {row['name']: row for row in ask('SHOW DATABASES')}
print(json.dumps({'logins': [login(*account) for account in task['accounts']], 'databases': databases, 'settings': \
[setting(text) for text in task['settings']]}))
`;

nativeTest(
  test,
  ['pgbouncer', `${BIN}/postgres`, 'setpriv', PYTHON],
  'PgBouncer: users with passwords, entries of databases, settings',
  async () => {
    const accounts = quoted(
      (value) => userlistLine(value, `${value}'`),
      [...NO_LINE, 'a user name longer than 127 bytes'],
      { where: (value) => value !== '' && Buffer.byteLength(value) < 1900 },
    );
    const passwords = quoted((value) => userlistLine('u', value), [...NO_LINE, 'a password longer than 2,000 bytes'], {
      where: (value) => value !== '',
    });
    const entries = quoted(
      (value) => pgbouncerEntry('d', { host: '127.0.0.1', dbname: value, user: value }),
      [...NO_LINE, 'an empty value', 'a user name longer than 127 bytes'],
    );
    const settings = quoted((value) => pgbouncerValue(value), [...NO_LINE, 'a blank at the start or end of a value']);
    const server = new Server(PORT, ['--encoding=UTF8']);
    const own = (name: string, text: string): string => {
      const path = join(server.dir, name);
      writeFileSync(path, text, { mode: 0o600 });
      chownSync(path, server.uid, server.gid);
      return path;
    };
    own('data/pg_hba.conf', 'local all all trust\n');
    const users = own(
      'userlist.txt',
      [
        userlistLine('console', 'c'),
        ...accounts.map(({ text }) => text),
        ...passwords.map(({ value }, i) => userlistLine(`password ${i}`, value)),
        '',
      ].join('\n'),
    );
    const template = (databases: string, query: string): string =>
      `[databases]\n${databases}[pgbouncer]\nserver_check_query = ${query}\nlisten_port = ${PORT + 1}\n` +
      `unix_socket_dir = ${server.dir}\nauth_type = plain\nauth_file = ${users}\nadmin_users = console\n` +
      `ignore_startup_parameters = extra_float_digits\n`;
    const databases = [
      `postgres = host=${server.dir} port=${PORT} user=postgres\n`,
      ...entries.map(
        ({ value }, i) => `${pgbouncerEntry(`d${i}`, { host: '127.0.0.1', dbname: value, user: value })}\n`,
      ),
    ].join('');
    const config = own('pgbouncer.ini', template(databases, 'select 1'));
    const task = own(
      'task',
      JSON.stringify({
        dir: server.dir,
        port: PORT + 1,
        config,
        template: template('', 'VALUE'),
        settings: settings.map(({ text }) => text),
        accounts: [
          ...accounts.map(({ value }) => [value, `${value}'`]),
          ...passwords.map(({ value }, i) => [`password ${i}`, value]),
        ],
      }),
    );
    server.start();
    const pool = spawn(
      'setpriv',
      ['--reuid=postgres', '--regid=postgres', '--clear-groups', '--', 'pgbouncer', '-q', config],
      { stdio: 'ignore', env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` } },
    );
    try {
      interface Read {
        readonly logins: string[];
        readonly databases: Readonly<Record<string, { readonly database: string; readonly force_user: string }>>;
        readonly settings: string[];
      }
      const read = JSON.parse(
        output([PYTHON, '-c', CLIENT, task], { LC_ALL: 'C.UTF-8', PGCLIENTENCODING: 'UTF8' }).toString('utf8'),
      ) as Read;
      arrived(
        entries.map((_, i) => read.databases[`d${i}`]?.database),
        entries,
      );
      arrived(
        entries.map((_, i) => read.databases[`d${i}`]?.force_user),
        entries,
      );
      arrived(read.settings, settings);
      arrived(read.logins.slice(0, accounts.length), accounts);
      const missed = read.logins.slice(accounts.length).map((user, i) => (user === `password ${i}` ? 'in' : user));
      arrived(missed, passwords, () => 'in');
    } finally {
      pool.kill('SIGKILL');
      server.stop();
    }
  },
);

test.run();
