import { readPackageFile } from '../package-files.ts';

/** JSON Schema of an inventory file, self-contained, for editors and other tools. */
export function inventorySchema(): Readonly<Record<string, unknown>> {
  return JSON.parse(readPackageFile('schemas/pigsty.schema.json')) as Readonly<Record<string, unknown>>;
}
