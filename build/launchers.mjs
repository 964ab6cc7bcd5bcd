/** The few lines that start the bundle: from the files of dist/, or from inside an executable. */
import { LIBRARIES } from './bundle.mjs';

const MINIMUM = 20;

/**
 * Most runs end before code that V8 has optimized pays for the optimization, which takes a third of the processor time of a check: here it is done
 * to functions that run much longer than V8 waits for. The code cache was made without the options, so they come after the cache was read.
 * V8 counts bytecode up to 11 and calls from 12 on, and complains of an option it does not know: later ones than 14 have to be tried first.
 */
const UNHURRIED = `{
  const v8 = parseInt(process.versions.v8, 10);
  const counts = '--invocation-count-for-maglev=4000 --invocation-count-for-turbofan=50000';
  const options = v8 <= 11 ? '--interrupt-budget=600000' : v8 <= 14 ? counts : '';
  if (options !== '') require('node:v8').setFlagsFromString(options);
}`;

/**
 * dist/pigstyc.cjs. The guard is written for every Node there ever was; what follows it is only read by one that is new enough.
 * @param id of the build whose parts it starts
 */
export const fileLauncher = (id) => `#!/usr/bin/env node
'use strict';
if (!(parseInt(process.versions.node, 10) >= ${MINIMUM})) {
  process.stderr.write('pigstyc needs Node.js ${MINIMUM} or newer; this is ' + process.versions.node + ' (' + process.execPath + ')\\n');
  process.exit(2);
}
const { openSync, readFileSync, readSync, writeFileSync } = require('node:fs');
const { Script } = require('node:vm');
const part = (kind) => __dirname + '/pigstyc-${id}.' + kind;
const whole = (kind, operation) => {
  try {
    return operation(part(kind));
  } catch (error) {
    process.stderr.write('pigstyc is incomplete: ' + error.message + '\\nInstall it again; in its sources: npm run build\\n');
    process.exit(2);
  }
};
let archive;
const texts = (start, length) =>
  whole('archive', (file) => {
    archive = archive ?? openSync(file);
    const bytes = Buffer.alloc(length);
    if (readSync(archive, bytes, 0, length, start) !== length) throw new Error(file + ' ends early');
    return bytes;
  });
const cache = process.env.PIGSTYC_WRITE_CODE_CACHE;
let cachedData;
try {
  if (!cache) cachedData = readFileSync(part('cache'));
} catch (e) {}
const script = new Script(whole('js', (file) => readFileSync(file, 'latin1')), { filename: part('js'), cachedData });
if (cache) process.on('exit', () => writeFileSync(cache, script.createCachedData()));
else ${UNHURRIED}
script.runInThisContext()(exports, require, module, part('js'), __dirname, texts);
`;

/** Inside an executable the parts are assets, and so are the libraries: only modules of node itself can be required there. */
export const executableLauncher = `'use strict';
const { getRawAsset } = require('node:sea');
const { dirname } = require('node:path');
const { Script } = require('node:vm');
const asset = (name) => Buffer.from(getRawAsset(name));
const filename = process.execPath;
const compiled = (name, options) => new Script(asset(name).latin1Slice(), { filename, ...options });
const run = (script, module, ...more) =>
  script.runInThisContext()(module.exports, load, module, filename, dirname(filename), ...more);
const libraries = new Set(${JSON.stringify(LIBRARIES)});
const loaded = new Map();
function load(name) {
  if (!libraries.has(name)) return require(name);
  if (!loaded.has(name)) {
    const module = { exports: {} };
    loaded.set(name, module);
    run(compiled(name, {}), module);
  }
  return loaded.get(name).exports;
}
let archive;
const texts = (start, length) => (archive ??= asset('archive')).subarray(start, start + length);
const program = compiled('program', { cachedData: asset('cache') });
${UNHURRIED}
run(program, { exports: {} }, texts);
`;
