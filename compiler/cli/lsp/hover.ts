import { MODULES } from '../../../emitters/modules.ts';
import { MarkupKind, type Hover } from 'vscode-languageserver/node';
import { MASK } from '../../diagnostics/frame.ts';
import type { InventoryHost } from '../../phases/2-merge/inventory.ts';
import { isReference } from '../../phases/4-resolve/reference.ts';
import { placeOf, SOURCES } from '../../phases/4-resolve/places.ts';
import { selectMembers } from '../../phases/4-resolve/selector.ts';
import { renamedField, renamedParameter } from '../../schema/renames.ts';
import { parameter } from '../../schema/table.ts';
import { blame, type Setting } from '../blame.ts';
import { spanText } from '../../inputs/span-text.ts';
import { isSecret } from '../../secrets/mask.ts';
import type { Analysis } from './analysis.ts';
import { fieldMarkdown, parameterMarkdown, plainValue } from './markdown.ts';
import { declarations, mentionAt, type Mention } from './mentions.ts';
import { placeholderAt } from './placeholder.ts';
import { rangeOf } from './ranges.ts';
import { settingAt, settingMarkdown } from './server-settings.ts';
import { holdsSettings, locate, SETTING, type Scope, type Spot, type ValueSlot } from './slot.ts';

/** More hosts than this are counted. */
const MOST_HOSTS = 4;
const HIDDEN = `\`${MASK}\``;

/** What is known about the token at an offset. */
export function hoverAt(analysis: Analysis, path: string, offset: number): Hover | undefined {
  const tree = analysis.trees.get(path);
  const spot = tree && locate(tree, offset);
  if (spot === undefined) return undefined;
  const value =
    spot.slot.kind === 'value' && spot.role === 'value' ? valueHover(analysis, spot, spot.slot, offset) : undefined;
  const text = value ?? (spot.role === 'key' ? keyHover(analysis, spot) : undefined);
  return text === undefined
    ? undefined
    : { contents: { kind: MarkupKind.Markdown, value: text }, range: rangeOf(spot.token.span) };
}

function keyHover(analysis: Analysis, spot: Spot): string | undefined {
  const { slot, token } = spot;
  switch (slot.kind) {
    case 'groups':
      return groupHover(analysis, token.text);
    case 'hosts':
      return hostHover(analysis.hosts({ kind: 'host', name: token.text }));
    case 'vars':
      return parameterHover(analysis, slot.scope, spot);
    case 'value': {
      if (holdsSettings(slot)) return settingHover(analysis, slot.scope, token.text);
      const object = slot.info?.object;
      if (object?.container !== 'object') return undefined;
      const rename = renamedField(object.name, token.text);
      const text = fieldMarkdown(object.name, rename?.new ?? token.text);
      return rename === undefined ? text : [renamedText(token.text, rename), text ?? ''].join('\n\n').trim();
    }
    case 'sections':
    case 'nothing':
      return undefined;
  }
}

function settingHover(analysis: Analysis, scope: Scope, name: string): string | undefined {
  const setting = settingAt(analysis, scope, name);
  return setting && settingMarkdown(setting);
}

