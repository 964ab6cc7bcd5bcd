/**
 * One page that holds the compiler: it needs no server and asks nobody for anything.
 *
 *   npm run playground [-- FILE]     default playground.html
 */
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { archiveOf } from './archive.mjs';
import { lateModules, root } from './bundle.mjs';
import { notices } from './notices.mjs';

const own = (name) => join(root, 'playground', name);
const STAND_INS = { path: 'path-browserify', crypto: own('stand-ins/crypto.js'), net: own('stand-ins/net.js') };

/** What node has and a page has not. */
const standIns = {
  name: 'stand-ins',
  setup(bundler) {
    bundler.onResolve({ filter: /^[a-z]/ }, async ({ path, resolveDir }) => {
      if (!isBuiltin(path) || path === 'buffer/') return undefined;
      const name = path.replace(/^node:/, '').replace('path/posix', 'path');
      const wanted = STAND_INS[name] ?? own('stand-ins/absent.js');
      return wanted.startsWith('/')
        ? { path: wanted }
        : bundler.resolve(wanted, { kind: 'import-statement', resolveDir });
    });
  },
};

async function code() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['playground/page.js'],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    charset: 'ascii',
    logLevel: 'warning',
    inject: [own('stand-ins/globals.js')],
    define: { global: 'globalThis', 'import.meta.url': '"file:///"' },
    plugins: [standIns, lateModules],
  });
  // What would end the script element, or begin a comment of the page.
  return outputFiles[0].text.replace(/<(?=\/script|!--)/gi, '\\x3c');
}

/** Templates are compiled by the page, and the drawing is WebAssembly: both count as evaluation. */
function policyFor(script) {
  const hash = createHash('sha256').update(script).digest('base64');
  return [
    "default-src 'none'",
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "style-src 'unsafe-inline'",
    `script-src 'sha256-${hash}' 'unsafe-eval'`,
  ].join('; ');
}

/** What only this build has inside. */
const MORE = ['@noble/hashes', 'base64-js', 'buffer', 'ieee754', 'path-browserify'];
const markup = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const script = await code();
const parts = {
  policy: policyFor(script),
  example: markup(readFileSync(own('example.yml'), 'utf8')),
  licences: markup(notices({ more: MORE.map((name) => `node_modules/${name}`) })),
  archive: gzipSync(archiveOf(root), { level: 9 }).toString('base64'),
  code: script,
};
const page = readFileSync(own('page.html'), 'utf8').replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);
writeFileSync(resolve(process.argv[2] ?? join(root, 'playground.html')), page);
