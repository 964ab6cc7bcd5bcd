/** What our writer of YAML makes, read by PyYAML. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { yamlDocument } from '../../../emitters/toolkit/index.ts';
import { normal, tree } from '../../support/yaml-values.ts';

test('PyYAML reads the same', () => {
  if (spawnSync('python3', ['-c', 'import yaml']).status !== 0) return console.log('skip: PyYAML is not here');
  const values = fc.sample(tree, { numRuns: 400, seed: 7 }).map(normal);
  const script = 'import sys, json, yaml\nprint(json.dumps([yaml.safe_load(d) for d in json.load(sys.stdin)]))';
  const result = spawnSync('python3', ['-c', script], {
    input: JSON.stringify(values.map((value) => yamlDocument(value))),
    encoding: 'utf8',
  });
  assert.is(result.status, 0, result.stderr);
  assert.equal(JSON.parse(result.stdout), JSON.parse(JSON.stringify(values)));
});

test.run();
