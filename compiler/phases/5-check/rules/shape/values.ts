import { nameLengths } from './text.ts';
import type { ErrorObject } from 'ajv';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { validateParameter } from '../../../../schema/validators.gen.js';
import type { Node } from '../../../../source/node.ts';
import type { CheckContext } from '../../context.ts';
import { valueOf } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';
import { foreignObjects } from './foreign-fields.ts';
import { nothing } from './nothing.ts';
import { fitsWhenFilled, isUnresolved, locate, withText, type Spot } from './spot.ts';
import { badFormat, explain } from './explain.ts';

export const values: Rule = {
  codes: [
    'unknown-field',
    'bad-format',
    'missing-field',
    'out-of-range',
    'wrong-type',
    'remark-ignored',
    'quoted-boolean',
    'quoted-number',
    'no-value',
    'bad-enum',
    'anchor-not-value',
  ],
  about:
    'Values against the schema of their parameter: fields, types, enumerations, ranges. Each tree is ' +
    'checked once.',
  *check(context) {
    yield* typed(context);
    yield* nothing(context);
    yield* nameLengths(context);
  },
};

/** Values against the schema of their parameter: fields, types, enumerations, ranges. Each tree is checked once. */
function* typed(context: CheckContext): Iterable<Diagnostic> {
  for (const [name, node] of trees(context)) yield* checkValue(name, node);
}

/** Resolved values that reach hosts, then what was written but shadowed everywhere. */
function* trees(context: CheckContext): Iterable<readonly [string, Node]> {
  const reached = new Map<string, Set<string>>();
  for (const [name, uses] of context.variables) {
    reached.set(name, new Set(uses.map(({ node }) => place(node))));
    for (const { node } of uses) yield [name, node];
  }
  const written = [...context.globals].map(([name, { node }]): readonly [string, Node] => [name, node]);
  for (const group of context.groups.values()) for (const { key, value } of group.vars) written.push([key.text, value]);
  for (const [name, node] of written) {
    const places = reached.get(name) ?? new Set();
    if (places.has(place(node))) continue;
    reached.set(name, places.add(place(node)));
    yield [name, node];
  }
}

function place({ span }: Node): string {
  return `${span.file.path}:${span.start}`;
}

function* checkValue(name: string, node: Node): Iterable<Diagnostic> {
  // `nothing` judges parameters without a value.
  if (node.kind === 'scalar' && node.value === null) return;
  const validate = validateParameter(name);
  if (validate === undefined || validate(valueOf(node))) return;
  const explained = new Set<string>();
  // The list is the validator's own and lives until its next call.
  const errors = [...(validate.errors ?? [])];
  const foreign = foreignObjects(errors, (path) => locate(name, node, path));
  yield* foreign.values();
  yield* numbersAsText(name, node, errors);
  for (const error of errors) {
    const spot = locate(name, node, error.instancePath);
    if (
      (error.keyword === 'additionalProperties' && foreign.has(error.instancePath)) ||
      isUnresolved(spot.node) ||
      isFilledLater(name, error, spot) ||
      (error.keyword === 'enum' && explained.has(error.instancePath))
    )
      continue;
    const found = explain(error, spot);
    if (found === undefined) continue;
    if (error.keyword === 'type') explained.add(error.instancePath);
    yield found;
  }
}

/** Text with placeholders is judged as if they were filled in. */
function isFilledLater(name: string, { keyword, params, instancePath }: ErrorObject, { node }: Spot): boolean {
  return (
    keyword === 'pattern' &&
    fitsWhenFilled(name, instancePath, node, String((params as { readonly pattern: string }).pattern))
  );
}

/** A number where text is wanted stands for its digits, which have to be such a text. */
function* numbersAsText(name: string, node: Node, errors: readonly ErrorObject[]): Iterable<Diagnostic> {
  const paths = new Set(
    errors
      .filter((error) => readAsText(error, locate(name, node, error.instancePath)))
      .map((error) => error.instancePath),
  );
  if (paths.size === 0) return;
  const validate = validateParameter(name)!;
  validate(withText(node, paths));
  for (const error of [...(validate.errors ?? [])])
    if (error.keyword === 'pattern' && paths.has(error.instancePath))
      yield badFormat(String(error.params['pattern']), locate(name, node, error.instancePath), undefined);
}

function readAsText({ keyword, params }: ErrorObject, { node }: Spot): boolean {
  return (
    keyword === 'type' &&
    node.kind === 'scalar' &&
    typeof node.value === 'number' &&
    [params['type']].flat().includes('string')
  );
}
