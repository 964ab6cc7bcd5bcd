/** `diff` uses what the last build kept, and says the same without it. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nodeHost } from '../../../compiler/host/host.ts';
import { overlay } from '../../../compiler/review/diff/overlay-host.ts';
import { reviewMaterials } from '../../../compiler/state/review.ts';
import { built, HOSTS, inventory, write, type Choices } from './sites.ts';

const [, , FIRST, , OTHER] = HOSTS as [string, string, string, string, string];

let dir = '';
test.before.each(() => {
  dir = mkdtempSync(join(tmpdir(), 'pigstyc-reviewed-'));
});
test.after.each(() => rmSync(dir, { recursive: true }));

const at = (path: string): string => join(dir, path);
const declare = (choices: Choices = {}): void => write(at('pigsty.yml'), inventory(choices));
const records = (): readonly string[] => readdirSync(at('.pigstyc')).filter((name) => name.startsWith('built-'));

test('a review that knows the last build says what one without it says', async () => {
  declare();
  for (const _ of [1, 2]) await built(dir);
  const reviewed = async (program?: string): Promise<readonly [readonly string[], readonly string[]]> => {
    const dry = overlay(nodeHost());
    const { bundle, read } = await built(dir, { system: dry.host, prepare: reviewMaterials, program });
    const differs = (path: string): boolean => !existsSync(path) || !readFileSync(path).equals(dry.written.get(path)!);
    const changed = [...dry.written.keys()].filter((path) => path.startsWith(at('out/')) && differs(path));
    return [[...changed.map((path) => path.slice(at('out/').length)), ...bundle!.removed].sort(), read];
  };
  const record = readFileSync(at(`.pigstyc/${records()[0]}`), 'utf8');
  assert.equal(await reviewed('a'), [[], []]);
  declare({ workMem: 9, password: 'Other.Secret-1' });
  const [changed, read] = await reviewed('a');
  assert.equal([changed, [HOSTS, read].map((all) => all.includes(OTHER))], [(await reviewed())[0], [true, false]]);
  assert.ok(changed.some((path) => path.includes('/sealed/')) && changed.some((path) => path.includes('/files/')));
  declare({ zone: 'Asia/Tokyo' });
  writeFileSync(at(`out/hosts/${OTHER}/manifest.tsv`), 'edited\n');
  rmSync(at(`out/hosts/${FIRST}/lib.sh`));
  const all = (await reviewed('a'))[0];
  assert.equal(all, (await reviewed())[0]);
  assert.ok(all.includes(`hosts/${OTHER}/manifest.tsv`) && all.includes(`hosts/${FIRST}/lib.sh`));
  assert.is(readFileSync(at(`.pigstyc/${records()[0]}`), 'utf8'), record);
});

test.run();
