// Generated from schemas/ by `npm run gen`. Do not edit.
import type { Secret } from "./secret.ts";
/** An application run by Docker Compose. */
export interface AppSpec {
    /** Directory next to the inventory that holds the application. */
    readonly src: string | undefined;
    /** Directory on the host the application is installed in. */
    readonly dest: string | undefined;
    /** Settings put into the environment file of the application. */
    readonly conf: ReadonlyMap<string, string | number | boolean | undefined>;
    /** Directories and files to create first, with owner and mode. */
    readonly file: readonly (ReadonlyMap<string, unknown>)[];
    /** Targets of the application's makefile that are run at the end. */
    readonly args: string;
}

/** A database of a PostgreSQL cluster. */
export interface DatabaseSpec {
    /** Name of the database. */
    readonly name: string;
    /** What to do: create it if it is missing, drop it, or drop and create it again. */
    readonly state: "create" | "absent" | "recreate";
    /** User that owns the database; must be one of the cluster's users. */
    readonly owner: string | undefined;
    /** Comment of the database. */
    readonly comment: string | undefined;
    /** Database it is copied from. Only used when it is created. */
    readonly template: string | undefined;
    /** How the template is copied: through the log or file by file. */
    readonly strategy: string | undefined;
    /** Encoding, which must fit the template. Only used when it is created. */
    readonly encoding: string | undefined;
    /** Locale, which must fit the template. Only used when it is created. */
    readonly locale: string | undefined;
    /** Sort order, which must fit the template. Only used when it is created. */
    readonly lcCollate: string | undefined;
    /** Character classes, which must fit the template. Only used when it is created. */
    readonly lcCtype: string | undefined;
    /** Library that implements the locale. Only used when it is created. */
    readonly localeProvider: "libc" | "icu" | "builtin" | undefined;
    /** Locale of the ICU library. */
    readonly icuLocale: string | undefined;
    /** Changes to the sort order of the ICU locale. */
    readonly icuRules: string | undefined;
    /** Locale of the built-in provider. */
    readonly builtinLocale: string | undefined;
    /** Tablespace of new objects. A change moves the database and needs it to be unused. */
    readonly tablespace: string | undefined;
    /** Lets everybody who may create databases copy it. */
    readonly isTemplate: boolean | undefined;
    /** Whether anybody can connect at all. */
    readonly allowconn: boolean | undefined;
    /** Takes the right to connect from the public and gives it to the owner and the system roles. */
    readonly revokeconn: boolean | undefined;
    /** Limit of connections; -1 for none. */
    readonly connlimit: number | undefined;
    /** SQL file next to the inventory that is run once, after the database is created. */
    readonly baseline: string | undefined;
    /** Schemas to create, by name or with their settings. */
    readonly schemas: readonly (string | SchemaSpec)[];
    /** Extensions to create, by name or with their settings. Their packages come from `pg_extensions`. */
    readonly extensions: readonly (string | ExtensionSpec)[];
    /** Settings of sessions in this database. */
    readonly parameters: ReadonlyMap<string, string | number | boolean>;
    /** Makes the database reachable through the connection pool. */
    readonly pgbouncer: boolean;
    /** User the pool looks up passwords with. */
    readonly poolAuthUser: string | undefined;
    /** When a server connection is given back to the pool. */
    readonly poolMode: "transaction" | "session" | "statement" | undefined;
    /** Server connections for each user. */
    readonly poolSize: number | undefined;
    /** Server connections kept open even if unused. */
    readonly poolSizeMin: number | undefined;
    /** More server connections that waiting clients may use. */
    readonly poolReserve: number | undefined;
    /** Limit of server connections to the database. */
    readonly poolConnlimit: number | undefined;
    /** Makes the database a data source of the dashboards. */
    readonly registerDatasource: boolean;
}

/** An extension created in a database. */
export interface ExtensionSpec {
    /** Name of the extension. */
    readonly name: string;
    /** Schema the extension is created in. */
    readonly schema: string | undefined;
    /** Version to create; the installed one if not given. */
    readonly version: string | undefined;
    /** Whether it is created, or dropped together with everything that depends on it. */
    readonly state: "create" | "absent";
}

/** A server behind a load balancer service. */
export interface HaproxyServerSpec {
    /** Name of the server, unique in the service. */
    readonly name: string;
    /** Address of the server. */
    readonly ip: string;
    /** Port of the server. */
    readonly port: number;
    /** Share of the requests; 0 takes the server out. */
    readonly weight: number | undefined;
    /** Used only when no other server is left. */
    readonly backup: boolean;
    /** More options of the server, such as its health check. */
    readonly options: string;
}

/** A load balancer service that does not belong to a PostgreSQL cluster. */
export interface HaproxyServiceSpec {
    /** Name of the service and of its configuration file. */
    readonly name: string;
    /** Port the service listens on. */
    readonly port: number;
    /** Address the service listens on. */
    readonly ip: string;
    /** Whether connections are passed through or requests are understood. */
    readonly protocol: "tcp" | "http";
    /** Limit of concurrent connections. */
    readonly maxconn: number;
    /** How a server is chosen. */
    readonly balance: string;
    /** Options of all servers. */
    readonly default: string;
    /** Lines added to the service as they are. */
    readonly options: readonly (string)[];
    /** Servers of the service. */
    readonly servers: readonly (HaproxyServerSpec)[];
}

/** A rule for who may connect, from where and how. Either `addr` and `auth`, or lines written out in `rules`. */
export interface HbaSpec {
    /** Comment above the rule. */
    readonly title: string | undefined;
    /** Instances the rule applies to, by their role; `common` and `default` mean all. */
    readonly role: "default" | "common" | "primary" | "replica" | "offline" | "standby" | "delayed";
    /** Place among the rules, lowest first. Rules without one follow in the order written. */
    readonly order: number | undefined;
    /** User, `+role` for its members, several separated by commas, or the placeholder of a system user. */
    readonly user: string;
    /** Database, or several separated by commas. */
    readonly db: string;
    /** Where connections come from: an address with mask, or a name. */
    readonly addr: string | undefined;
    /** How the user proves who it is, and whether TLS is needed. */
    readonly auth: "deny" | "reject" | "pwd" | "ssl" | "sha" | "scram-sha-256" | "ssl-sha" | "md5" | "ssl-md5" | "cert" | "os" | "ident" | "peer" | "trust";
    /** Lines of the file as they are, instead of `user`, `db`, `addr` and `auth`. */
    readonly rules: readonly (string)[] | undefined;
}

/** A link on the portal's home page. */
export interface HomelinkSpec {
    /** Label of the link. */
    readonly name: string;
    /** Where it leads. */
    readonly url: string;
    /** Text shown with it. */
    readonly desc: string;
    /** Name of its picture. */
    readonly icon: string;
    /** Label in Chinese. */
    readonly nameCn: string | undefined;
    /** Text in Chinese. */
    readonly descCn: string | undefined;
}

/** A web site the portal serves from a directory or forwards to a server. */
export interface InfraPortalEntrySpec {
    /** Name of the site. Without one the entry has no site of its own. */
    readonly domain: string | undefined;
    /** More names of the site. */
    readonly domains: readonly (string)[];
    /** Server that requests go to, as `host:port`. `${admin_ip}` is replaced. */
    readonly endpoint: string | undefined;
    /** Directory that is served. */
    readonly path: string | undefined;
    /** Whether the server behind it speaks HTTP or HTTPS. */
    readonly scheme: "http" | "https";
    /** Passes web socket connections on. */
    readonly websocket: boolean;
    /** Certificate file of the site, instead of the portal's. */
    readonly cert: string | undefined;
    /** Key file of that certificate. */
    readonly key: string | undefined;
    /** Name of the public certificate to request for the site. */
    readonly certbot: string | undefined;
    /** Redirects HTTP to HTTPS. */
    readonly enforceHttps: boolean;
    /** Lists the files of a directory without an index page. */
    readonly index: boolean;
    /** Name of the site's access log. */
    readonly log: string | undefined;
    /** Name of another configuration template for the site. */
    readonly conf: string | undefined;
    /** Lines added to the site as they are. */
    readonly config: string | undefined;
    /** Requires a login of one of `nginx_users`. */
    readonly auth: boolean;
    /** Text shown when the login is asked for. */
    readonly realm: string | undefined;
}

/** A JuiceFS file system. */
export interface JuiceInstanceSpec {
    /** Directory it is mounted at. */
    readonly path: string;
    /** URL of the store of its metadata. */
    readonly meta: Secret;
    /** Options of the store of its data. */
    readonly data: Secret;
    /** Name of its service. */
    readonly unit: string | undefined;
    /** More options of the mount. */
    readonly mount: string;
    /** Port of its metrics, unique on the host. */
    readonly port: number;
    /** Owner of the directory. */
    readonly owner: string;
    /** Group of the directory. */
    readonly group: string;
    /** Mode of the directory. */
    readonly mode: string;
    /** Whether it is mounted or removed. */
    readonly state: "create" | "absent";
}

