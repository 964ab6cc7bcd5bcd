import type { Secret } from "./secret.ts";

// Generated from schemas/ by `npm run gen`. Do not edit.
export interface AppSpec {
    readonly src: string | undefined;
    readonly dest: string | undefined;
    readonly conf: ReadonlyMap<string, string | number | boolean | undefined>;
    readonly file: readonly (ReadonlyMap<string, unknown>)[];
    readonly args: string;
}

export interface DatabaseSpec {
    readonly name: string;
    readonly state: "create" | "absent" | "recreate";
    readonly owner: string | undefined;
    readonly comment: string | undefined;
    readonly template: string | undefined;
    readonly strategy: string | undefined;
    readonly encoding: string | undefined;
    readonly locale: string | undefined;
    readonly lcCollate: string | undefined;
    readonly lcCtype: string | undefined;
    readonly localeProvider: "libc" | "icu" | "builtin" | undefined;
    readonly icuLocale: string | undefined;
    readonly icuRules: string | undefined;
    readonly builtinLocale: string | undefined;
    readonly tablespace: string | undefined;
    readonly isTemplate: boolean | undefined;
    readonly allowconn: boolean | undefined;
    readonly revokeconn: boolean | undefined;
    readonly connlimit: number | undefined;
    readonly baseline: string | undefined;
    readonly schemas: readonly (string | SchemaSpec)[];
    readonly extensions: readonly (string | ExtensionSpec)[];
    readonly parameters: ReadonlyMap<string, string | number | boolean>;
    readonly pgbouncer: boolean;
    readonly poolAuthUser: string | undefined;
    readonly poolMode: "transaction" | "session" | "statement" | undefined;
    readonly poolSize: number | undefined;
    readonly poolSizeMin: number | undefined;
    readonly poolReserve: number | undefined;
    readonly poolConnlimit: number | undefined;
    readonly registerDatasource: boolean;
}

export interface ExtensionSpec {
    readonly name: string;
    readonly schema: string | undefined;
    readonly version: string | undefined;
    readonly state: "create" | "absent";
}

export interface HaproxyServerSpec {
    readonly name: string;
    readonly ip: string;
    readonly port: number;
    readonly weight: number | undefined;
    readonly backup: boolean;
    readonly options: string;
}

export interface HaproxyServiceSpec {
    readonly name: string;
    readonly port: number;
    readonly ip: string;
    readonly protocol: "tcp" | "http";
    readonly maxconn: number;
    readonly balance: string;
    readonly default: string;
    readonly options: readonly (string)[];
    readonly servers: readonly (HaproxyServerSpec)[];
}

export interface HbaSpec {
    readonly title: string | undefined;
    readonly role: "default" | "common" | "primary" | "replica" | "offline" | "standby" | "delayed";
    readonly order: number | undefined;
    readonly user: string;
    readonly db: string;
    readonly addr: string | undefined;
    readonly auth: "deny" | "reject" | "pwd" | "ssl" | "sha" | "scram-sha-256" | "ssl-sha" | "md5" | "ssl-md5" | "cert" | "os" | "ident" | "peer" | "trust";
    readonly rules: readonly (string)[] | undefined;
}

export interface HomelinkSpec {
    readonly name: string;
    readonly url: string;
    readonly desc: string;
    readonly icon: string;
    readonly nameCn: string | undefined;
    readonly descCn: string | undefined;
}

export interface InfraPortalEntrySpec {
    readonly domain: string | undefined;
    readonly domains: readonly (string)[];
    readonly endpoint: string | undefined;
    readonly path: string | undefined;
    readonly scheme: "http" | "https";
    readonly websocket: boolean;
    readonly cert: string | undefined;
    readonly key: string | undefined;
    readonly certbot: string | undefined;
    readonly enforceHttps: boolean;
    readonly index: boolean;
    readonly log: string | undefined;
    readonly conf: string | undefined;
    readonly config: string | undefined;
    readonly auth: boolean;
    readonly realm: string | undefined;
}

