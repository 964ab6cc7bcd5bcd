import { resolve } from 'node:path';

/** What the user may choose: on the command line, in `initializationOptions`, or as `pigstyc` in the editor's settings. */
export interface Settings {
  /** Files of the inventory in merge order; other documents are inventories of their own. */
  readonly files: readonly string[];
  readonly platform: string | undefined;
  readonly facts: string | undefined;
  readonly vaultPasswordFile: string | undefined;
  /** References `env:NAME` and `file:PATH` that hold no secret; `public` in the editor's settings. */
  readonly publicReferences: readonly string[] | undefined;
}

/** The settings with what an editor sent on top; parts of a wrong type are not taken. Paths are relative to `root`. */
export function withOptions(base: Settings, options: unknown, root: string): Settings {
  if (typeof options !== 'object' || options === null) return base;
  const {
    files,
    platform,
    facts,
    vaultPasswordFile,
    public: references,
  } = options as Readonly<Record<string, unknown>>;
  const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
  const path = (value: unknown): string | undefined => {
    const written = text(value);
    return written === undefined ? undefined : resolve(root, written);
  };
  return {
    files: Array.isArray(files) ? files.flatMap((file) => path(file) ?? []) : base.files,
    platform: text(platform) ?? base.platform,
    facts: path(facts) ?? base.facts,
    vaultPasswordFile: path(vaultPasswordFile) ?? base.vaultPasswordFile,
    publicReferences: Array.isArray(references)
      ? references.flatMap((reference) => text(reference) ?? [])
      : base.publicReferences,
  };
}
