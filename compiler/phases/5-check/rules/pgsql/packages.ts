import { report } from '../../../../diagnostics/report.ts';
import { suggestTypo } from '../../../../words/suggest.ts';
import type { HostFacts } from '../../../../platform/host-facts.ts';
import { extensionInfo } from '../../../../postgresql/extensions.ts';
import { osIdentity } from '../../../../platform/os.ts';
import { aliasNames, isPackageName } from '../../../../platform/packages.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { items, text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';
import { distinct } from './libraries.ts';

const LISTS = ['pg_packages', 'pg_extensions'] as const;

export const packageNames: Rule = {
  codes: ['package-unknown'],
  about:
    "A word of the package lists that is no alias is a package's own name, unless it is an alias but " +
    'for a letter or two.',
  *check(context) {
    for (const list of LISTS) {
      for (const use of context.uses(list)) {
        const systems = distinct(use.hosts, (host) =>
          ['os_vendor', 'os_version', 'os_arch'].map((name) => context.variable(host, name)).join(' '),
        ).map((host) => factsOf(context, host));
        for (const node of items(use.node)) {
          for (const word of wordsOf(text(node) ?? '')) {
            const origin = systems[0] && originOf(context, word, systems[0]);
            if (origin !== undefined) {
              yield report('package-unknown', node.span, { name: word }, { help: origin });
              continue;
            }
            const meant = systems.map((facts) => nearAlias(context, word, facts)).find((alias) => alias !== undefined);
            if (meant !== undefined)
              yield report('package-unknown', node.span, { name: word }, { help: `did you mean \`${meant}\`?` });
          }
        }
      }
    }
  },
};

/** Where an extension comes from that has no package of its own. */
function originOf(context: CheckContext, word: string, facts: HostFacts): string | undefined {
  const info = extensionInfo(word);
  if (info === undefined || info.package !== undefined) return undefined;
  if (context.platform.packageAlias(word, facts, 18) !== undefined || isPackageName(word, facts)) return undefined;
  return info.kernel === undefined
    ? 'it is part of PostgreSQL, and there already'
    : `it is part of the kernel of package \`${info.kernel}\``;
}

function nearAlias(context: CheckContext, word: string, facts: HostFacts): string | undefined {
  const [, major] = /^pg(\d\d)-/.exec(word) ?? [];
  // Other names with digits, globs and variables are those of packages: `postgresql-17-postgis-3`, `pg_repack_$v*`.
  if (major === undefined && /[^a-z_-]/.test(word)) return undefined;
  if (context.platform.packageAlias(word, facts, Number(major ?? 18)) !== undefined || isPackageName(word, facts))
    return undefined;
  const aliases = aliasNames(facts);
  return suggestTypo(
    word,
    major === undefined ? aliases : aliases.map((alias) => alias.replace(/^pgsql-/, `pg${major}-`)),
  );
}

/** Words of the package lists of a host: aliases, names, globs. */
export function packageWords(context: CheckContext, host: InventoryHost): readonly string[] {
  return LISTS.flatMap((list) => context.parameter(host, list).value.flatMap((item) => wordsOf(String(item))));
}

function wordsOf(item: string): readonly string[] {
  return item.split(/[,\s]+/).filter((word) => word !== '');
}

/** Which system a host runs, for the names of its packages; sizes do not matter here. */
export function factsOf(context: CheckContext, host: InventoryHost): HostFacts {
  return (
    context.facts(host) ?? {
      cpu: 1,
      memoryMib: 1024,
      diskGib: 1,
      source: 'assumed',
      arch: context.variable(host, 'os_arch') === 'aarch64' ? 'aarch64' : 'x86_64',
      ...osIdentity(
        context.variable(host, 'os_vendor') || 'debian',
        context.variable(host, 'os_version') || context.platform.osVersion,
      ),
    }
  );
}