export interface JuiceInstanceSpec {
    readonly path: string;
    readonly meta: Secret;
    readonly data: string;
    readonly unit: string | undefined;
    readonly mount: string;
    readonly port: number;
    readonly owner: string;
    readonly group: string;
    readonly mode: string;
    readonly state: "create" | "absent";
}

export interface KafkaAclSpec {
    readonly resource: "topic" | "group" | "cluster" | "transactional_id";
    readonly name: string | undefined;
    readonly pattern: "literal" | "prefixed";
    readonly operations: readonly (string)[];
}

export interface KafkaTopicSpec {
    readonly name: string;
    readonly partitions: number;
    readonly replicationFactor: number;
    readonly config: ReadonlyMap<string, string | number | boolean>;
}

export interface KafkaUserSpec {
    readonly name: string;
    readonly password: Secret;
    readonly acls: readonly (KafkaAclSpec)[];
    readonly quota: ReadonlyMap<string, string | number | boolean>;
}

export interface MinioBucketSpec {
    readonly name: string;
    readonly versioning: boolean;
    readonly lock: boolean;
}

export interface MinioUserSpec {
    readonly accessKey: string;
    readonly secretKey: Secret;
    readonly policy: string | undefined;
}

export interface MysqlBackupRepoSpec {
    readonly local: ReadonlyMap<string, unknown>;
}

export interface MysqlDbSpec {
    readonly name: string;
    readonly encoding: string;
    readonly collate: string;
}

export interface MysqlUserSpec {
    readonly name: string;
    readonly host: string;
    readonly password: Secret;
    readonly connlimit: number;
    readonly priv: ReadonlyMap<string, string>;
}

export interface PgExporterTargetSpec {
    readonly pgCluster: string;
    readonly pgSeq: number;
    readonly pgHost: string;
    readonly pgPort: number;
    readonly pgDbsu: string;
    readonly pgMonitorUsername: string;
    readonly pgMonitorPassword: Secret;
    readonly pgDatabases: readonly (DatabaseSpec)[];
    readonly pgExporterConfig: string;
    readonly pgExporterCacheTtls: string;
    readonly pgExporterParams: string;
    readonly pgExporterUrl: Secret;
    readonly pgExporterAutoDiscovery: boolean;
    readonly pgExporterIncludeDatabase: string;
    readonly pgExporterExcludeDatabase: string;
    readonly pgExporterConnectTimeout: number;
}

export interface PgPitrSpec {
    readonly cluster: string | undefined;
    readonly type: "default" | "immediate" | "time" | "xid" | "name" | "lsn";
    readonly time: string | undefined;
    readonly name: string | undefined;
    readonly xid: number | undefined;
    readonly lsn: string | undefined;
    readonly set: string;
    readonly timeline: string | number;
    readonly exclusive: boolean;
    readonly action: "pause" | "promote" | "shutdown";
    readonly archive: boolean;
    readonly dbInclude: readonly (string)[];
    readonly dbExclude: readonly (string)[];
    readonly linkMap: ReadonlyMap<string, string>;
    readonly process: number | undefined;
    readonly repo: ReadonlyMap<string, unknown> | undefined;
    readonly backup: boolean;
    readonly data: string | undefined;
}

export type PgbackrestRepoSpec = ReadonlyMap<string, string | number | boolean | Secret>;

export interface RedisInstanceSpec {
    readonly replicaOf: string | undefined;
}

export interface RepoSpec {
    readonly name: string;
    readonly description: string;
    readonly module: string;
    readonly releases: readonly (number)[];
    readonly arch: readonly (string)[];
    readonly baseurl: ReadonlyMap<string, string>;
    readonly minor: boolean;
    readonly meta: ReadonlyMap<string, string | number | boolean>;
}

export interface RoleMembershipSpec {
    readonly name: string;
    readonly state: "grant" | "revoke" | "absent";
    readonly admin: boolean | undefined;
    readonly set: boolean | undefined;
    readonly inherit: boolean | undefined;
}

