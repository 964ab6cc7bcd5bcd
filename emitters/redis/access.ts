import type { SecretSink } from '../../compiler/model/secret.ts';
import { bashWord } from '../toolkit/quote/index.ts';
import { localAddress, type InstancePlan } from './instance.ts';

/**
 * How the provisioning functions reach an instance: read by the runtime, so that the password is in an environment
 * variable and never in an argument list. CONFIG and REPLICAOF may have been renamed; an empty name means disabled.
 */
export function accessFile(plan: InstancePlan, secrets: SecretSink): string {
  const renamed = (command: string): string => {
    const name = [...plan.params.redisRenameCommands].find(([from]) => from.toUpperCase() === command)?.[1];
    return name === undefined ? command : String(name ?? '');
  };
  const variables: readonly (readonly [string, string])[] = [
    ['REDIS_CLI', plan.cli],
    ['REDIS_UNIT', plan.unit],
    ['REDIS_HOST', localAddress(plan)],
    ['REDIS_PORT', String(plan.instance.port)],
    ['REDIS_STATE', plan.statePath],
    ['REDIS_CONFIG', renamed('CONFIG')],
    ['REDIS_REPLICAOF', renamed('REPLICAOF')],
    ['REDISCLI_AUTH', plan.password === undefined ? '' : secrets.reveal(plan.password)],
  ];
  return variables.map(([name, value]) => `${name}=${bashWord(value)}\n`).join('');
}