/** A right of a Kafka user. */
export interface KafkaAclSpec {
    /** Kind of resource. */
    readonly resource: "topic" | "group" | "cluster" | "transactional_id";
    /** Name of the resource. */
    readonly name: string | undefined;
    /** Whether the name is exact or a prefix. */
    readonly pattern: "literal" | "prefixed";
    /** Operations that are allowed. */
    readonly operations: readonly (string)[];
}

/** A Kafka topic. */
export interface KafkaTopicSpec {
    /** Name of the topic. */
    readonly name: string;
    /** Number of partitions. It can only grow. */
    readonly partitions: number;
    /** Copies of each partition. Only used when it is created. */
    readonly replicationFactor: number;
    /** Settings of the topic. */
    readonly config: ReadonlyMap<string, string | number | boolean>;
}

/** A Kafka user. */
export interface KafkaUserSpec {
    /** Name of the user. */
    readonly name: string;
    /** Password of the user. */
    readonly password: Secret;
    /** Rights of the user. */
    readonly acls: readonly (KafkaAclSpec)[];
    /** Limits of the user. */
    readonly quota: ReadonlyMap<string, string | number | boolean>;
}

/** A bucket of the object store. */
export interface MinioBucketSpec {
    /** Name of the bucket and of the policy that gives access to it. */
    readonly name: string;
    /** Keeps old versions of objects. */
    readonly versioning: boolean;
    /** Lets objects be protected from deletion. Fixed when the bucket is created. */
    readonly lock: boolean;
}

/** A user of the object store. */
export interface MinioUserSpec {
    /** Name of the user. */
    readonly accessKey: string;
    /** Password of the user, 8 characters or more. */
    readonly secretKey: Secret;
    /** Policy of the user, usually the name of a bucket. */
    readonly policy: string | undefined;
}

/** Where MySQL backups go. */
export interface MysqlBackupRepoSpec {
    /** A directory on the host. */
    readonly local: ReadonlyMap<string, unknown>;
}

/** A MySQL database. */
export interface MysqlDbSpec {
    /** Name of the database. */
    readonly name: string;
    /** Character set. */
    readonly encoding: string;
    /** Sort order. */
    readonly collate: string;
}

/** A MySQL user. */
export interface MysqlUserSpec {
    /** Name of the user. */
    readonly name: string;
    /** Hosts the user may connect from. */
    readonly host: string;
    /** Password of the user. */
    readonly password: Secret;
    /** Limit of connections; 0 for none. */
    readonly connlimit: number;
    /** Privileges by `database.table`. */
    readonly priv: ReadonlyMap<string, string>;
}

/** A PostgreSQL server that is monitored but not managed. */
export interface PgExporterTargetSpec {
    /** Name of the cluster in metrics. */
    readonly pgCluster: string;
    /** Number of the instance in metrics. */
    readonly pgSeq: number;
    /** Address of the server. */
    readonly pgHost: string;
    /** Port of the server. */
    readonly pgPort: number;
    /** System user that runs the exporter. */
    readonly pgDbsu: string;
    /** User that exporters and health checks connect with. */
    readonly pgMonitorUsername: string;
    /** Password of the monitoring user. */
    readonly pgMonitorPassword: Secret;
    /** Databases that become data sources of the dashboards. */
    readonly pgDatabases: readonly (DatabaseSpec)[];
    /** File that defines the metrics to collect: one of the operator's beside the inventory takes the place of the package's. */
    readonly pgExporterConfig: string;
    /** How many seconds metrics of the four cost classes may be reused, separated by commas. */
    readonly pgExporterCacheTtls: string;
    /** Options of the exporter's connection, as the query part of its URL. */
    readonly pgExporterParams: string;
    /** Connection URL of the exporter, instead of the one derived from the instance. */
    readonly pgExporterUrl: Secret;
    /** Collects metrics from every database of the server. */
    readonly pgExporterAutoDiscovery: boolean;
    /** The only databases discovery takes, separated by commas; all if empty. */
    readonly pgExporterIncludeDatabase: string;
    /** Databases that discovery leaves out, separated by commas. */
    readonly pgExporterExcludeDatabase: string;
    /** How many milliseconds the exporter waits for a connection. */
    readonly pgExporterConnectTimeout: number;
}

/** Request to restore a cluster to a point in time. At most one of `time`, `xid`, `name` and `lsn`. */
export interface PgPitrSpec {
    /** Cluster whose backup is restored; the cluster itself if not given. */
    readonly cluster: string | undefined;
    /** Kind of the target; follows from the target if not given. */
    readonly type: "default" | "immediate" | "time" | "xid" | "name" | "lsn";
    /** Time to restore to. */
    readonly time: string | undefined;
    /** Restore point to restore to. */
    readonly name: string | undefined;
    /** Transaction to restore to. */
    readonly xid: number | undefined;
    /** Position in the log to restore to. */
    readonly lsn: string | undefined;
    /** Backup to start from. */
    readonly set: string;
    /** Timeline to follow. */
    readonly timeline: string | number;
    /** Stops just before the target instead of after it. */
    readonly exclusive: boolean;
    /** What the server does at the target. */
    readonly action: "pause" | "promote" | "shutdown";
    /** Archives the log of the restored server. */
    readonly archive: boolean;
    /** Restores only these databases. */
    readonly dbInclude: readonly (string)[];
    /** Restores all but these databases. */
    readonly dbExclude: readonly (string)[];
    /** New targets of links by name. */
    readonly linkMap: ReadonlyMap<string, string>;
    /** Processes working in parallel. */
    readonly process: number | undefined;
    /** Repository to restore from, instead of the cluster's. */
    readonly repo: PgbackrestRepoSpec | undefined;
    /** Keeps a copy of the present data. */
    readonly backup: boolean;
    /** Port of the restored server. */
    readonly port: number | undefined;
    /** Data directory to restore into. */
    readonly data: string | undefined;
}

/** Options of a backup repository as pgBackRest names them, with `_` for `-` and without the `repo1-` in front. Others than those listed are passed on. */
export type PgbackrestRepoSpec = ReadonlyMap<string, string | number | boolean | Secret>;

/** Who is told of alerts, and how. */
export interface ReceiverSpec {
    /** Name of the receiver. */
    readonly name: string;
    /** Severities it is told of. */
    readonly severity: readonly ("CRIT" | "WARN" | "INFO")[];
    /** Alerts it is told of, as matchers of the alert manager over labels. */
    readonly matchers: readonly (string)[];
    /** URL that alerts are posted to. */
    readonly webhook: Secret | undefined;
    /** Addresses that alerts are mailed to, separated by commas, through `alertmanager_smtp`. */
    readonly mail: string | undefined;
    /** Routing key of a PagerDuty service. */
    readonly pagerduty: Secret | undefined;
}

/** A Redis instance; settings of the host that one instance may have otherwise can be written here. */
export interface RedisInstanceSpec {
    /** Primary of the instance, as `address port`. */
    readonly replicaOf: string | undefined;
    /** Directory below which instances keep their data. */
    readonly redisFsMain: string | undefined;
    /** Address instances listen on; the host's own if empty. */
    readonly redisBindAddress: string | undefined;
    /** Memory each instance may use for data, for example `1GB`. */
    readonly redisMaxMemory: string | number | undefined;
    /** Which keys are evicted when the memory is used up. */
    readonly redisMemPolicy: "noeviction" | "allkeys-lru" | "allkeys-lfu" | "allkeys-random" | "volatile-lru" | "volatile-lfu" | "volatile-random" | "volatile-ttl" | undefined;
    /** Password of clients and replicas. Empty lets everybody in. */
    readonly redisPassword: Secret | undefined;
    /** When snapshots are written, as `seconds changes`. An empty list turns them off. */
    readonly redisRdbSave: readonly (string)[] | undefined;
    /** Logs every write to an append-only file. */
    readonly redisAofEnabled: boolean | undefined;
    /** New names for commands; an empty name disables one. */
    readonly redisRenameCommands: ReadonlyMap<string, string> | undefined;
}

/** Definition of a package repository. */
export interface RepoSpec {
    /** Name of the repository and of its file. */
    readonly name: string;
    /** Text shown by the package manager. */
    readonly description: string;
    /** Module the repository belongs to; modules are what hosts choose. */
    readonly module: string;
    /** Major versions of the distributions it is for. */
    readonly releases: readonly (number)[];
    /** Processor architectures it is for. */
    readonly arch: readonly (string)[];
    /** URL by region; `default` is used where the region has none. */
    readonly baseurl: ReadonlyMap<string, string>;
    /** Uses the distribution's minor version in URLs. */
    readonly minor: boolean;
    /** More options of the repository's file. For APT, `signed_by` names the file on the host with the key that packages are checked with. */
    readonly meta: ReadonlyMap<string, string | number | boolean>;
}

