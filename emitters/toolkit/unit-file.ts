/** Directives of one section, in order; a value given as a list repeats the directive. */
export type UnitSection = readonly (readonly [name: string, value: string | number])[];

/**
 * A systemd unit. Values are written as they are: a caller quotes words of ExecStart with `systemdWord` and texts with
 * `systemdValue`, so that `$NAME` of an environment file can still be meant.
 */
export function unitFile(unit: UnitSection, service: UnitSection, wantedBy = 'multi-user.target'): string {
  return [section('Unit', unit), section('Service', service), section('Install', [['WantedBy', wantedBy]])].join('\n');
}

function section(name: string, directives: UnitSection): string {
  return [`[${name}]`, ...directives.map(([key, value]) => `${key}=${value}`), ''].join('\n');
}
