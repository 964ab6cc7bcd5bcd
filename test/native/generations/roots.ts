/** Roots of the generations, which build-root.sh makes, and what is tried in them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run, runBeside } from '../node/checker.ts';
import { CONSUMERS, type Generation } from './consumers.ts';

export const ROOTS = process.env['PIGSTYC_ROOTS'] ?? '/var/tmp/pigstyc-roots';
export const SERVERS = process.env['PIGSTYC_SERVERS'] ?? '/var/tmp/pigstyc-servers';

/** The platform whose bundles a generation's programs read. */
export const PLATFORM: Readonly<Record<Generation, string>> = {
  bookworm: 'debian-12',
  trixie: 'debian-13',
  sid: 'pigsty-4.5',
};

/** Whether its root is there, and this machine may enter it. */
export function isReady(generation: Generation): boolean {
  return process.getuid?.() === 0 && existsSync(join(ROOTS, `${generation}.done`));
}

/** Versions of Debian's packages in a root, by their name. */
export function versionsOf(generation: Generation): ReadonlyMap<string, string> {
  const lines = readFileSync(join(ROOTS, `${generation}.versions`), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return new Map(lines.map((line) => line.split(' ') as [string, string]));
}

export interface Verdict {
  readonly code: number | null;
  readonly output: string;
  /** Files looked at, by kind. */
  readonly checked: ReadonlyMap<string, number>;
  /** Controls that were refused: `haproxy 0`. */
  readonly refused: readonly string[];
  /** Kinds whose program is not there. */
  readonly absent: readonly string[];
}

/** A place for the copies of one generation's root and for what its hosts share. */
export class Stage {
  readonly generation: Generation;
  readonly dir: string;

  constructor(generation: Generation, scratch: string) {
    this.generation = generation;
    this.dir = join(scratch, `stage-${generation}`);
    mkdirSync(join(this.dir, 'state'), { recursive: true });
    const lines = CONSUMERS.flatMap(({ kind, controls }) =>
      controls.map(({ file, fault }, number) => `${kind}\t${number}\t${file}\t${fault}\n`),
    );
    writeFileSync(join(this.dir, 'state/controls.tsv'), lines.join(''));
  }

  /** Nothing is broken on purpose. */
  withoutControls(): void {
    writeFileSync(join(this.dir, 'state/controls.tsv'), '');
  }

  /** Lays a host's files into a copy-on-write root and runs the checkers; the namespaces end with the process. */
  async check(bundle: string, host: string, kinds: readonly string[], servers = ''): Promise<Verdict> {
    const scratch = join(this.dir, `${bundle.replace(/[^a-z0-9.-]/g, '_')}`);
    mkdirSync(scratch, { recursive: true });
    const script = resolve('test/native/generations/lay-out-host.sh');
    const root = join(ROOTS, this.generation);
    const { code, output } = await runBeside(
      [
        ...['unshare', '--mount', '--net', '--pid', '--fork', 'bash', script],
        ...[root, scratch, bundle, join(this.dir, 'state'), servers, host, ...kinds],
      ],
      300,
    );
    const words = (word: string): readonly string[] =>
      [...output.matchAll(new RegExp(`^${word}: (.+)$`, 'gm'))].map(([, rest]) => rest!);
    const checked = new Map(words('checked').map((line) => [line.split(' ')[0]!, Number(line.split(' ')[1])]));
    return { code, output, checked, refused: words('refused'), absent: words('absent').map((l) => l.split(' ')[0]!) };
  }
}

/** Majors whose servers are tried in a generation: its own, and those that come in packages for node where it has python and psql. */
export function majorsOf(generation: Generation): readonly number[] {
  if (generation === 'bookworm') return [15];
  return generation === 'trixie' ? [14, 15, 16, 17, 18] : [18, 19];
}

/** The version of the server that a major has in a generation, the archive's before that of a package for node. */
export function versionOfServer(generation: Generation, major: number): string {
  const packaged = versionsOf(generation).get(`postgresql-${major}`);
  if (packaged !== undefined) return upstream(packaged);
  const { output } = run([join(SERVERS, String(major), 'bin/postgres'), '--version']);
  return output.trim().replace(/^.*\) /, '');
}

/** A version without what Debian adds to it. */
export function upstream(version: string): string {
  return version
    .replace(/^\d+:/, '')
    .replace(/[+~-](?:ds|dfsg|deb|really|b\d|\d+(?:$|[+~.]))[^]*$/, '')
    .replace(/-[^-]*$/, '');
}
