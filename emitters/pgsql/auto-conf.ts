import { pgConfValue } from '../toolkit/quote/postgres-conf.ts';
import { UnrepresentableError } from '../toolkit/quote/unrepresentable.ts';
import type { InstanceView } from './instance.ts';

/** postgresql.auto.conf: pg_parameters, which overrule what the DCS says on this instance. */
export function renderAutoConf(view: InstanceView): string {
  const lines = ['# Written from pg_parameters; ALTER SYSTEM would be overwritten by the next deployment.'];
  for (const [name, value] of view.host.params.pgParameters) {
    if (value === null || value === undefined) continue;
    if (!/^[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)?$/.test(name))
      throw new UnrepresentableError('postgresql.auto.conf', 'a name that is no setting', name);
    lines.push(
      `${name} = ${pgConfValue(typeof value === 'number' || typeof value === 'boolean' ? value : String(value))}`,
    );
  }
  return `${lines.join('\n')}\n`;
}