export interface RoleSpec {
    readonly name: string;
    readonly state: "create" | "absent";
    readonly password: Secret | undefined;
    readonly comment: string | undefined;
    readonly login: boolean | undefined;
    readonly superuser: boolean | undefined;
    readonly createdb: boolean | undefined;
    readonly createrole: boolean | undefined;
    readonly inherit: boolean | undefined;
    readonly replication: boolean | undefined;
    readonly bypassrls: boolean | undefined;
    readonly connlimit: number | undefined;
    readonly expireIn: number | undefined;
    readonly expireAt: string | undefined;
    readonly roles: readonly (string | RoleMembershipSpec)[];
    readonly parameters: ReadonlyMap<string, string | number | boolean>;
    readonly pgbouncer: boolean;
    readonly poolMode: "transaction" | "session" | "statement" | undefined;
    readonly poolConnlimit: number | undefined;
}

export interface SchemaSpec {
    readonly name: string;
    readonly owner: string | undefined;
    readonly state: "create" | "absent";
}

export interface SentinelMasterSpec {
    readonly name: string;
    readonly host: string;
    readonly port: number;
    readonly password: Secret | undefined;
    readonly quorum: number;
    readonly remove: boolean;
}

export interface ServiceSpec {
    readonly name: string;
    readonly port: number;
    readonly ip: string;
    readonly selector: string;
    readonly backup: string | undefined;
    readonly dest: string | number;
    readonly check: string;
    readonly maxconn: number;
    readonly balance: string;
    readonly options: string | undefined;
}

export interface UrlpkgSpec {
    readonly name: string;
    readonly url: string;
}

export interface UserSpec {
    readonly name: string;
    readonly state: "create" | "absent";
    readonly password: Secret | undefined;
    readonly comment: string | undefined;
    readonly login: boolean | undefined;
    readonly superuser: boolean | undefined;
    readonly createdb: boolean | undefined;
    readonly createrole: boolean | undefined;
    readonly inherit: boolean | undefined;
    readonly replication: boolean | undefined;
    readonly bypassrls: boolean | undefined;
    readonly connlimit: number | undefined;
    readonly expireIn: number | undefined;
    readonly expireAt: string | undefined;
    readonly roles: readonly (string | RoleMembershipSpec)[];
    readonly parameters: ReadonlyMap<string, string | number | boolean>;
    readonly pgbouncer: boolean;
    readonly poolMode: "transaction" | "session" | "statement" | undefined;
    readonly poolConnlimit: number | undefined;
}

export interface AnsibleParams {
    readonly ansibleHost: string | undefined;
    readonly ansiblePort: number | undefined;
    readonly ansibleUser: string | undefined;
}

export interface DockerParams {
    readonly dockerEnabled: boolean;
    readonly dockerData: string;
    readonly dockerStorageDriver: string;
    readonly dockerCgroupsDriver: "cgroupfs" | "systemd";
    readonly dockerRegistryMirrors: readonly (string)[];
    readonly dockerExporterPort: number;
    readonly dockerImage: readonly (string)[];
    readonly dockerImageCache: string;
    readonly app: string | undefined;
    readonly apps: ReadonlyMap<string, AppSpec> | undefined;
}

export interface EtcdParams {
    readonly etcdSeq: number | undefined;
    readonly etcdCluster: string;
    readonly etcdData: string;
    readonly etcdLearner: boolean;
    readonly etcdPort: number;
    readonly etcdPeerPort: number;
    readonly etcdInit: "new" | "existing";
    readonly etcdElectionTimeout: number;
    readonly etcdHeartbeatInterval: number;
    readonly etcdRootPassword: Secret;
    readonly etcdSafeguard: boolean;
    readonly etcdRmData: boolean;
    readonly etcdRmPkg: boolean;
}

