/** What ansible.cfg says about reaching hosts, which an inventory does not: the deployment reads the inventory alone. */
import { stringify } from 'yaml';
import { quoted } from '../phases/4-resolve/connection.ts';
import type { Host as System } from '../host/host.ts';

/** A setting, and what says the same in the inventory. */
export interface AnsibleSetting {
  readonly setting: string;
  /** A line for `all.vars`. */
  readonly variable: string;
  /** A line of ssh_config. */
  readonly option: string | undefined;
}

export interface AnsibleConfig {
  readonly path: string;
  readonly settings: readonly AnsibleSetting[];
}

type Reading = (value: string, directory: string) => Omit<AnsibleSetting, 'setting'> | undefined;

const READ: Readonly<Record<string, Reading>> = {
  'defaults.remote_user': (value) => ({
    variable: line('ansible_user', value),
    option: /^[\w.][\w.@\\-]*$/.test(value) ? `User ${value}` : undefined,
  }),
  'defaults.remote_port': (value) => ({
    variable: line('ansible_port', value),
    option: /^[1-9][0-9]{0,4}$/.test(value) ? `Port ${value}` : undefined,
  }),
  'defaults.private_key_file': (value, directory) => ({
    variable: line('ansible_ssh_private_key_file', value),
    option: value.includes('"')
      ? undefined
      : `IdentityFile ${quoted(/^[~/]/.test(value) ? value : `${directory}/${value}`)}`,
  }),
  'defaults.host_key_checking': (value) =>
    /^(false|no|0)$/i.test(value)
      ? { variable: line('ansible_ssh_common_args', '-o StrictHostKeyChecking=accept-new'), option: undefined }
      : undefined,
  'privilege_escalation.become_method': (value) =>
    value === 'sudo' ? undefined : { variable: line('ansible_become_method', value), option: undefined },
  'ssh_connection.ssh_args': (value) => ({ variable: line('ansible_ssh_common_args', value), option: undefined }),
};

/** A line of an inventory. */
function line(name: string, value: string): string {
  return stringify({ [name]: /^[0-9]+$/.test(value) ? Number(value) : value }, { lineWidth: 0 }).trimEnd();
}

/** The file in this directory; undefined without one. What the inventory says itself, `known`, counts more. */
export function readAnsibleConfig(
  system: System,
  directory: string,
  known: ReadonlySet<string>,
): AnsibleConfig | undefined {
  const path = `${directory}/ansible.cfg`;
  if (system.stat(path)?.kind !== 'file') return undefined;
  let section = '';
  const settings: AnsibleSetting[] = [];
  for (const text of Buffer.from(system.readFile(path)).toString('utf8').split(/\r?\n/)) {
    section = /^\[(\w+)\]/.exec(text)?.[1] ?? section;
    const [, name, value] = /^(\w+)\s*[=:]\s*(\S[^;#]*?)\s*(?:[;#].*)?$/.exec(text) ?? [];
    if (name === undefined || value === undefined) continue;
    const said = READ[`${section}.${name}`]?.(value, directory);
    if (said !== undefined && !known.has(said.variable.split(':')[0]!))
      settings.push({ setting: `${name} = ${value}`, ...said });
  }
  return { path, settings };
}
