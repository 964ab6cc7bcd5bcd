import { textWidth } from '../../diagnostics/frame.ts';

/** Stands in for the library of this name inside yargs; the bundle swaps it. */
export default textWidth;
