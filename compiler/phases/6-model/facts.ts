import type { HostFacts } from '../../platform/host-facts.ts';
import { osIdentity } from '../../platform/os.ts';
import type { PlatformProfile } from '../../platform/profile.ts';
import type { FactsFile } from '../../inputs/facts.ts';
import type { Traced } from '../../source/traced.ts';

/** Sizing assumed for a host without facts: the smallest machine the distribution recommends. Documented in docs/facts.md. */
export const ASSUMED = { cpu: 2, memoryMib: 4096, diskGib: 40 } as const;

/** Facts of a host: facts file, else inventory variables (node_cpu, node_mem_mb, os_*), else the documented assumption. */
export function hostFacts(
  vars: ReadonlyMap<string, Traced>,
  file: FactsFile | undefined,
  platform: PlatformProfile,
): HostFacts {
  if (file !== undefined) {
    return {
      cpu: file.cpu,
      memoryMib: file.memoryMib,
      diskGib: file.diskGib,
      ...osIdentity(file.os.vendor, file.os.version, file.os.codename),
      arch: file.arch === 'aarch64' ? 'aarch64' : 'x86_64',
      source: 'facts-file',
    };
  }
  const cpu = numberOf(vars, 'node_cpu');
  const memoryMib = numberOf(vars, 'node_mem_mb') ?? gibToMib(numberOf(vars, 'node_mem_gb'));
  return {
    cpu: cpu ?? ASSUMED.cpu,
    memoryMib: memoryMib ?? ASSUMED.memoryMib,
    diskGib: ASSUMED.diskGib,
    ...osIdentity(textOf(vars, 'os_vendor') ?? 'debian', textOf(vars, 'os_version') ?? platform.osVersion),
    arch: textOf(vars, 'os_arch') === 'aarch64' ? 'aarch64' : 'x86_64',
    source: cpu !== undefined && memoryMib !== undefined ? 'inventory' : 'assumed',
  };
}

function gibToMib(gib: number | undefined): number | undefined {
  return gib === undefined ? undefined : gib * 1024;
}

function numberOf(vars: ReadonlyMap<string, Traced>, name: string): number | undefined {
  const value = Number(textOf(vars, name));
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

function textOf(vars: ReadonlyMap<string, Traced>, name: string): string | undefined {
  const node = vars.get(name)?.node;
  return node?.kind === 'scalar' && node.value !== null ? node.text : undefined;
}
