import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildNotes } from '../../../compiler/build/notes.ts';
import type { Host } from '../../../compiler/model/site.ts';

const host = (source: string): Host =>
  ({ facts: { source, osVendor: 'debian', osVersion: '13', cpu: 2, memoryMib: 4096 } }) as unknown as Host;

test('what a build assumes is said with the way to make it certain', () => {
  const [facts, ...more] = buildNotes([host('assumed'), host('facts-file'), host('assumed')], 'out');
  assert.is(facts, 'facts of 2 hosts are assumed (debian 13, 2 CPUs, 4096 MiB): make -C out facts, then build again');
  assert.equal(more, []);
  assert.equal(buildNotes([host('facts-file'), host('inventory')], 'out'), []);
});

test.run();
