import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { report } from '../../../../diagnostics/report.ts';
import { didYouMean } from '../../../../words/suggest.ts';
import { expandPackages } from '../../../../platform/packages.ts';
import { extensionInfo, extensionNames, extensionsOf, type ExtensionInfo } from '../../../../postgresql/extensions.ts';
import { isKnownMajor } from '../../../../postgresql/settings.ts';
import type { Node, Span } from '../../../../source/node.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { field, items, maps, text, textField } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';
import { distinct, startLibraries } from './libraries.ts';
import { factsOf, packageWords } from './packages.ts';

export const extensions: Rule = {
  codes: ['extension-unknown', 'extension-version', 'extension-package', 'libs-preload'],
  about:
    'Extensions created in databases and in the template: do they exist, for this major, is their ' +
    'package and library there?',
  *check(context) {
    for (const parameter of ['pg_databases', 'pg_default_extensions'] as const) {
      for (const use of context.uses(parameter)) {
        const databases = maps(use.node).filter((database) => textField(database, 'state') !== 'absent');
        const nodes =
          parameter === 'pg_databases'
            ? databases.flatMap((database) => items(field(database, 'extensions')))
            : items(use.node);
        const wanted = nodes.filter((node) => textField(node, 'state') !== 'absent');
        if (wanted.length === 0) continue;
        const hosts = distinct(
          use.hosts.filter((h) => context.of(h).pgCluster.value !== ''),
          (h) =>
            JSON.stringify(
              (['pg_version', 'pg_mode', 'pg_libs', 'pg_packages', 'pg_extensions'] as const).map(
                (name) => context.parameter(h, name).plain,
              ),
            ),
        );
        for (const node of wanted) yield* firstProblem(context, node, hosts);
      }
    }
  },
};

function firstProblem(context: CheckContext, node: Node, hosts: readonly InventoryHost[]): readonly Diagnostic[] {
  const name = text(node) ?? textField(node, 'name');
  if (name === undefined) return [];
  const span = field(node, 'name')?.span ?? node.span;
  for (const host of hosts) {
    const found = [...problems(context, name, span, host)];
    if (found.length > 0) return found;
  }
  return [];
}

function* problems(context: CheckContext, name: string, span: Span, host: InventoryHost): Iterable<Diagnostic> {
  const info = extensionInfo(name);
  // Forks bring extensions that nobody has listed, and packages of their own.
  const plain = ['pgsql', 'citus'].includes(context.of(host).pgMode.value);
  if (info === undefined) {
    if (plain) yield* unknown(context, name, span, host);
    return;
  }
  if (info.preload === 'only')
    return yield report('extension-unknown', span, { name }, { help: `it is a library: name it in \`pg_libs\`` });
  const major = context.of(host).pgVersion.value ?? 0;
  if (plain && isKnownMajor(major) && (major < info.first || major > info.last)) {
    yield report('extension-version', span, {
      name,
      version: major,
      majors: info.first === info.last ? String(info.first) : `${info.first} … ${info.last}`,
    });
  } else if (plain && info.package !== undefined && !installed(context, info.package, host, major)) {
    yield report(
      'extension-package',
      span,
      { name, package: info.package },
      { help: `add \`${info.package}\` to \`pg_extensions\`` },
    );
  }
  yield* notLoaded(context, info, span, host);
}

/** A name no catalog has is a mistake if it is nearly one that has, or if nothing can bring it. */
function* unknown(context: CheckContext, name: string, span: Span, host: InventoryHost): Iterable<Diagnostic> {
  const [inside] = extensionsOf(name);
  const help =
    inside === undefined ? didYouMean(name, extensionNames()) : `that is the package; the extension is \`${inside}\``;
  const ownPackages = packageWords(context, host).some(
    (word) => context.platform.packageAlias(word, factsOf(context, host), 18) === undefined,
  );
  if (help !== undefined || !ownPackages) yield report('extension-unknown', span, { name }, { help });
}

function* notLoaded(
  context: CheckContext,
  { name, preload, library }: ExtensionInfo,
  span: Span,
  host: InventoryHost,
): Iterable<Diagnostic> {
  if (preload === 'must' && library !== undefined && !startLibraries(context, host).has(library)) {
    yield report('libs-preload', span, { extension: name, library }, { help: `add \`${library}\` to \`pg_libs\`` });
  }
}

/** Whether a package is among those a host gets. Data of the operating system is read only if the alias itself is not listed. */
function installed(context: CheckContext, alias: string, host: InventoryHost, major: number): boolean {
  const words = packageWords(context, host);
  if (words.includes(alias)) return true;
  const facts = factsOf(context, host);
  const resolve = (word: string): readonly string[] | undefined => context.platform.packageAlias(word, facts, major);
  const needed = resolve(alias);
  // Nothing is known of a package the platform has no name for.
  if (needed === undefined || needed.length === 0) return true;
  const names = expandPackages(words, facts, major, resolve);
  return (
    needed.some((name) => names.some((have) => have === name || (have.includes('*') && matches(have, name)))) ||
    names.some((have) => have.includes(alias))
  );
}

function matches(glob: string, name: string): boolean {
  return new RegExp(`^${glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(name);
}
