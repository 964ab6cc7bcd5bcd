/**
 * An S3 server in the operator's namespace, for no archive of the lab has one: s3rver from npm, which the lab installs beside its root file system.
 * It speaks TLS with a certificate of the site's authority. It looks at who asks, not at the signature.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { ROOT, run, type Background, type Lab } from './lab.ts';

const PACKAGE = 's3rver@3.7.1';
const PLACE = join(ROOT, 's3');

const PROGRAM = `const [base, address, name, bucket, key] = process.argv.slice(2);
const { readFileSync } = require('node:fs');
const S3rver = require('s3rver');
require('s3rver/lib/models/account').DUMMY_ACCOUNT.createKeyPair(key, 'secret');
const file = (end) => readFileSync(base + '/' + name + end);
new S3rver({ address, port: 9000, silent: true, directory: base + '/buckets', key: file('.key'), cert: file('.crt'), configureBuckets: [{ name: bucket }] }).run();
`;

export class S3Server {
  readonly #lab: Lab;
  readonly #name: string;
  readonly #bucket: string;
  readonly #key: string;
  readonly #base: string;
  #server: Background | undefined;

  /** @param name what its certificate says; @param key who may ask */
  constructor(lab: Lab, name: string, bucket: string, key: string) {
    this.#lab = lab;
    this.#name = name;
    this.#bucket = bucket;
    this.#key = key;
    this.#base = join(lab.directory, 's3');
  }

  /** After the first build, which makes the authority. */
  start(): void {
    mkdirSync(this.#base, { recursive: true });
    if (!existsSync(join(PLACE, 'node_modules/s3rver')))
      assert.is(run(['npm', 'install', '--silent', '--prefix', PLACE, PACKAGE], { seconds: 300 }).code, 0, PACKAGE);
    writeFileSync(join(PLACE, 'server.cjs'), PROGRAM);
    if (!existsSync(join(this.#base, `${this.#name}.crt`))) this.#certificate();
    this.#server = this.#lab.background(
      undefined,
      `exec ${process.execPath} ${PLACE}/server.cjs '${this.#base}' 10.10.10.9 '${this.#name}' '${this.#bucket}' '${this.#key}'`,
    );
    this.#lab.eventually(
      'the S3 server answers',
      60,
      () => this.#lab.admin(['curl', '-sk', '-o', '/dev/null', 'https://10.10.10.9:9000/']).code === 0,
    );
  }

  stop(): void {
    this.#server?.stop();
    this.#server = undefined;
  }

  /** Somebody has removed the bucket and made it again. */
  empty(): void {
    this.stop();
    rmSync(join(this.#base, 'buckets'), { recursive: true });
    this.start();
  }

  /** Names of the objects. */
  objects(): string {
    return run(['find', join(this.#base, 'buckets'), '-name', '*._S3rver_object']).stdout;
  }

  #certificate(): void {
    const script = `cd '${this.#base}'
      openssl req -newkey rsa:2048 -nodes -keyout '${this.#name}.key' -out request -subj '/CN=${this.#name}' 2>/dev/null
      printf 'subjectAltName=DNS:${this.#name}' >extensions
      openssl x509 -req -in request -CA ../pki/ca/ca.crt -CAkey ../pki/ca/ca.key -CAcreateserial -days 30 -out '${this.#name}.crt' -extfile extensions`;
    const made = run(['bash', '-ec', script]);
    assert.is(made.code, 0, made.output);
  }
}
