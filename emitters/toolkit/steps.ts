import type { Effect, ExpectStep, FileStep, ProbeStep, Validator } from '../api.ts';
import type { Stage } from '../modules.ts';
import type { FileSettings } from '../settings.ts';
import type { SecretSink } from '../../compiler/model/secret.ts';
import type { Site } from '../../compiler/model/site.ts';

export interface FileOptions {
  readonly owner?: string;
  readonly group?: string;
  readonly mode?: number;
  readonly manage?: 'whole' | 'block';
  readonly effects?: readonly Effect[];
  readonly settings?: FileSettings;
  readonly validate?: Validator;
}

/** A file of root, 0644, unless `options` say otherwise. */
export function textFile(
  stage: Stage,
  path: string,
  source: string,
  render: (secrets: SecretSink) => string,
  options: FileOptions = {},
): FileStep {
  return {
    kind: 'file',
    stage,
    path,
    owner: options.owner ?? 'root',
    group: options.group ?? 'root',
    mode: options.mode ?? 0o644,
    manage: options.manage ?? 'whole',
    effects: options.effects ?? [],
    settings: options.settings,
    validate: options.validate,
    source,
    render,
  };
}

/** Waits until something accepts connections on a TCP port of an address of the host. */
export function portProbe(
  stage: Stage,
  name: string,
  address: string,
  port: number,
  timeoutSeconds: number,
): ProbeStep {
  return { kind: 'probe', stage, name, command: ['bash', '-c', `exec 3<>/dev/tcp/${address}/${port}`], timeoutSeconds };
}

/** Waits until a service answers HTTP on a port of the host. */
export function httpProbe(
  stage: Stage,
  unit: string,
  port: number,
  timeoutSeconds: number,
  ...path: readonly string[]
): ProbeStep {
  const command = ['http_answers', '127.0.0.1', String(port), ...path];
  return { kind: 'probe', stage, name: `${unit} answers`, command, timeoutSeconds };
}

/** Nothing but these units listens on a TCP port before anything is changed. */
export function expectPort(stage: Stage, port: number, parameter: string, ...units: readonly string[]): ExpectStep {
  return { kind: 'expect', stage, fn: 'expect_port', args: [port, parameter, ...units] };
}

export function reload(unit: string): Effect {
  return { kind: 'reload', unit };
}

export function restart(unit: string): Effect {
  return { kind: 'restart', unit };
}

/** `${admin_ip}` in values that come from a default: those of the inventory are expanded long before. */
export function withAdminIp(site: Site, text: string): string {
  return text.replaceAll('${admin_ip}', site.adminIp);
}
