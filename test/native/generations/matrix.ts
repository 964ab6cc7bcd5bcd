/** The table "program, its files, how it is asked, versions" of docs/reliability.md. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONSUMERS, GENERATIONS, type Consumer, type Generation } from './consumers.ts';
import { ROOTS, upstream, versionsOf } from './roots.ts';

const PATH = 'docs/reliability.md';
const BLOCK = /(<!-- matrix: npm run matrix -->\n)[^]*(<!-- end of matrix -->)/;

/** A server that took what one template makes. */
export interface Server {
  readonly generation: Generation;
  readonly major: number;
  readonly template: string;
  readonly version: string;
}

/** The columns that do not depend on a day: program, files, question. */
export function rowsOf(): readonly string[] {
  return CONSUMERS.map((consumer) => startOf(consumer));
}

function startOf({ programs, named, asked }: Consumer): string {
  return `| ${Object.keys(programs).join(', ') || 'systemd-tmpfiles'} | ${named} | ${asked} |`;
}

/** The same columns of the committed table. */
export function committedRows(): readonly string[] {
  const [, block] = /<!-- matrix: npm run matrix -->\n([^]*?)\n\n/.exec(readFileSync(PATH, 'utf8')) ?? [];
  return (block ?? '')
    .split('\n')
    .slice(2)
    .map((line) => line.split(' | ').slice(0, 3).join(' | ').concat(' |'));
}

function cell({ programs, kind, not }: Consumer, generation: Generation, absent: ReadonlySet<string>): string {
  if (not?.includes(generation) === true) return '–';
  if (absent.has(kind)) return 'not installable';
  const versions = versionsOf(generation);
  const found = Object.values(programs).map((name) => versions.get(name) ?? versionWithMajor(versions, name));
  // A platform without a program has no file for it.
  return found.map((version) => (version === undefined ? '–' : upstream(version))).join(', ') || 'as systemd';
}

/** `postgresql` stands for the newest `postgresql-17` that is released. */
function versionWithMajor(versions: ReadonlyMap<string, string>, name: string): string | undefined {
  const vip = versions.get(`${name}2`);
  if (vip !== undefined) return vip;
  const majors = [...versions].filter(([one, version]) => one.startsWith(`${name}-1`) && !version.includes('~rc'));
  return majors.find(([one]) => /-\d+$/.test(one))?.[1];
}

/** Writes the table anew, with the versions of the roots and the servers that were tried. */
export function writeMatrix(absent: ReadonlyMap<Generation, ReadonlySet<string>>, servers: readonly Server[]): void {
  const day = statSync(join(ROOTS, 'sid.done')).mtime.toISOString().slice(0, 10);
  const header = `| program | files | how it is asked | Debian 12 | Debian 13 | sid, ${day} |\n|---|---|---|---|---|---|\n`;
  const rows = CONSUMERS.map((consumer) => {
    const cells = GENERATIONS.map((generation) => cell(consumer, generation, absent.get(generation) ?? new Set()));
    return `${startOf(consumer)} ${cells.join(' | ')} |\n`;
  });
  const text = `${header}${rows.join('')}\n${serverTable(servers)}`;
  writeFileSync(
    PATH,
    readFileSync(PATH, 'utf8').replace(BLOCK, (_, start, end) => `${start}${text}${end}`),
  );
}

function serverTable(servers: readonly Server[]): string {
  const majors = [...new Set(servers.map(({ major }) => major))].sort((a, b) => a - b);
  const rows = majors.map((major) => {
    const own = servers.filter((server) => server.major === major);
    const versions = [...new Set(own.map(({ version }) => version))].sort();
    return `| ${major} | ${versions.join(', ')} | ${[...new Set(own.map(({ template }) => template))].sort().join(', ')} |\n`;
  });
  return `| PostgreSQL | servers | templates |\n|---|---|---|\n${rows.join('')}\n`;
}
