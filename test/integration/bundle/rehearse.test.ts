/** make rehearse runs the program of the host, and says what it needs. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { build } from './build.ts';

test('make rehearse', () => {
  const base = mkdtempSync(join(tmpdir(), 'pigstyc-out-'));
  try {
    build(join(base, 'out'));
    const ssh = join(base, 'ssh');
    writeFileSync(
      ssh,
      '#!/bin/bash\nprintf "%s: " "$1"\npigstyc() { printf "<%s>" "$@"; }\neval "${2/\\/usr\\/libexec\\/pigstyc\\/pg-rehearse/pigstyc}"\n',
    );
    chmodSync(ssh, 0o755);
    const make = (...words: readonly string[]): { readonly code: number | null; readonly text: string } => {
      const done = spawnSync('make', ['-s', '-C', join(base, 'out'), `SSH=${ssh}`, 'SUDO=', 'rehearse', ...words], {
        encoding: 'utf8',
        env: { ...process.env, HOST: '10.0.0.1', TARGET: 'end' },
      });
      return { code: done.status, text: done.stdout + done.stderr };
    };
    const moment = '2030-01-01 12:00:00+00';
    assert.equal(make('HOST=10.0.0.2', `TARGET=${moment}`), { code: 0, text: `10.0.0.2: <${moment}>` });
    for (const words of [[], ['HOST=10.0.0.2'], [`TARGET=${moment}`], ['HOST=10.0.0.9', `TARGET=${moment}`]]) {
      const { code, text } = make(...words);
      assert.is(code, 2, words.join(' '));
      assert.match(text, 'make rehearse HOST=… TARGET=');
    }
  } finally {
    rmSync(base, { recursive: true });
  }
});

test.run();