/** Membership of a user in a role. */
export interface RoleMembershipSpec {
    /** Name of the role. */
    readonly name: string;
    /** Whether the membership is granted or revoked. */
    readonly state: "grant" | "revoke" | "absent";
    /** Lets the user grant the role to others. */
    readonly admin: boolean | undefined;
    /** Lets the user switch to the role. */
    readonly set: boolean | undefined;
    /** Gives the user the rights of the role without switching. */
    readonly inherit: boolean | undefined;
}

/** A role or user that every PostgreSQL cluster has. */
export interface RoleSpec {
    /** Name of the user. */
    readonly name: string;
    /** Whether the user is created or dropped. */
    readonly state: "create" | "absent";
    /** Password in plain text, or its SCRAM or MD5 hash. Only a hash leaves this machine. */
    readonly password: Secret | undefined;
    /** Comment of the user. */
    readonly comment: string | undefined;
    /** Lets the user log in; a role without login is a group of rights. */
    readonly login: boolean | undefined;
    /** Exempts the user from all checks. */
    readonly superuser: boolean | undefined;
    /** Lets the user create databases. */
    readonly createdb: boolean | undefined;
    /** Lets the user create other users. */
    readonly createrole: boolean | undefined;
    /** Gives the user the rights of its roles without switching. */
    readonly inherit: boolean | undefined;
    /** Lets the user stream the log. */
    readonly replication: boolean | undefined;
    /** Exempts the user from row security. */
    readonly bypassrls: boolean | undefined;
    /** Limit of connections; -1 for none. */
    readonly connlimit: number | undefined;
    /** Days until the password expires. Wins over `expire_at`. */
    readonly expireIn: number | undefined;
    /** Day the password expires, or `infinity`. */
    readonly expireAt: string | undefined;
    /** Roles the user is a member of, by name or with their options. */
    readonly roles: readonly (string | RoleMembershipSpec)[];
    /** Settings of the user's sessions. */
    readonly parameters: ReadonlyMap<string, string | number | boolean>;
    /** Lets the user log in through the connection pool. */
    readonly pgbouncer: boolean;
    /** When the user's server connections are given back to the pool. */
    readonly poolMode: "transaction" | "session" | "statement" | undefined;
    /** Limit of the user's server connections in the pool; -1 for none. */
    readonly poolConnlimit: number | undefined;
}

/** A schema of a database. */
export interface SchemaSpec {
    /** Name of the schema. */
    readonly name: string;
    /** User that owns it. */
    readonly owner: string | undefined;
    /** Whether it is created, or dropped with all it contains. */
    readonly state: "create" | "absent";
}

/** A primary that sentinels watch. */
export interface SentinelMasterSpec {
    /** Name of the primary, usually of its cluster. */
    readonly name: string;
    /** Address of the primary. */
    readonly host: string;
    /** Port of the primary. */
    readonly port: number;
    /** Password of the primary. */
    readonly password: Secret | undefined;
    /** Sentinels that must agree that the primary is down. */
    readonly quorum: number;
    /** Stops watching it. */
    readonly remove: boolean;
}

/** A port of the load balancer that leads to chosen members of a PostgreSQL cluster. */
export interface ServiceSpec {
    /** Name of the service, appended to that of the cluster. */
    readonly name: string;
    /** Port the service listens on, unique on the host. */
    readonly port: number;
    /** Address the service listens on. */
    readonly ip: string;
    /** JMESPath expression that selects its members. */
    readonly selector: string;
    /** JMESPath expression that selects the members used when none of the others is left. */
    readonly backup: string | undefined;
    /** Where connections go on a member, by name or port; `default` means `pg_default_service_dest`. */
    readonly dest: string | number;
    /** Path of the Patroni API that tells whether a member can serve. */
    readonly check: string;
    /** Limit of concurrent connections. */
    readonly maxconn: number;
    /** How a member is chosen. */
    readonly balance: string;
    /** Options of all members, instead of those that follow from `pg_rto`. */
    readonly options: string | undefined;
}

/** The mail server that alerts leave through. */
export interface SmtpSpec {
    /** Name or address of the server and its port. */
    readonly host: string;
    /** Address that mails are from. */
    readonly from: string;
    /** Name to log in with; without it nobody logs in. */
    readonly user: string | undefined;
    /** Password to log in with. */
    readonly password: Secret | undefined;
    /** Refuses a server that does not start TLS. */
    readonly tls: boolean;
}

/** A file downloaded into the local repository. */
export interface UrlpkgSpec {
    /** File name in the repository. */
    readonly name: string;
    /** Where the file comes from. */
    readonly url: string;
}

/** A user or role of a PostgreSQL cluster. */
export interface UserSpec {
    /** Name of the user. */
    readonly name: string;
    /** Whether the user is created or dropped. */
    readonly state: "create" | "absent";
    /** Password in plain text, or its SCRAM or MD5 hash. Only a hash leaves this machine. */
    readonly password: Secret | undefined;
    /** Comment of the user. */
    readonly comment: string | undefined;
    /** Lets the user log in; a role without login is a group of rights. */
    readonly login: boolean | undefined;
    /** Exempts the user from all checks. */
    readonly superuser: boolean | undefined;
    /** Lets the user create databases. */
    readonly createdb: boolean | undefined;
    /** Lets the user create other users. */
    readonly createrole: boolean | undefined;
    /** Gives the user the rights of its roles without switching. */
    readonly inherit: boolean | undefined;
    /** Lets the user stream the log. */
    readonly replication: boolean | undefined;
    /** Exempts the user from row security. */
    readonly bypassrls: boolean | undefined;
    /** Limit of connections; -1 for none. */
    readonly connlimit: number | undefined;
    /** Days until the password expires. Wins over `expire_at`. */
    readonly expireIn: number | undefined;
    /** Day the password expires, or `infinity`. */
    readonly expireAt: string | undefined;
    /** Roles the user is a member of, by name or with their options. */
    readonly roles: readonly (string | RoleMembershipSpec)[];
    /** Settings of the user's sessions. */
    readonly parameters: ReadonlyMap<string, string | number | boolean>;
    /** Lets the user log in through the connection pool. */
    readonly pgbouncer: boolean;
    /** When the user's server connections are given back to the pool. */
    readonly poolMode: "transaction" | "session" | "statement" | undefined;
    /** Limit of the user's server connections in the pool; -1 for none. */
    readonly poolConnlimit: number | undefined;
}

/** How hosts are reached. */
export interface AnsibleParams {
    /** Address or SSH alias to reach the host by, when it is not its name in the inventory. */
    readonly ansibleHost: string | undefined;
    /** SSH port of the host. */
    readonly ansiblePort: number | undefined;
    /** User to log in as. */
    readonly ansibleUser: string | undefined;
}

/** Docker and the applications run by it. Accepted and checked; produces no files. */
export interface DockerParams {
    /** Installs Docker on the host. */
    readonly dockerEnabled: boolean;
    /** Directory of images and containers. */
    readonly dockerData: string;
    /** Storage driver of Docker. */
    readonly dockerStorageDriver: string;
    /** Who manages control groups of containers. */
    readonly dockerCgroupsDriver: "cgroupfs" | "systemd";
    /** Mirrors images are pulled from. */
    readonly dockerRegistryMirrors: readonly (string)[];
    /** Port on which Docker serves metrics. */
    readonly dockerExporterPort: number;
    /** Images pulled after the installation. */
    readonly dockerImage: readonly (string)[];
    /** Archives of images loaded after the installation, as a file pattern. */
    readonly dockerImageCache: string;
    /** Name of the application to install, an entry of `apps`. */
    readonly app: string | undefined;
    /** Applications run by Docker Compose, by name. */
    readonly apps: ReadonlyMap<string, AppSpec> | undefined;
}

/** The consensus store that PostgreSQL clusters elect their leaders with. */
export interface EtcdParams {
    /** Number of the member, unique in the etcd cluster. It is part of the member's name. */
    readonly etcdSeq: number | undefined;
    /** Name of the etcd cluster; its hosts form the group of the same name. */
    readonly etcdCluster: string;
    /** Directory of the member's data. */
    readonly etcdData: string;
    /** Adds the member as a learner that receives data without a vote. */
    readonly etcdLearner: boolean;
    /** Port for clients. PostgreSQL clusters read it too. */
    readonly etcdPort: number;
    /** Port for the other members. */
    readonly etcdPeerPort: number;
    /** Whether members form a new cluster or join an existing one. Members that have data ignore it. */
    readonly etcdInit: "new" | "existing";
    /** Milliseconds without a heartbeat after which a follower calls an election. At least five times the heartbeat. */
    readonly etcdElectionTimeout: number;
    /** Milliseconds between heartbeats of the leader; about the round trip time between members. */
    readonly etcdHeartbeatInterval: number;
    /** Password of the root user of etcd. */
    readonly etcdRootPassword: Secret;
    /** Refuses to remove members. */
    readonly etcdSafeguard: boolean;
    /** Deletes the data when a member is removed. */
    readonly etcdRmData: boolean;
    /** Uninstalls packages when a member is removed. */
    readonly etcdRmPkg: boolean;
}

