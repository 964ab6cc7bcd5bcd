import { readInputs } from '../../compiler/build/inputs.ts';
import { Compilation } from '../../compiler/compile.ts';
import { nodeHost } from '../../compiler/host/host.ts';
import { readInventory, type FrontEnd, type FrontEndOptions } from '../../compiler/inputs/front-end.ts';
import type { SourceFile } from '../../compiler/source/node.ts';

/** Phases 1 to 4 over files that are in memory. */
export function inventoryOf(sources: readonly SourceFile[], options: FrontEndOptions = {}): FrontEnd {
  return readInventory(new Compilation(() => ({ ...readInputs(nodeHost(), { files: [] }), sources, options })));
}
