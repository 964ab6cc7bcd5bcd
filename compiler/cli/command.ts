import type { Options } from 'yargs';
import type { Host } from '../host/host.ts';
import type { Format } from './report/report.ts';
import type { OptionName } from './options.ts';
import type { ColorChoice } from './style.ts';

/** Parsed arguments. Options a command does not declare are undefined, those with a default are always set. */
export interface Args {
  readonly files?: readonly string[] | undefined;
  readonly what?: string | undefined;
  readonly action?: string | undefined;
  readonly topic?: string | undefined;
  readonly form?: string | undefined;
  readonly parameter?: string | undefined;
  readonly shell?: string | undefined;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  readonly owner?: string | undefined;
  readonly role?: string | undefined;
  readonly port?: string | undefined;
  readonly like?: string | undefined;
  readonly file?: string | undefined;
  readonly ip?: readonly string[] | undefined;
  readonly vip?: string | undefined;
  readonly region: string;
  readonly inventory?: readonly string[] | undefined;
  readonly out: string;
  readonly limit?: string | undefined;
  readonly platform?: string | undefined;
  readonly facts?: string | undefined;
  readonly state?: string | undefined;
  readonly newAuthority: boolean;
  readonly authority?: string | undefined;
  readonly fresh: boolean;
  readonly threads?: number | undefined;
  readonly offline: boolean;
  readonly newKeys: boolean;
  readonly strict: boolean;
  readonly demo: boolean;
  readonly format: Format | PlanFormat;
  readonly quiet: boolean;
  /** False: values from the environment, files and vaults may be absent. */
  readonly secrets: boolean;
  readonly vaultPasswordFile?: string | undefined;
  readonly allowFile?: readonly string[] | undefined;
  readonly runInventory?: boolean | undefined;
  readonly vaultId?: readonly string[] | undefined;
  readonly public?: readonly string[] | undefined;
  readonly color: ColorChoice;
  readonly phase: number;
  readonly as: 'svg' | 'html' | 'dot' | 'mermaid';
  readonly graph: boolean;
  readonly json: boolean;
  readonly fix: boolean;
  readonly user?: string | undefined;
  readonly db?: string | undefined;
  readonly from?: string | undefined;
  readonly tls?: boolean | undefined;
  readonly via?: string | undefined;
  readonly matrix: boolean;
  readonly cluster?: string | undefined;
  readonly zone?: string | undefined;
  readonly by?: string | undefined;
  readonly since?: string | undefined;
  /** Of `cmdb`, the address of the database. */
  readonly url: boolean | string | undefined;
  readonly yes: boolean;
  readonly overwrite: boolean;
  readonly for: 'uri' | 'jdbc' | 'service';
  readonly reveal: boolean;
  readonly showAllowed: boolean;
  readonly dryRun: boolean;
  readonly vault: boolean;
  readonly running: boolean;
  readonly envFile?: string | undefined;
  readonly base?: string | undefined;
  readonly full: boolean;
  readonly stat: boolean;
  readonly impact: boolean;
  readonly hosts: boolean;
  /** Lines of context around a change. */
  readonly unified: number;
  readonly exitCode: boolean;
}

/** How `diff` prints its result. */
export const PLAN_FORMATS = ['text', 'markdown', 'json', 'github'] as const;
export type PlanFormat = (typeof PLAN_FORMATS)[number];

export interface Positional {
  readonly describe: string;
  readonly choices?: readonly string[] | undefined;
}

/** One command: what `--help` says about it, and what it does. Heavy modules are imported inside `run`. */
export interface Command {
  /** As yargs reads it: `build [files..]`. */
  readonly usage: string;
  /** Other names. */
  readonly aliases?: readonly string[] | undefined;
  readonly summary: string;
  readonly positionals: Readonly<Record<string, Positional>>;
  readonly options: readonly OptionName[];
  /** Options that mean something else here. */
  readonly own?: Readonly<Partial<Record<OptionName, Options>>> | undefined;
  /** What `--format` takes, the default first, where it is about the result and not about findings. */
  readonly formats?: readonly PlanFormat[] | undefined;
  readonly examples: readonly (readonly [command: string, what: string])[];
  /** Returns the exit code. */
  run(args: Args, host: Host): Promise<number>;
}

/** Exit codes of the program. */
export const EXIT = { ok: 0, findings: 1, usage: 2, changes: 3, bug: 70 } as const;
