import type { SideData } from '../build/side-task.ts';
import { nodeHost } from '../host/host.ts';
import { run } from './program.ts';

/** Set in a thread that renders hosts for another one; see `SIDE`. */
declare const pigstycSide: SideData | undefined;

async function renderBeside(data: SideData): Promise<void> {
  const { serve } = await import('../build/side-thread.ts');
  const { compileFiles } = await import('../compile.ts');
  await serve(data, (system, { request, limit }) =>
    compileFiles(system, { ...request, isChecked: true }).modelled(limit),
  );
}

if (typeof pigstycSide !== 'undefined') void renderBeside(pigstycSide);
else
  void run(process.argv.slice(2), nodeHost()).then((code) => {
    process.exitCode = code;
  });
