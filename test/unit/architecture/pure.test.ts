/** Unit tests run within seconds because they start no program and ask no network; those that do are in test/integration. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, dirname } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const IMPORT = /^(?:import|\}) [^'\n]*from '([^']+)'/gm;
const IMPURE = /^node:(child_process|cluster|worker_threads|http|https|http2|tls|dgram)$/;

/** What a file of test/ imports, itself or through other files of test/. */
function reachedFrom(file: string, seen: Set<string>): readonly string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  return [...readFileSync(file, 'utf8').matchAll(IMPORT)].flatMap(([, name = '']) => {
    const to = name.startsWith('.') ? relative('.', resolve(dirname(file), name)) : name;
    return to.startsWith('test/') ? reachedFrom(to, seen) : [to];
  });
}

test('no unit test imports what starts programs or opens connections', () => {
  const tests = readdirSync('test/unit', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join('test/unit', file));
  assert.ok(tests.length > 60, String(tests.length));
  const impure = tests.filter((file) => reachedFrom(file, new Set()).some((name) => IMPURE.test(name)));
  assert.equal(impure, []);
  assert.ok(reachedFrom('test/integration/host/kill.test.ts', new Set()).some((name) => IMPURE.test(name)));
});

test.run();
