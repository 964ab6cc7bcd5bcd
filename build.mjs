/**
 * Bundles compiler/cli/main.ts into dist/:
 *   pigstyc.cjs          the program; starts the bundle, with V8's code cache when it fits
 *   pigstyc-<id>.js      the bundle: every module, each evaluated when it is first needed
 *   pigstyc-<id>.cache   compiled code of the functions that `check` runs, made by this node version
 * The id is a hash of the bundle, so that a cache never meets another bundle.
 */
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('.', import.meta.url));
const dist = join(root, 'dist');

/** yargs measures its help with libraries that take longer to load than a check takes; the names below do the same for our texts. */
const lightModules = {
  name: 'light-modules',
  setup(bundler) {
    const light = join(root, 'compiler/cli/light');
    bundler.onResolve({ filter: /^(string-width|wrap-ansi|strip-ansi|assert)$/ }, ({ path, importer }) =>
      /node_modules\/(yargs|cliui)\//.test(importer) ? { path: join(light, `${path}.ts`) } : undefined,
    );
    // Asking standard output for its width loads the network library; the program sets the width of help itself.
    bundler.onLoad({ filter: /node_modules\/yargs\/lib\/platform-shims\/esm\.mjs$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const contents = text.replace(/stdColumns: typeof process\.stdout\.columns.*/, 'stdColumns: null');
      if (contents === text) throw new Error(`${path} has changed: look again at what it asks of standard output`);
      return { contents, loader: 'js' };
    });
  },
};

const result = await build({
  absWorkingDir: root,
  entryPoints: ['compiler/cli/main.ts'],
  bundle: true,
  write: false,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Lazy import() of a bundled module stays lazy; one of a built-in becomes require(), which needs no loader callback.
  supported: { 'dynamic-import': false },
  // What only `graph`, `lsp` and databases need stays outside: a longer bundle is a slower start of everything.
  external: [
    'chokidar',
    'fsevents',
    '@viz-js/viz',
    'pg',
    'vscode-languageserver/node',
    'vscode-languageserver-textdocument',
    'yaml',
  ],
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: false,
  legalComments: 'none',
  // ASCII output is read as one byte per character, which halves the time to load it.
  charset: 'ascii',
  define: { 'import.meta.url': '__moduleUrl' },
  banner: { js: "const __moduleUrl=require('node:url').pathToFileURL(__filename).href;" },
  plugins: [lightModules],
  logLevel: 'warning',
});

const code = `(function(exports,require,module,__filename,__dirname){${result.outputFiles[0].text}\n})`;
const id = createHash('sha256').update(code).digest('hex').slice(0, 12);
const MINIMUM = 20;
// The guard is written for every Node there ever was; what follows it is only read by one that is new enough.
const launcher = `#!/usr/bin/env node
'use strict';
if (!(parseInt(process.versions.node, 10) >= ${MINIMUM})) {
  process.stderr.write('pigstyc needs Node.js ${MINIMUM} or newer; this is ' + process.versions.node + ' (' + process.execPath + ')\\n');
  process.exit(2);
}
const { readFileSync } = require('node:fs');
const { Script } = require('node:vm');
const filename = __dirname + '/pigstyc-${id}.js';
let cachedData;
try {
  cachedData = readFileSync(__dirname + '/pigstyc-${id}.cache');
} catch (e) {}
const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
script.runInThisContext()(exports, require, module, filename, __dirname);
if (process.env.PIGSTYC_WRITE_CODE_CACHE === '${id}') {
  process.on('exit', () => require('node:fs').writeFileSync(__dirname + '/pigstyc-${id}.cache', script.createCachedData()));
}
`;

mkdirSync(dist, { recursive: true });
for (const name of readdirSync(dist)) if (/^pigstyc-[0-9a-f]+\.(js|cache)$/.test(name)) rmSync(join(dist, name));
writeFileSync(join(dist, `pigstyc-${id}.js`), code);
writeFileSync(join(dist, 'pigstyc.cjs'), launcher, { mode: 0o755 });

// The cache holds what this run compiles. Without it the program only starts more slowly, so a failure here is no error.
spawnSync(process.execPath, [join(dist, 'pigstyc.cjs'), 'check', 'fixtures/ok/reference/pigsty.yml', '--quiet'], {
  cwd: root,
  stdio: 'ignore',
  timeout: 20_000,
  env: { ...process.env, PIGSTYC_WRITE_CODE_CACHE: id },
});
