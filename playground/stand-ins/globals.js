/** What node gives every module. */
export { Buffer } from 'buffer/';
export const process = { env: {}, platform: 'browser', argv: [], version: '', versions: {}, nextTick: queueMicrotask };
export const setImmediate = (work) => setTimeout(work, 0);
