/** A signal to apply.sh: a short command is waited for, one that may take hours is ended. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('interrupted');

/** Sends SIGTERM as soon as the command has said that it runs; what the runtime says, and for how many seconds it went on. */
async function interrupt(
  command: string,
): Promise<{ readonly code: number; readonly error: string; readonly seconds: number; readonly child: string }> {
  const script = `set -uo pipefail
    . emitters/host/runtime/core.sh
    WORK=$(mktemp -d) HOST_NAME=a STAGE=pgsql STEP=backup INPUT=/dev/null
    report() { :; }
    trap finished EXIT
    trap interrupted INT TERM HUP
    ${command}`;
  const process = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  let error = '';
  process.stderr!.on('data', (chunk: Buffer) => (error += chunk.toString()));
  const [said] = (await once(process.stdio[3]!, 'data')) as [Buffer];
  const started = performance.now();
  process.kill('SIGTERM');
  const [code] = (await once(process, 'close')) as [number];
  return { code, error, seconds: (performance.now() - started) / 1000, child: said.toString().trim() };
}

test('what may take hours ends at once', async () => {
  const { code, error, seconds, child } = await interrupt(
    `RUNNER=run_long run_as root sh -c 'echo $$ >&3; exec 3>&-; exec sleep 60'`,
  );
  assert.is(code, 1);
  assert.match(error, 'FAILED a: stage pgsql, step backup: interrupted');
  assert.ok(seconds < 30, `${seconds} s`);
  assert.is.not(spawnSync('kill', ['-0', child]).status, 0, 'it does not go on by itself');
});

test('a short command is waited for', async () => {
  const { code, error, seconds } = await interrupt(`run sh -c 'echo $$ >&3; exec 3>&-; exec sleep 2'`);
  assert.is(code, 1);
  assert.match(error, 'step backup: interrupted');
  assert.ok(seconds > 1.5, `${seconds} s`);
});

test('without a signal it ends as any command does', () => {
  const outcome = spawnSync(
    'bash',
    [
      '-c',
      `. emitters/host/runtime/core.sh; WORK=$(mktemp -d); code=0; run_long sh -c 'echo said; exit 7' || ` +
        'code=$?; echo "$code $LAST_CODE $(<"$WORK/out")"; rm -r "$WORK"',
    ],
    { encoding: 'utf8' },
  );
  assert.is(outcome.stdout, '7 7 said\n');
});

test.run();
