/** `npm run golden`: rewrites every golden file from what the compiler produces now. Review the result with git diff. */
import { spawnSync } from 'node:child_process';

const result = spawnSync(
  process.execPath,
  [
    '--import',
    'tsx',
    'test/run.ts',
    '--area',
    'fixtures',
    ...process.argv.slice(2).filter((word) => word !== '--update'),
  ],
  {
    stdio: 'inherit',
    env: { ...process.env, UPDATE_GOLDEN: '1' },
  },
);
process.exit(result.status ?? 1);