export interface InfraParams {
    readonly version: string;
    readonly adminIp: string;
    readonly region: "default" | "china" | "europe";
    readonly language: "en" | "zh";
    readonly proxyEnv: ReadonlyMap<string, string>;
    readonly infraSeq: number | undefined;
    readonly infraPortal: ReadonlyMap<string, InfraPortalEntrySpec>;
    readonly infraData: string;
    readonly infraServices: readonly (HomelinkSpec)[];
    readonly infraExtraServices: readonly (HomelinkSpec)[];
    readonly infraPackages: readonly (string)[] | undefined;
    readonly nginxEnabled: boolean;
    readonly nginxClean: boolean;
    readonly nginxExporterEnabled: boolean;
    readonly nginxExporterPort: number;
    readonly nginxSslmode: "disable" | "enable" | "enforce";
    readonly nginxCertValidity: string | number;
    readonly nginxHome: string;
    readonly nginxData: string;
    readonly nginxUsers: ReadonlyMap<string, Secret>;
    readonly nginxPort: number;
    readonly nginxSslPort: number;
    readonly certbotSign: boolean;
    readonly certbotEmail: string;
    readonly certbotOptions: string;
    readonly dnsEnabled: boolean;
    readonly dnsPort: number;
    readonly dnsRecords: readonly (string)[];
    readonly vmetricsEnabled: boolean;
    readonly vmetricsClean: boolean;
    readonly vmetricsPort: number;
    readonly vmetricsScrapeInterval: string | number;
    readonly vmetricsScrapeTimeout: string | number;
    readonly vmetricsOptions: string;
    readonly vlogsEnabled: boolean;
    readonly vlogsClean: boolean;
    readonly vlogsPort: number;
    readonly vlogsOptions: string;
    readonly vtracesEnabled: boolean;
    readonly vtracesClean: boolean;
    readonly vtracesPort: number;
    readonly vtracesOptions: string;
    readonly vmalertEnabled: boolean;
    readonly vmalertPort: number;
    readonly vmalertOptions: string;
    readonly blackboxEnabled: boolean;
    readonly blackboxPort: number;
    readonly blackboxOptions: string;
    readonly alertmanagerEnabled: boolean;
    readonly alertmanagerPort: number;
    readonly alertmanagerOptions: string;
    readonly exporterMetricsPath: string;
    readonly grafanaEnabled: boolean;
    readonly grafanaPort: number;
    readonly grafanaClean: boolean;
    readonly grafanaAdminUsername: string;
    readonly grafanaAdminPassword: Secret;
    readonly grafanaAuthProxy: boolean;
    readonly grafanaPgurl: Secret;
    readonly grafanaViewPassword: Secret;
    readonly caCreate: boolean;
    readonly caCn: string;
    readonly certValidity: string | number;
    readonly repoEnabled: boolean;
    readonly repoHome: string;
    readonly repoName: string;
    readonly repoEndpoint: string;
    readonly repoRemove: boolean;
    readonly repoModules: string;
    readonly repoUpstream: readonly (RepoSpec)[] | undefined;
    readonly repoPackages: readonly (string)[] | undefined;
    readonly repoExtraPackages: readonly (string)[] | undefined;
    readonly repoUrlPackages: readonly (string | UrlpkgSpec)[];
    readonly cachePkgName: string;
    readonly cachePkgDir: string;
    readonly cacheRepo: string;
}

export interface JuiceParams {
    readonly juiceCache: string;
    readonly juiceInstances: ReadonlyMap<string, JuiceInstanceSpec>;
    readonly fsname: string | undefined;
}

