/** What the schema allows is never refused: each parameter at each level it may have, alone and among others. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { objectOf, type ObjectField } from '../../../compiler/schema/table.ts';
import { buildAnyway, checkText, everything, objectPlaces, plant, watching, write } from '../../support/everything.ts';
import { placements, validInventory, type Placed } from '../../support/valid.ts';
import { Random } from '../../mutation/random.ts';

const test = suite('valid inventories');

/** PIGSTYC_VALID=2000 makes as many mixtures. */
const MIXTURES = Number(process.env['PIGSTYC_VALID'] ?? 60);

/** Errors of an inventory, and what its build says that the check did not. */
function refusals(text: string, build: boolean): readonly string[] {
  const checked = checkText(text);
  const errors = checked.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0 || !build) return errors.map(({ code, message }) => `${code} ${message}`);
  return buildAnyway(checked).found.flatMap(({ severity, message }) =>
    severity === 'error' ? [`build: ${message}`] : [],
  );
}

function told({ name, level, value }: Placed, problems: readonly string[]): readonly string[] {
  return problems.map((problem) => `${name} at ${level} = ${JSON.stringify(value)}: ${problem}`);
}

const all = placements();

test('each parameter at each level', () => {
  assert.ok(all.length > 500, `${all.length}`);
  assert.equal(
    all.flatMap((placed, at) => told(placed, refusals(validInventory([placed]), at % 10 === 0))),
    [],
  );
});

/** Values of a field that need nothing else beside them. */
function fieldValues({ name, type, default: usual, enum: words, examples }: ObjectField): readonly unknown[] {
  // Judged with others: what a field refers to, and what only some versions and states know.
  if (
    ['ansible_host', 'state', 'remove', 'replica_of', 'certbot', 'upstream', 'locale_provider', 'auth'].includes(name)
  )
    return [];
  if (words !== undefined) return words;
  if (type === 'bool') return [true, false];
  return [...(usual === undefined ? [] : [usual]), ...(examples ?? [])];
}

test('each field of each object', () => {
  const wrong: string[] = [];
  let tried = 0;
  for (const settings of [everything(), watching()])
    for (const { path, object } of objectPlaces(settings))
      for (const field of objectOf(object)!.fields)
        for (const value of fieldValues(field)) {
          const text = write(plant(settings, [...path, field.name], value)).text;
          wrong.push(
            ...refusals(text, tried++ % 10 === 0).map(
              (problem) => `${object}.${field.name} = ${JSON.stringify(value)}: ${problem}`,
            ),
          );
        }
  assert.ok(tried > 200, `${tried}`);
  assert.equal([...new Set(wrong)], []);
});

test('many at once', () => {
  const wrong: string[] = [];
  for (let seed = 0; seed < MIXTURES; seed++) {
    const random = new Random(`mixture ${seed}`);
    // One value for each name: two levels of one parameter are two members that differ.
    const chosen = new Map(random.sample(all, 5 + random.below(40)).map((placed) => [placed.name, placed]));
    const text = validInventory([...chosen.values()], random);
    wrong.push(...refusals(text, seed % 10 === 0).map((problem) => `mixture ${seed}: ${problem}`));
  }
  assert.equal(wrong, []);
});

test.run();
