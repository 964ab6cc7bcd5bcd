/** Random inventories of which pairs are compared. */
import * as fc from 'fast-check';

export interface Inventory {
  readonly hosts: readonly number[];
  readonly zone: string;
  readonly password: string;
  readonly workMem: number;
  readonly role: string | undefined;
  readonly poolPort: number;
  readonly memory: string;
  readonly electionTimeout: number;
}

export const inventories: fc.Arbitrary<Inventory> = fc.record({
  hosts: fc.subarray([2, 3, 4], { minLength: 1 }),
  zone: fc.constantFrom('UTC', 'Asia/Tokyo'),
  password: fc.constantFrom('First.Secret-1', 'Second.Secret-2'),
  workMem: fc.constantFrom(8, 9),
  role: fc.constantFrom(undefined, 'report', 'loader'),
  poolPort: fc.constantFrom(6432, 6444),
  memory: fc.constantFrom('1GB', '2GB'),
  electionTimeout: fc.constantFrom(1000, 2000),
});

/** Up to four hosts without a database and one with; a cluster of PostgreSQL takes ten times as long. */
export function inventoryText(inventory: Inventory): string {
  const { hosts, zone, password, workMem, role, poolPort, memory, electionTimeout } = inventory;
  const redis = hosts.map((at) => `10.0.0.${at}: { redis_node: ${at}, redis_instances: { 6379: {} } }`).join(', ');
  const users = role === undefined ? '' : `, pg_users: [{ name: ${role}, password: ${password} }]`;
  const etcd = `etcd_cluster: etcd, etcd_election_timeout: ${electionTimeout}`;
  const cache = `redis_cluster: redis-a, redis_password: ${password}, redis_max_memory: ${memory}`;
  const pg = `pg_cluster: pg-a, pgbouncer_port: ${poolPort}, pg_parameters: { work_mem: ${workMem}MB }${users}`;
  return `all:
  children:
    etcd: { hosts: { 10.0.0.1: { etcd_seq: 1 } }, vars: { ${etcd} } }
    redis-a: { hosts: { ${redis} }, vars: { ${cache} } }
    pg-a: { hosts: { 10.0.0.5: { pg_seq: 1, pg_role: primary } }, vars: { ${pg} } }
  vars: { admin_ip: 10.0.0.1, node_timezone: ${zone} }
`;
}
