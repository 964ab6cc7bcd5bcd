/** A scratch PostgreSQL 15 server of the machine, run by its own account: PostgreSQL refuses to run as root. */
import { spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { FileStep, Step } from '../../../emitters/api.ts';
import type { SecretSink } from '../../../compiler/model/secret.ts';
import { scramVerifier } from '../../../compiler/secrets/scram.ts';
import { PLAIN } from '../../unit/pgsql/site.ts';
import { run, type Outcome } from '../node/checker.ts';

export const BIN = '/usr/lib/postgresql/15/bin';

/** Real verifiers with a salt that follows from the names. */
export const SEALED: SecretSink = {
  ...PLAIN,
  scram: (secret, cluster, user) =>
    scramVerifier(secret.expose(), Buffer.from(`${cluster}|${user}`.padEnd(16).slice(0, 16))),
};

export class Server {
  readonly dir: string;
  readonly data: string;
  readonly uid = Number(run(['id', '-u', 'postgres']).output);
  readonly gid = Number(run(['id', '-g', 'postgres']).output);

  readonly port: number;
  readonly wrap: readonly string[];
  readonly bin: string;

  /**
   * @param wrap command that runs the server and its clients elsewhere, such as in a network namespace
   * @param bin where its programs are
   */
  constructor(port = 54329, initdb: readonly string[] = [], wrap: readonly string[] = [], bin = BIN) {
    this.port = port;
    this.wrap = wrap;
    this.bin = bin;

    this.dir = mkdtempSync(join(tmpdir(), 'pigstyc-pg-'));
    this.data = join(this.dir, 'data');
    chownSync(this.dir, this.uid, this.gid);
    this.#ok(
      this.as('postgres', [
        `${this.bin}/initdb`,
        '-D',
        this.data,
        '-U',
        'postgres',
        '-A',
        'peer',
        '-N',
        '-E',
        'UTF8',
        '--locale',
        'C',
        ...initdb,
      ]),
    );
  }

  start(options = ''): void {
    this.#ok(
      this.as('postgres', [
        `${this.bin}/pg_ctl`,
        '-D',
        this.data,
        '-w',
        '-t',
        '60',
        '-l',
        join(this.dir, 'log'),
        '-o',
        `-p ${this.port} -k ${this.dir} -c listen_addresses= -c fsync=off ${options}`,
        'start',
      ]),
      join(this.dir, 'log'),
    );
  }

  /** PgBouncer with these settings, as the account of the server. */
  pool(settings: string): ChildProcess {
    const path = join(this.dir, 'pgbouncer.ini');
    writeFileSync(path, settings);
    chownSync(path, this.uid, this.gid);
    const as = ['--reuid=postgres', '--regid=postgres', '--clear-groups', '--'];
    return spawn('setpriv', [...as, 'pgbouncer', '-q', path], { stdio: 'ignore' });
  }

  stop(): void {
    this.as('postgres', [`${this.bin}/pg_ctl`, '-D', this.data, '-m', 'immediate', '-w', 'stop']);
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Runs a command as a user of the machine. */
  as(user: string, command: readonly string[], env: NodeJS.ProcessEnv = {}): Outcome {
    return run([...this.wrap, 'setpriv', `--reuid=${user}`, '--regid=postgres', '--clear-groups', '--', ...command], {
      seconds: 300,
      env: { HOME: this.dir, ...env },
    });
  }

  /** One value or a table of values, as text. */
  query(sql: string, database = 'postgres'): string {
    const outcome = this.as('postgres', [
      'psql',
      '-h',
      this.dir,
      '-p',
      String(this.port),
      '-U',
      'postgres',
      '-wqAXt',
      '-v',
      'ON_ERROR_STOP=1',
      '-d',
      database,
      '-c',
      sql,
    ]);
    assert.is(outcome.code, 0, outcome.output);
    return outcome.output.trim();
  }

  /** Runs a script the way the runtime does; standard output names the changes. */
  script(database: string, path: string): { readonly changes: readonly string[]; readonly warnings: string } {
    const warnings = `${path}.stderr`;
    const outcome = this.as('postgres', [
      'sh',
      '-c',
      `exec psql -h "$1" -p "$2" -U postgres -wX -v ON_ERROR_STOP=1 -d "$3" -f "$4" 2>"$5"`,
      'sh',
      this.dir,
      String(this.port),
      database,
      path,
      warnings,
    ]);
    const errors = readFileSync(warnings, 'utf8');
    assert.is(outcome.code, 0, `${path}: ${outcome.output}${errors}`);
    return { changes: outcome.output.split('\n').filter((line) => line !== ''), warnings: errors };
  }

  /** Writes a step's file below the server's directory, readable for the server's account. */
  place(step: FileStep, name: string, replace: Readonly<Record<string, string>> = {}): string {
    let text = step.render(SEALED);
    for (const [from, to] of Object.entries(replace)) text = text.replaceAll(from, to);
    const path = join(this.dir, name);
    writeFileSync(path, text, { mode: 0o600 });
    chownSync(path, this.uid, this.gid);
    return path;
  }

  #ok(outcome: Outcome, log?: string): void {
    assert.is(outcome.code, 0, `${outcome.output}${log === undefined ? '' : readFileSync(log, 'utf8')}`);
  }
}

/** SQL scripts of a plan in the order they run, with the database each starts in. */
export function sqlCalls(steps: readonly Step[]): readonly { readonly database: string; readonly step: FileStep }[] {
  return steps.flatMap((step) => {
    if (
      step.kind !== 'call' ||
      !['pg_run_sql', 'pg_provision_role', 'pg_provision_database'].includes(step.fn) ||
      step.args[1] === 'absent'
    )
      return [];
    const file = steps.find((other): other is FileStep => other.kind === 'file' && other.path === step.args[1]);
    assert.ok(file, `no step writes ${step.args[1]}`);
    return [{ database: step.fn === 'pg_run_sql' ? step.args[0]! : 'postgres', step: file }];
  });
}
