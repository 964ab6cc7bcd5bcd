import { Secret, secretOr, type SecretSink } from '../../compiler/model/secret.ts';
import { createHash } from 'node:crypto';
import type { InstanceView } from './instance.ts';

/** /pg/conf/pgsodium.key: the given key, else one derived from the cluster's name as upstream does. */
export function renderPgsodiumKey(view: InstanceView, secrets: SecretSink): string {
  const key = view.host.params.pgsodiumKey ?? new Secret('pgsodium_key', '');
  return `${secrets.reveal(secretOr(key, createHash('sha256').update(view.cluster.name).digest('hex')))}\n`;
}