/** The hosts that carry portal, DNS, package repository, monitoring and certificate authority. */
export interface InfraParams {
    /** Version of the parameters this inventory was written for. */
    readonly version: string;
    /** Address of the host that holds the package repository, the DNS and the time source. `${admin_ip}` stands for it in other values. */
    readonly adminIp: string;
    /** Which mirrors package repositories are taken from. */
    readonly region: "default" | "china" | "europe";
    /** Language of the portal and of dashboards. */
    readonly language: "en" | "zh";
    /** Proxies that packages are downloaded through, as environment variables: `http_proxy`, `https_proxy`, `all_proxy`, `no_proxy`. */
    readonly proxyEnv: ReadonlyMap<string, string | Secret>;
    /** Number of the infra host, unique in the group. */
    readonly infraSeq: number | undefined;
    /** Web sites the portal serves or forwards to, by name. `home` is the portal's own page. */
    readonly infraPortal: ReadonlyMap<string, InfraPortalEntrySpec>;
    /** Directory below which metrics, logs and traces are kept. */
    readonly infraData: string;
    /** Links on the portal's home page. */
    readonly infraServices: readonly (HomelinkSpec)[];
    /** Links on the portal's home page after the built-in ones. */
    readonly infraExtraServices: readonly (HomelinkSpec)[];
    /** Draws the site on a page of the portal, as `pigstyc graph` does. The drawing takes each build half a second or more. */
    readonly infraTopology: boolean;
    /** Packages of infra hosts, instead of the distribution's list. */
    readonly infraPackages: readonly (string)[] | undefined;
    /** Runs the web server of the portal. */
    readonly nginxEnabled: boolean;
    /** Removes configuration files from the web server that are not generated. */
    readonly nginxClean: boolean;
    /** Runs the exporter of web server metrics. */
    readonly nginxExporterEnabled: boolean;
    /** Port on which the web server's exporter serves metrics. */
    readonly nginxExporterPort: number;
    /** Whether the portal serves HTTP only, HTTPS as well, or redirects HTTP to HTTPS. */
    readonly nginxSslmode: "disable" | "enable" | "enforce";
    /** How long the portal's certificate is valid, for example `397d`. Browsers refuse more than 397 days. */
    readonly nginxCertValidity: string | number;
    /** Directory of the web server's files as everything refers to it. */
    readonly nginxHome: string;
    /** Directory on the data disk that holds the web server's files. */
    readonly nginxData: string;
    /** Users and passwords for portal entries that require a login. */
    readonly nginxUsers: ReadonlyMap<string, Secret>;
    /** Port for HTTP. */
    readonly nginxPort: number;
    /** Port for HTTPS. */
    readonly nginxSslPort: number;
    /** Requests public certificates while installing. */
    readonly certbotSign: boolean;
    /** Address that certificate authorities send warnings to. */
    readonly certbotEmail: string;
    /** More options on the command line of certbot. */
    readonly certbotOptions: string;
    /** Runs the DNS server on infra hosts. */
    readonly dnsEnabled: boolean;
    /** Port of the DNS server. */
    readonly dnsPort: number;
    /** Names the DNS server knows, as lines of a hosts file. */
    readonly dnsRecords: readonly (string)[];
    /** Runs the metrics store. */
    readonly vmetricsEnabled: boolean;
    /** Deletes all metrics when the store is set up. */
    readonly vmetricsClean: boolean;
    /** Port of the metrics store. */
    readonly vmetricsPort: number;
    /** How often metrics are collected. */
    readonly vmetricsScrapeInterval: string | number;
    /** How long collecting from one target may take; below the interval. */
    readonly vmetricsScrapeTimeout: string | number;
    /** More options on the command line of the metrics store, such as its retention. */
    readonly vmetricsOptions: string;
    /** Runs the log store. */
    readonly vlogsEnabled: boolean;
    /** Deletes all logs when the store is set up. */
    readonly vlogsClean: boolean;
    /** Port of the log store. */
    readonly vlogsPort: number;
    /** More options on the command line of the log store, such as its retention. */
    readonly vlogsOptions: string;
    /** Runs the trace store. */
    readonly vtracesEnabled: boolean;
    /** Deletes all traces when the store is set up. */
    readonly vtracesClean: boolean;
    /** Port of the trace store. */
    readonly vtracesPort: number;
    /** More options on the command line of the trace store. */
    readonly vtracesOptions: string;
    /** Evaluates alerting and recording rules. */
    readonly vmalertEnabled: boolean;
    /** Port of the rule evaluator. */
    readonly vmalertPort: number;
    /** More options on the command line of the rule evaluator. */
    readonly vmalertOptions: string;
    /** Runs the prober that checks hosts and addresses from outside. */
    readonly blackboxEnabled: boolean;
    /** Port of the prober. */
    readonly blackboxPort: number;
    /** More options on the command line of the prober. */
    readonly blackboxOptions: string;
    /** Runs the alert manager. */
    readonly alertmanagerEnabled: boolean;
    /** Port of the alert manager. */
    readonly alertmanagerPort: number;
    /** More options on the command line of the alert manager. */
    readonly alertmanagerOptions: string;
    /** Who is told of alerts. Without one `/etc/alertmanager.yml` is written once and is yours. */
    readonly alertmanagerReceivers: readonly (ReceiverSpec)[];
    /** The mail server that alerts leave through. */
    readonly alertmanagerSmtp: SmtpSpec | undefined;
    /** Path exporters serve their metrics at. */
    readonly exporterMetricsPath: string;
    /** Runs the dashboards. */
    readonly grafanaEnabled: boolean;
    /** Port of the dashboards. */
    readonly grafanaPort: number;
    /** Deletes the state of the dashboards when they are set up. */
    readonly grafanaClean: boolean;
    /** Administrator of the dashboards. */
    readonly grafanaAdminUsername: string;
    /** Password of the dashboards' administrator. */
    readonly grafanaAdminPassword: Secret;
    /** Trusts the user name a proxy in front of the dashboards has verified. */
    readonly grafanaAuthProxy: boolean;
    /** PostgreSQL URL for the dashboards' own data, instead of a file. */
    readonly grafanaPgurl: Secret;
    /** Password with which dashboards read databases. */
    readonly grafanaViewPassword: Secret;
    /** Creates a certificate authority if there is none. When false, a missing one is an error. */
    readonly caCreate: boolean;
    /** Name of the certificate authority. */
    readonly caCn: string;
    /** How long issued certificates are valid, for example `7300d`. */
    readonly certValidity: string | number;
    /** Builds a local package repository on this host. */
    readonly repoEnabled: boolean;
    /** Directory that holds local repositories. */
    readonly repoHome: string;
    /** Name of the local repository, a directory below `repo_home`. */
    readonly repoName: string;
    /** URL hosts reach the local repository at. */
    readonly repoEndpoint: string;
    /** Sets existing repository definitions aside before building. */
    readonly repoRemove: boolean;
    /** Repository modules packages are taken from while building, separated by commas. */
    readonly repoModules: string;
    /** Definitions of package repositories, instead of the distribution's list. */
    readonly repoUpstream: readonly (RepoSpec)[] | undefined;
    /** Packages put into the local repository. */
    readonly repoPackages: readonly (string)[] | undefined;
    /** More packages put into the local repository. */
    readonly repoExtraPackages: readonly (string)[] | undefined;
    /** Files downloaded into the local repository from URLs. */
    readonly repoUrlPackages: readonly (string | UrlpkgSpec)[];
    /** File name of the bundle of packages for hosts without a network. */
    readonly cachePkgName: string;
    /** Directory that receives the bundle of packages. */
    readonly cachePkgDir: string;
    /** Repositories packed into the bundle, separated by commas. */
    readonly cacheRepo: string;
}

/** JuiceFS file systems. Accepted and checked; produces no files. */
export interface JuiceParams {
    /** Directory where all file systems keep their cache. */
    readonly juiceCache: string;
    /** JuiceFS file systems mounted on the host, by name. */
    readonly juiceInstances: ReadonlyMap<string, JuiceInstanceSpec>;
    /** Limits an operation to one file system. */
    readonly fsname: string | undefined;
}

