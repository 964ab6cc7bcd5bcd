/**
 * The typed, frozen model of everything an inventory declares. Emitters see only this: no YAML, no spans.
 * Names are the field's in camelCase; every inventory parameter is in `params` of its host with defaults,
 * placeholders and renames already applied (`params.gen.ts` is generated from `schemas/`).
 */
import type { Params } from './params.gen.ts';
import type { HostFacts } from '../platform/host-facts.ts';
import type { PlatformProfile } from '../platform/profile.ts';
import type { Secret } from './secret.ts';

export interface Site {
  readonly platform: PlatformProfile;
  /** `admin_ip`. */
  readonly adminIp: string;
  /** In order of first appearance in the inventory. */
  readonly hosts: readonly Host[];
  /** Host by inventory name. */
  readonly hostByName: ReadonlyMap<string, Host>;
  /** Inventory groups: name → hosts in file order (children included). */
  readonly groups: ReadonlyMap<string, readonly Host[]>;
  /** Members of group `infra`, sorted by infra_seq. */
  readonly infra: readonly InfraNode[];
  /** Undefined when there is no etcd group. */
  readonly etcd: EtcdCluster | undefined;
  readonly pgClusters: readonly PgCluster[];
  readonly redisClusters: readonly RedisCluster[];
  readonly minioClusters: readonly MinioCluster[];
  /** keepalived VIPs (`vip_enabled`), one per vip_address. */
  readonly nodeVips: readonly NodeVip[];
  readonly ca: { readonly commonName: string };
  /**
   * Contents of the files an inventory names (database `baseline`, `pg_files`, `pgsodium_getkey_script`,
   * `pg_exporter_config`), by the name as written.
   * A name that is not in the map was not found; the build has warned about it.
   */
  readonly assets?: ReadonlyMap<string, string> | undefined;
  /** A page with the drawing of the site, for portals that show it. Missing where nothing was drawn. */
  readonly topology?: string | undefined;
}

/** How a deployment reaches a host. */
export interface Connection {
  /** Address or alias that ssh is given. */
  readonly target: string;
  readonly port: number;
  /** Lines of ssh_config. */
  readonly options: readonly string[];
  /** What makes root of the login: `sudo`, `doas`, a path; empty for a login that is root. */
  readonly become: string;
}

export interface Host {
  /** inventory_hostname; an IPv4 address in practice. */
  readonly name: string;
  /** Address other hosts use; equals `name` unless `ansible_host` says otherwise. */
  readonly address: string;
  readonly connection?: Connection | undefined;
  /** Effective host name: `<pg_cluster>-<pg_seq>` when node_id_from_pg, else nodename, else the inventory name. */
  readonly nodename: string;
  readonly nodeCluster: string;
  /** All group names that contain the host. */
  readonly groups: readonly string[];
  readonly facts: HostFacts;
  readonly params: Params;
  readonly pg: PgInstance | undefined;
  readonly etcd: EtcdMember | undefined;
  readonly redis: RedisNode | undefined;
  readonly minio: MinioMember | undefined;
  readonly infra: InfraNode | undefined;
  readonly nodeVip: NodeVip | undefined;
}

export interface InfraNode {
  readonly host: Host;
  readonly seq: number;
  /** `infra-<seq>` */
  readonly name: string;
}

export interface NodeVip {
  readonly address: string;
  readonly vrid: number;
  /** Members in inventory order. */
  readonly members: readonly Host[];
}

export interface EtcdCluster {
  /** `etcd_cluster` */
  readonly name: string;
  /** Sorted by address as strings, like upstream's endpoint lists. */
  readonly members: readonly EtcdMember[];
}

export interface EtcdMember {
  readonly host: Host;
  readonly seq: number;
  /** `<etcd_cluster>-<seq>` */
  readonly name: string;
  readonly cluster: EtcdCluster;
}

export type PgRole = 'primary' | 'replica' | 'standby' | 'offline' | 'delayed';

export interface PgCluster {
  /** `pg_cluster` */
  readonly name: string;
  /** Patroni scope and etcd user: `pg_shard` for Citus, else `pg_cluster`. */
  readonly scope: string;
  /** Citus group, undefined outside Citus. */
  readonly group: number | undefined;
  /** In order of first appearance in the inventory. */
  readonly members: readonly PgInstance[];
  /** The member declared primary. */
  readonly primary: PgInstance;
  /** Set when the primary has pg_upstream: this is a standby cluster. */
  readonly upstream:
    | {
        readonly address: string;
        readonly port: number;
        readonly cluster: string | undefined;
        readonly delay: string | undefined;
      }
    | undefined;
  /** L2 VIP bound by vip-manager, undefined unless pg_vip_enabled. */
  readonly vip: { readonly address: string; readonly mask: number } | undefined;
  /** `pg_service_provider` group members when delegated, else undefined. */
  readonly serviceProvider: readonly Host[] | undefined;
  /** Default services then extra ones, members resolved. */
  readonly services: readonly PgService[];
}

export interface PgInstance {
  readonly host: Host;
  readonly cluster: PgCluster;
  /** `<pg_cluster>-<pg_seq>` */
  readonly name: string;
  /** Text as in the inventory (`01` stays `01`). */
  readonly seq: string;
  readonly role: PgRole;
  /** `pg_upstream` on a non-primary: cascades from this member address. */
  readonly upstream: string | undefined;
}

export interface PgServiceMember {
  readonly instance: PgInstance;
  /** Destination port. */
  readonly port: number;
  /** Health check port (patroni_port of the member). */
  readonly checkPort: number;
  readonly checkSsl: boolean;
  /** pg_weight of the member, 0..255. */
  readonly weight: number;
  /** Rendered with `backup`. */
  readonly backup: boolean;
}

export interface PgService {
  readonly name: string;
  /** `<pg_cluster>-<name>` */
  readonly fullName: string;
  readonly port: number;
  /** Bind address, `*` for all. */
  readonly ip: string;
  /** Health check path. */
  readonly check: string;
  readonly maxconn: number;
  readonly balance: string;
  /** default-server text as given, or undefined for the one computed from pg_rto_plan. */
  readonly options: string | undefined;
  readonly members: readonly PgServiceMember[];
  /** Selector texts, for comments and reports. */
  readonly selector: string;
  readonly backupSelector: string | undefined;
}

export interface RedisCluster {
  /** `redis_cluster` */
  readonly name: string;
  readonly mode: 'standalone' | 'sentinel' | 'cluster';
  readonly password: Secret | undefined;
  /** In inventory order. */
  readonly nodes: readonly RedisNode[];
}

export interface RedisNode {
  readonly host: Host;
  readonly cluster: RedisCluster;
  readonly node: number;
  /** In the order written. */
  readonly instances: readonly RedisInstance[];
}

export interface RedisInstance {
  /** `<redis_cluster>-<redis_node>-<port>` */
  readonly name: string;
  readonly port: number;
  readonly replicaOf: { readonly host: string; readonly port: number } | undefined;
  /** Per-instance overrides: any redis_* parameter may be set on an instance; key is the camelCase name. */
  readonly overrides: Readonly<Record<string, unknown>>;
}

export interface MinioCluster {
  readonly name: string;
  /** Sorted by minio_seq. */
  readonly members: readonly MinioMember[];
}

export interface MinioMember {
  readonly host: Host;
  readonly cluster: MinioCluster;
  readonly seq: number;
  /** `<minio_cluster>-<seq>` */
  readonly name: string;
  /** minio_node with placeholders expanded. */
  readonly nodeName: string;
}
