/**
 * What a module is, besides the steps its emitter plans: who has it, its ports, its clusters, what is watched and named. Checks, commands
 * and the emitters of other modules ask here and know no module by name.
 */
import type { ParameterName } from '../compiler/schema/parameter-names.gen.ts';
import type { Host, Site } from '../compiler/model/site.ts';
import type { Params } from '../compiler/model/params.gen.ts';
import type { CertificateRequest } from '../compiler/domain/certificate.ts';
import type { FileSettings } from './settings.ts';

export interface Module {
  readonly name: string;
  /** Stages of apply.sh that are the module's, in order. */
  readonly stages: readonly string[];
  /** The group whose members have the module. */
  readonly group?: string | undefined;
  /** The parameter that names the cluster of a host; without a group, hosts that do not have it do not have the module. */
  readonly cluster?: ParameterName | undefined;
  /** The parameter that numbers the members. */
  readonly seq?: ParameterName | undefined;
  /** The parameter that says what a member is among the others. */
  readonly role?: ParameterName | undefined;
  /** The parameter without which no file of a host needs the module's parameters; undefined: files of every host may. */
  readonly mark?: ParameterName | undefined;
  /** Parameters that only hosts of the module have. */
  readonly identity: readonly ParameterName[];
  /** Ports that parameters hold. */
  readonly ports: readonly Port[];
  /** Parts of the runtime that the steps call, paths in the package. */
  readonly runtime: readonly string[];
  /** Their functions that a plan calls, with their words as `runtime-calls.ts` reads them. */
  readonly calls?: Readonly<Record<string, string>> | undefined;
  /** Accounts that its programs run as. */
  readonly accounts?: readonly string[] | undefined;
  /** Where it keeps data: parameters, with the one that has to be true for somebody to keep any. */
  readonly directories?: readonly Pick<Port, 'parameter' | 'when'>[] | undefined;
  /** What changes of the settings of its files need. */
  readonly settings?: readonly FileSettings[] | undefined;
  /** Hosts that serve others leave a site after them: the higher, the later. Others are at 1, a primary of PostgreSQL at 2. */
  readonly leaves?: number | undefined;
  /** What clients notice when one of its units starts again, or ends; `NAME*` is every unit that begins with it. */
  readonly noticed?: Readonly<Record<string, Noticed>> | undefined;
  /** Where a file of a host names the cluster that nobody else has once its last member is gone. */
  readonly lasting?: { readonly file: string; readonly line: RegExp } | undefined;
  /** Instances on a host, as `list` shows them. */
  instances?(host: Host): readonly string[];
  /** Clusters of the site, as `list` shows them and `--limit` takes them. */
  clusters?(site: Site): readonly Cluster[];
  /** Sets of hosts that take the module's stage together, in order. Without it each host takes it on its own. */
  turns?(site: Site): readonly Turn[];
  /** What Prometheus is told to scrape. */
  targets?(site: Site): readonly TargetFile[];
  /** How it scrapes them. */
  scrapes?(site: Site, watcher: Params): readonly ScrapeJob[];
  /** Certificates of its members, and what else of it answers with one. */
  certificates?(site: Site): readonly CertificateRequest[];
  /** Lines for /etc/hosts of every host. */
  knownNames?(site: Site): readonly string[];
  /** Names that DNS answers. */
  records?(site: Site): readonly RecordFile[];
}

/**
 * - `hand-over`: Patroni restarts, and where it leads, another member takes over
 * - `server`: the server restarts in its place
 * - `pool`, `balancer`, `address`: what carries sessions starts again, or ends
 * - `store`, `objects`: a server of a key-value or an object store starts again, or ends
 * - `health checks`: balancers ask members in a way that not all answer yet
 */
export type Noticed = 'hand-over' | 'server' | 'pool' | 'balancer' | 'address' | 'store' | 'objects' | 'health checks';

export interface Port {
  readonly parameter: ParameterName;
  /** The parameter that has to be true for somebody to listen. */
  readonly when?: ParameterName | undefined;
  /** What listens, where the parameter is not called after it. */
  readonly what?: string | undefined;
}

export interface Cluster {
  readonly name: string;
  /** `pgsql`, `redis sentinel` */
  readonly kind: string;
  readonly hosts: readonly Host[];
  readonly vip?: string | undefined;
  /** Further names of it. */
  readonly aliases?: readonly string[] | undefined;
}

/** Hosts that take a stage together. */
export interface Turn {
  readonly name: string;
  readonly hosts: readonly Host[];
  /** It waits for all stages of earlier modules but those every host begins with. */
  readonly waits?: boolean | undefined;
  /** Turns of the same stage that must be done before. */
  readonly after?: readonly string[] | undefined;
}

/** A discovery file below `/infra/targets`. */
export interface TargetFile {
  /** Its directory. */
  readonly module: string;
  readonly name: string;
  readonly groups: readonly TargetGroup[];
}

export interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface ScrapeJob {
  readonly name: string;
  readonly path: string;
  /** Directory of the discovery files, where it is not called as the job. */
  readonly module?: string | undefined;
  /** Labels of the target win over those of the series' source. */
  readonly honorsLabels?: boolean | undefined;
  /** The program itself answers: its `up` says whether it runs. */
  readonly direct?: boolean | undefined;
  readonly scheme?: 'http' | 'https' | undefined;
  /** `client`: with the certificate of the infra node; `authority`: the server's certificate is verified. */
  readonly tls?: 'client' | 'authority' | undefined;
  readonly more?: Readonly<Record<string, unknown>> | undefined;
}

/** One hosts file below the directory that dnsmasq watches. */
export interface RecordFile {
  readonly name: string;
  readonly records: readonly (readonly [address: string, ...names: string[]])[];
}
