import type { SentinelMasterSpec } from '../../compiler/model/params.gen.ts';
import type { SecretSink } from '../../compiler/model/secret.ts';
import type { RedisCluster } from '../../compiler/model/site.ts';
import { findInstance } from './instance.ts';
import { bashWord, UnrepresentableError } from '../toolkit/quote/index.ts';

/**
 * Primaries a sentinel watches, one a line: `monitor NAME HOST PORT QUORUM PASSWORD [COMMAND NAME]…` with the commands that
 * have other names there, or `remove NAME`, in shell words. Read by `redis_sentinel` of the runtime.
 */
export function monitorList(
  masters: readonly SentinelMasterSpec[],
  clusters: readonly RedisCluster[],
  secrets: SecretSink,
): string {
  const lines = masters.map((master) => {
    if (master.remove) return ['remove', master.name].map(bashWord).join(' ');
    const password = master.password === undefined ? '' : sentinelWord('auth-pass', secrets.reveal(master.password));
    return ['monitor', master.name, master.host, String(master.port), String(master.quorum), password]
      .concat(renames(findInstance(clusters, master.host, master.port)))
      .map(bashWord)
      .join(' ');
  });
  return lines.length === 0 ? '\n' : `${lines.join('\n')}\n`;
}

/** What a sentinel calls, by https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel */
const CALLED = [
  'AUTH',
  'CLIENT',
  'CONFIG',
  'EXEC',
  'INFO',
  'MULTI',
  'PING',
  'PUBLISH',
  'SCRIPT',
  'SLAVEOF',
  'SUBSCRIBE',
];

/** Commands that a sentinel must call by other names at the watched instance. */
function renames(watched: ReturnType<typeof findInstance>): readonly string[] {
  if (watched === undefined) return [];
  const { node, instance } = watched;
  const own = (instance.overrides['redisRenameCommands'] ?? node.host.params.redisRenameCommands) as ReadonlyMap<
    string,
    unknown
  >;
  return [...own]
    .map(([command, name]) => [command.toUpperCase(), String(name ?? '')] as const)
    .filter(([command, name]) => CALLED.includes(command) && name !== '')
    .flatMap(([command, name]) => [command, sentinelWord('rename-command', name)]);
}

/**
 * Sentinel writes its state without quotes and does not start again when that does not parse: a blank, a quote or a control
 * character is refused here instead.
 */
function sentinelWord(directive: string, word: string): string {
  if (/[\s"'\u0000-\u001f\u007f]/.test(word))
    throw new UnrepresentableError(`sentinel ${directive}`, 'blanks, quotes or control characters', word);
  return word;
}
