/** Rules, alerts, dashboards and sources of logs that modules bring; those of monitoring itself are the infra module's. */
import type { Host } from '../compiler/model/site.ts';
import { etcdRules } from './etcd/monitoring/alerts.ts';
import { etcdBoard } from './etcd/monitoring/dashboards.ts';
import { haproxyBoard } from './haproxy/monitoring/dashboards.ts';
import { minioRules } from './minio/monitoring/alerts.ts';
import { minioBoard } from './minio/monitoring/dashboards.ts';
import { nodeRules } from './node/monitoring/alerts.ts';
import { nodeBoards } from './node/monitoring/dashboards.ts';
import { diskBoard } from './node/monitoring/disks.ts';
import { vipBoard } from './node/monitoring/vip.ts';
import { pgsqlRules } from './pgsql/monitoring/alerts.ts';
import { pgsqlBoards } from './pgsql/monitoring/dashboards/index.ts';
import { postgresSources } from './pgsql/monitoring/logs.ts';
import { redisRules } from './redis/monitoring/alerts.ts';
import { redisBoards } from './redis/monitoring/dashboards.ts';
import { redisSources } from './redis/monitoring/logs.ts';
import type { LogSource } from './toolkit/monitoring/log-source.ts';
import type { Dashboard } from './toolkit/monitoring/panel.ts';
import type { RuleFile } from './toolkit/monitoring/rule.ts';

export const MODULE_RULES: readonly RuleFile[] = [nodeRules, pgsqlRules, etcdRules, redisRules, minioRules];

export const MODULE_DASHBOARDS: readonly Dashboard[] = [
  ...nodeBoards,
  diskBoard,
  vipBoard,
  haproxyBoard,
  ...pgsqlBoards,
  ...redisBoards,
  etcdBoard,
  minioBoard,
];

/** What the collector of a host reads of its modules. */
export function moduleLogs(host: Host): readonly LogSource[] {
  return [...postgresSources(host), ...redisSources(host)];
}
