/** Values that programs know and inventories only name: extensions, libraries, packages, health checks. */
import { CompletionItemKind } from 'vscode-languageserver/node';
import { HEALTH_CHECKS } from '../../domain/health-check.ts';
import { factsOf } from '../../phases/5-check/rules/pgsql/packages.ts';
import { aliasNames } from '../../platform/packages.ts';
import { extensionInfo, extensionNames, extensionsOf, libraryNames } from '../../postgresql/extensions.ts';
import type { InventoryHost } from '../../phases/2-merge/inventory.ts';
import type { Analysis } from './analysis.ts';
import type { Candidate } from './candidate.ts';
import { selectorWords, selects } from './selector-words.ts';
import { majorOf } from './server-settings.ts';
import { SETTING, type ValueSlot } from './slot.ts';

/** What may stand at a place that this is about; undefined for all others. `before` is the text left of the cursor. */
export function knownWords(analysis: Analysis, slot: ValueSlot, before: string): readonly Candidate[] | undefined {
  const { object = '', field, parameter } = slot;
  if (selects(slot)) return selectorWords(analysis, slot, before);
  if (object === 'service' && field === 'check') return healthChecks();
  if (object === 'service' && field === 'dest') return DESTINATIONS;
  if (object === 'database' ? field === 'extensions' : object === 'extension' && field === 'name')
    return extensions(analysis, slot);
  if (object === '' && parameter === 'pg_default_extensions') return extensions(analysis, slot);
  if (object === '' && PACKAGES.has(parameter)) return packages(analysis, slot, parameter === 'pg_extensions');
  if (object === '' ? parameter === 'pg_libs' : object === SETTING && PRELOADED.test(field))
    return libraries(analysis, slot);
  return undefined;
}

const PACKAGES: ReadonlySet<string> = new Set(['pg_extensions', 'pg_packages', 'repo_packages', 'repo_extra_packages']);
const PRELOADED = /^(?:shared|session|local)_preload_libraries$/;

function healthChecks(): readonly Candidate[] {
  return [...HEALTH_CHECKS].map(([label, { says }], i) => ({
    label,
    kind: CompletionItemKind.EnumMember,
    detail: 'health check of Patroni',
    documentation: `\`${label}\`: ${says}`,
    rank: i,
  }));
}

const DESTINATIONS: readonly Candidate[] = [
  ['default', 'what `pg_default_service_dest` says'],
  ['pgbouncer', 'the connection pool, at `pgbouncer_port`'],
  ['postgres', 'the server itself, at `pg_port`'],
].map(([label, says], rank) => ({
  label: label!,
  kind: CompletionItemKind.EnumMember,
  detail: 'destination',
  documentation: `\`${label}\`: ${says}`,
  rank,
}));

/** Extensions for the cluster's version; those first whose package the cluster installs. */
function extensions(analysis: Analysis, { scope }: ValueSlot): readonly Candidate[] {
  const major = majorOf(analysis, scope);
  const installed = new Set(
    analysis.members(scope).flatMap((host) => analysis.context.of(host).pgExtensions.value.map(String)),
  );
  return [...extensionNames()].flatMap((label): readonly Candidate[] => {
    const info = extensionInfo(label)!;
    if (info.preload === 'only' || major < info.first || major > info.last) return [];
    const isAtHand = info.package === undefined ? info.kernel === undefined : installed.has(info.package);
    return [
      {
        label,
        kind: CompletionItemKind.Module,
        detail: originOf(info),
        documentation: extensionText(label),
        rank: isAtHand ? 0 : 1,
      },
    ];
  });
}

type Info = NonNullable<ReturnType<typeof extensionInfo>>;

function originOf({ package: owner, kernel }: Info): string {
  if (kernel !== undefined) return `extension of ${kernel}`;
  return owner === undefined ? 'extension of PostgreSQL' : `extension in package ${owner}`;
}

function extensionText(name: string): string {
  const { package: owner, first, last, library, preload, requires } = extensionInfo(name)!;
  const lines = [
    ...(owner === undefined ? [] : [`- package: \`${owner}\` in \`pg_extensions\``]),
    ...(preload === 'must' ? [`- needs \`${library ?? name}\` in \`pg_libs\``] : []),
    ...(requires.length === 0 ? [] : [`- needs ${requires.map((one) => `\`${one}\``).join(', ')}`]),
    `- PostgreSQL ${first} to ${last}`,
  ];
  return `**${name}**\n\n${lines.join('\n')}`;
}

/** Aliases of packages; for extensions those that bring some. Categories are also known by their major: `pg18-gis`. */
function packages(analysis: Analysis, { scope }: ValueSlot, onlyExtensions: boolean): readonly Candidate[] {
  const { context } = analysis;
  const concerned = [...analysis.members(scope), ...analysis.hosts(scope), ...context.hosts];
  const host: InventoryHost | undefined = concerned[0];
  if (host === undefined) return [];
  const facts = factsOf(context, host);
  const major = majorOf(analysis, scope);
  return aliasNames(facts).flatMap((alias): readonly Candidate[] => {
    const brings = extensionsOf(alias);
    const isCategory = alias.startsWith('pgsql-');
    if (onlyExtensions && brings.length === 0 && !isCategory) return [];
    const names = isCategory ? [alias, alias.replace('pgsql-', `pg${major}-`)] : [alias];
    const behind = context.platform.packageAlias(alias, facts, major) ?? [];
    return names.map((label) => ({
      label,
      kind: CompletionItemKind.Module,
      detail: 'package',
      documentation: packageText(label, brings, behind),
      rank: brings.length > 0 ? 0 : 1,
    }));
  });
}

function packageText(name: string, brings: readonly string[], behind: readonly string[]): string {
  const quoted = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ');
  return [
    `**${name}**`,
    ...(brings.length === 0 ? [] : [`Extensions: ${quoted(brings)}`]),
    `Packages: ${quoted(behind)}`,
  ].join('\n\n');
}

/** Libraries; those first that an extension of the cluster's databases needs. */
function libraries(analysis: Analysis, { scope }: ValueSlot): readonly Candidate[] {
  const { context } = analysis;
  const used = analysis
    .members(scope)
    .flatMap((host) => context.of(host).pgDatabases.value)
    .flatMap(({ fields }) => fields.extensions.value)
    .map((extension) => extension.fields.name.value);
  const needed = new Set(
    used.flatMap((name) => {
      const info = extensionInfo(name);
      return info?.preload === undefined ? [] : [info.library ?? name];
    }),
  );
  return [...new Set(libraryNames())].map((label) => ({
    label,
    kind: CompletionItemKind.Module,
    detail: 'library of PostgreSQL',
    documentation: `**${label}**\n\nA library that the server loads when it starts.`,
    rank: needed.has(label) ? 0 : 1,
  }));
}
