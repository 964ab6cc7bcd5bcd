import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { run } from '../../compiler/cli/program.ts';
import { nodeHost } from '../../compiler/host/host.ts';

/** A new git repository with the branch `main`. */
export class Repository {
  /** The directory; a test may go on in a clone. */
  directory = mkdtempSync(join(tmpdir(), 'pigstyc-repository-'));

  constructor() {
    this.git('init', '-q', '-b', 'main');
  }

  /** Runs git, and returns what it prints. */
  git(...args: readonly string[]): string {
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
    const { status, stdout, stderr } = spawnSync('git', [...identity, ...args], {
      cwd: this.directory,
      encoding: 'utf8',
    });
    assert.is(status, 0, stderr);
    return stdout.trim();
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.directory, path)), { recursive: true });
    writeFileSync(join(this.directory, path), text);
  }

  /** Commits everything there is. */
  commit(): void {
    this.git('add', '-A');
    this.git('commit', '-q', '-m', 'x');
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}

/** What the program prints in the current directory. */
export async function pigstyc(...args: readonly string[]) {
  let [stdout, stderr] = ['', ''];
  const host = {
    ...nodeHost(),
    stdout: (text: string) => (stdout += text),
    stderr: (text: string) => (stderr += text),
  };
  const status = await run([...args, '--color', 'never'], host);
  return { status, stdout, stderr };
}

export const diff = (...args: readonly string[]) => pigstyc('diff', ...args);

/** Each test has a repository of its own, which is the current directory. */
export function eachInRepository(test: ReturnType<typeof suite>, take: (made: Repository) => void): void {
  const back = process.cwd();
  let repository: Repository;
  test.before.each(() => {
    repository = new Repository();
    process.chdir(repository.directory);
    take(repository);
  });
  test.after.each(() => {
    process.chdir(back);
    repository.remove();
  });
}

/** An inventory of one member of etcd and one PostgreSQL server: its variables, and more of the cluster `pg-a`. */
export function smallInventory(vars: string, more = ''): string {
  return `all:
  children:
    etcd: { hosts: { 10.0.0.1: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }
    pg-a: { hosts: { 10.0.0.2: { pg_seq: 1, pg_role: primary } }, vars: { pg_cluster: pg-a${more} } }
  vars: { admin_ip: 10.0.0.1, ${vars} }
`;
}

/** Two inventories that differ in one parameter of all hosts. */
export const OLD = smallInventory("node_timezone: 'UTC'");
export const NEW = smallInventory("node_timezone: 'Asia/Tokyo'");
/** What is said where nothing differs. */
export const SAME = /^nothing changes since/;
