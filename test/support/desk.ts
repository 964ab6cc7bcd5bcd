import { emptyHost, overlay } from '../../compiler/review/diff/overlay-host.ts';
import { run } from '../../compiler/cli/program.ts';
import { nodeHost, type Host } from '../../compiler/host/host.ts';

/** A directory in memory, and the program in it. */
export class Desk {
  readonly system: Host = overlay({ ...emptyHost(nodeHost()), cwd: () => '/desk' }).host;

  async pigstyc(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
    let [out, err] = ['', ''];
    const stdout = (text: string): void => void (out += text);
    const stderr = (text: string): void => void (err += text);
    return { code: await run(args, { ...this.system, env, stdout, stderr }), out, err };
  }

  read(name: string): string {
    return Buffer.from(this.system.readFile(name)).toString('utf8');
  }

  has(name: string): boolean {
    return this.system.stat(name) !== undefined;
  }
}
