/** `npm run lab`: the scenarios on real hosts. Needs root on a Linux machine; builds the root file system when it is missing. */
import { spawnSync } from 'node:child_process';

const result = spawnSync(
  process.execPath,
  ['--import', 'tsx', 'test/run.ts', '--area', 'lab', ...process.argv.slice(2)],
  { stdio: 'inherit', env: { PIGSTYC_LAB_JOBS: '3', ...process.env, PIGSTYC_LAB: '1' } },
);
process.exit(result.status ?? 1);
