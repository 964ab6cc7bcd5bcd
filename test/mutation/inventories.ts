import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Base } from './base.ts';

/** Inventories of this repository: every scenario, and those that exist for their variety. */
export function inventories(): readonly Base[] {
  return [...filesBelow('fixtures/ok', /\/pigsty\.yml$/), ...filesBelow('test/mutation/inventories', /\.yml$/)].map(
    read,
  );
}

/** Inventories outside the repository: every *.yml below the directory named by PIGSTYC_INVENTORIES. */
export function publicInventories(): readonly Base[] {
  const directory = process.env['PIGSTYC_INVENTORIES'];
  return directory === undefined ? [] : filesBelow(directory, /\.yml$/).map(read);
}

function read(file: string): Base {
  return new Base(file, readFileSync(file, 'utf8'));
}

function filesBelow(directory: string, name: RegExp): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((file) => join(directory, file))
    .filter((file) => name.test(file))
    .sort();
}