/** Kafka clusters. Accepted and checked; produces no files. */
export interface KafkaParams {
    /** Port on which the exporter of topics and groups serves metrics. */
    readonly kafkaExporterPort: number;
    /** Port on which the exporter inside the server serves metrics. */
    readonly kafkaJmxExporterPort: number;
    /** Name of the Kafka cluster. */
    readonly kafkaCluster: string | undefined;
    /** Number of the node, unique in the cluster. */
    readonly kafkaSeq: number | undefined;
    /** Whether the node is a broker, a controller or both. */
    readonly kafkaRole: "combined" | "broker" | "controller";
    /** Identifier of an existing cluster that is taken over. */
    readonly kafkaClusterId: string | undefined;
    /** Directory of the data. */
    readonly kafkaData: string;
    /** Memory options of the Java machine. */
    readonly kafkaHeapOpts: string;
    /** Port for clients. */
    readonly kafkaPort: number;
    /** Port for controllers. */
    readonly kafkaControllerPort: number;
    /** Failure domain of the broker; set it on all brokers or on none. */
    readonly kafkaRack: string | undefined;
    /** More settings of the server. */
    readonly kafkaParameters: ReadonlyMap<string, string | number | boolean>;
    /** Whether clients log in, or everybody is let in without encryption. */
    readonly kafkaSecurity: "plaintext" | "scram";
    /** Users with their rights and quotas. */
    readonly kafkaUsers: readonly (KafkaUserSpec)[];
    /** Topics to create. */
    readonly kafkaTopics: readonly (KafkaTopicSpec)[];
    /** Replaces all certificates in this run. */
    readonly kafkaRotateCertificates: boolean | undefined;
    /** Replaces all passwords in this run. */
    readonly kafkaRotateCredentials: boolean | undefined;
    /** Refuses to remove nodes. */
    readonly kafkaSafeguard: boolean;
    /** Deletes the data when a node is removed. */
    readonly kafkaRmData: boolean;
    /** Uninstalls packages when a node is removed. */
    readonly kafkaRmPkg: boolean;
    /** Name of the cluster, to confirm a rotation of certificates or passwords. */
    readonly kafkaRotateConfirm: string | undefined;
}

/** S3 object stores, mainly for backups. */
export interface MinioParams {
    /** Server of the object store. */
    readonly minioType: "silo";
    /** Number of the host, contiguous from 1 within the cluster. Names of hosts are built from it. */
    readonly minioSeq: number | undefined;
    /** Name of the object store. All hosts with the same value belong to it. */
    readonly minioCluster: string | undefined;
    /** System user that runs the server. */
    readonly minioUser: string;
    /** Serves over TLS. */
    readonly minioHttps: boolean;
    /** Pattern of the names hosts call each other by; `${minio_cluster}` and `${minio_seq}` are replaced. */
    readonly minioNode: string;
    /** Directory of the data. `{1...4}` stands for a row of drives. Fixed once the store has data. */
    readonly minioData: string;
    /** Volumes of the server written out, pools separated by spaces, instead of the ones derived from hosts and drives. */
    readonly minioVolumes: string | undefined;
    /** Name clients reach the store by, also in its certificate. */
    readonly minioDomain: string;
    /** Port of the S3 API. */
    readonly minioPort: number;
    /** Port of the console. */
    readonly minioAdminPort: number;
    /** Name of the root user. */
    readonly minioAccessKey: string;
    /** Password of the root user. */
    readonly minioSecretKey: Secret;
    /** More lines of the server's environment file. */
    readonly minioExtraVars: string;
    /** Creates buckets, policies and users. */
    readonly minioProvision: boolean;
    /** Name of the store in the configuration of the command line client. */
    readonly minioAlias: string;
    /** URL of the store in the configuration of the command line client. */
    readonly minioEndpoint: string | undefined;
    /** Buckets to create. Each gets a policy of the same name. */
    readonly minioBuckets: readonly (MinioBucketSpec)[];
    /** Users to create. */
    readonly minioUsers: readonly (MinioUserSpec)[];
    /** Refuses to remove nodes. */
    readonly minioSafeguard: boolean;
    /** Deletes the data when a node is removed. */
    readonly minioRmData: boolean;
    /** Uninstalls packages when a node is removed. */
    readonly minioRmPkg: boolean;
}

/** MySQL clusters. Accepted and checked; produces no files. */
export interface MysqlParams {
    /** Name of the MySQL cluster; its hosts form the group of the same name. */
    readonly mysqlCluster: string | undefined;
    /** Number of the member, contiguous from 1. */
    readonly mysqlSeq: 1 | 2 | 3 | undefined;
    /** Password of the local root user. */
    readonly mysqlRootPassword: Secret;
    /** Password of the monitoring user. */
    readonly mysqlMonitorPassword: Secret;
    /** Password for cluster administration, routing and backups. */
    readonly mysqlClusterPassword: Secret;
    /** Databases to create. */
    readonly mysqlDatabases: readonly (MysqlDbSpec)[];
    /** Users to create. */
    readonly mysqlUsers: readonly (MysqlUserSpec)[];
    /** More settings of the server. */
    readonly mysqlParameters: ReadonlyMap<string, string | number | boolean>;
    /** Makes a full backup every day. */
    readonly mysqlBackupEnabled: boolean;
    /** Where backups go and how many are kept. */
    readonly mysqlBackupRepo: MysqlBackupRepoSpec;
    /** Kind of the backup repository. */
    readonly mysqlBackupMethod: "local" | undefined;
    /** Runs the MySQL exporter. */
    readonly mysqlExporterEnabled: boolean;
    /** Refuses to remove members. */
    readonly mysqlSafeguard: boolean;
    /** Name of the cluster, to confirm its removal. */
    readonly mysqlRmConfirm: string;
}

