import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/**
 * Every room of the house, the lowest first: a file imports from its own room and from rooms below it, types included.
 * A room is a directory with what lies in it, but for what has a line of its own here; a few files that stand alone are
 * rooms, too.
 */
const ROOMS = [
  // What everything is made of: text and spans, words, what ships with the program, what the schemas say, findings, the machine.
  'compiler/source',
  'compiler/words',
  'compiler/package',
  'compiler/schema',
  'compiler/diagnostics',
  'compiler/host',
  // The model, and facts of the field that checks and emitters share.
  'compiler/platform',
  'compiler/model',
  'compiler/programs',
  'compiler/postgresql',
  'emitters/toolkit/quote',
  'compiler/domain',
  // What modules are, known to everybody from here on.
  'emitters/settings.ts',
  'emitters/module.ts',
  'emitters/*/module.ts',
  'emitters/modules.ts',
  // From text to a checked inventory.
  'compiler/phases/1-parse',
  'compiler/phases/2-merge',
  'compiler/phases/3-normalize',
  'compiler/phases/4-resolve',
  'compiler/cmdb',
  'compiler/inputs',
  'compiler/secrets',
  'compiler/phases/5-check',
  'compiler/phases/6-model',
  // What modules bring to hosts.
  'emitters/runtime-calls.ts',
  'emitters/api.ts',
  'emitters/toolkit',
  'emitters/host',
  'emitters/node',
  'emitters/etcd',
  'emitters/pgsql',
  'emitters/haproxy',
  'emitters/minio',
  'emitters/redis',
  'emitters/watched.ts',
  'emitters/infra',
  'emitters/monitor',
  // From the model to a bundle.
  'compiler/phases/7-plan',
  'compiler/phases/8-emit',
  'compiler/phases/9-bundle',
  'compiler/pki',
  'compiler/graph',
  'compiler/state',
  'compiler/build',
  'compiler/compile.ts',
  // What people do with it.
  'compiler/init',
  'compiler/adopt',
  'compiler/edit',
  'compiler/review',
  'compiler/cli',
  'compiler/codegen',
  'playground',
];

interface Import {
  readonly from: string;
  /** As written: `node:fs`, `../model/site.ts`. */
  readonly name: string;
  /** Relative to the repository; undefined for what is no file of ours. */
  readonly to: string | undefined;
}

const IMPORT =
  /^(?:import|export|\}) [^'"\n]*from ['"]([^'"]+)['"]|^import ['"]([^'"]+)['"]|import\(['"]([^'"]+)['"]\)/gm;

/** Every import of a file, of types and by `import()` too. */
function importsOf(from: string): readonly Import[] {
  return [...readFileSync(from, 'utf8').matchAll(IMPORT)].map(([, by, alone, called]) => {
    const name = by ?? alone ?? called ?? '';
    const to = name.startsWith('.') && name.endsWith('.ts') ? relative('.', resolve(dirname(from), name)) : undefined;
    return { from, name, to };
  });
}

const paths = ['compiler', 'emitters', 'playground'].flatMap((directory) =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .map((path) => join(directory, path)),
);
const everyImport = paths.flatMap(importsOf);
const imports = everyImport.flatMap(({ from, to }) => (to === undefined ? [] : [[from, to] as const]));

/** The room of a file, by the longest name that fits. */
function roomOf(path: string): string | undefined {
  const fitting = ROOMS.filter((room) => path === room || path.startsWith(`${room}/`) || isModule(room, path));
  return fitting.sort((a, b) => b.length - a.length)[0];
}

function isModule(room: string, path: string): boolean {
  return room === 'emitters/*/module.ts' && /^emitters\/\w+\/(module|settings)\.ts$/.test(path);
}

function violations(from: RegExp, forbidden: RegExp, allowed?: RegExp): readonly string[] {
  return imports
    .filter(
      ([importer, imported]) => from.test(importer) && forbidden.test(imported) && !(allowed?.test(imported) ?? false),
    )
    .map(([importer, imported]) => `${importer} → ${imported}`);
}

test('there are imports to look at', () => {
  assert.ok(imports.length > 2000, String(imports.length));
  assert.ok(imports.some(([from, to]) => from === 'compiler/cli/commands/check.ts' && to === 'compiler/compile.ts'));
});

test('every file is in a room, and no room is empty', () => {
  assert.equal(
    paths.filter((path) => roomOf(path) === undefined),
    [],
  );
  const inhabited = new Set(paths.map(roomOf));
  assert.equal(
    ROOMS.filter((room) => !inhabited.has(room)),
    [],
  );
});

test('no room imports a room above it', () => {
  const rank = (path: string): number => ROOMS.indexOf(roomOf(path) ?? '');
  const upward = imports.filter(([importer, imported]) => rank(imported) > rank(importer));
  assert.equal(
    upward.map(([importer, imported]) => `${importer} → ${imported}`),
    [],
  );
});

test('emitters see the model, the platform and facts of the field, never YAML, spans, phases or diagnostics', () => {
  assert.equal(
    violations(/^emitters\//, /^compiler\//, /^compiler\/((model|platform|domain)\/|schema\/parameter-names)/),
    [],
  );
});

test('what emitters see knows neither phases nor sources', () => {
  assert.equal(violations(/^compiler\/(model|platform|domain)\//, /^compiler\/(source|phases|diagnostics|cli)\//), []);
});

test('checks know of emitters what modules are and how values are quoted', () => {
  assert.equal(violations(/^compiler\/phases\/5-/, /^emitters\//, /^emitters\/(toolkit\/quote\/|modules?\.ts$)/), []);
});

test('files and processes are reached through the host only', () => {
  const reach = everyImport.filter(({ from, name }) =>
    name === 'node:net' ? !readsAddresses(from) : /^(node:)?(fs|child_process|net|https?|dgram)(\/|$)/.test(name),
  );
  const direct = new Set(reach.map(({ from }) => from).filter((path) => !path.startsWith('compiler/codegen/')));
  assert.equal(
    [...direct].filter((path) => !HOST.includes(path) && !READERS_OF_THE_PACKAGE.includes(path)),
    [],
  );
});

/** Reading an address out of a text reaches nothing. */
function readsAddresses(path: string): boolean {
  return /^import \{ (?:isIP\w*(?:, )?)+ \} from 'node:net';$/m.test(readFileSync(path, 'utf8'));
}

const HOST = ['compiler/host/host.ts', 'compiler/host/files.ts', 'compiler/host/lock.ts', 'compiler/host/programs.ts'];

/** What reads what ships with the package (schemas, templates, pages), never the user's files. */
const READERS_OF_THE_PACKAGE = ['compiler/package/package-files.ts'];

test.run();
