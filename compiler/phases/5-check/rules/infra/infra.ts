import { report } from '../../../../diagnostics/report.ts';
import { didYouMean } from '../../../../words/suggest.ts';
import { spanWithin } from '../../../../source/span-within.ts';
import type { MapNode } from '../../../../source/node.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import { field, items, maps, text, textField } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const infraMembers: Rule = {
  codes: ['infra-seq', 'infra-seq-duplicate'],
  about: 'Members of the group `infra` are numbered; the numbers name them in monitoring.',
  *check(context) {
    const seen = new Map<string, InventoryHost>();
    for (const host of context.members('infra')) {
      const seq = context.of(host).infraSeq.text;
      if (!/^[0-9]+$/.test(seq)) {
        yield report('infra-seq', context.of(host).infraSeq.span, {
          host: host.name,
          ...(seq === '' ? { problem: 'missing' as const } : { problem: 'no-number' as const, seq }),
        });
        continue;
      }
      const first = seen.get(seq);
      if (first === undefined) seen.set(seq, host);
      else
        yield report(
          'infra-seq-duplicate',
          context.of(host).infraSeq.span,
          { seq, first: first.name },
          { related: [{ span: context.of(first).infraSeq.span, message: 'first given here' }] },
        );
    }
  },
};

export const infraGroup: Rule = {
  codes: ['infra-group-missing', 'admin-nobody', 'admin-not-infra'],
  about: 'A complete inventory has an infra group, and its admin node is in it. A site that ends has no host.',
  *check(context) {
    if (context.fragment || context.hosts.length === 0) return;
    const infra = context.members('infra');
    const admin = context.globals.get('admin_ip');
    const address = text(admin?.node);
    if (infra.length === 0) {
      if (address === undefined || context.host(address) !== undefined)
        yield report('infra-group-missing', context.rootSpan, {});
      else yield report('admin-nobody', admin!.node.span, { address });
    } else if (address !== undefined && !infra.some((host) => context.address(host) === address))
      yield report('admin-not-infra', admin!.node.span, { address });
  },
};

export const monitoring: Rule = {
  codes: ['scrape-timeout', 'vmalert-without-metrics'],
  about: 'Scrapes that take longer than their interval overlap.',
  *check(context) {
    const timeouts = [...context.uses('vmetrics_scrape_timeout'), ...context.uses('vmetrics_scrape_interval')];
    for (const use of timeouts) {
      const host = use.hosts[0]!;
      const interval = seconds(context.of(host).vmetricsScrapeInterval.value);
      const timeout = seconds(context.of(host).vmetricsScrapeTimeout.value);
      if (interval !== undefined && timeout !== undefined && timeout >= interval) {
        yield report('scrape-timeout', use.node.span, { timeout, interval });
        break;
      }
    }
    for (const host of context.members('infra')) {
      if (context.of(host).vmalertEnabled.value && !context.of(host).vmetricsEnabled.value) {
        yield report('vmalert-without-metrics', context.of(host).vmetricsEnabled.span, { host: host.name });
        break;
      }
    }
  },
};

function seconds(value: string): number | undefined {
  const match = /^([0-9.]+)(ms|s|m|h)?$/.exec(value);
  if (match === null) return undefined;
  const unit = { ms: 0.001, s: 1, m: 60, h: 3600 }[match[2] ?? 's'] ?? 1;
  return Number(match[1]) * unit;
}

/** Tags by which the distribution's own list of repositories can be selected. */
const MODULES = [
  'local',
  'infra',
  'node',
  'pgsql',
  'extra',
  'beta',
  'docker',
  'mssql',
  'mysql',
  'gitlab',
  'groonga',
  'haproxy',
  'redis',
  'kube',
  'grafana',
  'percona',
  'mongo',
  'click',
  'llvm',
  'nginx',
  'minio',
  'ivory',
  'polar',
  'oriole',
  'pgedge',
  'agens',
  'cloud',
  'vibe',
  'all',
];

export const repositoryModules: Rule = {
  codes: ['repo-module-unknown'],
  about: 'Lists of repository modules name modules that some repository has.',
  *check(context) {
    for (const name of ['repo_modules', 'node_repo_modules'] as const) {
      for (const use of context.uses(name)) {
        const listed = context.of(use.hosts[0]!).repoUpstream.value;
        const known = new Set([...MODULES, ...listed.map(({ fields }) => fields.module.value)]);
        const unknown = (text(use.node) ?? '')
          .split(',')
          .map((tag) => tag.trim())
          .find((tag) => tag !== '' && !known.has(tag));
        if (unknown === undefined || use.node.kind !== 'scalar') continue;
        const at = use.node.text.search(new RegExp(`(?<![^,\\s])${unknown.replace(/[^\w-]/g, '\\$&')}(?![^,\\s])`));
        yield report(
          'repo-module-unknown',
          spanWithin(use.node, at, at + unknown.length),
          { tag: unknown, name },
          { help: didYouMean(unknown, known) },
        );
      }
    }
  },
};

export const repositories: Rule = {
  codes: ['repo-duplicate', 'repo-baseurl', 'repo-never-used'],
  about:
    'The same repository name twice means that one file overwrites the other; releases and ' +
    'architectures may differ.',
  *check(context) {
    for (const use of context.uses('repo_upstream')) {
      const seen: MapNode[] = [];
      for (const repo of maps(use.node)) {
        const first = seen.find((other) => sameRepository(repo, other));
        if (first === undefined) seen.push(repo);
        else
          yield report(
            'repo-duplicate',
            field(repo, 'name')!.span,
            { name: textField(repo, 'name')! },
            { related: [{ span: field(first, 'name')!.span, message: 'first defined here' }] },
          );
        const url = field(repo, 'baseurl');
        if (url?.kind === 'map' && textField(url, 'default') === undefined)
          yield report('repo-baseurl', url.span, { name: textField(repo, 'name') ?? '' });
        if (field(repo, 'releases') !== undefined && items(field(repo, 'releases')).length === 0)
          yield report('repo-never-used', field(repo, 'releases')!.span, { name: textField(repo, 'name') ?? '' });
      }
    }
  },
};

/** The name, and a release and an architecture in common. */
function sameRepository(one: MapNode, other: MapNode): boolean {
  const name = textField(one, 'name');
  if (name === undefined || name !== textField(other, 'name')) return false;
  return ['releases', 'arch'].every((key) => {
    const values = items(field(other, key)).map(text);
    return items(field(one, key)).some((item) => values.includes(text(item)));
  });
}
