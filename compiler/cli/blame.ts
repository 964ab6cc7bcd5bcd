import { MASK } from '../diagnostics/frame.ts';
import type { InventoryHost } from '../phases/2-merge/inventory.ts';
import type { PlatformProfile } from '../platform/profile.ts';
import { parameter, type ParameterInfo } from '../schema/table.ts';
import type { Traced } from '../source/traced.ts';
import { spanText } from '../inputs/span-text.ts';
import { isSecret, maskedVariable, writtenValue } from '../secrets/mask.ts';
import type { OwnSecrets } from '../secrets/spans.ts';
import type { Style } from './style.ts';
import { columns } from './table.ts';

/** One place that sets a value. */
export interface Setting {
  readonly value: unknown;
  /** What the inventory says, where a placeholder or expression became the value. */
  readonly written?: unknown;
  /** `host 10.10.10.11`, `group pg-test`, `all`, `platform debian-12`, `default` */
  readonly from: string;
  /** `file:line:column`; defaults have none. */
  readonly at?: string | undefined;
}

/** Where the value of a parameter on a host comes from; the first setting won. */
export interface Blame {
  readonly host: string;
  readonly name: string;
  readonly settings: readonly Setting[];
  readonly info: ParameterInfo | undefined;
}

/** Undefined when nobody has heard of the parameter: neither the schema nor the inventory. */
export function blame(
  host: InventoryHost,
  name: string,
  platform: PlatformProfile,
  ownSecrets: OwnSecrets,
): Blame | undefined {
  const info = parameter(name);
  const written = host.vars.get(name);
  if (info === undefined && written === undefined) return undefined;
  const settings: Setting[] = [];
  for (let at: Traced | undefined = written; at !== undefined; at = at.shadows)
    settings.push(settingOf(at, ownSecrets));
  const scopes = new Set(settings.map(({ from }) => from.split(' ')[0]));
  if (!scopes.has('platform') && Object.hasOwn(platform.defaults, name))
    settings.push({ value: hide(name, platform.defaults[name]), from: `platform ${platform.name}` });
  if (!scopes.has('default') && info?.default !== undefined)
    settings.push({ value: hide(name, info.default), from: 'default' });
  return { host: host.name, name, settings, info };
}

/** The default of a secret is public, but a habit of printing values of that name is not worth having. */
function hide(name: string, value: unknown): unknown {
  return isSecret(name) ? MASK : value;
}

function settingOf({ name, node, origin }: Traced, ownSecrets: OwnSecrets): Setting {
  const from = origin.scope === 'default' || origin.scope === 'all' ? origin.scope : `${origin.scope} ${origin.name}`;
  return {
    value: maskedVariable(name, node, ownSecrets),
    written: writtenValue(name, node, ownSecrets),
    from,
    at: origin.key && spanText(origin.key),
  };
}

/** For people: the value, then what it replaced, then what the parameter means. */
export function blameText({ host, name, settings, info }: Blame, style: Style): string {
  const [winner, ...shadowed] = settings;
  const lines = [`${style.bold(name)} on ${host}`, ''];
  const { value, written, from, at } = winner ?? {
    value: undefined,
    written: undefined,
    from: 'not set',
    at: undefined,
  };
  const rows = [
    ['  value', short(value), from, at ?? ''],
    ...(written === undefined ? [] : [['  written', short(written), '', '']]),
    ...shadowed.map((other, i) => [i === 0 ? '  replaces' : '', short(other.value), other.from, other.at ?? '']),
  ];
  lines.push(columns(rows).trimEnd());
  const meaning =
    info === undefined
      ? 'Not a parameter of the schema: only your own expressions can use it.\n'
      : parameterText(info, style);
  return `${lines.join('\n')}\n\n${meaning}`;
}

/** Documentation of a parameter. */
export function parameterText(info: ParameterInfo, style: Style): string {
  const facts = [
    ['module', `${info.module} (${info.section})`],
    ['type', info.object === undefined ? info.type : `${info.type}, objects \`${info.object.name}\``],
    ['set on', info.levels.map((level) => LEVELS[level]).join(', ')],
    ['default', info.default === undefined ? (info.defaultNote ?? 'none') : short(hide(info.name, info.default))],
    ...(info.enum === undefined ? [] : [['values', info.enum.map(String).join(', ')]]),
    ...(info.aliases.length === 0 ? [] : [['old names', info.aliases.join(', ')]]),
    ...(info.noEffect === undefined ? [] : [['no effect', info.noEffect]]),
    ...(info.emits ? [] : [['note', 'accepted and checked; no files are made for this module']]),
  ];
  return `${style.bold(info.name)}: ${info.description}\n\n${columns(facts.map(([key, value]) => [`  ${key!}`, value!]))}`;
}

const LEVELS = { G: 'all', C: 'cluster', I: 'host', A: 'command line' } as const;

function short(value: unknown): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text === '') return "''";
  return text.length > 100 ? `${text.slice(0, 99)}…` : text.replaceAll('\n', '\\n');
}