/** What every host has: names, packages, kernel settings, users, time, virtual addresses, load balancer, log shipping. */
export interface NodeParams {
    /** Port on which the host's exporter serves metrics. */
    readonly nodeExporterPort: number;
    /** Port of the load balancer's administration page and metrics. */
    readonly haproxyExporterPort: number;
    /** Port on which the exporter of the virtual address serves metrics. */
    readonly vipExporterPort: number;
    /** Port on which the log shipper serves its own metrics. */
    readonly vectorPort: number;
    /** Name of the host. If not set it follows from the PostgreSQL instance on it, else from its host name. */
    readonly nodename: string | undefined;
    /** Group of hosts this one is counted with in monitoring, and which shares a virtual address. */
    readonly nodeCluster: string;
    /** Sets the host name of the system to the node's name. */
    readonly nodenameOverwrite: boolean;
    /** Writes the names of all hosts into each other's hosts file. */
    readonly nodenameExchange: boolean;
    /** Names the host after the PostgreSQL instance on it. */
    readonly nodeIdFromPg: boolean;
    /** Manages a block of the hosts file. */
    readonly nodeWriteEtcHosts: boolean;
    /** Lines in the hosts file of every host. */
    readonly nodeDefaultEtcHosts: readonly (string)[];
    /** More lines in the hosts file. */
    readonly nodeEtcHosts: readonly (string)[];
    /** Whether name servers are put before those the host has, replace them, or are left alone. */
    readonly nodeDnsMethod: "add" | "none" | "overwrite";
    /** Name servers of the host. */
    readonly nodeDnsServers: readonly (string)[];
    /** Option lines of the resolver. */
    readonly nodeDnsOptions: readonly (string)[];
    /** Repository modules the host installs packages from, separated by commas. */
    readonly nodeRepoModules: string;
    /** Sets existing repository definitions aside. */
    readonly nodeRepoRemove: boolean;
    /** Packages installed in their latest version. */
    readonly nodePackages: readonly (string)[];
    /** Packages every host has, instead of the distribution's list. */
    readonly nodeDefaultPackages: readonly (string)[] | undefined;
    /** Directory of the Python environment; empty for none. */
    readonly nodeUvEnv: string;
    /** Python packages for that environment, separated by spaces. */
    readonly nodePipPackages: string;
    /** Mode of SELinux. Disabling takes a reboot. */
    readonly nodeSelinuxMode: "enforcing" | "permissive" | "disabled";
    /** Whether the firewall is managed by zones, stopped, or left alone. */
    readonly nodeFirewallMode: "zone" | "off" | "none";
    /** Networks that are trusted; the firewall lets them through and access rules call them `intra`. */
    readonly nodeFirewallIntranet: readonly (string)[];
    /** Ports open to everybody. */
    readonly nodeFirewallPublicPort: readonly (number)[];
    /** Turns NUMA off at the next boot. */
    readonly nodeDisableNuma: boolean;
    /** Turns swap off. */
    readonly nodeDisableSwap: boolean;
    /** Keeps the resolver's configuration from being overwritten by the network service. */
    readonly nodeStaticNetwork: boolean;
    /** Tunes read ahead for rotating disks. */
    readonly nodeDiskPrefetch: boolean;
    /** Kernel modules loaded now and at boot. */
    readonly nodeKernelModules: readonly (string)[];
    /** Number of huge pages of 2 MiB that are reserved. Wins over the ratio. */
    readonly nodeHugepageCount: number;
    /** Share of the memory reserved as huge pages. */
    readonly nodeHugepageRatio: number;
    /** Share of the memory, in percent, that may be committed beyond swap; 0 leaves the kernel's rule. */
    readonly nodeOvercommitRatio: number;
    /** Tuning profile of the kernel. */
    readonly nodeTune: "none" | "oltp" | "olap" | "crit" | "tiny";
    /** Directory of tuning profiles, instead of the one that the release's tuned reads. */
    readonly nodeTunedProfileDir: string | undefined;
    /** Kernel settings in addition to those of the profile. */
    readonly nodeSysctlParams: ReadonlyMap<string, string | number | boolean>;
    /** Directory where the data disk is mounted. */
    readonly nodeData: string;
    /** Creates an administrator on the host. */
    readonly nodeAdminEnabled: boolean;
    /** Number of the administrator and of its group. */
    readonly nodeAdminUid: number;
    /** Name of the administrator. */
    readonly nodeAdminUsername: string;
    /** What the administrator may do as root, and whether with a password. */
    readonly nodeAdminSudo: "nopass" | "all" | "limit";
    /** Lets administrators log in by key between hosts. */
    readonly nodeAdminSshExchange: boolean;
    /** Lets the operator's own keys log in as the administrator. */
    readonly nodeAdminPkCurrent: boolean;
    /** Public keys that may log in as the administrator. */
    readonly nodeAdminPkList: readonly (string)[];
    /** Shell aliases. */
    readonly nodeAliases: ReadonlyMap<string, string>;
    /** Time zone of the host; empty leaves it alone. */
    readonly nodeTimezone: string;
    /** Manages the time service. */
    readonly nodeNtpEnabled: boolean;
    /** Server and pool lines of the time service. `${admin_ip}` is left out on that host itself. */
    readonly nodeNtpServers: readonly (string)[];
    /** Replaces the system's cron table instead of appending to it. */
    readonly nodeCrontabOverwrite: boolean;
    /** Lines of the system's cron table, with a user column. */
    readonly nodeCrontab: readonly (string)[];
    /** Binds a virtual address to one host of the node cluster. */
    readonly vipEnabled: boolean;
    /** The virtual address, in the same network as the hosts. */
    readonly vipAddress: string | undefined;
    /** Number of the virtual router, unique in the network. */
    readonly vipVrid: number | undefined;
    /** Whether the host starts as master or backup of the virtual address. One host is the master. */
    readonly vipRole: "master" | "backup";
    /** Lets a returning host with a higher priority take the address back. */
    readonly vipPreempt: boolean;
    /** Network interface of the virtual address; `auto` takes the one that has the host's address. */
    readonly vipInterface: string;
    /** Appended to the name of the node cluster for the DNS name of its virtual address. */
    readonly vipDnsSuffix: string;
    /** Secret the hosts of a virtual router share. Derived from cluster and router number if empty. */
    readonly vipAuthPass: Secret;
    /** Runs the load balancer on the host. */
    readonly haproxyEnabled: boolean;
    /** Removes load balancer services that are not generated. */
    readonly haproxyClean: boolean;
    /** Reloads the load balancer after its configuration changed. */
    readonly haproxyReload: boolean;
    /** Requires a login for the administration page. */
    readonly haproxyAuthEnabled: boolean;
    /** User of the administration page. */
    readonly haproxyAdminUsername: string;
    /** Password of the administration page. */
    readonly haproxyAdminPassword: Secret;
    /** How long a client may be silent before its connection is closed. */
    readonly haproxyClientTimeout: string | number;
    /** How long a server may be silent before its connection is closed. */
    readonly haproxyServerTimeout: string | number;
    /** Services of the load balancer on this host, apart from those of PostgreSQL clusters. */
    readonly haproxyServices: readonly (HaproxyServiceSpec)[];
    /** Runs the exporter of the host's metrics. */
    readonly nodeExporterEnabled: boolean;
    /** More options on the exporter's command line. */
    readonly nodeExporterOptions: string;
    /** Ships logs to the log store. */
    readonly vectorEnabled: boolean;
    /** Deletes the log shipper's state, so that logs are read again. */
    readonly vectorClean: boolean;
    /** Directory of the log shipper's state. */
    readonly vectorData: string;
    /** Where the log shipper starts in a file it has not seen. */
    readonly vectorReadFrom: "beginning" | "end";
    /** Where logs go: names of groups or addresses. */
    readonly vectorLogEndpoint: readonly (string)[];
}

