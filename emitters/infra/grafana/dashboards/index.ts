import { fleetBoards } from './fleet.ts';
import { haproxyBoard } from './haproxy.ts';
import { nodeBoards } from './node.ts';
import type { Dashboard } from './panel.ts';
import { pgsqlBoards } from './pgsql/index.ts';
import { redisBoards } from './redis.ts';
import { storeBoards } from './stores.ts';

export { dashboardJson, type Dashboard } from './panel.ts';

/** From everything at a glance down to one instance; the fleet's is the home. */
export const DASHBOARDS: readonly Dashboard[] = [
  ...fleetBoards,
  ...nodeBoards,
  haproxyBoard,
  ...pgsqlBoards,
  ...redisBoards,
  ...storeBoards,
];
