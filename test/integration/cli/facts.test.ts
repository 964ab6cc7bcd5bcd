import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nodeHost } from '../../../compiler/host/host.ts';
import { readFacts } from '../../../compiler/inputs/facts.ts';

const SCRIPT = 'compiler/cli/facts.sh';

test('the script prints a facts file that the compiler accepts', () => {
  const dir = mkdtempSync(join(tmpdir(), 'pigstyc-facts-'));
  try {
    for (const shell of ['sh', 'bash']) {
      const run = spawnSync(shell, [SCRIPT, '/no/such/directory'], { encoding: 'utf8' });
      assert.is(run.status, 0, run.stderr);
      writeFileSync(join(dir, `${shell}.json`), run.stdout);
      const [facts, problems] = readFacts(nodeHost(), { files: [], factsDir: dir });
      assert.equal(problems, []);
      assert.ok((facts.get(shell)?.memoryMib ?? 0) > 100 && (facts.get(shell)?.cpu ?? 0) >= 1);
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('shellcheck has nothing to say', () => {
  // The npm wrapper of the same name would download the program.
  const PATH = (process.env['PATH'] ?? '')
    .split(':')
    .filter((dir) => !dir.includes('node_modules'))
    .join(':');
  const run = spawnSync('shellcheck', [SCRIPT], { encoding: 'utf8', env: { ...process.env, PATH } });
  if (run.error !== undefined) return console.log('skip: shellcheck');
  assert.is(run.stdout, '');
});

test.run();
