/** Stands in for the library of this name inside yargs: our help has no escape sequences. */
export default (text: string): string => text;
