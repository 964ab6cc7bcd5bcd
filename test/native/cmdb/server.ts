/** A PostgreSQL server on loopback with the password of an owner, and the program with an environment of its own. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../../compiler/cli/program.ts';
import { nodeHost } from '../../../compiler/host/host.ts';
import { BIN, Server } from '../pgsql/server.ts';

/** Test files run side by side, each in a process of its own. */
export const PORT = 21_000 + (process.pid % 5000);
export const PASSWORD = 'p@ss/w:rd';
export const URL = `postgresql://dba@127.0.0.1:${PORT}/meta`;

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export class Database {
  readonly server: Server;

  /** @param bin where the programs of the server are */
  constructor(bin = BIN) {
    this.server = new Server(PORT, [], [], bin);
    const rules = 'local all all peer\nhost all all 127.0.0.1/32 scram-sha-256\n';
    writeFileSync(join(this.server.data, 'pg_hba.conf'), rules);
    this.server.start('-c listen_addresses=127.0.0.1');
    this.server.query(`CREATE ROLE dba LOGIN PASSWORD '${PASSWORD}'`);
  }

  /** An empty database. */
  fresh(): void {
    this.server.query('DROP DATABASE IF EXISTS meta WITH (FORCE)');
    this.server.query('CREATE DATABASE meta OWNER dba');
  }

  sql(statement: string): string {
    return this.server.query(statement, 'meta');
  }
}

/** Runs the program in this process. */
export async function pigstyc(words: string, env: Readonly<Record<string, string>> = {}): Promise<Said> {
  let [out, err] = ['', ''];
  const host = {
    ...nodeHost(),
    env: { PGPASSWORD: PASSWORD, HOME: '/nonexistent', ...env },
    stdout: (text: string): void => void (out += text),
    stderr: (text: string): void => void (err += text),
    stdoutIsTty: false,
    stderrIsTty: false,
  };
  return { code: await run(words.split(' '), host), out, err };
}
