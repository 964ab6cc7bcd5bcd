/** What live hosts have, beside what the inventory says. */
import { createHash, type X509Certificate } from 'node:crypto';
import type { Secret } from '../model/secret.ts';
import type { Host } from '../model/site.ts';
import { parseCertificate } from '../pki/store.ts';
import type { Made } from '../secrets/kept-salts.ts';
import { scramVerifier } from '../secrets/scram.ts';
import type { Answer, Verifier } from './ask.ts';

/** A password of the inventory, and the hosts that have it or another one. */
export interface PasswordFinding {
  /** As the inventory calls it. */
  readonly name: string;
  readonly same: readonly string[];
  readonly other: readonly string[];
}

/** Passwords that at least one host shows, in the order in which they were met. */
export function comparePasswords(answers: readonly Answer[]): readonly PasswordFinding[] {
  const found = new Map<string, { readonly same: Set<string>; readonly other: Set<string> }>();
  for (const answer of answers)
    for (const [name, isSame] of shownBy(answer)) {
      const at = found.get(name) ?? { same: new Set(), other: new Set() };
      found.set(name, at);
      (isSame ? at.same : at.other).add(answer.host.name);
    }
  // A host with one of each kind has another one somewhere.
  return [...found].map(([name, { same, other }]) => ({
    name,
    same: [...same].filter((host) => !other.has(host)),
    other: [...other],
  }));
}

function shownBy(answer: Answer): readonly (readonly [name: string, isSame: boolean])[] {
  const { secrets, verifiers, host, digest } = answer;
  const parameters = placesOf(host).flatMap(([place, name, secret]) => {
    const shown = secrets.get(place);
    return shown === undefined || secret.expose() === '' ? [] : [[name, shown === digest(secret.expose())] as const];
  });
  const users = usersOf(host).flatMap(([user, name, secret]) => {
    const shown = verifiers.get(user);
    return shown === undefined || secret === undefined || secret.expose() === ''
      ? []
      : [[name, letsIn(shown, secret.expose(), user, digest)] as const];
  });
  return [...parameters, ...users];
}

/**
 * By cluster and user, what verifiers in use are made with: those of passwords that the inventory has, where no two
 * hosts of the cluster differ.
 */
export function saltsInUse(answers: readonly Answer[]): ReadonlyMap<string, ReadonlyMap<string, Made>> {
  const found = new Map<string, Map<string, Made | undefined>>();
  for (const { host, verifiers, digest } of answers) {
    if (host.pg === undefined) continue;
    const users = found.get(host.pg.cluster.name) ?? new Map<string, Made | undefined>();
    found.set(host.pg.cluster.name, users);
    for (const [user, , secret] of usersOf(host)) {
      const shown = verifiers.get(user);
      if (shown?.made === undefined || secret === undefined || !letsIn(shown, secret.expose(), user, digest)) continue;
      users.set(user, users.has(user) && !isSame(users.get(user), shown.made) ? undefined : shown.made);
    }
  }
  return new Map(
    [...found].map(([cluster, users]) => [
      cluster,
      new Map([...users].flatMap(([user, made]) => (made === undefined ? [] : [[user, made] as const]))),
    ]),
  );
}

function isSame(a: Made | undefined, b: Made): boolean {
  return a !== undefined && a.iterations === b.iterations && Buffer.from(a.salt).equals(b.salt);
}

/** Where a live host has which parameter. */
function placesOf({ params }: Host): readonly (readonly [place: string, name: string, secret: Secret])[] {
  return [
    ['patroni.replication', 'pg_replication_password', params.pgReplicationPassword],
    [`pgpass.${params.pgReplicationUsername}`, 'pg_replication_password', params.pgReplicationPassword],
    [`pgpass.${params.pgMonitorUsername}`, 'pg_monitor_password', params.pgMonitorPassword],
    [`pgpass.${params.pgAdminUsername}`, 'pg_admin_password', params.pgAdminPassword],
    ['patroni.restapi', 'patroni_password', params.patroniPassword],
    ['etcd', 'etcd_root_password', params.etcdRootPassword],
    ['haproxy', 'haproxy_admin_password', params.haproxyAdminPassword],
    ['grafana', 'grafana_admin_password', params.grafanaAdminPassword],
  ];
}

/** Users that PgBouncer may have a list of. */
function usersOf({ params }: Host): readonly (readonly [user: string, name: string, secret: Secret | undefined])[] {
  return [
    [params.pgMonitorUsername, 'pg_monitor_password', params.pgMonitorPassword],
    [params.pgAdminUsername, 'pg_admin_password', params.pgAdminPassword],
    ...params.pgUsers
      .filter(({ state }) => state !== 'absent')
      .map(({ name, password }) => [name, `password of ${name} in pg_users`, password] as const),
  ];
}

/** Whether a stored password lets in who knows this one, which may be a verifier itself. */
function letsIn({ made, digest }: Verifier, password: string, user: string, digestOf: Answer['digest']): boolean {
  const stored = [
    password,
    ...(made === undefined ? [md5(password, user)] : [scramVerifier(password, made.salt, made.iterations)]),
  ];
  return stored.some((text) => digestOf(text) === digest);
}

/** As PostgreSQL stores it where SCRAM is not used. */
function md5(password: string, user: string): string {
  return `md5${createHash('md5').update(`${password}${user}`).digest('hex')}`;
}

/** What a host trusts, and what the authority has to do with the certificates it has. */
export interface TrustFinding {
  readonly host: string;
  /** SHA-256 of the authority it trusts; undefined without one. */
  readonly trusts: string | undefined;
  /** Certificates that the authority has not signed. */
  readonly foreign: readonly string[];
  /** Certificates that have ended. */
  readonly ended: readonly string[];
}

export function compareTrust(
  { host, certificates }: Answer,
  authority: X509Certificate | undefined,
  now: number,
): TrustFinding {
  const own = [...certificates].flatMap(([path, pem]) => {
    const certificate = parseCertificate(pem);
    return path === TRUSTED || certificate === undefined ? [] : [{ path, certificate }];
  });
  const paths = (isSuch: (certificate: X509Certificate) => boolean): readonly string[] =>
    own.filter(({ certificate }) => isSuch(certificate)).map(({ path }) => path);
  return {
    host: host.name,
    trusts: parseCertificate(certificates.get(TRUSTED))?.fingerprint256,
    foreign: authority === undefined ? [] : paths((certificate) => !certificate.verify(authority.publicKey)),
    ended: paths(({ validTo }) => Date.parse(validTo) < now),
  };
}

const TRUSTED = '/etc/pki/ca.crt';
