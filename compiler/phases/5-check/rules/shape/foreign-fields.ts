import type { ErrorObject } from 'ajv';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { report } from '../../../../diagnostics/report.ts';
import { objectOf } from '../../../../schema/table.ts';
import { entry } from '../../../../source/node.ts';
import type { Spot } from './spot.ts';

/** Objects written in the words of another tool, by path: however many fields have other names, it is one mistake. */
export function foreignObjects(
  errors: readonly ErrorObject[],
  locate: (path: string) => Spot,
): ReadonlyMap<string, Diagnostic> {
  const found = new Map<string, Diagnostic>();
  const unknown = errors.filter(({ keyword }) => keyword === 'additionalProperties');
  for (const path of new Set(unknown.map(({ instancePath }) => instancePath))) {
    const fields = unknown
      .filter(({ instancePath }) => instancePath === path)
      .map(({ params }) => String(params['additionalProperty']));
    const finding = foreignObject(fields, locate(path));
    if (finding !== undefined) found.set(path, finding);
  }
  return found;
}

function foreignObject(fields: readonly string[], { node, object }: Spot): Diagnostic | undefined {
  const known = objectOf(object ?? '')?.fields ?? [];
  const named = fields.map((field) => ({
    field,
    here: known.find(({ elsewhere }) => elsewhere?.includes(field))?.name,
  }));
  const first = named.find(({ here }) => here !== undefined)?.field;
  if (first === undefined || named.filter(({ here }) => here !== undefined).length < 2 || node.kind !== 'map')
    return undefined;
  const words = named.map(({ field, here }) =>
    here === undefined ? `no \`${field}\`` : `\`${here}\` for \`${field}\``,
  );
  return report(
    'unknown-field',
    entry(node, first)?.key.span ?? node.span,
    { field: first, object: object!.replaceAll('-', ' ') },
    { help: `write ${words.join(', ')}` },
  );
}
