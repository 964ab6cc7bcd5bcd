/** What a build has taken for granted, with the command or setting that makes it certain. Said at its end. */
import type { Host } from './model/site.ts';

/** One line each; nothing for hosts whose facts were collected and whose packages come from repositories that others run. */
export function buildNotes(hosts: readonly Host[], outDir: string): readonly string[] {
  return [...assumedFacts(hosts, outDir), ...localRepository(hosts)];
}

function assumedFacts(hosts: readonly Host[], outDir: string): readonly string[] {
  const guessed = hosts.filter(({ facts }) => facts.source === 'assumed');
  if (guessed.length === 0) return [];
  const kinds = new Set(
    guessed.map(({ facts }) => `${facts.osVendor} ${facts.osVersion}, ${facts.cpu} CPUs, ${facts.memoryMib} MiB`),
  );
  const assumed = [...kinds].slice(0, 3).join(' or ');
  return [`facts of ${count(guessed)} are assumed (${assumed}): make -C ${outDir} facts, then build again`];
}

/** A repository of the site's own: nothing in a bundle fetches its packages. */
function localRepository(hosts: readonly Host[]): readonly string[] {
  const users = hosts.filter(({ params }) => params.nodeRepoModules.split(/[,\s]+/).includes('local'));
  if (users.length === 0) return [];
  return [
    `${count(users)} get packages from the site's own repository (node_repo_modules: local), which no bundle makes: ` +
      'fill it before the first deployment, or set node_repo_modules: node,infra,pgsql for the public ones',
  ];
}

function count(hosts: readonly Host[]): string {
  return `${hosts.length} host${hosts.length === 1 ? '' : 's'}`;
}
