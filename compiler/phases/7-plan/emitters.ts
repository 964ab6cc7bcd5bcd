import type { Emitter } from '../../../emitters/api.ts';
import { etcdEmitter } from '../../../emitters/etcd/index.ts';
import { haproxyEmitter } from '../../../emitters/haproxy/index.ts';
import { infraEmitter } from '../../../emitters/infra/index.ts';
import { minioEmitter } from '../../../emitters/minio/index.ts';
import { monitorEmitter } from '../../../emitters/monitor/index.ts';
import { nodeEmitter } from '../../../emitters/node/index.ts';
import { pgsqlEmitter } from '../../../emitters/pgsql/index.ts';
import { redisEmitter } from '../../../emitters/redis/index.ts';

/** Every module in the order its steps run inside a stage. */
export const EMITTERS: readonly Emitter[] = [
  nodeEmitter,
  etcdEmitter,
  infraEmitter,
  minioEmitter,
  pgsqlEmitter,
  haproxyEmitter,
  redisEmitter,
  monitorEmitter,
];
