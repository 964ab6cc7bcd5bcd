/** What a change of a setting needs: one table for each file whose settings differ in that, which the host and `diff` share. */

/**
 * - `nothing`: the program reads it no more, or gets it in another way
 * - `restart`: the unit that the file reloads reads it when it starts; the restart waits for leave
 * - `first start`: it is read while there are no data, and without effect afterwards
 * - `new data`: the data that are there belong to the former value; the host refuses
 */
export type Need = 'nothing' | 'restart' | 'first start' | 'new data';

export interface FileSettings {
  /** What the manifest calls the table. */
  readonly name: string;
  /** Between a name and its value. */
  readonly separator: ':' | '=';
  /**
   * By name, with the names above it and dots between; `x*` are all that begin so, and the longest name that fits
   * counts. A change of any other one owes what the file does.
   */
  readonly needs: Readonly<Record<string, Need>>;
  /** Where settings of PostgreSQL are: below these names. The server's own catalog says what each needs. */
  readonly server?: readonly string[] | undefined;
  /** Settings that PostgreSQL gets as arguments, by their names here. */
  readonly asArguments?: Readonly<Record<string, string>> | undefined;
  /** Settings of the address at which balancers ask for the member's health; those of TLS are there only with it. */
  readonly askedAt?: { readonly address: readonly string[]; readonly tls: readonly string[] } | undefined;
}

/** What a change of a setting needs; undefined: what the file owes. */
export function needOf({ needs }: FileSettings, name: string): Need | undefined {
  const exact = needs[name];
  if (exact !== undefined) return exact;
  const fitting = Object.keys(needs).filter((key) => key.endsWith('*') && name.startsWith(key.slice(0, -1)));
  return needs[fitting.sort((a, b) => b.length - a.length)[0] ?? ''];
}

/**
 * POSIX extended expression of the names that a running program does not look at, for the host and for `diff`; undefined
 * without one. It sees a name with those above it and blanks between. Below such a name all are alike: a name there
 * that needs new data is refused before anything changes.
 */
export function idleNames({ needs }: FileSettings): string | undefined {
  const all = Object.entries(needs).flatMap(([name, need]) =>
    need === 'first start' || need === 'nothing' ? name : [],
  );
  const covers = (other: string, name: string): boolean =>
    other !== name && other.endsWith('*') && name.startsWith(other.slice(0, -1));
  const outermost = all.filter((name) => !all.some((other) => covers(other, name)));
  if (outermost.length === 0) return undefined;
  return outermost
    .map((name) => `^${name.replaceAll('.', ' ')}$`)
    .map((name) => name.replace(/\*\$$/, ''))
    .join('|');
}

/** POSIX extended expression of the lines of a need, for the host; undefined without one. It sees lines, so names have none above them. */
export function linesOf(settings: FileSettings, need: Need): string | undefined {
  const names = Object.entries(settings.needs).flatMap(([name, own]) =>
    own === need && !name.includes('.') ? name : [],
  );
  if (names.length === 0) return undefined;
  const all = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  const exact = names.filter((name) => !name.endsWith('*'));
  return [
    ...all.map((name) => `^${name}`),
    ...(exact.length === 0 ? [] : [`^(${exact.join('|')}) *${settings.separator}`]),
  ].join('|');
}
