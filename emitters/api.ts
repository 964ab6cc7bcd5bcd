/**
 * The contract between a module's emitter and the host runtime. An emitter turns (site, host) into an ordered
 * list of steps; a file step renders lazily. Only types of the model are visible here.
 */
import type { Host, Site } from '../compiler/model/site.ts';
import type { Names } from '../compiler/model/reads.ts';
import type { SecretSink } from '../compiler/model/secret.ts';
import type { ModuleName, Stage } from './modules.ts';
import type { Expectation, RuntimeCall } from './runtime-calls.ts';
import type { FileSettings } from './settings.ts';

/** What must happen when a file changes. A restart of a guarded unit is announced and needs --allow-restart. */
export type Effect =
  | { readonly kind: 'none' }
  | { readonly kind: 'reload' | 'restart'; readonly unit: string; readonly guarded?: boolean | undefined }
  /** A call of a runtime function instead of a unit action. */
  | CallEffect;
export type CallEffect = { readonly kind: 'call' } & RuntimeCall;

/** Native check run on the temporary file before it is renamed; `{}` stands for its path. */
export interface Validator {
  readonly command: readonly string[];
  /** Run as this user, default root. */
  readonly user?: string | undefined;
}

interface StepBase {
  readonly stage: Stage;
}

interface FileStepBase extends StepBase {
  /** Parameters that were read for the part of the plan that it belongs to; see `parts`. */
  readonly reads?: Names | undefined;
  /** Where that part is among all. */
  readonly place?: string | undefined;
}

export interface FileStep extends FileStepBase {
  readonly kind: 'file';
  /** Absolute path on the host. */
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  /** e.g. 0o640 */
  readonly mode: number;
  /** `whole` file, or a `block` between markers in a file others own (/etc/hosts, /etc/crontab). */
  readonly manage?: 'whole' | 'block' | undefined;
  /** `once`: written only when absent (bootstrap-only files such as the initial pg_hba.conf of a new data directory). */
  readonly once?: boolean | undefined;
  readonly effects: readonly Effect[];
  /** What changes of its settings need, where that is not the same of all. */
  readonly settings?: FileSettings | undefined;
  readonly validate?: Validator | undefined;
  /** Which emitter file made it, e.g. `pgsql/patroni`. */
  readonly source: string;
  /** Pure; called once for the sealed and once for the reviewable twin. Ends with a newline. */
  render(secrets: SecretSink): string;
}

/** A certificate of the site's own authority, or its key. */
export interface CertificateStep extends FileStepBase {
  readonly kind: 'certificate';
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: number;
  readonly effects: readonly Effect[];
  /** Which one, by the names of compiler/model/certificate-names.ts; undefined: the authority's own. */
  readonly request?: string | undefined;
  readonly part: 'certificate' | 'key';
}

export interface DirStep extends StepBase {
  readonly kind: 'dir';
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: number;
}
export interface LinkStep extends StepBase {
  readonly kind: 'link';
  readonly path: string;
  readonly target: string;
  readonly owner?: string | undefined;
  readonly group?: string | undefined;
}
/** Removes a file or empty directory that an earlier version managed. */
export interface AbsentStep extends StepBase {
  readonly kind: 'absent';
  readonly path: string;
  readonly effects: readonly Effect[];
}
export interface GroupStep extends StepBase {
  readonly kind: 'group';
  readonly name: string;
  readonly gid?: number | undefined;
  readonly system?: boolean | undefined;
}
export interface UserStep extends StepBase {
  readonly kind: 'user';
  readonly name: string;
  readonly uid?: number | undefined;
  readonly group: string;
  readonly groups?: readonly string[] | undefined;
  readonly home?: string | undefined;
  readonly shell?: string | undefined;
  readonly system?: boolean | undefined;
  readonly comment?: string | undefined;
}
/** Installs what is missing, never upgrades. */
export interface PackageStep extends StepBase {
  readonly kind: 'package';
  readonly names: readonly string[];
  readonly optional?: boolean | undefined;
}
/** Brings a unit to its state after the files of its stage are in place. */
export interface UnitStep extends StepBase {
  readonly kind: 'unit';
  readonly unit: string;
  readonly enabled: boolean | undefined;
  readonly state: 'started' | 'stopped' | undefined;
  readonly masked?: boolean | undefined;
  /** Never restarted without --allow-restart. */
  readonly guarded?: boolean | undefined;
}
/** Waits, bounded, for a real condition: the command must exit 0. */
export interface ProbeStep extends StepBase {
  readonly kind: 'probe';
  readonly name: string;
  readonly command: readonly string[];
  readonly user?: string | undefined;
  readonly timeoutSeconds: number;
}
/** Runs a provisioning function of the runtime (`runtime.sh` of the module). It changes only what differs and reports what it changed. */
export type CallStep = StepBase & { readonly kind: 'call'; readonly name: string } & RuntimeCall;

/** Looks at the host before anything on it is changed, whichever stages are asked for; what it objects to ends the run with exit code 3. */
export type ExpectStep = StepBase & { readonly kind: 'expect' } & Expectation;

/** What the data on the host belong to. The host refuses another identity where it has data, and `diff` says so before. */
export interface IdentityStep extends StepBase {
  readonly kind: 'identity';
  readonly module: ModuleName;
  /** By key; a key without a value is not compared. */
  readonly values: Readonly<Record<string, string>>;
  /** Where the module looks for data. */
  readonly places?: readonly string[] | undefined;
}

export type Step =
  | ExpectStep
  | IdentityStep
  | FileStep
  | CertificateStep
  | DirStep
  | LinkStep
  | AbsentStep
  | GroupStep
  | UserStep
  | PackageStep
  | UnitStep
  | ProbeStep
  | CallStep;

/**
 * One module's emitter. Pure and deterministic; returns [] when the module has nothing on this host. Within a stage the runtime
 * takes steps in exactly this order: /pg/data/pg_hba.conf, for one, comes after the call that creates the data directory.
 */
export interface Emitter {
  readonly module: ModuleName;
  plan(site: Site, host: Host, packagesOf?: PackagesOf): readonly Step[];
}

/** What a host of the site installs, for the host that fetches packages for all. */
export type PackagesOf = (host: Host) => readonly PackageStep[];
