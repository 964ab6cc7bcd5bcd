/** A parameter has an effect, or the schema says that it has none: by who reads it in the sources. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parameters } from '../../../compiler/schema/table.ts';

/** Checks say what they think of a parameter; its effect lies elsewhere. */
const CHECKS = join('compiler', 'phases', '5-check');

const words = new Set(
  ['compiler', 'emitters'].flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .map((path) => join(root, path))
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.gen.ts') && !path.startsWith(CHECKS))
      .flatMap((path) => readFileSync(path, 'utf8').match(/\w+/g) ?? []),
  ),
);

test('nothing is made from those that the schema says so of, and from no others', () => {
  const unread = [...parameters().values()].filter(
    ({ emits, camel, name }) => emits && !words.has(camel) && !words.has(name),
  );
  const silent = unread.filter(({ noEffect }) => noEffect === undefined).map(({ name }) => name);
  // A warning of its own says that it is reserved.
  assert.equal(silent, ['pg_instances']);
  for (const { name, camel, noEffect } of parameters().values())
    if (noEffect !== undefined && name !== camel) assert.not.ok(words.has(camel), name);
});

test.run();
