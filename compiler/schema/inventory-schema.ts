import { packageFilesIn, readPackageFile } from '../package/package-files.ts';

type Schema = Readonly<Record<string, unknown>>;

/** JSON Schema of an inventory file, self-contained, for editors and other tools. */
export function inventorySchema(): Schema {
  return JSON.parse(readPackageFile('schemas/pigsty.schema.json')) as Schema;
}

const OUTPUT = 'schemas/output';
const SUFFIX = '.schema.json';

/** Names of the forms in which commands print JSON. */
export function outputNames(): readonly string[] {
  return packageFilesIn(OUTPUT).map((file) => file.slice(0, -SUFFIX.length));
}

/** JSON Schema of what a command prints, by one of `outputNames`. */
export function outputSchema(name: string): Schema {
  return JSON.parse(readPackageFile(`${OUTPUT}/${name}${SUFFIX}`)) as Schema;
}
