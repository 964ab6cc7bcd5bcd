import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A directory with these files, programs among them, for as long as `use` takes. */
export function within<T>(files: Readonly<Record<string, string>>, use: (dir: string) => T): T {
  const dir = mkdtempSync(join(tmpdir(), 'pigstyc-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, name)), { recursive: true });
      writeFileSync(join(dir, name), text);
      if (text.startsWith('#!')) chmodSync(join(dir, name), 0o755);
    }
    return use(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}
