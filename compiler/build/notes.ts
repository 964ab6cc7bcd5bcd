/** What a build has taken for granted, with the command or setting that makes it certain. Said at its end. */
import type { Host } from '../model/site.ts';

/** One line each; nothing for hosts whose facts were collected. */
export function buildNotes(hosts: readonly Host[], outDir: string): readonly string[] {
  const guessed = hosts.filter(({ facts }) => facts.source === 'assumed');
  if (guessed.length === 0) return [];
  const kinds = new Set(
    guessed.map(({ facts }) => `${facts.osVendor} ${facts.osVersion}, ${facts.cpu} CPUs, ${facts.memoryMib} MiB`),
  );
  const assumed = [...kinds].slice(0, 3).join(' or ');
  return [`facts of ${count(guessed)} are assumed (${assumed}): make -C ${outDir} facts, then build again`];
}

function count(hosts: readonly Host[]): string {
  return `${hosts.length} host${hosts.length === 1 ? '' : 's'}`;
}
