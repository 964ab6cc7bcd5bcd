/** What node gives every module. */
export { Buffer } from 'buffer/';
export const process = {
  env: {},
  platform: 'browser',
  argv: [],
  version: '',
  versions: {},
  cwd: () => '/',
  nextTick: queueMicrotask,
};
export const setImmediate = (work) => setTimeout(work, 0);
