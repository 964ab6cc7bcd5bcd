/** The settings of a file and what a change of them needs. */
import { settingHistory } from '../../postgresql/settings.ts';
import { needOf, type FileSettings, type Need } from '../../../emitters/settings.ts';

export interface SettingChange {
  readonly name: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** A setting that differs, and what that needs; undefined: what the file owes. */
export interface NeededChange extends SettingChange {
  readonly need: Need | undefined;
  /** Whether it is one of PostgreSQL's. */
  readonly server: boolean;
}

/** Settings that differ between two versions of a file. */
export function changedSettings(settings: FileSettings, before: string, after: string): readonly NeededChange[] {
  const [former, now] = [settingsIn(before), settingsIn(after)];
  return [...new Set([...former.keys(), ...now.keys()])]
    .filter((name) => former.get(name) !== now.get(name))
    .map((name) => ({ ...knownAs(settings, name), before: former.get(name), after: now.get(name) }));
}

/** By which name people know a setting, and what a change of it needs. */
function knownAs(settings: FileSettings, name: string): Pick<NeededChange, 'name' | 'need' | 'server'> {
  const above = settings.server?.find((prefix) => name.startsWith(prefix));
  const own = settings.asArguments?.[name] ?? (above === undefined ? undefined : name.slice(above.length));
  if (own === undefined) return { name, need: needOf(settings, name), server: false };
  const isFixed = settingHistory(own).at(-1)?.context === 'postmaster';
  return { name: own, need: isFixed ? 'restart' : undefined, server: true };
}

/** A line of the forms that our files have, as form.sh on the host reads them: `name = value`, `name=value`, `name: value`, `- value`. */
const LINE = /^(\s*)(- )?(?:([\w.-]+)\s*(?:=|:\s+|:$)\s*)?(.*?)\s*$/;

/** Values by name, with the names above it and dots between; of a name that is there several times the last. */
export function settingsIn(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let above: readonly { readonly depth: number; readonly name: string }[] = [];
  for (const line of text.split('\n')) {
    if (/^\s*([#;].*|---|\[.*\])?$/.test(line)) continue;
    const [, indent = '', dash = '', name, value = ''] = LINE.exec(line) ?? [];
    const depth = indent.length + dash.length;
    above = above.filter((one) => one.depth < depth);
    const own = name ?? value;
    found.set([...above.map((one) => one.name), own].join('.'), name === undefined ? '' : unquoted(value));
    if (name !== undefined) above = [...above, { depth, name }];
  }
  return found;
}

/** Without quotes that say nothing. */
export function unquoted(value: string): string {
  return value.replace(/^(["'])([^"'\\$]*)\1$/, '$2');
}
