/** What may stand in the selector of a service. */
import { CompletionItemKind } from 'vscode-languageserver/node';
import { BUILT_IN } from '../../phases/4-resolve/selector.ts';
import { parameter, parameters } from '../../schema/table.ts';
import { isSecret } from '../../secrets/mask.ts';
import type { Analysis } from './analysis.ts';
import type { Candidate } from './candidate.ts';
import { parameterMarkdown } from './markdown.ts';
import type { ValueSlot } from './slot.ts';

/** True for a value that selects members of a cluster. */
export function selects({ object, field }: ValueSlot): boolean {
  return object === 'service' && (field === 'selector' || field === 'backup');
}

/** Fields of the members; behind a comparison its values; where nothing stands yet whole selectors. */
export function selectorWords(analysis: Analysis, slot: ValueSlot, before: string): readonly Candidate[] {
  if (before.trim() === '') return wholeSelectors();
  const compared = /(\w+)\s*[!=]=\s*([`'"]*)[\w-]*$/.exec(before);
  if (compared !== null) return values(analysis, slot, compared[1]!, compared[2] === '');
  return /[`'"]\w*$/.test(before) ? [] : [...fields(analysis, slot), ...FUNCTIONS];
}

/** Selectors of the services that every cluster has. */
function wholeSelectors(): readonly Candidate[] {
  const services = parameters().get('pg_default_services')!.default as readonly Readonly<Record<string, unknown>>[];
  const written = services.flatMap(({ selector, backup }) => [selector, backup]);
  return [...new Set(written)].flatMap((label): readonly Candidate[] =>
    typeof label === 'string'
      ? [{ label, kind: CompletionItemKind.Snippet, detail: label === '[]' ? 'all members' : 'selector' }]
      : [],
  );
}

const FUNCTIONS: readonly Candidate[] = ['contains', 'starts_with', 'ends_with'].map((label) => ({
  label,
  kind: CompletionItemKind.Function,
  detail: 'function',
  rank: 2,
}));

/** Variables of the members that are one value; a selector does not see defaults. */
function fields(analysis: Analysis, { scope }: ValueSlot): readonly Candidate[] {
  const names = new Set<string>(BUILT_IN);
  for (const { vars } of analysis.members(scope))
    for (const [name, { node }] of vars) if (node.kind === 'scalar') names.add(name);
  return [...names].map((label): Candidate => {
    const info = parameter(label);
    return {
      label,
      kind: CompletionItemKind.Field,
      detail: info?.type ?? 'variable',
      documentation: info === undefined ? undefined : parameterMarkdown(info),
      rank: info?.identity === true ? 0 : 1,
    };
  });
}

/** Values that the members have, and those that the schema lists, as literals. Secrets are not shown. */
function values(analysis: Analysis, { scope }: ValueSlot, field: string, bare: boolean): readonly Candidate[] {
  if (isSecret(field)) return [];
  const members = analysis.members(scope);
  const found = members.flatMap(({ name, groups, vars }) => {
    if (field === 'inventory_hostname') return [name];
    if (field === 'group_names') return [...groups];
    const node = vars.get(field)?.node;
    return node?.kind === 'scalar' && node.secret !== true && node.value !== null ? [String(node.value)] : [];
  });
  const listed = (parameter(field)?.enum ?? []).map(String);
  return [...new Set([...found, ...listed])].map((value) => ({
    label: bare ? `\`${value}\`` : value,
    kind: CompletionItemKind.EnumMember,
    detail: field,
    rank: found.includes(value) ? 0 : 1,
  }));
}