function renamedText(
  old: string,
  { new: name, since, note }: { readonly new: string | null; readonly since: string; readonly note: string },
): string {
  return `\`${old}\` is ${name === null ? 'no longer known' : `now called \`${name}\``} (since ${since}). ${note}`;
}

function groupHover(analysis: Analysis, name: string): string | undefined {
  const group = analysis.context.groups.get(name);
  if (group === undefined) return undefined;
  const hosts = name === 'all' ? analysis.context.hosts : analysis.context.members(name);
  const parents = group.parents.filter((parent) => parent !== 'all');
  return [`group **${name}**: ${hostsText(hosts)}`, ...(parents.length > 0 ? [`in ${parents.join(', ')}`] : [])].join(
    '\n\n',
  );
}

function hostHover(hosts: readonly InventoryHost[]): string | undefined {
  if (hosts.length === 0) return undefined;
  return (
    hosts
      .slice(0, MOST_HOSTS)
      .map(({ name, groups, vars }) => {
        const text = (variable: string): string | undefined => {
          const node = vars.get(variable)?.node;
          return node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;
        };
        const instances = MODULES.flatMap(({ cluster, seq, role }) => {
          if (cluster === undefined || seq === undefined || text(seq) === undefined) return [];
          const kind = role === undefined ? undefined : text(role);
          return [
            `${text(cluster) ?? cluster.replace(/_cluster$/, '')}-${text(seq)}${kind === undefined ? '' : ` (${kind})`}`,
          ];
        });
        return [
          `host **${name}**`,
          ...(instances.length > 0 ? [`: ${instances.join(', ')}`] : []),
          `\n\nin ${groups.join(', ')}`,
        ].join('');
      })
      .join('\n\n') + more(hosts.length)
  );
}

function more(count: number): string {
  return count > MOST_HOSTS ? `\n\n… and ${count - MOST_HOSTS} more` : '';
}

function hostsText(hosts: readonly { readonly name: string }[]): string {
  const names = hosts
    .slice(0, MOST_HOSTS)
    .map(({ name }) => name)
    .join(', ');
  return hosts.length === 0
    ? 'no hosts'
    : hosts.length > MOST_HOSTS
      ? `${names} and ${hosts.length - MOST_HOSTS} more hosts`
      : names;
}

function parameterHover(analysis: Analysis, scope: Scope, { token, value }: Spot): string | undefined {
  const rename = renamedParameter(token.text);
  const name = rename?.new ?? token.text;
  const info = parameter(name);
  const known =
    info === undefined
      ? rename === undefined
        ? `**${name}**\n\nNot a parameter of the schema: only your own expressions can use it.`
        : ''
      : parameterMarkdown(info);
  const effect = value === undefined ? '' : effectText(analysis, scope, name, spanText(token.span));
  return [rename === undefined ? '' : renamedText(token.text, rename), known, effect]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** On which hosts a setting counts, what wins over it on the others, and what it replaces. */
function effectText(analysis: Analysis, scope: Scope, name: string, at: string): string {
  const counts: InventoryHost[] = [];
  const losing = new Map<string, { readonly setting: Setting; readonly hosts: InventoryHost[] }>();
  const replaced = new Map<string, Setting>();
  let value: unknown;
  for (const host of analysis.hosts(scope)) {
    const settings =
      blame(host, name, analysis.checked.platform, analysis.checked.resolved?.secretVariables)?.settings ?? [];
    const own = settings.findIndex((setting) => setting.at === at);
    if (own === -1) continue;
    for (const setting of settings.slice(own + 1)) replaced.set(keyOf(setting), setting);
    const [winner] = settings;
    if (own === 0) {
      counts.push(host);
      value = winner!.value;
    } else {
      const other = losing.get(keyOf(winner!)) ?? { setting: winner!, hosts: [] };
      losing.set(keyOf(winner!), other);
      other.hosts.push(host);
    }
  }
  const lines: string[] = [];
  if (counts.length > 0) lines.push(`- ${plainValue(value)} on ${hostsText(counts)}`);
  for (const { setting, hosts } of [...losing.values()].slice(0, MOST_HOSTS))
    lines.push(`- ${settingText(analysis, setting)} wins on ${hostsText(hosts)}`);
  for (const setting of [...replaced.values()].slice(0, MOST_HOSTS))
    lines.push(`- replaces ${settingText(analysis, setting)}`);
  return lines.join('\n');
}

function keyOf({ from, at }: Setting): string {
  return `${from} ${at ?? ''}`;
}

function settingText(analysis: Analysis, { value, from, at }: Setting): string {
  const directory = (analysis.request.files[0] ?? '').replace(/[^/]*$/, '');
  const place = at?.startsWith(directory) === true ? at.slice(directory.length) : at;
  return `${plainValue(value)} (${[from, ...(place === undefined ? [] : [place])].join(', ')})`;
}

function valueHover(analysis: Analysis, spot: Spot, slot: ValueSlot, offset: number): string | undefined {
  const placeholder = placeholderHover(analysis, spot, slot, offset);
  if (placeholder !== undefined) return placeholder;
  if (slot.object === 'service' && (slot.field === 'selector' || slot.field === 'backup'))
    return selectorHover(analysis, spot, slot);
  if (slot.object === SETTING) return settingHover(analysis, slot.scope, slot.field);
  const mention = mentionAt(spot, offset);
  const text = mention === undefined ? undefined : mentionHover(analysis, mention);
  if (text !== undefined) return text;
  return slot.object === undefined ? effectOfValue(analysis, spot, slot) : fieldMarkdown(slot.object, slot.field);
}

/** Of a value right below a parameter: the same as of its key. */
function effectOfValue(analysis: Analysis, { map }: Spot, slot: ValueSlot): string | undefined {
  const written = map?.entries.find(({ key }) => key.text === slot.parameter);
  return written === undefined
    ? undefined
    : parameterHover(analysis, slot.scope, { slot, role: 'key', token: written.key, value: written.value, map });
}

function mentionHover(analysis: Analysis, mention: Mention): string | undefined {
  if (mention.declares) return undefined;
  const [name] = mention.names;
  if (mention.kind === 'host') return hostHover(analysis.hosts({ kind: 'host', name: name! }));
  if (mention.kind === 'group') return groupHover(analysis, name!);
  const [declared] = declarations(analysis, mention);
  if (declared?.body?.kind !== 'map') return undefined;
  const comment = declared.body.entries.find(({ key }) => key.text === 'comment')?.value;
  const says = comment?.kind === 'scalar' && comment.text !== '' ? `: ${comment.text}` : '';
  return `${mention.kind} **${name}**${says}`;
}

/** What the placeholder under the cursor stands for. */
function placeholderHover(
  analysis: Analysis,
  spot: Spot,
  { scope, parameter: at }: ValueSlot,
  offset: number,
): string | undefined {
  const found = placeholderAt(spot, offset);
  if (found === undefined) return undefined;
  const { written, name } = found;
  if (isReference(name))
    return `\`${written}\`: ${name.startsWith('env:') ? 'an environment variable' : 'the content of a file'} at the time of the build`;
  const when = placeOf(at)?.names[name];
  if (when === undefined) return `\`${written}\` means nothing in \`${at}\` and stays as it is`;
  const variable = SOURCES[name];
  if (when === 'later' || variable === undefined)
    return `\`${written}\`: filled in for each host when its files are made`;
  const byValue = new Map<string, InventoryHost[]>();
  for (const host of analysis.hosts(scope)) {
    const text = isSecret(variable) ? HIDDEN : plainValue(analysis.context.parameter(host, variable).text);
    byValue.set(text, [...(byValue.get(text) ?? []), host]);
  }
  const values = [...byValue]
    .slice(0, MOST_HOSTS)
    .map(([text, hosts]) => `- ${text}${byValue.size > 1 ? ` on ${hostsText(hosts)}` : ''}`);
  return [`\`${written}\` is the value of \`${variable}\``, ...values].join('\n');
}

function selectorHover(analysis: Analysis, { token }: Spot, { scope, field, object }: ValueSlot): string {
  const lines = [...analysis.clusters(scope)].slice(0, MOST_HOSTS).map((cluster) => {
    const members = analysis.context.cluster('pg_cluster', cluster)?.members ?? [];
    return `- ${cluster}: ${hostsText(selectMembers(token, members)[0])}`;
  });
  return [fieldMarkdown(object!, field) ?? '', `Members chosen:\n${lines.join('\n')}`].join('\n\n');
}
