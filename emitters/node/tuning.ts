import { osData } from '../../compiler/platform/os.ts';
import type { Host, Site } from '../../compiler/model/site.ts';
import type { Step } from '../api.ts';
import { requireLine } from '../toolkit/index.ts';
import { renderTemplate } from '../toolkit/template.ts';
import { textFile } from '../toolkit/steps.ts';
import { TUNE_NAMES, tuneProfile } from './tuned-profiles.ts';
import type { TuneName } from './tuned-profiles.ts';

/** Kernel: feature switches, modules, tuned profiles, huge pages, sysctl. */
export function tuningSteps(site: Site, host: Host): readonly Step[] {
  return [
    ...featureSteps(host),
    ...moduleSteps(host),
    ...tunedSteps(site, host),
    ...hugepageSteps(host),
    ...sysctlSteps(host),
  ];
}

function featureSteps(host: Host): readonly Step[] {
  const { params, facts } = host;
  return [
    ...(params.nodeDisableNuma
      ? [{ kind: 'call', stage: 'node', name: 'NUMA off', fn: 'numa_disable', args: [] } as const]
      : []),
    ...(params.nodeDisableSwap
      ? [{ kind: 'call', stage: 'node', name: 'swap off', fn: 'swap_disable', args: [] } as const]
      : []),
    // Only the ifcfg files of EL 8 have the setting.
    ...(params.nodeStaticNetwork && facts.osFamily === 'rpm'
      ? [{ kind: 'call', stage: 'node', name: 'keep resolver settings', fn: 'network_static', args: [] } as const]
      : []),
    ...(params.nodeDiskPrefetch
      ? [
          textFile(
            'node',
            '/etc/systemd/system/disk-prefetch.service',
            'node/disk-prefetch',
            () => renderTemplate('emitters/node/templates/disk-prefetch.service.njk', {}),
            {
              effects: [{ kind: 'restart', unit: 'disk-prefetch' }],
            },
          ),
          { kind: 'unit', stage: 'node', unit: 'disk-prefetch', enabled: true, state: 'started' } as const,
        ]
      : []),
  ];
}

function moduleSteps(host: Host): readonly Step[] {
  const modules = host.params.nodeKernelModules;
  if (modules.length === 0) return [];
  return [
    ...modules.map((module) =>
      textFile(
        'node',
        `/etc/modules-load.d/${module.replaceAll('/', '_')}.conf`,
        'node/kernel-modules',
        () => `${requireLine('modules-load.d', module)}\n`,
      ),
    ),
    { kind: 'call', stage: 'node', name: 'kernel modules', fn: 'modules_load', args: modules },
  ];
}

/** All four profiles are there to switch between. Where tuned is missing, the chosen one's kernel settings go to sysctl.d. */
function tunedSteps(site: Site, host: Host): readonly Step[] {
  const { params, facts } = host;
  const wanted = params.nodeTune;
  if (wanted === 'none') return [];
  const lines = (name: TuneName, separator: string): readonly string[] =>
    tuneProfile(name, facts, params.nodeOvercommitRatio).sysctl.map(([key, value]) => `${key}${separator}${value}`);
  if (site.platform.missing.includes('tuned')) {
    const path = '/etc/sysctl.d/60-node-tune.conf';
    return [
      textFile('node', path, 'node/sysctl-profile', () => `${lines(wanted, ' = ').join('\n')}\n`, {
        effects: [{ kind: 'call', fn: 'sysctl_apply', args: [path] }],
      }),
    ];
  }
  const dir = params.nodeTunedProfileDir ?? osData(facts).tunedProfileDir;
  return [
    { kind: 'package', stage: 'node', names: site.platform.packages('tuned', facts, params.pgVersion) },
    ...TUNE_NAMES.flatMap((name): readonly Step[] => [
      { kind: 'dir', stage: 'node', path: `${dir}/${name}`, owner: 'root', group: 'root', mode: 0o755 },
      textFile('node', `${dir}/${name}/tuned.conf`, 'node/tuned', () => renderProfile(name, host, lines(name, ' = ')), {
        effects: name === wanted ? [{ kind: 'restart', unit: site.platform.unit('tuned', facts) }] : [],
      }),
    ]),
    { kind: 'unit', stage: 'node', unit: site.platform.unit('tuned', facts), enabled: true, state: 'started' },
    { kind: 'call', stage: 'node', name: 'tuned profile', fn: 'tuned_profile', args: [wanted] },
  ];
}

function renderProfile(name: TuneName, host: Host, sysctl: readonly string[]): string {
  const profile = tuneProfile(name, host.facts, host.params.nodeOvercommitRatio);
  return renderTemplate('emitters/node/templates/tuned.conf.njk', {
    summary: profile.summary,
    base: profile.include ?? '',
    fastCpu: profile.fastCpu,
    sysctl,
    nvme: profile.nvme.map(([key, value]) => `${key}=${value}`),
  });
}

function hugepageSteps(host: Host): readonly Step[] {
  const { params } = host;
  const count = hugepages(host);
  if (params.nodeTune === 'none' && count === 0) return [];
  return [
    textFile('node', '/etc/sysctl.d/hugepage.conf', 'node/hugepages', () => `vm.nr_hugepages = ${count}\n`, {
      effects: [{ kind: 'call', fn: 'hugepages_set', args: [count] }],
    }),
  ];
}

/** Pages of 2 MiB: the count given, at most 90 % of memory, else that share of memory; a ratio of 0.9 or more counts as none. */
export function hugepages(host: Host): number {
  const { nodeHugepageCount: count, nodeHugepageRatio: ratio } = host.params;
  const all = host.facts.memoryMib / 2;
  if (count > 0) return Math.min(count, Math.ceil(all * 0.9));
  return ratio > 0 && ratio < 0.9 ? Math.ceil(all * ratio) : 0;
}

function sysctlSteps(host: Host): readonly Step[] {
  const entries = [...host.params.nodeSysctlParams];
  if (entries.length === 0) return [];
  // After the profiles' settings and the distribution's own files: tuned applies sysctl.d again on top of its profile.
  const path = '/etc/sysctl.d/99-node.conf';
  return [
    textFile(
      'node',
      path,
      'node/sysctl',
      () =>
        entries
          .map(([key, value]) => `${requireLine('sysctl.d', key)} = ${requireLine('sysctl.d', String(value))}\n`)
          .join(''),
      {
        effects: [{ kind: 'call', fn: 'sysctl_apply', args: [path] }],
      },
    ),
  ];
}
