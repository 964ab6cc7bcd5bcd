import type { Component } from '../../compiler/platform/profile.ts';
import type { Host, InfraNode, Site } from '../../compiler/model/site.ts';
import type { Effect, FileStep, Step } from '../api.ts';
import type { Stage } from '../modules.ts';

/** What the emitters of an infra host share. */
export interface InfraContext {
  readonly site: Site;
  readonly node: InfraNode;
  readonly host: Host;
  readonly has: (component: Component) => boolean;
  /** Account that owns metrics, rules and targets. */
  readonly metricsUser: string;
}

export function infraContext(site: Site, node: InfraNode): InfraContext {
  const has = (component: Component): boolean => !site.platform.missing.includes(component);
  return { site, node, host: node.host, has, metricsUser: metricsUser(site) };
}

export function metricsUser(site: Site): string {
  return site.platform.missing.includes('victoria-metrics') ? 'prometheus' : 'victoria';
}

/** True when some program stores metrics on the host: VictoriaMetrics, or Prometheus where the platform has only that. */
export function storesMetrics(site: Site, host: Host): boolean {
  const { missing } = site.platform;
  return host.params.vmetricsEnabled && (!missing.includes('victoria-metrics') || !missing.includes('prometheus'));
}

export interface FileOptions {
  readonly stage?: Stage;
  readonly owner?: string;
  readonly group?: string;
  readonly mode?: number;
  readonly effects?: readonly Effect[];
  readonly manage?: 'block';
  readonly once?: boolean;
  readonly validate?: readonly string[];
}

/** A file of root, 0644, of stage `infra`, unless said otherwise. */
export function file(path: string, source: string, render: FileStep['render'], options: FileOptions = {}): FileStep {
  return {
    kind: 'file',
    stage: options.stage ?? 'infra',
    path,
    owner: options.owner ?? 'root',
    group: options.group ?? 'root',
    mode: options.mode ?? 0o644,
    manage: options.manage,
    once: options.once,
    effects: options.effects ?? [],
    validate: options.validate === undefined ? undefined : { command: options.validate },
    source,
    render,
  };
}

export function dir(path: string, owner: string, group: string, mode: number, stage: Stage = 'infra'): Step {
  return { kind: 'dir', stage, path, owner, group, mode };
}

export function unit(name: string, on: boolean, stage: Stage = 'infra'): Step {
  return { kind: 'unit', stage, unit: name, enabled: on, state: on ? 'started' : 'stopped' };
}

export function restart(name: string): Effect {
  return { kind: 'restart', unit: name };
}

export function reload(name: string): Effect {
  return { kind: 'reload', unit: name };
}
