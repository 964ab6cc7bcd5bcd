import { repositoryModules } from '../../compiler/model/repository.ts';
import type { Host, Site } from '../../compiler/model/site.ts';
import { osData } from '../../compiler/platform/os.ts';
import type { Step } from '../api.ts';
import { aptOption, Lines, requireLine } from '../toolkit/index.ts';
import { textFile, withAdminIp } from '../toolkit/steps.ts';

/** A repository of `repo_upstream` or of the operating system's own list. */
interface Repository {
  readonly name: string;
  readonly description: string;
  readonly module: string;
  readonly releases: readonly number[];
  readonly arch: readonly string[];
  /** Address by region; `default` serves the regions without one. */
  readonly baseurl: ReadonlyMap<string, unknown>;
  readonly minor: boolean;
  readonly meta: ReadonlyMap<string, unknown>;
}

/**
 * Package repositories of the modules in node_repo_modules, one file per module. Other definitions are moved away
 * when node_repo_remove says so, but never by a host that gets none instead.
 */
export function repositorySteps(site: Site, host: Host): readonly Step[] {
  const { params, facts } = host;
  const modules = repositoryModules(params.nodeRepoModules);
  if (modules.length === 0) return [];
  const rpm = facts.osFamily === 'rpm';
  const dir = rpm ? '/etc/yum.repos.d' : '/etc/apt/sources.list.d';
  const file = (module: string): string => sourceFile(host, module);
  const others = params.nodeRepoRemove
    ? [{ kind: 'call', fn: 'repo_exclusive', args: [dir, ...modules.map(file)] } as const]
    : [];
  return [
    ...modules.map((module) =>
      textFile('node', `${dir}/${file(module)}`, 'node/repositories', () => sourceList(site, host, module), {
        // In this order: the index is read when the others are gone, some of which may be out of reach.
        effects: [...others, { kind: 'call', fn: 'repo_refresh', args: [] }],
      }),
    ),
    // Definitions that came to the host later.
    ...others.map((effect): Step => ({ ...effect, stage: 'node', name: 'only declared repositories' })),
  ];
}

/** Name of the file that defines the repositories of a module. */
export function sourceFile({ facts }: Host, module: string): string {
  return `${module.replaceAll('/', '_')}.${facts.osFamily === 'rpm' ? 'repo' : 'list'}`;
}

/** Its text. */
export function sourceList(site: Site, host: Host, module: string): string {
  const { facts } = host;
  const lines = new Lines().add(
    `# Module ${requireLine('repository file', module)} on ${facts.osVendor} ${facts.osVersion}, ${facts.arch}`,
  );
  for (const repository of repositories(host)) {
    if (
      repository.module !== module ||
      !repository.releases.includes(major(facts.osVersion)) ||
      !repository.arch.includes(facts.arch)
    )
      continue;
    lines
      .blank()
      .add(...(facts.osFamily === 'rpm' ? rpmLines(site, host, repository) : debLines(site, host, repository)));
  }
  return lines.toString();
}

/** repo_upstream replaces the operating system's list, it does not add to it. */
function repositories(host: Host): readonly Repository[] {
  if (host.params.repoUpstream !== undefined) return host.params.repoUpstream;
  return osData(host.facts).repositories.map((repository) => ({
    ...repository,
    baseurl: new Map(Object.entries(repository.baseurl)),
    minor: repository.minor ?? false,
    meta: new Map(Object.entries({ ...ownKey(host, repository.module), ...repository.meta })),
  }));
}

/** The key that Debian and Ubuntu sign their own repositories with, and their mirrors: each of their hosts has it. */
function ownKey({ facts: { osVendor } }: Host, module: string): { readonly signed_by?: string } {
  if (module !== 'node' || !['debian', 'ubuntu'].includes(osVendor)) return {};
  return { signed_by: `/usr/share/keyrings/${osVendor}-archive-keyring.gpg` };
}

function debLines(site: Site, host: Host, repository: Repository): readonly string[] {
  const { facts } = host;
  const url = baseUrl(site, host, repository)
    .replaceAll('${distro_codename}', facts.osCodename)
    .replaceAll('${distro_name}', facts.osVendor);
  return [
    `# ${repository.name}: ${repository.description}`,
    `deb [${trust(repository)}] ${url.replace(/\s+/g, ' ').trim()}`,
  ].map((line) => requireLine('apt source list', line));
}

/** A key of the host that packages are checked with, where the inventory names one. */
function trust({ meta }: Repository): string {
  const key = meta.get('signed_by');
  return key === undefined ? 'trusted=yes' : `signed-by=${aptOption(String(key))}`;
}

function rpmLines(site: Site, host: Host, repository: Repository): readonly string[] {
  const options = new Map<string, unknown>([['gpgcheck', 0], ['enabled', 1], ...repository.meta]);
  options.delete('signed_by');
  return [
    `[${repository.name}]`,
    `name = ${repository.description} $releasever - $basearch`,
    `baseurl = ${baseUrl(site, host, repository).replaceAll('$releasever', releaseVersion(host.facts.osVersion, repository))}`,
    ...[...options].map(([key, value]) => `${key} = ${String(value)}`),
  ].map((line) => requireLine('yum repository file', line));
}

function baseUrl(site: Site, host: Host, repository: Repository): string {
  const regional = repository.baseurl.get(host.params.region);
  const url = regional === undefined || regional === '' ? repository.baseurl.get('default') : regional;
  return withAdminIp(site, String(url ?? ''));
}

/**
 * What stands for `$releasever`: EPEL names its directories for EL 10 `10z`; PGDG has one directory per minor release
 * from 9.6 on; a repository marked `minor` always has. Everywhere else dnf fills it in.
 */
function releaseVersion(full: string, repository: Repository): string {
  const name = repository.name.toLowerCase();
  if (repository.minor) return full;
  if (name.startsWith('pgdg') && (major(full) >= 10 || (major(full) === 9 && Number(full.split('.')[1] ?? 0) >= 6)))
    return full
      .split('.')
      .slice(0, major(full) === 9 ? 2 : undefined)
      .join('.');
  return name.startsWith('epel') && major(full) >= 10 ? `${major(full)}z` : '$releasever';
}

function major(version: string): number {
  return Number.parseInt(version, 10);
}
