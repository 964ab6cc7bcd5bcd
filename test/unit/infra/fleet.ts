import type { FileStep, Step } from '../../../emitters/api.ts';
import type { Emitter } from '../../../emitters/api.ts';
import { infraEmitter } from '../../../emitters/infra/index.ts';
import { minioEmitter } from '../../../emitters/minio/index.ts';
import { monitorEmitter } from '../../../emitters/monitor/index.ts';
import { redisEmitter } from '../../../emitters/redis/index.ts';
import type { Host, Site } from '../../../compiler/model/site.ts';
import { PLAIN, testSite } from '../pgsql/site.ts';

/** The four hosts of the sandbox with every module these emitters serve; variables of single hosts by address. */
export function fleet(
  globals: Readonly<Record<string, unknown>> = {},
  platform = 'pigsty-4.5',
  own: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
): Site {
  const redis = (cluster: string, node: number, instances: object, extra: object = {}): object => ({
    redis_cluster: cluster,
    redis_node: node,
    redis_instances: instances,
    ...extra,
  });
  const pg = (seq: number, role: string): object => ({
    pg_cluster: 'pg-test',
    pg_seq: seq,
    pg_role: role,
    pg_vip_enabled: true,
    pg_vip_address: '10.10.10.3/24',
    pg_databases: [{ name: 'app' }, { name: 'quiet', register_datasource: false }, { name: 'gone', state: 'absent' }],
  });
  const minio = (seq: number): object => ({ minio_cluster: 'minio', minio_seq: seq, minio_data: '/data{1...2}' });
  const hosts = [
    {
      name: '10.10.10.10',
      groups: ['infra', 'etcd', 'minio', 'redis-ms'],
      vars: {
        infra_seq: 1,
        etcd_seq: 1,
        ...minio(1),
        ...redis(
          'redis-ms',
          1,
          { 6379: {}, 6380: { replica_of: '10.10.10.10 6379' } },
          { redis_password: 'redis.ms', redis_max_memory: '64MB' },
        ),
        infra_portal: {
          home: { domain: 'i.pigsty' },
          minio: { domain: 'm.pigsty', endpoint: '10.10.10.10:9001', scheme: 'https', websocket: true },
          files: { domain: 'f.pigsty', path: '/www', index: true, auth: true },
          public: {
            domain: 'public.example.com',
            domains: ['www.example.com'],
            endpoint: '10.10.10.10:8080',
            certbot: 'public',
            enforce_https: true,
          },
        },
        nginx_users: { admin: 'pa:ss$word' },
        pg_exporters: {
          20001: {
            pg_cluster: 'pg-foo',
            pg_seq: 1,
            pg_host: '10.10.20.1',
            pg_monitor_password: 'p@ss/word',
            pg_databases: [{ name: 'foo' }],
          },
        },
      },
    },
    {
      name: '10.10.10.11',
      groups: ['pg-test', 'minio', 'redis-meta'],
      vars: {
        ...pg(1, 'primary'),
        ...minio(2),
        ...redis(
          'redis-meta',
          1,
          { 26379: {}, 26380: {}, 26381: {} },
          {
            redis_mode: 'sentinel',
            redis_password: 'redis.meta',
            redis_sentinel_monitor: [
              { name: 'redis-ms', host: '10.10.10.10', port: 6379, password: 'redis.ms', quorum: 2 },
            ],
          },
        ),
      },
    },
    {
      name: '10.10.10.12',
      groups: ['pg-test', 'minio', 'redis-test'],
      vars: {
        ...pg(2, 'replica'),
        ...minio(3),
        ...redis(
          'redis-test',
          1,
          { 6379: {}, 6380: {}, 6381: {} },
          { redis_mode: 'cluster', redis_password: 'redis.test' },
        ),
      },
    },
    {
      name: '10.10.10.13',
      groups: ['redis-test'],
      vars: {
        nodename: 'n13',
        vip_enabled: true,
        vip_address: '10.10.10.99',
        vip_vrid: 9,
        ...redis(
          'redis-test',
          2,
          { 6379: {}, 6380: {}, 6381: {} },
          { redis_mode: 'cluster', redis_password: 'redis.test' },
        ),
      },
    },
  ];
  return testSite(
    hosts.map((host) => ({ ...host, vars: { ...host.vars, ...own[host.name] } })),
    { admin_ip: '10.10.10.10', ...globals },
    platform,
  );
}

const MODULES: readonly Emitter[] = [infraEmitter, minioEmitter, redisEmitter, monitorEmitter];

export function stepsOf(site: Site, host: Host, emitters: readonly Emitter[] = MODULES): readonly Step[] {
  return emitters.flatMap((emitter) => emitter.plan(site, host));
}

/** Files of a host by path, rendered with real values. */
export function filesOf(site: Site, host: Host, emitters: readonly Emitter[] = MODULES): ReadonlyMap<string, string> {
  return new Map(
    stepsOf(site, host, emitters)
      .filter((step): step is FileStep => step.kind === 'file')
      .map((step) => [step.path, step.render(PLAIN)]),
  );
}
