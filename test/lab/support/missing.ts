import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT, PLATFORM, ROOT, run, SCRIPTS } from './lab.ts';

/** Why the lab cannot run here, or undefined. */
export function missing(platforms: readonly string[] = [PLATFORM]): string | undefined {
  if (process.env['PIGSTYC_LAB'] !== '1') return 'PIGSTYC_LAB=1 is not set (npm run lab sets it)';
  if (process.getuid?.() !== 0) return 'needs root';
  const tools = ['systemd-nspawn', 'ip', 'ssh', 'scp', 'make', 'psql', 'redis-cli', 'curl', 'nsenter'].filter(
    (tool) => run(['sh', '-c', `command -v ${tool}`]).code !== 0,
  );
  if (tools.length > 0) return `needs ${tools.join(', ')}`;
  // Cached: it is built again when the script has changed. Two test files may want it at the same time.
  mkdirSync(ROOT, { recursive: true });
  const builds = (script: string, platform: string): boolean =>
    run(['flock', join(ROOT, 'rootfs.lock'), 'bash', join(SCRIPTS, script)], {
      seconds: 900,
      env: { LAB_PLATFORM: platform },
    }).code === 0;
  if (!platforms.every((platform) => builds('build-rootfs.sh', platform)))
    return 'the root file system could not be built (test/lab/scripts/build-rootfs.sh)';
  return !platforms.includes(DEFAULT) || builds('build-archive.sh', DEFAULT)
    ? undefined
    : 'the archive could not be built (test/lab/scripts/build-archive.sh)';
}
