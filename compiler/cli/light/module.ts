/** Stands in for node:module, which takes longer to load than yargs itself: nothing that yargs would require by a name is there. */
export function createRequire(): (path: string) => never {
  return (path) => {
    throw new Error(`${path} is no part of the program`);
  };
}
