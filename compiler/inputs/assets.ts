/** Files of the operator that an inventory names, to be deployed. */
import { isAbsolute, join } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { report } from '../diagnostics/report.ts';
import type { Result } from '../diagnostics/result.ts';
import type { Host } from '../host/host.ts';
import type { Inventory } from '../phases/2-merge/inventory.ts';
import { entry, type Node, type ScalarNode } from '../source/node.ts';
import { confinesOf, refusal, type Confines } from './confines.ts';
import { directoryOf } from './directories.ts';
import { readSmall } from './text.ts';

/** Parameters that name files of the operator: objects with a field that does, or the name itself. */
const ASSETS: readonly (readonly [parameter: string, field: string | undefined])[] = [
  ['pg_databases', 'baseline'],
  ['pg_files', undefined],
  ['pgsodium_getkey_script', undefined],
  ['pg_exporter_config', undefined],
  ['pg_exporters', 'pg_exporter_config'],
];

/** The usual value of `pg_exporter_config`: a file that comes with the package. */
const OF_PACKAGE = 'pg_exporter.yml';

/**
 * Contents of the files the inventory names, by the name as written. They are looked for beside the first inventory file and in
 * `files/` next to it; one that is not there is reported where it is named and left out of the deployment.
 */
export function readAssets(
  host: Host,
  inventory: Inventory,
  firstSource: string,
  allowed: readonly string[] = [],
): Result<ReadonlyMap<string, string>> {
  const assets = new Map<string, string>();
  const seen = new Set<Node>();
  const diagnostics: Diagnostic[] = [];
  for (const [parameter, field] of ASSETS) {
    for (const { vars } of inventory.hosts) {
      const node = vars.get(parameter)?.node;
      if (node === undefined || seen.has(node) || !isUsed(parameter, vars)) continue;
      seen.add(node);
      for (const name of assetNames(node, field)) {
        const [text, problem] = readAsset(host, name, parameter, firstSource, confinesOf(firstSource, allowed));
        if (text !== undefined) assets.set(name.text, text);
        else diagnostics.push(problem);
      }
    }
  }
  return [assets, diagnostics];
}

/** Databases and their exporters have files; a host that watches servers elsewhere has those of its exporters. */
function isUsed(parameter: string, vars: ReadonlyMap<string, unknown>): boolean {
  return vars.has('pg_cluster') || (/^pg_exporter/.test(parameter) && vars.has('pg_exporters'));
}

function readAsset(
  host: Host,
  { text: path, span }: ScalarNode,
  parameter: string,
  firstSource: string,
  confines: Confines,
): ReturnType<typeof readSmall> {
  const found = assetPaths(path, firstSource).find((candidate) => host.stat(candidate) !== undefined);
  if (found === undefined) return [undefined, report('asset-missing', span, { path, parameter })];
  const reason = refusal(host, found, confines);
  if (reason !== undefined) return [undefined, report('asset-refused', span, { path, parameter, reason })];
  return readSmall(host, found);
}

function assetNames(node: Node, field: string | undefined): readonly ScalarNode[] {
  const objects = field !== undefined && node.kind === 'map' ? node.entries.map(({ value }) => value) : [node];
  const values = node.kind === 'seq' ? node.items : objects;
  const named =
    field === undefined
      ? values
      : values.flatMap((item) => (item.kind === 'map' ? (entry(item, field)?.value ?? []) : []));
  return named.filter(
    (value): value is ScalarNode =>
      value.kind === 'scalar' && typeof value.value === 'string' && value.value !== '' && value.value !== OF_PACKAGE,
  );
}

function assetPaths(name: string, firstSource: string): readonly string[] {
  const directory = directoryOf(firstSource);
  return isAbsolute(name) ? [name] : [join(directory, name), join(directory, 'files', name)];
}
