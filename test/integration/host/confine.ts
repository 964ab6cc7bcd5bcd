import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { programs, type Sandbox } from './harness.ts';

/** Leaves a host the programs of a test alone, whatever this machine has besides. `systemctl` is the host's own. */
export function confine(box: Sandbox, lacks: readonly string[]): void {
  for (const [name, path] of programs())
    if (name !== 'systemctl' && !lacks.includes(name)) symlinkSync(path, join(box.bin, name));
  box.env['PATH'] = box.bin;
}
