/** Which scenarios a share of the tests runs (test/support/share.ts). The others take long and are run by hand: `npm run lab`. */
import { chosen, isWhole } from '../support/share.ts';

const EACH_TIME = ['cluster'];
/** Scenarios that take about as long together as the cluster's life from nothing to failover. */
const GROUPS = [
  ['day2'],
  ['interruption', 'quoting'],
  ['redis', 'deployment'],
  ['access', 'backup'],
  ['services', 'panels'],
];

/** Whether the scenario of this name is run; PIGSTYC_LAB_FILES="cluster redis" names them instead. */
export function isScenarioChosen(name: string): boolean {
  const named = process.env['PIGSTYC_LAB_FILES'];
  if (named !== undefined) return named.split(' ').includes(name);
  return isWhole || [...EACH_TIME, ...chosen(GROUPS).flat()].includes(name);
}
