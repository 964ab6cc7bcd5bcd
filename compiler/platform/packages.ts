import type { HostFacts } from './host-facts.ts';
import { osData } from './os.ts';

/**
 * Package names behind an alias such as `pgsql-main`, `postgis` or `pg17-gis` on a host's operating system.
 * @returns undefined when the word is no alias: it is a package name (or glob) itself
 */
export function resolveAlias(alias: string, facts: HostFacts, pgMajor: number): readonly string[] | undefined {
  const data = osData(facts);
  const known = lookUp(alias, facts.arch, data.packages, data.packagesAarch64);
  if (known !== undefined) return words(known.replaceAll('$v', String(pgMajor)));
  const versioned = /^pg(\d\d)(?:-(.+))?$/.exec(alias);
  if (versioned === null) return undefined;
  const generic = versioned[2] === undefined ? 'pgsql' : `pgsql-${versioned[2]}`;
  const template = lookUp(generic, facts.arch, data.packages, data.packagesAarch64);
  return template === undefined ? undefined : words(template.replaceAll('$v', versioned[1]!));
}

/** Every alias of a host's operating system, without those of one major (`pg17-gis`). */
export function aliasNames(facts: HostFacts): readonly string[] {
  return Object.keys(osData(facts).packages);
}

/** Whether some alias of a host's operating system stands for a package of this name. */
export function isPackageName(name: string, facts: HostFacts): boolean {
  return Object.values(osData(facts).packages).some((packages) => words(packages).includes(name));
}

/**
 * Expands a list parameter such as pg_packages: items hold words separated by commas or blanks, each an alias or a
 * package name with `$v` / `${pg_version}`. Order is kept, repetitions are dropped.
 */
export function expandPackages(
  items: readonly string[],
  facts: HostFacts,
  pgMajor: number,
  alias: typeof resolveAlias = resolveAlias,
): readonly string[] {
  const names = new Set<string>();
  for (const word of items.flatMap((item) => words(item.replaceAll('${pg_version}', String(pgMajor))))) {
    for (const name of alias(word, facts, pgMajor) ?? [word.replaceAll('$v', String(pgMajor))]) names.add(name);
  }
  return [...names];
}

function lookUp(
  alias: string,
  arch: HostFacts['arch'],
  x86: Readonly<Record<string, string>>,
  arm: Readonly<Record<string, string>>,
): string | undefined {
  if (arch === 'aarch64' && Object.hasOwn(arm, alias)) return arm[alias];
  return Object.hasOwn(x86, alias) ? x86[alias] : undefined;
}

function words(text: string): string[] {
  return text.split(/[,\s]+/).filter((word) => word !== '');
}
