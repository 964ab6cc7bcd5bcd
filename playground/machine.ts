import { IoError, type Host } from '../compiler/host/host.ts';

/** The only file there is. */
export const FILE = 'pigsty.yml';

/** A machine that has this text as its only file, and no environment. */
export function machineWith(text: string): Host {
  const bytes = new TextEncoder().encode(text);
  const absent = (path: string): never => {
    throw new IoError(path, 'ENOENT', 'no such file or directory');
  };
  const isThere = (path: string): boolean => path === FILE;
  const stat = (path: string) =>
    isThere(path) ? ({ kind: 'file', mode: 0o644, size: bytes.length } as const) : undefined;
  const machine: Partial<Host> = {
    env: {},
    cwd: () => '/',
    readFile: (path) => (isThere(path) ? bytes : absent(path)),
    readDir: absent,
    list: absent,
    stat,
    lstat: stat,
    realPath: (path) => path,
    now: () => 0,
    stdoutIsTty: false,
    stderrIsTty: false,
  };
  return machine as Host;
}
