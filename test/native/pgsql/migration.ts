/** Two servers on loopback, with pg-migrate as a host of the second one has it. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { pgsqlEmitter } from '../../../emitters/pgsql/index.ts';
import type { FileStep } from '../../../emitters/api.ts';
import { threeMembers } from '../../unit/pgsql/site.ts';
import { run, type Outcome } from '../node/checker.ts';
import { BIN, Server } from './server.ts';

const [OLD, NEW] = [54339, 54340] as const;
const FROM = `host=127.0.0.1 port=${OLD}`;
/** Of both, with a name that needs quotes. */
const DATABASE = "sh'op";

export class Migration {
  readonly old = new Server(OLD);
  readonly now = new Server(NEW);
  readonly #program: string;

  constructor() {
    this.#program = place(this.now);
  }

  start(): void {
    for (const server of [this.old, this.now]) {
      writeFileSync(join(server.data, 'pg_hba.conf'), 'local all all trust\nhost all all 127.0.0.1/32 trust\n');
      server.start('-c listen_addresses=127.0.0.1 -c wal_level=logical');
      server.query('CREATE ROLE dbuser_dba SUPERUSER LOGIN; CREATE ROLE app LOGIN');
      server.query(`CREATE DATABASE "${DATABASE}" OWNER app`);
    }
  }

  stop(): void {
    this.old.stop();
    this.now.stop();
  }

  readonly there = (sql: string): string => this.old.query(sql, DATABASE);
  readonly here = (sql: string): string => this.now.query(sql, DATABASE);

  /** An empty database here. */
  readonly renew = (): void => {
    this.now.query(`DROP DATABASE "${DATABASE}"`);
    this.now.query(`CREATE DATABASE "${DATABASE}" OWNER app`);
  };

  /** A part that succeeds; what it says. */
  readonly done = (part: string): string => {
    const outcome = this.#run(part);
    assert.is(outcome.code, 0, `${part}: ${outcome.output}`);
    return outcome.output;
  };

  readonly refused = (part: string, why: RegExp, env: Readonly<Record<string, string>> = {}): void => {
    const outcome = this.#run(part, env);
    assert.is(outcome.code, 1, `${part}: ${outcome.output}`);
    assert.match(outcome.output, why);
  };

  /** A plan for another origin. */
  readonly planFrom = (from: string): Outcome => run(['bash', this.#program, 'plan', from]);

  readonly eventually = (holds: () => boolean): void => {
    const until = Date.now() + 60_000;
    while (!holds()) assert.ok(Date.now() < until, 'not within a minute');
  };

  /** Whether an ordinary client may log in. */
  readonly letsIn = (server: Server): boolean => {
    const target = ['-h', server.dir, '-p', String(server.port), '-U', 'app', '-d', DATABASE];
    return server.as('postgres', ['psql', '-wqAXt', ...target, '-c', 'select 1']).code === 0;
  };

  /** Nothing of a migration is on either side. */
  readonly leavesNothing = (): void => {
    for (const side of [this.there, this.here]) {
      for (const what of ['publication', 'subscription', 'replication_slots'])
        assert.is(side(`SELECT count(*) FROM pg_${what}`), '0', what);
    }
  };

  #run(part: string, env: Readonly<Record<string, string>> = {}): Outcome {
    return run(['bash', this.#program, part, FROM], { seconds: 120, env });
  }
}

/** The program with what it reads. Patroni has no part in this but its settings, for which a file stands. */
function place(server: Server): string {
  const at = (name: string): string => join(server.dir, name);
  writeFileSync(
    at('instance.env'),
    `PG_CLUSTER=pg-new\nPG_SCOPE=pg-new\nPG_INSTANCE=pg-new-1\nPG_DBSU=postgres\nPG_ADMIN=dbuser_dba\nPG_BIN_DIR=${BIN}\n` +
      `PG_DATA=${server.data}\nPG_SOCKET_DIR=${server.dir}\nPG_PORT=${NEW}\nPATRONI_PEERS="http://127.0.0.1:8008"\n` +
      `PATRONI_CONFIG=/dev/null\nPATRONICTL=${at('patronictl')}\n`,
  );
  writeFileSync(
    at('patronictl'),
    `#!/bin/sh
case "$3 $6" in
  show-config*) cat ${at('dcs')} ;;
  *null) : >${at('dcs')} ;;
  *) echo "$6" >${at('dcs')} ;;
esac
`,
  );
  chmodSync(at('patronictl'), 0o755);
  writeFileSync(at('dcs'), 'ttl: 30\n');
  mkdirSync(at('tmp'));
  chmodSync(at('tmp'), 0o777);
  const site = threeMembers();
  const steps = pgsqlEmitter.plan(site, site.hostByName.get('10.10.10.11')!);
  const [, , program] = ['recovery.sh', 'migration.sh', 'pg-migrate'].map((name) =>
    server.place(
      steps.find((one): one is FileStep => one.kind === 'file' && one.path.endsWith(`/pigstyc/${name}`))!,
      name,
      { '/etc/pigstyc': server.dir, '/usr/libexec/pigstyc': server.dir, '/pg/tmp': at('tmp') },
    ),
  );
  return program!;
}
