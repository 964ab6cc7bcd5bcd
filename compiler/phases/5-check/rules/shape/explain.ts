import type { ErrorObject } from 'ajv';
import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { suggest } from '../../../../words/suggest.ts';
import { objectOf, parameter } from '../../../../schema/table.ts';
import { inWords } from '../../../../schema/grammars.ts';
import { cutByComma } from '../../../../source/comma.ts';
import { entry, type Span } from '../../../../source/node.ts';
import { toBoolean, toInteger, valueOf } from '../../nodes.ts';
import { missingValue } from './nothing.ts';
import { FORMATS, kindOf, shown, TYPES, type Spot } from './spot.ts';

/** What is wrong with a value, where the validator finds an error; undefined for what is understood all the same. */
export function explain(error: ErrorObject, spot: Spot): Diagnostic | undefined {
  const { node, name } = spot;
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownField(String(params['additionalProperty']), spot);
    case 'required':
      return report('missing-field', spot.node.span, {
        field: String(params['missingProperty']),
        object: spot.object?.replaceAll('-', ' ') ?? name,
      });
    case 'type':
      return wrongType(([] as unknown[]).concat(params['type']).map(String), spot);
    case 'enum':
      return badEnum((params['allowedValues'] as readonly unknown[]).map(String), spot);
    case 'pattern':
      return badFormat(String(params['pattern']), spot, error.propertyName);
    case 'propertyNames':
      // Its pattern tells the key.
      return undefined;
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return report('out-of-range', node.span, {
        name,
        value: shown(spot),
        limit: `${String(params['comparison'])} ${String(params['limit'])}`,
      });
    case 'minItems':
    case 'maxItems':
    case 'minLength':
    case 'maxLength':
    case 'minProperties':
      // Recovery plans have a check of their own that names the ten values.
      if (spot.info?.name === 'pg_rto_plan') return undefined;
      return report('out-of-range', node.span, {
        name,
        value: kindOf(node),
        limit: `${error.keyword.startsWith('min') ? 'at least' : 'at most'} ${String(params['limit'])} long`,
      });
    default:
      return report('wrong-type', node.span, { name, expected: `valid (${error.keyword})`, got: kindOf(node) });
  }
}

/** A text that does not fit its pattern; `property` is the key of a map that does not. */
export function badFormat(pattern: string, spot: Spot, property: string | undefined): Diagnostic {
  const { node, name } = spot;
  const expected = inWords(pattern) ?? FORMATS.get(spot.info?.type ?? '') ?? `text like \`${pattern}\``;
  if (property === undefined) return report('bad-format', node.span, { name, value: shown(spot), expected });
  const key = node.kind === 'map' ? entry(node, property)?.key : undefined;
  return report('bad-format', key?.span ?? node.span, { name: `${name} key`, value: property, expected });
}

/** Words that tell a reader something and a program nothing. */
const REMARKS = /^(x_|_)|^(comment|comments|desc|description|note|notes|remark|remarks|todo)$/;

function unknownField(field: string, spot: Spot): Diagnostic | undefined {
  const entries = spot.node.kind === 'map' ? spot.node.entries : [];
  // The rest of a value that a comma ended; another rule says so.
  if (
    cutByComma(
      entries,
      entries.findIndex((e) => e.key.text === field),
    ) !== undefined
  )
    return undefined;
  const key = spot.node.kind === 'map' ? (entry(spot.node, field)?.key.span ?? spot.node.span) : spot.node.span;
  const fields = objectOf(spot.object ?? '')?.fields ?? [];
  const known = fields.map((candidate) => candidate.name);
  const near = fields.find(({ elsewhere }) => elsewhere?.includes(field))?.name ?? suggest(field, known);
  if (REMARKS.test(field))
    return report('remark-ignored', key, { field, object: spot.object?.replaceAll('-', ' ') ?? spot.name });
  const help =
    parameter(field) !== undefined
      ? 'it is set for hosts and clusters, not here'
      : near === undefined
        ? known.length === 0 || known.length > 24
          ? undefined
          : `known fields: ${known.join(', ')}`
        : `did you mean \`${near}\`?`;
  return report(
    'unknown-field',
    key,
    { field, object: spot.object?.replaceAll('-', ' ') ?? spot.name },
    { help, fix: near === undefined ? undefined : { span: key, text: near, guess: true } },
  );
}

/**
 * Quoted booleans and numbers are understood. A number where text is wanted is harmless, or reported by `misread`. The
 * rest is an error.
 */
function wrongType(expected: readonly string[], spot: Spot): Diagnostic | undefined {
  const { node, name } = spot;
  if (node.kind === 'scalar') {
    // A field that is not required and has no value counts as not written.
    if (node.value === null) return spot.optional ? undefined : missingValue(node, name, spot.key);
    const fix = (text: string): { readonly fix: { readonly span: Span; readonly text: string } } => ({
      fix: { span: node.span, text },
    });
    if (typeof node.value === 'string') {
      const bool = expected.includes('boolean') ? toBoolean(node.value) : undefined;
      const number = expected.includes('integer')
        ? toInteger(node.value)
        : expected.includes('number') && node.value.trim() !== '' && Number.isFinite(Number(node.value))
          ? Number(node.value)
          : undefined;
      // Values from the environment or a vault are always text.
      if ((bool !== undefined || number !== undefined) && (node.derivedFrom !== undefined || node.tag === 'vault'))
        return undefined;
      if (bool !== undefined)
        return report('quoted-boolean', node.span, { name, value: node.value }, fix(String(bool)));
      if (number !== undefined)
        return report('quoted-number', node.span, { name, value: node.value }, fix(String(number)));
    } else if (expected.includes('string') && !expected.includes('integer'))
      return spot.info?.enum === undefined ? undefined : badEnum(spot.info.enum.map(String), spot);
    else if (expected.includes('boolean') && (node.value === 0 || node.value === 1))
      return report('quoted-boolean', node.span, { name, value: node.value }, fix(String(node.value === 1)));
  }
  return report('wrong-type', node.span, {
    name,
    expected: expected.map((type) => TYPES.get(type) ?? type).join(' or '),
    got: kindOf(node),
  });
}

function badEnum(allowed: readonly string[], spot: Spot): Diagnostic | undefined {
  const { node, name } = spot;
  const written = node.kind === 'scalar' ? (typeof node.value === 'string' ? node.value : node.text) : kindOf(node);
  if (node.kind === 'scalar' && node.value === null) return undefined;
  if (typeof valueOf(node) === 'string' && toInteger(written) !== undefined && allowed.includes(written)) {
    return report('quoted-number', node.span, { name, value: written }, { fix: { span: node.span, text: written } });
  }
  const near = suggest(written, allowed);
  const help = near === undefined ? `known: ${allowed.join(', ')}` : `did you mean \`${near}\`?`;
  return report(
    'bad-enum',
    node.span,
    { name, value: written },
    { help, fix: near === undefined ? undefined : { span: node.span, text: near, guess: true } },
  );
}
