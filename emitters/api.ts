/**
 * The contract between a module's emitter and the host runtime. An emitter turns (site, host) into an ordered
 * list of steps; a file step renders lazily. Only types of the model are visible here.
 */
import type { Host, Site } from '../compiler/model/site.ts';
import type { SecretSink } from '../compiler/model/secret.ts';

/** Deployment stages in order. */
export const STAGES = ['repo', 'node', 'etcd', 'infra', 'minio', 'pgsql', 'redis', 'monitor'] as const;
export type Stage = (typeof STAGES)[number];

/** What must happen when a file changes. A restart of a guarded unit is announced and needs --allow-restart. */
export type Effect =
  | { readonly kind: 'none' }
  | { readonly kind: 'reload' | 'restart'; readonly unit: string; readonly guarded?: boolean | undefined }
  /** A call of a runtime function (see CallStep.fn) instead of a unit action. */
  | { readonly kind: 'call'; readonly fn: RuntimeCall; readonly args: readonly string[] };

/** Native check run on the temporary file before it is renamed; `{}` stands for its path. */
export interface Validator {
  readonly command: readonly string[];
  /** Run as this user, default root. */
  readonly user?: string | undefined;
}

interface StepBase {
  readonly stage: Stage;
}

export interface FileStep extends StepBase {
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
  /** Regular expression (POSIX extended) of lines that the program reads only when it starts for the first time: a change of these alone has no effects. */
  readonly firstStart?: string | undefined;
  /** Lines (POSIX extended) that the unit reads only when it starts: a change of one owes a restart, with leave, instead of a reload. */
  readonly restartLines?: { readonly unit: string; readonly lines: string } | undefined;
  readonly validate?: Validator | undefined;
  /** Which emitter file made it, e.g. `pgsql/patroni`. */
  readonly source: string;
  /** Inventory names of the parameters the file depends on most, for provenance. */
  readonly params?: readonly string[] | undefined;
  /** Pure; called once for the sealed and once for the reviewable twin. Ends with a newline. */
  render(secrets: SecretSink): string;
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
/** Runs a provisioning function of the runtime (emitters/host/runtime/<module>.sh). It changes only what differs and reports what it changed. */
export interface CallStep extends StepBase {
  readonly kind: 'call';
  readonly name: string;
  readonly fn: RuntimeCall;
  readonly args: readonly string[];
}

/**
 * Looks at the host before anything on it is changed, whichever stages are asked for; what it objects to ends the run with exit code 3.
 *
 * - `expect_port PORT PARAMETER UNIT…`, `expect_socket PATH PARAMETER UNIT…`: nothing but these units listens there
 * - `expect_stopped UNIT`: a server of the distribution that the bundle replaces does not run; `*` stands for any text
 * - `expect_unmoved PARAMETER VALUE FILE EXPRESSION|LINE`: a server that runs is where others look for it, or a restart is allowed
 * - `identity MODULE KEY=VALUE… [-- WORD…]`: what the data on the host belong to. `diff` compares these lines, too
 */
export interface ExpectStep extends StepBase {
  readonly kind: 'expect';
  readonly fn: 'expect_port' | 'expect_socket' | 'expect_stopped' | 'expect_unmoved' | 'identity';
  readonly args: readonly string[];
}

export type Step =
  | ExpectStep
  | FileStep
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
 * Names of functions in the runtime that a plan may call. Each is documented where it is defined. Every one of them
 * looks first and changes only what differs. Arguments of the node and etcd calls:
 *
 * - `hostname_set NAME`, `timezone_set ZONE`, `selinux_mode MODE`, `ca_trust /etc/pki/ca.crt`, `tuned_profile NAME`, `ssh_key_ensure USER`
 * - `modules_load MODULE…`; `sysctl_apply FILE` (a sysctl.d file); `hugepages_set COUNT` (wanted vm.nr_hugepages, says so when the kernel gives fewer)
 * - `firewall_apply zone|off CIDR,… PORT,…` (zone: trust the networks, open the ports)
 * - `selinux_boolean NAME`: on, when SELinux is there
 * - `swap_disable`, `numa_disable`, `network_static`: no arguments; they do nothing where the host has no swap, grubby or ifcfg files
 * - `resolver_add LINE…`: resolv.conf = these lines, then up to three name servers it already had that are not among them
 * - `repo_exclusive DIR NAME…`: moves every other repository definition of DIR (and /etc/apt/sources.list) to its backup; `repo_refresh`: updates the package index
 * - `repo_build DIR SOURCES LIST`: fetches what the lines of LIST name (`required|optional NAME…`) from the repositories in the directory SOURCES into
 *   DIR, with all that it depends on, and makes the index; `repo_install DIR NAME…`: installs packages from DIR alone
 * - `uv_venv DIR PACKAGE…`: creates a Python environment and installs what is missing; nothing without uv, a failure is only noted
 * - `etcd_bootstrap NAME PEER_URL ENDPOINT,… DATA new|existing NAME=PEER_URL,… [learner]`: before a member without data starts. Where the others run
 *   a cluster it is added to that, one member at a time, and starts with the members there are; one whose data are gone is removed first, with
 *   --allow-restart. TLS files /etc/etcd/{ca.crt,server.crt,server.key}, root password in /etc/etcd/etcd.pass
 * - `etcd_auth ENDPOINT v3|v2`: waits for quorum; creates user root with the password of /etc/etcd/etcd.pass, enables v3 auth.
 *   `v2` also protects the v2 store: PUT /v2/auth/users/root, PUT /v2/auth/enable, DELETE /v2/auth/roles/guest (bodies as test/native/etcd has them).
 *   Passwords hold no blanks, because `etcdctl user add --interactive=false` reads one word; etcdctl 3.4 has no `auth status`
 * - `etcd_members ENDPOINT NAME=PEER_URL,…`: members that are not declared are announced, with --allow-restart removed through the API
 * - `etcd_pg_user ENDPOINT v3|v2 SCOPE PREFIX PASSWORD_FILE [MEMBER…]`: role SCOPE with readwrite on PREFIX (which ends in `/`), user SCOPE with
 *   that role. `v2`: a role in the v2 store, read and write on `PREFIX*` and on PREFIX without its final slash, and users named like the members
 *
 * PostgreSQL calls read the instance's facts from /etc/pigstyc/instance.env (see renderInstanceEnv):
 *
 * - `file_reserve PATH SIZE` (no instance.env): allocates a file of SIZE (`64MiB`) when PATH does not exist; space to free on a full disk
 * - `patroni_bootstrap MODE` (default|pause|remove): brings the cluster up. Starts Patroni (or the bare postgres unit for `remove`) when it is not
 *   running; a member that is not the declared primary and has an empty data directory first waits until some member in PATRONI_PEERS
 *   answers `GET /leader`, so that only the declared primary can initialize. What an interrupted initdb or copy
 *   has left is put aside before. Waits until the own REST API says `running`. Then pause/resume to match MODE.
 * - `patroni_dcs FILE`: `patronictl edit-config --apply FILE --force` when `show-config` lacks something of FILE (YAML); nothing is removed
 * - `pg_reload_hba`: reloads PostgreSQL, fails when pg_hba_file_rules or pg_file_settings report an error in the new files, names settings that wait
 *   for a restart; restarts through Patroni by itself only on a cluster that this very run has initialized, else it needs --allow-restart
 * - `pg_run_sql DATABASE FILE`, `pg_provision_role NAME FILE`, `pg_provision_database NAME FILE`: psql as PG_DBSU over PG_SOCKET_DIR, port PG_PORT,
 *   `-X -v ON_ERROR_STOP=1 -f FILE` (roles and databases start in database `postgres`; a script connects elsewhere by itself). Skipped with a note unless
 *   this host is the leader now (GET PATRONI_URL/primary is 200). A script prints one command tag per change and nothing when nothing differed.
 *   `pg_provision_role NAME absent` runs `pg-drop-role NAME` instead, by the same rule.
 * - `pgbackrest_stanza local|remote|none full|skip`: first word: create the stanza on every member (local), on the leader only (remote), nowhere (none);
 *   second word: the leader takes a full backup when the repository has none
 */
export type RuntimeCall =
  | 'sysctl_apply'
  | 'modules_load'
  | 'timezone_set'
  | 'hostname_set'
  | 'hugepages_set'
  | 'tuned_profile'
  | 'firewall_apply'
  | 'selinux_mode'
  | 'selinux_boolean'
  | 'ca_trust'
  | 'ssh_key_ensure'
  | 'swap_disable'
  | 'numa_disable'
  | 'network_static'
  | 'resolver_add'
  | 'repo_exclusive'
  | 'repo_refresh'
  | 'repo_build'
  | 'repo_install'
  | 'uv_venv'
  | 'etcd_bootstrap'
  | 'etcd_auth'
  | 'etcd_members'
  | 'etcd_pg_user'
  | 'file_reserve'
  | 'patroni_bootstrap'
  | 'patroni_dcs'
  | 'pg_reload_hba'
  | 'pg_provision_role'
  | 'pg_provision_database'
  | 'pg_run_sql'
  | 'pgbackrest_stanza'
  | 'redis_config'
  | 'redis_password'
  | 'redis_replicaof'
  | 'redis_sentinel'
  | 'redis_cluster_join'
  | 'minio_provision'
  | 'minio_alias'
  | 'nginx_certs'
  | 'grafana_datasource';

/**
 * One module's emitter. Pure and deterministic; returns [] when the module has nothing on this host. Within a stage the runtime
 * takes steps in exactly this order: /pg/data/pg_hba.conf, for one, comes after the call that creates the data directory.
 */
export interface Emitter {
  readonly module: 'node' | 'haproxy' | 'etcd' | 'infra' | 'minio' | 'pgsql' | 'redis' | 'monitor';
  plan(site: Site, host: Host, packagesOf?: PackagesOf): readonly Step[];
}

/** What a host of the site installs, for the host that fetches packages for all. */
export type PackagesOf = (host: Host) => readonly PackageStep[];
