import {
  repositoryHosts,
  repositoryModules,
  samePackages,
  usesLocalRepository,
} from '../../compiler/model/repository.ts';
import type { Host } from '../../compiler/model/site.ts';
import { osData } from '../../compiler/platform/os.ts';
import { expandPackages } from '../../compiler/platform/packages.ts';
import type { PackagesOf, Step } from '../api.ts';
import { sourceFile, sourceList } from '../node/repositories.ts';
import { nginxString, requireLine } from '../toolkit/index.ts';
import { nginxAccount } from './accounts.ts';
import { dir, file, reload, unit, type InfraContext } from './context.ts';
import { homeDirectory, NGINX_READS, nginxBase } from './nginx/base.ts';

const STAGE = 'repo';
const OWN = '/etc/pigstyc/repository';
const SOURCES = `${OWN}/sources`;
const LIST = `${OWN}/packages`;

/** Whether this host builds the site's package repository. */
export function buildsRepository({ site, host }: InfraContext): boolean {
  return repositoryHosts(site).includes(host);
}

/**
 * The site's package repository, before any host asks for it: fetched from the repositories of `repo_modules`, or taken as it was
 * put there, and served by the portal, of which only this much runs yet.
 */
export function repositorySteps(context: InfraContext, packagesOf: PackagesOf): readonly Step[] {
  if (!buildsRepository(context)) return directoryAlone(context);
  const { site, host } = context;
  const { params, facts } = host;
  const directory = repositoryDirectory(host);
  const nginx = site.platform.unit('nginx', facts);
  return [
    ...nginxAccount(context, STAGE),
    ...homeDirectory(host, site.platform.path('nginxUser', facts), STAGE),
    ...[params.repoHome, directory].map((path) => dir(path, 'root', 'root', 0o755, STAGE)),
    ...['/etc/pigstyc', OWN, SOURCES].map((path) => dir(path, 'root', 'root', 0o755, STAGE)),
    ...upstreamModules(host).map((module) =>
      file(`${SOURCES}/${sourceFile(host, module)}`, 'infra/repository', () => sourceList(site, host, module), {
        stage: STAGE,
      }),
    ),
    file(LIST, 'infra/repository', () => packageList(context, packagesOf), { stage: STAGE }),
    { kind: 'call', stage: STAGE, name: 'package repository', fn: 'repo_build', args: [directory, SOURCES, LIST] },
    {
      kind: 'call',
      stage: STAGE,
      name: 'packages of the portal',
      fn: 'repo_install',
      args: [directory, ...nginxPackages(context)],
    },
    ...nginxBase(context, STAGE),
    // The first server answers until the portal's own is there, which then serves the same.
    file('/etc/nginx/conf.d/00-repository.conf', 'infra/repository', () => server(host), {
      stage: STAGE,
      effects: [reload(nginx)],
      validate: NGINX_READS,
    }),
    unit(nginx, true, STAGE),
  ];
}

/** A directory for packages that somebody else brings. */
function directoryAlone({ host }: InfraContext): readonly Step[] {
  const { params } = host;
  if (!params.repoEnabled || !params.nginxEnabled) return [];
  return [dir(repositoryDirectory(host), 'root', 'root', 0o755)];
}

function repositoryDirectory({ params }: Host): string {
  return `${params.repoHome}/${params.repoName}`;
}

/** Building from itself would find nothing. */
function upstreamModules({ params }: Host): readonly string[] {
  return repositoryModules(params.repoModules).filter((module) => module !== 'local');
}

function nginxPackages({ site, host }: InfraContext): readonly string[] {
  return site.platform.packages('nginx', host.facts, host.params.pgVersion);
}

/**
 * A line for what each kind of host installs, which must be had, together; then what the inventory wants there besides. Hosts of another
 * system would find nothing they could use.
 */
function packageList(context: InfraContext, packagesOf: PackagesOf): string {
  const { site, host } = context;
  const needs = new Set([line('required', nginxPackages(context))]);
  const wishes = new Set<string>();
  for (const other of site.hosts) {
    if (!usesLocalRepository(other) || !samePackages(other, host)) continue;
    const steps = packagesOf(other);
    const names = (optional: boolean): readonly string[] =>
      steps.filter((step) => (step.optional ?? false) === optional).flatMap((step) => step.names);
    needs.add(line('required', names(false)));
    wishes.add(line('optional', names(true)));
  }
  wishes.add(line('optional', wantedBesides(context)));
  return [
    '# What the hosts install that take packages from here, and what repo_packages and repo_extra_packages add.',
    ...[...needs, ...wishes].filter((text) => text !== ''),
    ...filesOfUrls(host),
    '',
  ].join('\n');
}

/** `url NAME URL` for each of `repo_url_packages`. In China the distribution's own files come from its mirror, as upstream. */
function filesOfUrls({ params }: Host): readonly string[] {
  return params.repoUrlPackages.map((item) => {
    const url = typeof item === 'string' ? item : item.url;
    const name = typeof item === 'string' ? item.replace(/[?#].*/, '').replace(/^.*[/]/, '') : item.name;
    const from = params.region === 'china' ? url.replaceAll('pigsty.io', 'pigsty.cc') : url;
    return requireLine('package list', `url ${name} ${from}`);
  });
}

function line(need: 'required' | 'optional', names: readonly string[]): string {
  const unique = [...new Set(names)];
  return unique.length === 0 ? '' : requireLine('package list', `${need} ${unique.join(' ')}`);
}

function wantedBesides({ site, host }: InfraContext): readonly string[] {
  const { params, facts } = host;
  const data = osData(facts);
  const wanted = [
    ...(params.repoPackages ?? data.repoPackages),
    ...(params.repoExtraPackages ?? data.repoExtraPackages),
  ];
  return expandPackages(wanted, facts, params.pgVersion, (word) =>
    site.platform.packageAlias(word, facts, params.pgVersion),
  );
}

function server(host: Host): string {
  return [
    'server {',
    `    listen ${host.params.nginxPort};`,
    '    server_name repository.invalid;',
    '',
    repositoryLocation(host),
    '}',
    '',
  ].join('\n');
}

/** Hosts ask without a password. */
export function repositoryLocation(host: Host): string {
  return [
    `    location ^~ ${nginxString(`/${host.params.repoName}/`)} {`,
    '        auth_basic off;',
    `        alias ${nginxString(`${repositoryDirectory(host)}/`)};`,
    '        autoindex on;',
    '    }',
  ].join('\n');
}
