import { environmentFileValue } from './quote/systemd.ts';
import { UnrepresentableError } from './quote/unrepresentable.ts';

/** Entries of an EnvironmentFile in the order given; undefined ones are left out. */
export function environmentFile(variables: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(variables)
    .flatMap(([name, value]) => {
      if (value === undefined) return [];
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
        throw new UnrepresentableError('environment file', 'a variable name that is no identifier', name);
      return [`${name}=${environmentFileValue(String(value))}\n`];
    })
    .join('');
}
