/**
 * No input crashes the compiler: every node of every scenario is replaced by something of a wrong kind; what passes the
 * checks is rendered too.
 */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseDocument, visit } from 'yaml';
import { overlay } from '../../../compiler/review/diff/overlay-host.ts';
import { compileFiles } from '../../../compiler/compile.ts';
import { prepareMaterials } from '../../../compiler/state/materials.ts';
import { nodeHost } from '../../../compiler/host/host.ts';

const SCENARIOS = ['reference', 'customize-cluster', 'access-control', 'citus', 'redis', 'minio', 'etcd'];
const WRONG = ['~', '[]', '{}', '12345678901234567890', '"\\u0000x"', '[[{a: [1]}]]'];
/** Rendering costs more than checking, so only some of what passes is rendered. */
const RENDER_EVERY = 25;
const test = suite('no input crashes');

for (const scenario of SCENARIOS) {
  test(scenario, async () => {
    const text = readFileSync(`fixtures/ok/${scenario}/pigsty.yml`, 'utf8');
    const ranges: (readonly [number, number])[] = [];
    visit(parseDocument(text, { version: '1.1' }), {
      Node(_, node) {
        if (node.range) ranges.push([node.range[0], node.range[1]]);
      },
    });
    const system = overlay(nodeHost()).host;
    let runs = 0;
    for (const [start, end] of ranges) {
      const wrong = WRONG[runs % WRONG.length]!;
      system.writeFile(
        '/inventory/pigsty.yml',
        `${text.slice(0, start)}${wrong} ${text[end - 1] === '\n' ? '\n' : ''}${text.slice(end)}`,
        0o644,
      );
      const compilation = compileFiles(system, { files: ['/inventory/pigsty.yml'] });
      const checked = compilation.checked();
      const modelled = runs % RENDER_EVERY === 0 ? await compilation.modelled() : undefined;
      const materials = modelled && prepareMaterials(system, checked, modelled.site)[0];
      if (modelled && materials)
        for (const rendered of await compilation.rendered(materials, [])) assert.ok(rendered.files.length > 0);
      runs++;
    }
    assert.ok(runs > 20);
  });
}

test.run();