export interface KafkaParams {
    readonly kafkaExporterPort: number;
    readonly kafkaJmxExporterPort: number;
    readonly kafkaCluster: string | undefined;
    readonly kafkaSeq: number | undefined;
    readonly kafkaRole: "combined" | "broker" | "controller";
    readonly kafkaClusterId: string | undefined;
    readonly kafkaData: string;
    readonly kafkaHeapOpts: string;
    readonly kafkaPort: number;
    readonly kafkaControllerPort: number;
    readonly kafkaRack: string | undefined;
    readonly kafkaParameters: ReadonlyMap<string, string | number | boolean>;
    readonly kafkaSecurity: "plaintext" | "scram";
    readonly kafkaUsers: readonly (KafkaUserSpec)[];
    readonly kafkaTopics: readonly (KafkaTopicSpec)[];
    readonly kafkaRotateCertificates: boolean | undefined;
    readonly kafkaRotateCredentials: boolean | undefined;
    readonly kafkaSafeguard: boolean;
    readonly kafkaRmData: boolean;
    readonly kafkaRmPkg: boolean;
    readonly kafkaRotateConfirm: string | undefined;
}

export interface MinioParams {
    readonly minioType: "silo";
    readonly minioSeq: number | undefined;
    readonly minioCluster: string | undefined;
    readonly minioUser: string;
    readonly minioHttps: boolean;
    readonly minioNode: string;
    readonly minioData: string;
    readonly minioVolumes: string | undefined;
    readonly minioDomain: string;
    readonly minioPort: number;
    readonly minioAdminPort: number;
    readonly minioAccessKey: string;
    readonly minioSecretKey: Secret;
    readonly minioExtraVars: string;
    readonly minioProvision: boolean;
    readonly minioAlias: string;
    readonly minioEndpoint: string | undefined;
    readonly minioBuckets: readonly (MinioBucketSpec)[];
    readonly minioUsers: readonly (MinioUserSpec)[];
    readonly minioSafeguard: boolean;
    readonly minioRmData: boolean;
    readonly minioRmPkg: boolean;
}

export interface MysqlParams {
    readonly mysqlCluster: string | undefined;
    readonly mysqlSeq: 1 | 2 | 3 | undefined;
    readonly mysqlRootPassword: Secret;
    readonly mysqlMonitorPassword: Secret;
    readonly mysqlClusterPassword: Secret;
    readonly mysqlDatabases: readonly (MysqlDbSpec)[];
    readonly mysqlUsers: readonly (MysqlUserSpec)[];
    readonly mysqlParameters: ReadonlyMap<string, string | number | boolean>;
    readonly mysqlBackupEnabled: boolean;
    readonly mysqlBackupRepo: MysqlBackupRepoSpec;
    readonly mysqlBackupMethod: "local" | undefined;
    readonly mysqlExporterEnabled: boolean;
    readonly mysqlSafeguard: boolean;
    readonly mysqlRmConfirm: string;
}

