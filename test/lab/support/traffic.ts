/** What a site is busy with, so that there is something to see: clients of every kind, and every kind of trouble a DBA looks for. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { address, type Background, type HostName, type Lab } from './lab.ts';
import { MEMBERS } from './postgres.ts';

const APP = 'user=app password=App-c8Yd1LmQ dbname=shop connect_timeout=3';
const REDIS = 'Native-x5Rn8Qd';

export class Traffic {
  readonly #lab: Lab;
  readonly #clients: Background[] = [];

  /** Makes the tables and starts the clients. */
  constructor(lab: Lab) {
    this.#lab = lab;
    const direct = `host=10.10.10.12 port=5436 ${APP}`;
    const made = lab.psql(direct, TABLES, 60);
    assert.is(made.code, 0, made.output);
    const pool = (port: number): string => `host=10.10.10.12 port=${port} ${APP}`;
    this.#run(
      `${FOREVER} pgbench -n -c 3 -T 3600 -R 40 -f '${this.#script('write', WRITE)}' '${pool(5433)}'; sleep 1; done`,
    );
    this.#run(
      `${FOREVER} pgbench -n -c 2 -T 3600 -R 40 -f '${this.#script('read', READ)}' '${pool(5434)}'; sleep 1; done`,
    );
    this.#run(`${FOREVER} psql -wqX -d '${direct}' -c "${BIG}" -c 'select * from sales.absent'; sleep 5; done`);
    this.#run(`export REDISCLI_AUTH=${REDIS}
      ${FOREVER} for i in {1..40}; do echo "SET key:$((RANDOM % 500)) $RANDOM"; echo "GET key:$((RANDOM % 600))"; done |
        redis-cli -c -h 10.10.10.11 >/dev/null; sleep 0.5; done`);
    this.#run(`${FOREVER} curl -s -o /dev/null http://10.10.10.10/; sleep 0.5; done`);
  }

  /** A planned change of the leader. */
  switchover(from: HostName): void {
    this.#ok(from, ['patronictl', '-c', '/etc/patroni/patroni.yml', 'switchover', '--force', 'pg-test']);
    this.#lab.eventually('another leads', 60, () =>
      MEMBERS.some(
        (host) =>
          host !== from &&
          this.#lab.psql(`host=${address(host)} port=5432 ${APP}`, 'select pg_is_in_recovery()').stdout.trim() === 'f',
      ),
    );
  }

  /** A full backup of the leader, once its control file says what timeline it is on. */
  backup(host: HostName): void {
    const made = (): boolean => this.#lab.exec(host, ['/usr/libexec/pigstyc/pg-backup', 'full']).code === 0;
    this.#lab.eventually('a backup is made', 60, made);
  }

  /** A transaction that does nothing and holds a lock, one that waits for it, one that ran into a deadlock. */
  trouble(host: HostName): void {
    const direct = `host=${address(host)} port=5432 ${APP}`;
    this.#run(
      `(echo 'begin; update sales.orders set note = note where id = 1;'; sleep 3600) | psql -wqX -d '${direct}'`,
    );
    this.#run(`sleep 1; psql -wqX -d '${direct}' -c 'update sales.orders set note = note where id = 1'`);
    const dead = (first: number, second: number): string =>
      `(echo 'begin; update sales.accounts set n = n where id = ${first};'; sleep 1;
        echo 'update sales.accounts set n = n where id = ${second}; commit;'; sleep 3) | psql -wqX -d '${direct}'`;
    this.#run(`${dead(1, 2)} & ${dead(2, 1)}; wait`);
  }

  stop(): string {
    return this.#clients.map((client) => client.stop()).join('');
  }

  #run(program: string): void {
    this.#clients.push(this.#lab.background(undefined, program));
  }

  #ok(host: HostName, command: readonly string[]): void {
    const outcome = this.#lab.exec(host, command);
    assert.is(outcome.code, 0, outcome.output);
  }

  #script(name: string, text: string): string {
    const file = join(this.#lab.directory, `${name}.sql`);
    writeFileSync(file, text);
    return file;
  }
}

const FOREVER = 'while :; do';

const TABLES = `create table sales.orders (id int primary key, note text, at timestamptz default now());
  create table sales.heap (id int, note text);
  create table sales.accounts (id int primary key, n int);
  create table sales.parted (id int, at date) partition by range (at);
  create table sales.parted_1 partition of sales.parted for values from ('2020-01-01') to ('2040-01-01');
  insert into sales.orders select n, repeat('x', 200) from generate_series(1, 20000) n;
  insert into sales.heap select n, repeat('y', 50) from generate_series(1, 5000) n;
  insert into sales.accounts select n, 0 from generate_series(1, 100) n`;

const WRITE = `\\set id random(2, 20000)
begin;
update sales.orders set note = repeat(md5(random()::text), 6), at = now() where id = :id;
insert into sales.heap values (:id, 'w');
end;
insert into sales.parted values (:id, now());
`;

const READ = `\\set id random(1, 20000)
select * from sales.orders where id = :id;
select count(*) from sales.heap where id = :id;
`;

/** More than work_mem holds, on disk, of what is not in memory. */
const BIG = "set work_mem = '64kB'; select count(*) from (select note from sales.orders order by md5(note)) o";
