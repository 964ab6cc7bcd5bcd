/**
 * Salts that a site's password verifiers had before pigstyc made them. PgBouncer logs in to the server with what a
 * client's own login left it, which is of one salt: with another one the next connection to the server is refused until
 * the client logs in again.
 */
import { join } from 'node:path';
import { report } from '../diagnostics/report.ts';
import type { Host } from '../host/host.ts';
import { own } from '../words/own.ts';
import type { Result } from '../diagnostics/result.ts';
import { byCodePoint } from '../words/order.ts';

/** What a verifier is made with, besides the password. */
export interface Made {
  readonly salt: Uint8Array;
  readonly iterations: number;
}

/** In the state. The server tells a salt to everybody who begins to log in: it is no secret. */
export const KEPT_SALTS = 'salts.json';

export class KeptSalts {
  /** `ITERATIONS:SALT` in base64, by cluster and user. */
  readonly texts: Readonly<Record<string, Readonly<Record<string, string>>>>;

  constructor(texts: Readonly<Record<string, Readonly<Record<string, string>>>> = {}) {
    this.texts = texts;
  }

  of(cluster: string, user: string): Made | undefined {
    return parseMade(own(own(this.texts, cluster) ?? {}, user) ?? '');
  }
}

/** The salts in a state; a file that holds something else is an error. */
export function readKeptSalts(system: Host, directory: string): Result<KeptSalts> {
  const path = join(directory, KEPT_SALTS);
  if (system.stat(path) === undefined) return [new KeptSalts(), []];
  const texts = parse(Buffer.from(system.readFile(path)).toString('utf8'));
  return texts === undefined
    ? [new KeptSalts(), [report('bad-kept-salts', undefined, { path })]]
    : [new KeptSalts(texts), []];
}

/** Writes salts by cluster and user into a state, beside `kept`, those that it has. */
export function writeKeptSalts(
  system: Host,
  directory: string,
  kept: KeptSalts,
  found: ReadonlyMap<string, ReadonlyMap<string, Made>>,
): void {
  const texts: Record<string, Readonly<Record<string, string>>> = { ...kept.texts };
  for (const [cluster, users] of found) {
    const sums = [...users].map(([user, made]): [string, string] => [user, madeText(made)]);
    texts[cluster] = sorted({ ...texts[cluster], ...Object.fromEntries(sums) });
  }
  system.mkdir(directory);
  system.writeFile(join(directory, KEPT_SALTS), `${JSON.stringify(sorted(texts), undefined, 2)}\n`, 0o644);
}

/** `4096:c2FsdA==` */
export function parseMade(text: string): Made | undefined {
  const [, iterations, salt] = /^([1-9]\d{0,5}):([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  return salt === undefined ? undefined : { iterations: Number(iterations), salt: Buffer.from(salt, 'base64') };
}

function madeText({ iterations, salt }: Made): string {
  return `${iterations}:${Buffer.from(salt).toString('base64')}`;
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => byCodePoint(a, b)));
}

function parse(text: string): Record<string, Record<string, string>> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const isMap = (one: unknown): one is Record<string, unknown> =>
    typeof one === 'object' && one !== null && !Array.isArray(one);
  const isGood =
    isMap(value) &&
    Object.values(value).every(
      (users) =>
        isMap(users) && Object.values(users).every((made) => typeof made === 'string' && parseMade(made) !== undefined),
    );
  return isGood ? (value as Record<string, Record<string, string>>) : undefined;
}
