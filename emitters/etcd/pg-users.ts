import { secretOr, type Secret, type SecretSink } from '../../compiler/model/secret.ts';
import type { Site } from '../../compiler/model/site.ts';
import type { Step } from '../api.ts';
import { textFile } from '../toolkit/steps.ts';
import { UnrepresentableError } from '../toolkit/index.ts';

/** An etcd user of a Patroni scope. All groups of a Citus cluster share one. */
interface ScopeUser {
  readonly scope: string;
  /** Everything Patroni keeps of the scope. */
  readonly prefix: string;
  readonly password: Secret;
  /** Names of the instances, which their certificates bear. */
  readonly members: readonly string[];
}

/**
 * A role per Patroni scope, named like it, that may read and write the scope's keys and nothing else. Its user is named like it as well; in
 * version 2 every member is a user, who logs in with a certificate. The password is pg_etcd_password, or the scope itself when that is
 * empty; it travels in a file of root's.
 */
export function pgUserSteps(site: Site, endpoint: string, api: 'v2' | 'v3'): readonly Step[] {
  const users = scopeUsers(site);
  if (users.length === 0) return [];
  return [
    { kind: 'dir', stage: 'etcd', path: '/etc/etcd/users', owner: 'root', group: 'root', mode: 0o700 },
    ...users.flatMap(({ scope, prefix, password, members }): readonly Step[] => {
      const path = `/etc/etcd/users/${scope}.pass`;
      return [
        textFile('etcd', path, 'etcd/pg-users', (secrets) => passwordFile(secrets, password), {
          mode: 0o600,
        }),
        {
          kind: 'call',
          stage: 'etcd',
          name: `etcd user of ${scope}`,
          fn: 'etcd_pg_user',
          args: [endpoint, api, scope, prefix, path, ...(api === 'v2' ? members : [])],
        },
      ];
    }),
  ];
}

function scopeUsers(site: Site): readonly ScopeUser[] {
  const users = new Map<string, ScopeUser>();
  for (const { scope, primary, members } of site.pgClusters) {
    const { params } = primary.host;
    if (!params.patroniEnabled) continue;
    const { members: others = [], ...user } = users.get(scope) ?? {
      scope,
      prefix: `${params.pgNamespace}/${scope}/`,
      password: secretOr(params.pgEtcdPassword, scope),
    };
    users.set(scope, { ...user, members: [...others, ...members.map((member) => member.name)] });
  }
  return [...users.values()];
}

/** One line: the password, or an empty one. etcdctl reads a password from its input as one word. */
export function passwordFile(secrets: SecretSink, password: Secret): string {
  const text = password.expose() === '' ? '' : secrets.reveal(password);
  if (/\s/.test(text)) throw new UnrepresentableError('etcdctl', 'a password with blanks', text);
  return `${text}\n`;
}
