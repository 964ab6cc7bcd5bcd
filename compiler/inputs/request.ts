/** What a run of the compiler is asked for; paths as given on the command line. */
export interface Request {
  readonly files: readonly string[];
  /** Profile name, default `pigsty-4.5`. */
  readonly platform?: string | undefined;
  readonly factsDir?: string | undefined;
  /** Where the state of the site is, when it was said; it may hold the facts. */
  readonly stateDir?: string | undefined;
  readonly vaultPasswordFile?: string | undefined;
  /** Directories besides that of the inventory whose files it may name. */
  readonly allowFile?: readonly string[] | undefined;
  /** Inventories that are programs are run for what they print. */
  readonly runInventory?: boolean | undefined;
  /** `label@source`, each a file, a program, `-` or `prompt`. */
  readonly vaultIds?: readonly string[] | undefined;
  /** `env:NAME` and `file:PATH` as the inventory writes them, that hold no secret. */
  readonly publicReferences?: readonly string[] | undefined;
  /** The site is a demonstration: published secrets are meant. */
  readonly demo?: boolean | undefined;
  /** The checks have passed, and are not made again. */
  readonly isChecked?: boolean | undefined;
  /** Values from the environment, files and vaults that are absent stand for themselves. */
  readonly noSecrets?: boolean | undefined;
}
