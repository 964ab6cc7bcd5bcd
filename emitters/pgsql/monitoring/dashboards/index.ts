import type { Dashboard } from '../../../toolkit/monitoring/panel.ts';
import { alertBoard } from './alerts.ts';
import { backup, patroni, pool } from './around.ts';
import { cluster, overview } from './clusters.ts';
import { instance, sessions } from './instance.ts';
import { queries, tables } from './objects.ts';
import { database, replication } from './replication.ts';

export const pgsqlBoards: readonly Dashboard[] = [
  overview,
  cluster,
  instance,
  sessions,
  replication,
  database,
  tables,
  queries,
  pool,
  patroni,
  backup,
  alertBoard,
];
