/** The site's own package repository: who makes it and who takes packages from it. */
import type { Host, Site } from './site.ts';

/** Whether the host takes packages from the site's own repository. */
export function usesLocalRepository({ params }: Host): boolean {
  return repositoryModules(params.nodeRepoModules).includes('local');
}

/** Infra hosts that build the repository and serve it; nobody does where no host would ask. */
export function repositoryHosts(site: Site): readonly Host[] {
  const able = site.infra.map(({ host }) => host).filter(({ params }) => params.repoEnabled && params.nginxEnabled);
  return able.length > 0 && !site.platform.missing.includes('nginx') && site.hosts.some(usesLocalRepository)
    ? able
    : [];
}

/** Words of `repo_modules` and `node_repo_modules`. */
export function repositoryModules(text: string): readonly string[] {
  return text.split(/[,\s]+/).filter((name) => name !== '');
}

/** Whether packages for one host are those for the other. */
export function samePackages(one: Host, other: Host): boolean {
  return one.facts.osCode === other.facts.osCode && one.facts.arch === other.facts.arch;
}
