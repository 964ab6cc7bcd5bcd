import { checkInventory } from '../../../compiler/phases/5-check/check.ts';
import { CheckContext } from '../../../compiler/phases/5-check/context.ts';
import { networksOf } from '../../../compiler/phases/5-check/segment.ts';
import type { Diagnostic } from '../../../compiler/diagnostics/diagnostic.ts';
import type { HostFacts } from '../../../compiler/platform/host-facts.ts';
import { inventoryOf } from '../../support/inventory-of.ts';
import { platformByName } from '../../../compiler/platform/index.ts';
import { SourceFile } from '../../../compiler/source/node.ts';

interface Options {
  readonly platform?: string;
  readonly facts?: ReadonlyMap<string, HostFacts>;
  /** Networks of interfaces by host. */
  readonly networks?: Readonly<Record<string, readonly string[]>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly publicReferences?: readonly string[];
  /** With what every part of an inventory that has a database is told; most examples are parts. */
  readonly part?: boolean;
}

/** Everything phases 1 to 5 say about a text. */
export function check(
  text: string,
  { platform = 'pigsty-4.5', facts, networks = {}, env = {}, publicReferences = [], part = false }: Options = {},
): readonly Diagnostic[] {
  const lookup = {
    env: (name: string) => env[name],
    file: () => undefined,
    isPublic: (reference: string) => publicReferences.includes(reference),
  };
  const [resolved, problems] = inventoryOf([new SourceFile('pigsty.yml', text)], { lookup });
  if (resolved === undefined) return problems;
  const known = new Map(Object.entries(networks).map(([host, addresses]) => [host, networksOf(addresses)]));
  const found = checkInventory(resolved, { platform: platformByName(platform)!, facts, networks: known });
  return [...problems, ...found].filter(({ slug }) => part || slug !== 'dcs-elsewhere');
}

export function contextOf(text: string): CheckContext {
  const [resolved] = inventoryOf([new SourceFile('pigsty.yml', text)], {});
  return new CheckContext(resolved!, { platform: platformByName('pigsty-4.5')! });
}

/** True for what an example is judged by: hints are not, nor is that short examples have no passwords of their own. */
export function counts({ severity, slug }: Diagnostic): boolean {
  return severity !== 'hint' && slug !== 'default-secret' && slug !== 'redis-open';
}

/** `slug @ marked text`, without hints, in order of place. */
export function findings(text: string, options?: Options): readonly string[] {
  return check(text, options)
    .filter(counts)
    .sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0))
    .map((diagnostic) => `${diagnostic.slug} @ ${marked(diagnostic)}`);
}

/** The text under the caret. */
export function marked({ span }: Diagnostic): string {
  return span === undefined ? '' : span.file.text.slice(span.start, span.end);
}
