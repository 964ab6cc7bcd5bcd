/**
 * A share of long tests: `PIGSTYC_SHARE=2/4` runs every fourth piece, beginning with the second. Without it all are run.
 * `.ci/run` takes another share at each commit.
 */
import * as assert from 'uvu/assert';

const text = process.env['PIGSTYC_SHARE'] ?? '1/1';
const [own, shares] = text.split('/').map(Number) as [number, number];
assert.ok(own >= 1 && own <= shares, `PIGSTYC_SHARE=${text} is no share`);

/** Whether everything is run. */
export const isWhole = shares === 1;

/** Whether the piece with this number, counted from 0, is run. */
export function isChosen(piece: number): boolean {
  return piece % shares === own - 1;
}

/** The pieces that are run. */
export function chosen<T>(pieces: readonly T[]): readonly T[] {
  return pieces.filter((_, at) => isChosen(at));
}
