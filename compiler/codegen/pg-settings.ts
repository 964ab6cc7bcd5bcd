/**
 * Makes schemas/postgresql/settings.json from real servers: `tsx compiler/codegen/pg-settings.ts MAJOR=FILE …`.
 * Each file is what a fresh server of that major writes with `COPY (SELECT json_build_array(name, vartype, unit,
 * min_val, max_val, enumvals, context)::text FROM pg_settings WHERE name NOT LIKE '%.%') TO …`.
 * A setting has one entry per run of majors that agree: [first, last, type, context, unit, min, max, values].
 */
import { readFileSync, writeFileSync } from 'node:fs';

type Row = readonly [name: string, type: string, unit: string | null, min: string | null, max: string | null, values: readonly string[] | null, context: string];
type Run = [first: number, last: number, type: string, context: string, unit: string | null, min: string | null, max: string | null, values: readonly string[] | null];

const runs = new Map<string, Run[]>();
const sources = process.argv.slice(2).map((text) => text.split('=') as [string, string]);
for (const [major, file] of sources.sort((a, b) => Number(a[0]) - Number(b[0]))) {
  for (const line of readFileSync(file, 'utf8').split('\n').filter((text) => text !== '')) add(Number(major), JSON.parse(line) as Row);
}
const names = [...runs.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
const lines = names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(runs.get(name))}`);
writeFileSync(new URL('../../schemas/postgresql/settings.json', import.meta.url), `{\n${lines.join(',\n')}\n}\n`);

function add(major: number, [name, type, unit, min, max, values, context]: Row): void {
  const known = runs.get(name) ?? [];
  runs.set(name, known);
  const last = known.at(-1);
  const run: Run = [major, major, type, context, unit, min, max, values];
  if (last !== undefined && last[1] === major - 1 && JSON.stringify(last.slice(2)) === JSON.stringify(run.slice(2))) last[1] = major;
  else known.push(run);
}