/** PostgreSQL clusters: kernel, high availability, users, databases, access rules, backups, pooling, services, monitoring. */
export interface PgsqlParams {
    /** Port on which the PostgreSQL exporter serves metrics. */
    readonly pgExporterPort: number;
    /** Port on which the PgBouncer exporter serves metrics. */
    readonly pgbouncerExporterPort: number;
    /** Port on which the pgBackRest exporter serves metrics. */
    readonly pgbackrestExporterPort: number;
    /** Kernel the cluster runs: plain PostgreSQL, Citus shards or a fork. It selects packages, home directory and preloaded libraries. */
    readonly pgMode: "pgsql" | "citus" | "mssql" | "mysql" | "ivory" | "pgtde" | "polar" | "gpsql" | "agens" | "oriole" | "pgedge";
    /** Name of the cluster, and the prefix of its instances, services and backups. All hosts with the same value are its members; letters, digits and dashes only. */
    readonly pgCluster: string | undefined;
    /** Role of the instance when the cluster is created. Later the consensus store knows the leader, so changing it moves no leadership; exactly one member is the primary. */
    readonly pgRole: "primary" | "replica" | "offline" | "standby" | "delayed" | undefined;
    /** Number of the instance, unique in the cluster. With the cluster's name it makes the instance's name, which never changes afterwards. */
    readonly pgSeq: number | undefined;
    /** Several instances of one host, by port. Recognized for completeness; no files are produced from it. */
    readonly pgInstances: ReadonlyMap<string, unknown> | undefined;
    /** Address of the server this instance replicates from: another cluster's primary for the leader of a standby cluster, a replica for cascading replication. */
    readonly pgUpstream: string | undefined;
    /** Name shared by all clusters that make up one sharded database. Required for Citus. */
    readonly pgShard: string | undefined;
    /** Number of this cluster within the sharded database; 0 is the coordinator. Required for Citus. */
    readonly pgGroup: number | undefined;
    /** Whether a Greenplum cluster holds the coordinator or segments. */
    readonly gpRole: "master" | "segment" | undefined;
    /** Lets the instance take part in the offline service and accept the roles of offline queries, whatever its role. */
    readonly pgOfflineQuery: boolean;
    /** Servers that are monitored but not managed, one exporter each. Keys are local ports of the exporters. */
    readonly pgExporters: ReadonlyMap<string, PgExporterTargetSpec> | undefined;
    /** Users and roles of the cluster, created in the order given before its databases. Removing one from the list does not drop it, see `state`. */
    readonly pgUsers: readonly (UserSpec)[];
    /** Databases of the cluster with their schemas, extensions and pools. Removing one from the list does not drop it, see `state`. */
    readonly pgDatabases: readonly (DatabaseSpec)[];
    /** Services of the cluster in addition to the default ones. */
    readonly pgServices: readonly (ServiceSpec)[];
    /** Rules for who may connect to PostgreSQL, in addition to the default ones. */
    readonly pgHbaRules: readonly (HbaSpec)[];
    /** Rules for who may connect to PgBouncer, in addition to the default ones. */
    readonly pgbHbaRules: readonly (HbaSpec)[];
    /** Cron lines of the database's system user, without a user column. */
    readonly pgCrontab: readonly (string)[];
    /** Password of the database superuser. Leave empty so that it can only log in locally as the system user. */
    readonly pgDbsuPassword: Secret;
    /** User that replicas connect with. */
    readonly pgReplicationUsername: string;
    /** Password of the replication user. Changing it needs the same change on every member before connections are made again. */
    readonly pgReplicationPassword: Secret;
    /** User that administers databases and owns what provisioning creates. */
    readonly pgAdminUsername: string;
    /** Password of the administration user. */
    readonly pgAdminPassword: Secret;
    /** User that exporters and health checks connect with. */
    readonly pgMonitorUsername: string;
    /** Password of the monitoring user. */
    readonly pgMonitorPassword: Secret;
    /** System user that runs PostgreSQL, and name of the superuser inside. Choose it before the cluster exists. */
    readonly pgDbsu: string;
    /** Number of the system user and of its group. */
    readonly pgDbsuUid: number;
    /** What the database's system user may do as root: nothing, the commands for its own services, everything with a password, or everything. */
    readonly pgDbsuSudo: "none" | "limit" | "all" | "nopass";
    /** Home directory of the database's system user. */
    readonly pgDbsuHome: string;
    /** Lets the database's system user log in by key between members, which backups from a replica need. */
    readonly pgDbsuSshExchange: boolean;
    /** Major version of PostgreSQL. Changing it on a running cluster is an upgrade, which is not done by applying files. */
    readonly pgVersion: 14 | 15 | 16 | 17 | 18 | 19;
    /** Directory of the PostgreSQL programs, normally a link to the installed version. */
    readonly pgBinDir: string;
    /** Directory PostgreSQL writes its log to. */
    readonly pgLogDir: string;
    /** Packages of the kernel and the tools around it; aliases stand for the packages of the chosen version. */
    readonly pgPackages: readonly (string)[];
    /** Packages of extensions to install. To create an extension in a database name it there. */
    readonly pgExtensions: readonly (string)[];
    /** Data directory as everything refers to it, normally a link into `pg_fs_main`. */
    readonly pgData: string;
    /** Directory on the main disk that holds the data of clusters. Changing it later moves no data. */
    readonly pgFsMain: string;
    /** Directory on the backup disk for local backups and archives. */
    readonly pgFsBackup: string;
    /** Kind of the main disk, from which planner costs and I/O concurrency follow. */
    readonly pgStorageType: "SSD" | "HDD";
    /** Size of a file kept on the main disk only to be deleted in an emergency when the disk is full. */
    readonly pgDummyFilesize: string | number;
    /** Addresses PostgreSQL and PgBouncer listen on, separated by commas. `${ip}`, `${vip}` and `${lo}` stand for the host's address, the cluster's virtual address and the loopback address. */
    readonly pgListen: string;
    /** Port of PostgreSQL. A change restarts the server. */
    readonly pgPort: number;
    /** Directory of the Unix domain socket. */
    readonly pgLocalhost: string;
    /** Runs the cluster under Patroni. When false the host gets no instance. */
    readonly patroniEnabled: boolean;
    /** Whether Patroni keeps managing the cluster after it is created, is paused, or is removed. */
    readonly patroniMode: "default" | "pause" | "remove";
    /** Prefix of the keys Patroni keeps in the consensus store. All members must agree. */
    readonly pgNamespace: string;
    /** Port of the Patroni REST API, which health checks of services ask. */
    readonly patroniPort: number;
    /** Directory Patroni writes its log to. */
    readonly patroniLogDir: string;
    /** Serves the Patroni REST API over TLS. Every client, health checks included, switches with it. */
    readonly patroniSslEnabled: boolean;
    /** Whether Patroni resets the machine when it can no longer demote a stuck leader: never, if a watchdog device exists, or refuse to lead without one. */
    readonly patroniWatchdogMode: "off" | "automatic" | "required";
    /** User for the protected part of the Patroni REST API. */
    readonly patroniUsername: string;
    /** Password for the protected part of the Patroni REST API. */
    readonly patroniPassword: Secret;
    /** Password of the cluster's user in etcd; the name of the cluster if empty. */
    readonly pgEtcdPassword: Secret;
    /** Name of the database that Citus distributes. */
    readonly pgPrimaryDb: string;
    /** Server settings of single instances or clusters that win over everything else. A value is written as text; some need a restart. */
    readonly pgParameters: ReadonlyMap<string, string | number | boolean>;
    /** Files next to the inventory that are copied into the data directory. */
    readonly pgFiles: readonly (string)[];
    /** Tuning profile the server settings are computed from: transactions, analytics, critical data or tiny hosts. */
    readonly pgConf: string;
    /** Limit of connections; `auto` takes the profile's value. A change restarts the server. */
    readonly pgMaxConn: number | string;
    /** Share of the memory used for shared buffers. A change restarts the server. */
    readonly pgSharedBufferRatio: number;
    /** How PostgreSQL 18 reads asynchronously. Earlier versions ignore it. */
    readonly pgIoMethod: "auto" | "sync" | "worker" | "io_uring";
    /** Recovery profile: how fast a failed leader is replaced, at the price of how long a network fault may last without a failover. */
    readonly pgRto: string;
    /** The recovery profiles: Patroni's ttl, loop wait, retry timeout, start timeout and slack, then interval, fast interval, down interval, rise and fall of health checks. */
    readonly pgRtoPlan: ReadonlyMap<string, readonly (number | string)[]>;
    /** How many bytes of the log a replica may lack and still be promoted. 0 makes replication synchronous. */
    readonly pgRpo: number;
    /** Libraries loaded when the server starts, separated by commas. A change restarts the server. */
    readonly pgLibs: string;
    /** How long a delayed standby waits before it applies changes, for example `1h`. */
    readonly pgDelay: string | number;
    /** Protects data pages by checksums. Fixed when the cluster is created. */
    readonly pgChecksum: boolean;
    /** How passwords are hashed. */
    readonly pgPwdEnc: "scram-sha-256" | "md5";
    /** Encoding of the cluster. Fixed when it is created. */
    readonly pgEncoding: string;
    /** Locale of the cluster. Fixed when it is created. */
    readonly pgLocale: string;
    /** Sort order of the cluster. Fixed when it is created. */
    readonly pgLcCollate: string;
    /** Character classes of the cluster. Fixed when it is created. */
    readonly pgLcCtype: string;
    /** Key of the pgsodium extension, 64 hexadecimal digits. Derived from the name of the cluster if not set. */
    readonly pgsodiumKey: Secret | undefined;
    /** Script that prints the pgsodium key, instead of the generated one. */
    readonly pgsodiumGetkeyScript: string | undefined;
    /** Creates users, databases, template objects and privileges after the cluster is up. */
    readonly pgProvision: boolean;
    /** Name of the script that initializes a new cluster. */
    readonly pgInit: string;
    /** Roles and users that every cluster has. The system users keep the names set by their own parameters. */
    readonly pgDefaultRoles: readonly (RoleSpec)[];
    /** Privileges granted on objects that administrators create later. Statements after `ALTER DEFAULT PRIVILEGES FOR ROLE`. */
    readonly pgDefaultPrivileges: readonly (string)[];
    /** Schemas created in the template, so that every new database has them. */
    readonly pgDefaultSchemas: readonly (string)[];
    /** Extensions created in the template, so that every new database has them. */
    readonly pgDefaultExtensions: readonly (ExtensionSpec)[];
    /** Reloads services after their configuration changed. */
    readonly pgReload: boolean;
    /** Rules for who may connect to PostgreSQL that every cluster gets. */
    readonly pgDefaultHbaRules: readonly (HbaSpec)[];
    /** Rules for who may connect to PgBouncer that every cluster gets. */
    readonly pgbDefaultHbaRules: readonly (HbaSpec)[];
    /** Archives the log and makes backups with pgBackRest. */
    readonly pgbackrestEnabled: boolean;
    /** Directory pgBackRest writes its log to. */
    readonly pgbackrestLogDir: string;
    /** Which entry of `pgbackrest_repo` backups go to. */
    readonly pgbackrestMethod: string;
    /** Makes a full backup right after the cluster is created. */
    readonly pgbackrestInitBackup: boolean;
    /** Backup repositories by name; only the one `pgbackrest_method` names is used. Writing the map replaces the default one as a whole. */
    readonly pgbackrestRepo: ReadonlyMap<string, PgbackrestRepoSpec>;
    /** Runs a connection pooler on every instance. */
    readonly pgbouncerEnabled: boolean;
    /** Port of PgBouncer. */
    readonly pgbouncerPort: number;
    /** Directory PgBouncer writes its log to. */
    readonly pgbouncerLogDir: string;
    /** Lets users that are not in the user list log in with the password PostgreSQL has for them. */
    readonly pgbouncerAuthQuery: boolean;
    /** When a server connection is given back: after the transaction, the session or the statement. */
    readonly pgbouncerPoolmode: "transaction" | "session" | "statement";
    /** Whether clients of PgBouncer use TLS. */
    readonly pgbouncerSslmode: "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full";
    /** Startup parameters of clients that PgBouncer accepts without passing them on. */
    readonly pgbouncerIgnoreParam: readonly (string)[];
    /** Host that PgBouncer connects to instead of the local server, while a database is migrated. */
    readonly pgbouncerRedirectTo: string | undefined;
    /** Share of the requests this instance gets in load balanced services; 0 keeps it out. Only a reload of the load balancer. */
    readonly pgWeight: number;
    /** Group of hosts that run the load balancer for the cluster's services; the members themselves if empty. */
    readonly pgServiceProvider: string;
    /** Where services without a destination of their own lead: to PgBouncer or to PostgreSQL. */
    readonly pgDefaultServiceDest: string;
    /** Services every cluster gets: read-write, read-only, direct and offline access. */
    readonly pgDefaultServices: readonly (ServiceSpec)[];
    /** Binds a virtual address to the leader of the cluster. */
    readonly pgVipEnabled: boolean;
    /** The virtual address with its mask, for example `10.10.10.3/24`. All members must be in that network. */
    readonly pgVipAddress: string;
    /** Network interface of the virtual address; `auto` takes the one that has the host's address. */
    readonly pgVipInterface: string;
    /** Appended to the name of the cluster for its DNS name. */
    readonly pgDnsSuffix: string;
    /** Address the name of the cluster resolves to: the virtual address, the primary's, none, or the one written here. */
    readonly pgDnsTarget: string;
    /** Runs the PostgreSQL exporter. */
    readonly pgExporterEnabled: boolean;
    /** File that defines the metrics to collect: one of the operator's beside the inventory takes the place of the package's. More go to /etc/pg_exporter.d. */
    readonly pgExporterConfig: string;
    /** How many seconds metrics of the four cost classes may be reused, separated by commas. */
    readonly pgExporterCacheTtls: string;
    /** Options of the exporter's connection, as the query part of its URL. */
    readonly pgExporterParams: string;
    /** Connection URL of the exporter, instead of the one derived from the instance. */
    readonly pgExporterUrl: Secret;
    /** Collects metrics from every database of the server. */
    readonly pgExporterAutoDiscovery: boolean;
    /** Databases that discovery leaves out, separated by commas. */
    readonly pgExporterExcludeDatabase: string;
    /** The only databases discovery takes, separated by commas; all if empty. */
    readonly pgExporterIncludeDatabase: string;
    /** How many milliseconds the exporter waits for a connection. */
    readonly pgExporterConnectTimeout: number;
    /** More options on the exporter's command line. */
    readonly pgExporterOptions: string;
    /** Runs the PgBouncer exporter. */
    readonly pgbouncerExporterEnabled: boolean;
    /** Connection URL of the exporter, instead of the one derived from the instance. */
    readonly pgbouncerExporterUrl: Secret;
    /** More options on the exporter's command line. */
    readonly pgbouncerExporterOptions: string;
    /** Runs the pgBackRest exporter. */
    readonly pgbackrestExporterEnabled: boolean;
    /** More options on the exporter's command line. */
    readonly pgbackrestExporterOptions: string;
    /** Refuses to remove instances. */
    readonly pgSafeguard: boolean;
    /** Deletes the data when an instance is removed. */
    readonly pgRmData: boolean;
    /** Deletes the backups when the primary is removed. */
    readonly pgRmBackup: boolean;
    /** Uninstalls packages when an instance is removed. */
    readonly pgRmPkg: boolean;
    /** Request to restore the cluster to a point in time. */
    readonly pgPitr: PgPitrSpec | undefined;
    /** Limits an operation on monitored servers to one cluster. */
    readonly clsname: string;
    /** Directory for the scripts of a migration. */
    readonly contextDir: string;
    /** Name of the cluster a migration copies from. */
    readonly srcCls: string | undefined;
    /** Name of the database a migration copies from. */
    readonly srcDb: string | undefined;
    /** Address of the primary a migration copies from. */
    readonly srcIp: string | undefined;
    /** Addresses of the replicas of the cluster a migration copies from. */
    readonly srcList: readonly (string)[] | undefined;
    /** DNS name of the cluster a migration copies from. */
    readonly srcDns: string | undefined;
    /** Virtual address of the cluster a migration copies from. */
    readonly srcVip: string | undefined;
    /** Connection URL of a superuser of the source of a migration. */
    readonly srcPg: Secret | undefined;
    /** Connection string of the migration's subscription. */
    readonly subConn: Secret | undefined;
    /** Name of the cluster a migration copies to. */
    readonly dstCls: string | undefined;
    /** Name of the database a migration copies to. */
    readonly dstDb: string | undefined;
    /** Address of the primary a migration copies to. */
    readonly dstIp: string | undefined;
    /** DNS name of the cluster a migration copies to. */
    readonly dstDns: string | undefined;
    /** Virtual address of the cluster a migration copies to. */
    readonly dstVip: string | undefined;
    /** User that owns the copied objects. */
    readonly dstUser: string | undefined;
    /** Connection URL of a superuser of the target of a migration. */
    readonly dstPg: Secret | undefined;
    /** Limits an operation to one user. */
    readonly username: string | undefined;
    /** Limits an operation to one database. */
    readonly dbname: string | undefined;
}

