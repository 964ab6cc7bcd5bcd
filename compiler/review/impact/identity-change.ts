/** Changes that a host with data refuses: the identity lines of two versions of its apply.sh are compared. */

/** One value that cannot change in place. */
export interface IdentityChange {
  /** The module whose data they are. */
  readonly module: string;
  readonly key: string;
  readonly before: string;
  readonly after: string;
}

/** What the new script says of the data on the host and the former said differently. Pools may be added behind those there are. */
export function identityChanges(script: string, formerScript: string): readonly IdentityChange[] {
  const former = identities(formerScript);
  return [...identities(script)].flatMap(([module, values]) =>
    [...values].flatMap(([key, after]) => {
      const before = former.get(module)?.get(key);
      if (before === undefined || before === after || (key === 'pools' && after.startsWith(`${before} `))) return [];
      return [{ module, key, before, after }];
    }),
  );
}

/** Per module what stands behind `KEY=` on its line. */
function identities(script: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const lines = script.replaceAll(/ \\\n\s*/g, ' ').matchAll(/^identity (\S+) (.*)$/gm);
  return new Map(
    [...lines].map(([, module, words]) => {
      const pairs = words!.split(' -- ')[0]!.matchAll(/(?:^| )('?)([a-z]+)=(.*?)\1(?= '?[a-z]+=|$)/g);
      return [module!, new Map([...pairs].map(([, , key, value]) => [key!, value!]))];
    }),
  );
}
