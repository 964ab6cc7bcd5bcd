import type { SentinelMasterSpec } from '../../compiler/model/params.gen.ts';
import type { SecretSink } from '../../compiler/model/secret.ts';
import { bashWord, UnrepresentableError } from '../toolkit/quote/index.ts';

/**
 * Primaries a sentinel watches, one a line: `monitor NAME HOST PORT QUORUM PASSWORD` or `remove NAME`, in shell words.
 * Read by `redis_sentinel` of the runtime.
 */
export function monitorList(masters: readonly SentinelMasterSpec[], secrets: SecretSink): string {
  const lines = masters.map((master) => {
    if (master.remove) return ['remove', master.name].map(bashWord).join(' ');
    const password = master.password === undefined ? '' : sentinelWord(secrets.reveal(master.password));
    return ['monitor', master.name, master.host, String(master.port), String(master.quorum), password]
      .map(bashWord)
      .join(' ');
  });
  return lines.length === 0 ? '\n' : `${lines.join('\n')}\n`;
}

/**
 * Sentinel writes `sentinel auth-pass` into its state without quotes and does not start again when that does not parse:
 * a blank, a quote or a control character is refused here instead.
 */
function sentinelWord(password: string): string {
  if (/[\s"'\u0000-\u001f\u007f]/.test(password))
    throw new UnrepresentableError('sentinel auth-pass', 'blanks, quotes or control characters', password);
  return password;
}