/** Redis and Valkey instances. */
export interface RedisParams {
    /** Port on which the Redis exporter serves metrics. */
    readonly redisExporterPort: number;
    /** Name of the Redis cluster. All hosts with the same value belong to it. */
    readonly redisCluster: string | undefined;
    /** Number of the host, unique in the cluster. */
    readonly redisNode: number | undefined;
    /** Instances on the host by port; each may override any `redis_` setting. */
    readonly redisInstances: ReadonlyMap<string, RedisInstanceSpec> | undefined;
    /** Directory below which instances keep their data. */
    readonly redisFsMain: string;
    /** Runs the Redis exporter. */
    readonly redisExporterEnabled: boolean;
    /** More options on the exporter's command line. */
    readonly redisExporterOptions: string;
    /** Server that is installed: Redis or Valkey. */
    readonly redisType: "redis" | "valkey";
    /** Topology: independent instances with replicas, a native cluster, or sentinels. */
    readonly redisMode: "standalone" | "cluster" | "sentinel";
    /** Name of the configuration template. */
    readonly redisConf: string;
    /** Address instances listen on; the host's own if empty. */
    readonly redisBindAddress: string;
    /** Memory each instance may use for data, for example `1GB`. */
    readonly redisMaxMemory: string | number;
    /** Which keys are evicted when the memory is used up. */
    readonly redisMemPolicy: "noeviction" | "allkeys-lru" | "allkeys-lfu" | "allkeys-random" | "volatile-lru" | "volatile-lfu" | "volatile-random" | "volatile-ttl";
    /** Password of clients and replicas. Empty lets everybody in. */
    readonly redisPassword: Secret;
    /** When snapshots are written, as `seconds changes`. An empty list turns them off. */
    readonly redisRdbSave: readonly (string)[];
    /** Logs every write to an append-only file. */
    readonly redisAofEnabled: boolean;
    /** New names for commands; an empty name disables one. */
    readonly redisRenameCommands: ReadonlyMap<string, string>;
    /** Replicas of each primary in a native cluster. */
    readonly redisClusterReplicas: number;
    /** Primaries that sentinels watch and fail over. */
    readonly redisSentinelMonitor: readonly (SentinelMasterSpec)[];
    /** Refuses to remove instances. */
    readonly redisSafeguard: boolean;
    /** Deletes the data when an instance is removed. */
    readonly redisRmData: boolean;
    /** Uninstalls packages when an instance is removed. */
    readonly redisRmPkg: boolean;
    /** Limits an operation to one instance. */
    readonly redisPort: number | undefined;
}

/** Development tools on a host. Accepted and checked; produces no files. */
export interface VibeParams {
    /** Directory of the workspace. */
    readonly vibeData: string;
    /** Installs the editor in the browser. */
    readonly codeEnabled: boolean;
    /** Port of the editor. */
    readonly codePort: number;
    /** Directory of the editor's data. */
    readonly codeData: string;
    /** Password of the editor. */
    readonly codePassword: Secret;
    /** Where the editor takes extensions from. */
    readonly codeGallery: "openvsx" | "microsoft";
    /** Installs Jupyter. */
    readonly jupyterEnabled: boolean;
    /** Port of Jupyter. */
    readonly jupyterPort: number;
    /** Directory of Jupyter's data. */
    readonly jupyterData: string;
    /** Token to log in to Jupyter. */
    readonly jupyterPassword: Secret;
    /** Python environment that holds Jupyter. */
    readonly jupyterVenv: string;
    /** Installs Node.js. */
    readonly nodejsEnabled: boolean;
    /** Registry of Node.js packages; the public one if empty. */
    readonly nodejsRegistry: string;
    /** Node.js packages installed for all users. */
    readonly npmPackages: readonly (string)[];
    /** Installs the Claude Code command line tool. */
    readonly claudeEnabled: boolean;
    /** Node.js package of the Claude Code command line tool. */
    readonly claudePackage: string;
    /** Environment variables of the Claude Code command line tool. */
    readonly claudeEnv: ReadonlyMap<string, Secret>;
    /** Installs the Codex command line tool. */
    readonly codexEnabled: boolean;
}

/** Every active parameter of one host, defaults applied. */
export interface Params extends AnsibleParams, DockerParams, EtcdParams, InfraParams, JuiceParams, KafkaParams, MinioParams, MysqlParams, NodeParams, PgsqlParams, RedisParams, VibeParams {
}
