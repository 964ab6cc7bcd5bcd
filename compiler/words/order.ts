/** The order of texts in whatever is written: that of their characters' codes, the same in every language. */
export function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
