import type { Dashboard } from '../../../toolkit/monitoring/panel.ts';
import { MODULE_DASHBOARDS } from '../../../watched.ts';
import { fleetBoards } from './fleet.ts';
import { infraBoard } from './infra.ts';
import { logBoard, oneLogBoard } from './logs.ts';
import { portalBoard } from './portal.ts';

export { dashboardJson, type Dashboard } from '../../../toolkit/monitoring/panel.ts';

/** From everything at a glance down to one instance; the fleet's is the home. */
export const DASHBOARDS: readonly Dashboard[] = [
  ...fleetBoards,
  ...MODULE_DASHBOARDS,
  infraBoard,
  logBoard,
  oneLogBoard,
  portalBoard,
];
