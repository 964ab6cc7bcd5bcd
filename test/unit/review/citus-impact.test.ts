/** A Citus group has to be empty of shards before it ends, with its host or on one that stays. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { impactText } from '../../../compiler/cli/impact-text.ts';
import type { Style } from '../../../compiler/cli/style.ts';
import type { ManifestFile } from '../../../compiler/phases/9-bundle/bundle-files.ts';
import { recordOfScript } from '../../../compiler/phases/9-bundle/plan-record.ts';
import { impactOf, type HostImpact, type HostVersion } from '../../../compiler/review/impact/impact.ts';

const same = (text: string): string => text;
const PLAIN: Style = { width: 100, bold: same, dim: same, red: same, yellow: same, cyan: same, green: same };
const UNIT: ManifestFile = {
  path: '/etc/systemd/system/patroni.service',
  bundle: 'patroni.service',
  owner: 'root',
  group: 'root',
  mode: '0644',
  sha256: '',
  sealed: false,
  stage: 'pgsql',
  effects: 'restart! patroni',
  source: 'test',
};
const version = (files: readonly ManifestFile[], script: string): HostVersion => ({
  files,
  plan: recordOfScript(script),
  text: () => '',
});
const member = (group: string): HostVersion =>
  version([UNIT], `identity pgsql 'scope=pg-citus' ${group} 'name=pg-citus1-1'`);
const impact = (group: string, now?: HostVersion): HostImpact =>
  impactOf('a', { former: member(group), now }, new Map())!;

test('diff says so', () => {
  const line =
    'when the Citus group 1 ends alone, its shards have to be moved first (citus_drain_node): refused until then';
  const stays = version([], ':');
  for (const one of [impact("'group=1'"), impact("'group=1'", stays)])
    assert.ok(
      impactText([one], PLAIN)
        .map((text) => text.trim())
        .includes(line),
    );
  assert.equal(impact("'group=1'", stays).effects, ['stop! patroni', 'drain group 1']);
  for (const other of ["'group=0'", ''])
    assert.equal(impact(other, stays).effects, ['stop! patroni'], 'a coordinator, or no Citus at all');
});

test.run();