export interface NodeParams {
    readonly nodeExporterPort: number;
    readonly haproxyExporterPort: number;
    readonly vipExporterPort: number;
    readonly vectorPort: number;
    readonly nodename: string | undefined;
    readonly nodeCluster: string;
    readonly nodenameOverwrite: boolean;
    readonly nodenameExchange: boolean;
    readonly nodeIdFromPg: boolean;
    readonly nodeWriteEtcHosts: boolean;
    readonly nodeDefaultEtcHosts: readonly (string)[];
    readonly nodeEtcHosts: readonly (string)[];
    readonly nodeDnsMethod: "add" | "none" | "overwrite";
    readonly nodeDnsServers: readonly (string)[];
    readonly nodeDnsOptions: readonly (string)[];
    readonly nodeRepoModules: string;
    readonly nodeRepoRemove: boolean;
    readonly nodePackages: readonly (string)[];
    readonly nodeDefaultPackages: readonly (string)[] | undefined;
    readonly nodeUvEnv: string;
    readonly nodePipPackages: string;
    readonly nodeSelinuxMode: "enforcing" | "permissive" | "disabled";
    readonly nodeFirewallMode: "zone" | "off" | "none";
    readonly nodeFirewallIntranet: readonly (string)[];
    readonly nodeFirewallPublicPort: readonly (number)[];
    readonly nodeDisableNuma: boolean;
    readonly nodeDisableSwap: boolean;
    readonly nodeStaticNetwork: boolean;
    readonly nodeDiskPrefetch: boolean;
    readonly nodeKernelModules: readonly (string)[];
    readonly nodeHugepageCount: number;
    readonly nodeHugepageRatio: number;
    readonly nodeOvercommitRatio: number;
    readonly nodeTune: "none" | "oltp" | "olap" | "crit" | "tiny";
    readonly nodeTunedProfileDir: string;
    readonly nodeSysctlParams: ReadonlyMap<string, string | number | boolean>;
    readonly nodeData: string;
    readonly nodeAdminEnabled: boolean;
    readonly nodeAdminUid: number;
    readonly nodeAdminUsername: string;
    readonly nodeAdminSudo: "nopass" | "all" | "limit";
    readonly nodeAdminSshExchange: boolean;
    readonly nodeAdminPkCurrent: boolean;
    readonly nodeAdminPkList: readonly (string)[];
    readonly nodeAliases: ReadonlyMap<string, string>;
    readonly nodeTimezone: string;
    readonly nodeNtpEnabled: boolean;
    readonly nodeNtpServers: readonly (string)[];
    readonly nodeCrontabOverwrite: boolean;
    readonly nodeCrontab: readonly (string)[];
    readonly vipEnabled: boolean;
    readonly vipAddress: string | undefined;
    readonly vipVrid: number | undefined;
    readonly vipRole: "master" | "backup";
    readonly vipPreempt: boolean;
    readonly vipInterface: string;
    readonly vipDnsSuffix: string;
    readonly vipAuthPass: Secret;
    readonly haproxyEnabled: boolean;
    readonly haproxyClean: boolean;
    readonly haproxyReload: boolean;
    readonly haproxyAuthEnabled: boolean;
    readonly haproxyAdminUsername: string;
    readonly haproxyAdminPassword: Secret;
    readonly haproxyClientTimeout: string | number;
    readonly haproxyServerTimeout: string | number;
    readonly haproxyServices: readonly (HaproxyServiceSpec)[];
    readonly nodeExporterEnabled: boolean;
    readonly nodeExporterOptions: string;
    readonly vectorEnabled: boolean;
    readonly vectorClean: boolean;
    readonly vectorData: string;
    readonly vectorReadFrom: "beginning" | "end";
    readonly vectorLogEndpoint: readonly (string)[];
}

