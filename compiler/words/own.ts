/** The entry of a table that an inventory's word names. `constructor` and `__proto__` are words like any other. */
export function own<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
