/**
 * An object store that speaks S3 over TLS (test/lab/scripts/s3-server.mjs) in the operator's namespace, with the
 * certificate that the build made for the site's object store.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { ROOT, run, type Background, type Lab } from './lab.ts';

const PACKAGE = '@20minutes/s3rver';
const VERSION = '5.0.0';
const PROGRAMS = join(ROOT, `s3-server-${VERSION}`);

/** Installs the server where the lab keeps what it has fetched once. */
function install(): void {
  if (existsSync(join(PROGRAMS, 'node_modules', PACKAGE))) return;
  mkdirSync(PROGRAMS, { recursive: true });
  const words = ['--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', PROGRAMS];
  const outcome = run(['npm', 'install', ...words, `${PACKAGE}@${VERSION}`], { seconds: 300 });
  assert.is(outcome.code, 0, outcome.output);
}

/** One bucket behind the site's name for its object store. */
export class ObjectStore {
  readonly #lab: Lab;
  readonly #home: string;
  #running: Background | undefined;

  constructor(lab: Lab) {
    this.#lab = lab;
    this.#home = join(lab.directory, '..', 's3');
  }

  /** Starts it, with its bucket unless that is to be missing. `keys`: secret keys by access key. */
  start(keys: Readonly<Record<string, string>>, bucket?: string): void {
    install();
    mkdirSync(this.#home, { recursive: true });
    const lines = Object.entries(keys).map(([access, secret]) => `${access}:${secret}\n`);
    writeFileSync(join(this.#home, 'keys'), lines.join(''));
    for (const part of ['crt', 'key'])
      writeFileSync(join(this.#home, part), readFileSync(join(this.#lab.directory, `pki/minio/minio-1.${part}`)), {
        mode: 0o600,
      });
    const program = resolve('test/lab/scripts/s3-server.mjs');
    const words = [process.execPath, program, PROGRAMS, this.#home, '10.10.10.9', '9000', ...(bucket ? [bucket] : [])];
    this.#running = this.#lab.background(undefined, `echo $$ >'${this.#home}/pid'; exec '${words.join("' '")}'`);
    this.#lab.eventually('the object store listens', 20, () => this.#answers());
  }

  /** Ends it; what it holds stays. Returns what it has logged. */
  stop(): string {
    const log = this.#running?.stop() ?? '';
    this.#running = undefined;
    return log;
  }

  /** It accepts connections and says nothing, until `wake`. */
  freeze(): void {
    process.kill(this.#pid(), 'SIGSTOP');
  }

  wake(): void {
    process.kill(this.#pid(), 'SIGCONT');
  }

  /** Loses a bucket with all that is in it. */
  lose(bucket: string): void {
    rmSync(join(this.#home, 'store', bucket), { recursive: true });
  }

  /** Names of what is below a path of the bucket. */
  list(path: string): readonly string[] {
    const found = run(['find', join(this.#home, 'store', path), '-name', '*._S3rver_object', '-printf', '%P\n']);
    return found.stdout.split('\n').flatMap((name) => (name === '' ? [] : [name.replace('._S3rver_object', '')]));
  }

  /** The bytes of one object. */
  read(path: string): Buffer {
    return readFileSync(join(this.#home, 'store', `${path}._S3rver_object`));
  }

  #answers(): boolean {
    const url = 'https://10.10.10.9:9000/minio/health/live';
    return this.#lab.admin(['curl', '-sfk', '-m', '2', url]).code === 0;
  }

  #pid(): number {
    return Number(readFileSync(join(this.#home, 'pid'), 'utf8'));
  }
}