export interface PgsqlParams {
    readonly pgExporterPort: number;
    readonly pgbouncerExporterPort: number;
    readonly pgbackrestExporterPort: number;
    readonly pgMode: "pgsql" | "citus" | "mssql" | "mysql" | "ivory" | "pgtde" | "polar" | "gpsql" | "agens" | "oriole" | "pgedge";
    readonly pgCluster: string | undefined;
    readonly pgRole: "primary" | "replica" | "offline" | "standby" | "delayed" | undefined;
    readonly pgSeq: number | undefined;
    readonly pgInstances: ReadonlyMap<string, unknown> | undefined;
    readonly pgUpstream: string | undefined;
    readonly pgShard: string | undefined;
    readonly pgGroup: number | undefined;
    readonly gpRole: "master" | "segment" | undefined;
    readonly pgOfflineQuery: boolean;
    readonly pgExporters: ReadonlyMap<string, PgExporterTargetSpec> | undefined;
    readonly pgUsers: readonly (UserSpec)[];
    readonly pgDatabases: readonly (DatabaseSpec)[];
    readonly pgServices: readonly (ServiceSpec)[];
    readonly pgHbaRules: readonly (HbaSpec)[];
    readonly pgbHbaRules: readonly (HbaSpec)[];
    readonly pgCrontab: readonly (string)[];
    readonly pgDbsuPassword: Secret;
    readonly pgReplicationUsername: string;
    readonly pgReplicationPassword: Secret;
    readonly pgAdminUsername: string;
    readonly pgAdminPassword: Secret;
    readonly pgMonitorUsername: string;
    readonly pgMonitorPassword: Secret;
    readonly pgDbsu: string;
    readonly pgDbsuUid: number;
    readonly pgDbsuSudo: "none" | "limit" | "all" | "nopass";
    readonly pgDbsuHome: string;
    readonly pgDbsuSshExchange: boolean;
    readonly pgVersion: 14 | 15 | 16 | 17 | 18 | 19;
    readonly pgBinDir: string;
    readonly pgLogDir: string;
    readonly pgPackages: readonly (string)[];
    readonly pgExtensions: readonly (string)[];
    readonly pgData: string;
    readonly pgFsMain: string;
    readonly pgFsBackup: string;
    readonly pgStorageType: "SSD" | "HDD";
    readonly pgDummyFilesize: string | number;
    readonly pgListen: string;
    readonly pgPort: number;
    readonly pgLocalhost: string;
    readonly patroniEnabled: boolean;
    readonly patroniMode: "default" | "pause" | "remove";
    readonly pgNamespace: string;
    readonly patroniPort: number;
    readonly patroniLogDir: string;
    readonly patroniSslEnabled: boolean;
    readonly patroniWatchdogMode: "off" | "automatic" | "required";
    readonly patroniUsername: string;
    readonly patroniPassword: Secret;
    readonly pgEtcdPassword: Secret;
    readonly pgPrimaryDb: string;
    readonly pgParameters: ReadonlyMap<string, string | number | boolean>;
    readonly pgFiles: readonly (string)[];
    readonly pgConf: string;
    readonly pgMaxConn: number | string;
    readonly pgSharedBufferRatio: number;
    readonly pgIoMethod: "auto" | "sync" | "worker" | "io_uring";
    readonly pgRto: string;
    readonly pgRtoPlan: ReadonlyMap<string, readonly (number | string)[]>;
    readonly pgRpo: number;
    readonly pgLibs: string;
    readonly pgDelay: string | number;
    readonly pgChecksum: boolean;
    readonly pgPwdEnc: "scram-sha-256" | "md5";
    readonly pgEncoding: string;
    readonly pgLocale: string;
    readonly pgLcCollate: string;
    readonly pgLcCtype: string;
    readonly pgsodiumKey: Secret | undefined;
    readonly pgsodiumGetkeyScript: string | undefined;
    readonly pgProvision: boolean;
    readonly pgInit: string;
    readonly pgDefaultRoles: readonly (RoleSpec)[];
    readonly pgDefaultPrivileges: readonly (string)[];
    readonly pgDefaultSchemas: readonly (string)[];
    readonly pgDefaultExtensions: readonly (ExtensionSpec)[];
    readonly pgReload: boolean;
    readonly pgDefaultHbaRules: readonly (HbaSpec)[];
    readonly pgbDefaultHbaRules: readonly (HbaSpec)[];
    readonly pgbackrestEnabled: boolean;
    readonly pgbackrestLogDir: string;
    readonly pgbackrestMethod: string;
    readonly pgbackrestInitBackup: boolean;
    readonly pgbackrestRepo: ReadonlyMap<string, PgbackrestRepoSpec>;
    readonly pgbouncerEnabled: boolean;
    readonly pgbouncerPort: number;
    readonly pgbouncerLogDir: string;
    readonly pgbouncerAuthQuery: boolean;
    readonly pgbouncerPoolmode: "transaction" | "session" | "statement";
    readonly pgbouncerSslmode: "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full";
    readonly pgbouncerIgnoreParam: readonly (string)[];
    readonly pgbouncerRedirectTo: string | undefined;
    readonly pgWeight: number;
    readonly pgServiceProvider: string;
    readonly pgDefaultServiceDest: string;
    readonly pgDefaultServices: readonly (ServiceSpec)[];
    readonly pgVipEnabled: boolean;
    readonly pgVipAddress: string;
    readonly pgVipInterface: string;
    readonly pgDnsSuffix: string;
    readonly pgDnsTarget: string;
    readonly pgExporterEnabled: boolean;
    readonly pgExporterConfig: string;
    readonly pgExporterCacheTtls: string;
    readonly pgExporterParams: string;
    readonly pgExporterUrl: Secret;
    readonly pgExporterAutoDiscovery: boolean;
    readonly pgExporterExcludeDatabase: string;
    readonly pgExporterIncludeDatabase: string;
    readonly pgExporterConnectTimeout: number;
    readonly pgExporterOptions: string;
    readonly pgbouncerExporterEnabled: boolean;
    readonly pgbouncerExporterUrl: Secret;
    readonly pgbouncerExporterOptions: string;
    readonly pgbackrestExporterEnabled: boolean;
    readonly pgbackrestExporterOptions: string;
    readonly pgSafeguard: boolean;
    readonly pgRmData: boolean;
    readonly pgRmBackup: boolean;
    readonly pgRmPkg: boolean;
    readonly pgPitr: PgPitrSpec | undefined;
    readonly clsname: string;
    readonly contextDir: string;
    readonly srcCls: string | undefined;
    readonly srcDb: string | undefined;
    readonly srcIp: string | undefined;
    readonly srcList: readonly (string)[] | undefined;
    readonly srcDns: string | undefined;
    readonly srcVip: string | undefined;
    readonly srcPg: Secret | undefined;
    readonly subConn: Secret | undefined;
    readonly dstCls: string | undefined;
    readonly dstDb: string | undefined;
    readonly dstIp: string | undefined;
    readonly dstDns: string | undefined;
    readonly dstVip: string | undefined;
    readonly dstUser: string | undefined;
    readonly dstPg: Secret | undefined;
    readonly username: string | undefined;
    readonly dbname: string | undefined;
}

