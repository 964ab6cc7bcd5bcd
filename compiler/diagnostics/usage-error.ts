/** Wrong arguments that only the command itself can see; ends the run with exit code 2. */
export class UsageError extends Error {}
