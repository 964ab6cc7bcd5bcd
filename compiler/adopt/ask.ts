/**
 * Asks the hosts of a site in use over ssh: how big each is, what it trusts, and digests of the passwords it has. Each
 * host fails alone.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Host as System } from '../host/host.ts';
import type { Host } from '../model/site.ts';
import { readPackageFile } from '../package/package-files.ts';
import { parseFacts } from '../inputs/facts.ts';
import { parseMade, type Made } from '../secrets/kept-salts.ts';

/** What a host says of itself. */
export interface Answer {
  readonly host: Host;
  /** Text of its facts file. */
  readonly facts: string;
  /** PEM by path. */
  readonly certificates: ReadonlyMap<string, string>;
  /** Digests by where the password stands, such as `pgpass.replicator`. */
  readonly secrets: ReadonlyMap<string, string>;
  /** By user of PgBouncer: what its verifier is made with, and a digest of it. */
  readonly verifiers: ReadonlyMap<string, Verifier>;
  digest(secret: string): string;
}

export interface Verifier {
  /** Undefined for a password that is stored in another way. */
  readonly made: Made | undefined;
  readonly digest: string;
}

/** A host that did not answer, and what was said instead. */
export interface Silence {
  readonly host: Host;
  readonly reason: string;
}

const AT_ONCE = 16;
const SECONDS = 60;

/**
 * @param directory where the inventory lies, from which its relative paths count
 * @param options more lines of ssh_config
 */
export async function askHosts(
  system: System,
  hosts: readonly Host[],
  directory: string,
  options: readonly string[],
): Promise<readonly (Answer | Silence)[]> {
  const script = `${readPackageFile('compiler/cli/facts.sh')}${readPackageFile('compiler/adopt/look.sh')}`;
  const answers: (Answer | Silence)[] = [];
  for (let at = 0; at < hosts.length; at += AT_ONCE)
    answers.push(
      ...(await Promise.all(
        hosts.slice(at, at + AT_ONCE).map((host) => ask(system, host, script, directory, options)),
      )),
    );
  return answers;
}

async function ask(
  system: System,
  host: Host,
  script: string,
  directory: string,
  options: readonly string[],
): Promise<Answer | Silence> {
  const salt = Buffer.from(system.randomBytes(16)).toString('hex');
  const { target = host.address, options: own = [], become = 'sudo' } = host.connection ?? {};
  const [program, ...before] = (system.env['SSH'] ?? 'ssh').split(/\s+/);
  const lines = ['BatchMode yes', 'ConnectTimeout 10', ...own.map((line) => fromHere(line, directory)), ...options];
  const root = become === '' ? '' : `${become} -n `;
  const said = await system.captureAside(
    program!,
    [...before, ...lines.flatMap((line) => ['-o', line]), target, `${root}sh -s ${dataDirectory(host)} ${salt}`],
    script,
    SECONDS,
  );
  const text = Buffer.from(said.stdout).toString('utf8');
  const facts = /^\{\n[^]*?\n\}\n/.exec(text)?.[0];
  if (said.status !== 0 || facts === undefined || parseFacts(facts) === undefined || !/^end\t/m.test(text))
    return { host, reason: reasonOf(said) };
  return { host, facts, ...parsed(text.slice(facts.length)), digest: (secret) => sha256(`${salt}${secret}`) };
}

function reasonOf({ status, stderr }: { readonly status: number | undefined; readonly stderr: string }): string {
  if (status === undefined) return `no answer in ${SECONDS} s`;
  const last = stderr.trim().split('\n').at(-1)!;
  // What a host says must not move the cursor.
  return last.replace(/\p{Cc}/gu, ' ').slice(0, 200) || 'no answer that can be read';
}

/** Lines of a bundle's ssh_config count paths from there; it lies beside the inventory. */
function fromHere(line: string, directory: string): string {
  return line.replace(/^(IdentityFile "?)\.\.\//, (_, head: string) => `${head}${join(directory, '/')}`);
}

function dataDirectory({ pg, params }: Host): string {
  return pg !== undefined && /^\/[\w./-]*$/.test(params.pgFsMain) ? params.pgFsMain : '/data';
}

function parsed(text: string): Pick<Answer, 'certificates' | 'secrets' | 'verifiers'> {
  const rows = text.split('\n').map((line) => line.split('\t'));
  const of = (kind: string): readonly (readonly [string, string])[] =>
    rows.flatMap(([word, name, value]) =>
      word === kind && name !== undefined && value !== undefined ? [[name, value]] : [],
    );
  return {
    certificates: new Map(of('certificate').map(([path, pem]) => [path, pem.replaceAll('|', '\n')])),
    secrets: new Map(of('secret')),
    verifiers: new Map(of('verifier').map(([user, value]) => [user, verifierOf(value)])),
  };
}

/** `4096:SALT DIGEST`, or `- DIGEST`. */
function verifierOf(value: string): Verifier {
  const [made, digest] = value.split(' ');
  return { made: parseMade(made!), digest: digest ?? '' };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