export interface RedisParams {
    readonly redisExporterPort: number;
    readonly redisCluster: string | undefined;
    readonly redisNode: number | undefined;
    readonly redisInstances: ReadonlyMap<string, RedisInstanceSpec> | undefined;
    readonly redisFsMain: string;
    readonly redisExporterEnabled: boolean;
    readonly redisExporterOptions: string;
    readonly redisType: "redis" | "valkey";
    readonly redisMode: "standalone" | "cluster" | "sentinel";
    readonly redisConf: string;
    readonly redisBindAddress: string;
    readonly redisMaxMemory: string | number;
    readonly redisMemPolicy: "noeviction" | "allkeys-lru" | "allkeys-lfu" | "allkeys-random" | "volatile-lru" | "volatile-lfu" | "volatile-random" | "volatile-ttl";
    readonly redisPassword: Secret;
    readonly redisRdbSave: readonly (string)[];
    readonly redisAofEnabled: boolean;
    readonly redisRenameCommands: ReadonlyMap<string, string>;
    readonly redisClusterReplicas: number;
    readonly redisSentinelMonitor: readonly (SentinelMasterSpec)[];
    readonly redisSafeguard: boolean;
    readonly redisRmData: boolean;
    readonly redisRmPkg: boolean;
    readonly redisPort: number | undefined;
}

export interface VibeParams {
    readonly vibeData: string;
    readonly codeEnabled: boolean;
    readonly codePort: number;
    readonly codeData: string;
    readonly codePassword: Secret;
    readonly codeGallery: "openvsx" | "microsoft";
    readonly jupyterEnabled: boolean;
    readonly jupyterPort: number;
    readonly jupyterData: string;
    readonly jupyterPassword: Secret;
    readonly jupyterVenv: string;
    readonly nodejsEnabled: boolean;
    readonly nodejsRegistry: string;
    readonly npmPackages: readonly (string)[];
    readonly claudeEnabled: boolean;
    readonly claudePackage: string;
    readonly claudeEnv: ReadonlyMap<string, Secret>;
    readonly codexEnabled: boolean;
}

/** Every active parameter of one host, defaults applied. */
export interface Params extends AnsibleParams, DockerParams, EtcdParams, InfraParams, JuiceParams, KafkaParams, MinioParams, MysqlParams, NodeParams, PgsqlParams, RedisParams, VibeParams {
}
