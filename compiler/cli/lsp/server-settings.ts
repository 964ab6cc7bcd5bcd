import {
  isKnownMajor,
  LAST_MAJOR,
  serverSetting,
  settingNames,
  type ServerSetting,
} from '../../postgresql/settings.ts';
import type { Analysis } from './analysis.ts';
import type { Scope } from './slot.ts';

/** What is known of a server setting by the PostgreSQL that a place is about; of the latest one where that is not told. */
export function settingAt(analysis: Analysis, scope: Scope, name: string): ServerSetting | undefined {
  return serverSetting(name, majorOf(analysis, scope));
}

/** All settings of that PostgreSQL. */
export function settingsAt(analysis: Analysis, scope: Scope): readonly ServerSetting[] {
  const major = majorOf(analysis, scope);
  return settingNames(major).flatMap((name) => serverSetting(name, major) ?? []);
}

/** The PostgreSQL that a place is about; the latest one where that is not told. */
export function majorOf(analysis: Analysis, scope: Scope): number {
  const majors = analysis.members(scope).map((host) => analysis.context.of(host).pgVersion.value ?? 0);
  return majors.find(isKnownMajor) ?? LAST_MAJOR;
}

/** Values that can be listed. */
export function settingValues({ type, values }: ServerSetting): readonly string[] {
  return type === 'bool' ? ['on', 'off'] : values;
}

export function settingMarkdown({ name, type, unit, min, max, values, context }: ServerSetting): string {
  return [
    `**${name}** · \`${type}\` · setting of PostgreSQL`,
    [
      ...(unit === undefined ? [] : [`- unit: \`${unit}\``]),
      ...(min === undefined && max === undefined ? [] : [`- from \`${min ?? ''}\` to \`${max ?? ''}\``]),
      ...(values.length === 0 ? [] : [`- values: ${values.map((value) => `\`${value}\``).join(', ')}`]),
      ...(context === 'postmaster' ? ['- a change needs a restart'] : []),
    ].join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
