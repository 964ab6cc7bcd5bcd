/** The code of the program, and of the libraries that only some commands need, as one script each. */
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** What only `graph`, `lsp` and databases need stays outside: a longer bundle is a slower start of everything. */
export const LIBRARIES = [
  '@viz-js/viz',
  'pg',
  'vscode-languageserver/node',
  'vscode-languageserver-textdocument',
  'yaml',
];

/** Used by a library where they are installed, which they are not. */
const ABSENT = ['chokidar', 'fsevents', 'pg-native'];

/** yargs measures its help with libraries that take longer to load than a check takes; the names below do the same for our texts. */
const lightModules = {
  name: 'light-modules',
  setup(bundler) {
    const light = join(root, 'compiler/cli/light');
    bundler.onResolve({ filter: /^(string-width|wrap-ansi|strip-ansi|assert|node:module)$/ }, ({ path, importer }) =>
      /node_modules\/(yargs|yargs-parser|cliui)\//.test(importer)
        ? { path: join(light, `${path.replace('node:', '')}.ts`) }
        : undefined,
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

/** A module that is loaded when a function needs it is part of the bundle like any other. */
export const lateModules = {
  name: 'late-modules',
  setup(bundler) {
    bundler.onLoad({ filter: /\/compiler\/.*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('createRequire(')) return undefined;
      const contents = text
        .replace(/^import \{ createRequire \} from 'node:module';$/m, '')
        .replaceAll('createRequire(import.meta.url)(', 'require(');
      return { contents, loader: 'ts' };
    });
  },
};

const COMMON = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Lazy import() of a bundled module stays lazy; one of a built-in becomes require(), which needs no loader callback.
  supported: { 'dynamic-import': false },
  minifySyntax: true,
  minifyWhitespace: true,
  // A third less to read at every start.
  minifyIdentifiers: true,
  keepNames: false,
  legalComments: 'none',
  // ASCII output is read as one byte per character, which halves the time to load it.
  charset: 'ascii',
  logLevel: 'warning',
};

/** The program: every module, each evaluated when it is first needed. */
export async function programCode() {
  const { outputFiles } = await build({
    ...COMMON,
    entryPoints: ['compiler/cli/main.ts'],
    external: [...ABSENT, ...LIBRARIES],
    define: { 'import.meta.url': '__moduleUrl' },
    banner: { js: "const __moduleUrl=require('node:url').pathToFileURL(__filename).href;" },
    plugins: [lightModules, lateModules],
  });
  return wrapped(outputFiles[0].text, '__archive');
}

/** One of LIBRARIES with all it needs. */
export async function libraryCode(name) {
  const { outputFiles } = await build({
    ...COMMON,
    stdin: { contents: `module.exports = require(${JSON.stringify(name)});`, resolveDir: root },
    external: ABSENT,
  });
  return wrapped(outputFiles[0].text);
}

/** As node wraps a module, so that the code can be a script with a code cache. */
function wrapped(code, ...more) {
  return `(function(${['exports', 'require', 'module', '__filename', '__dirname', ...more].join()}){${code}\n})`;
}
