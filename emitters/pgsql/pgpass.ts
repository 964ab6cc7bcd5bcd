import type { SecretSink } from '../../compiler/model/secret.ts';
import { isPasswordHash } from '../../compiler/model/stored-password.ts';
import { pgpassLine } from '../toolkit/quote/pgpass.ts';
import { isEmptySecret, type InstanceView } from './instance.ts';
import { systemPasswords } from './sql/role.ts';

/** ~/.pgpass of the database superuser. */
export function renderPgpass(view: InstanceView, secrets: SecretSink): string {
  const { params } = view.host;
  const lines = [...systemPasswords(view)].map(([user, password]) =>
    pgpassLine('*', '*', '*', user, secrets.reveal(password)),
  );
  // Citus nodes connect to each other as the user of the session.
  if (view.cluster.group !== undefined) {
    for (const user of params.pgUsers) {
      if (
        user.state === 'absent' ||
        user.password === undefined ||
        isEmptySecret(user.password) ||
        isPasswordHash(user.password.expose())
      )
        continue;
      lines.push(pgpassLine('*', '*', '*', user.name, secrets.reveal(user.password)));
    }
  }
  return `${lines.join('\n')}\n`;
}
