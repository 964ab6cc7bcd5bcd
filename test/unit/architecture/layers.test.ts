import { relative, dirname, resolve } from 'node:path';
import { Project } from 'ts-morph';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const project = new Project({ tsConfigFilePath: 'tsconfig.json', skipAddingFilesFromTsConfig: true });
project.addSourceFilesAtPaths(['compiler/**/*.ts', 'emitters/**/*.ts']);

/** Every import of a project file: [importer, imported], paths relative to the repository. */
const imports = project.getSourceFiles().flatMap((file) => {
  const from = relative('.', file.getFilePath());
  return [...file.getImportDeclarations(), ...file.getExportDeclarations()]
    .map((declaration) => declaration.getModuleSpecifierValue())
    .filter((specifier) => specifier?.startsWith('.'))
    .map((specifier): readonly [string, string] => [
      from,
      relative('.', resolve(dirname(file.getFilePath()), specifier!)),
    ]);
});

function violations(from: RegExp, forbidden: RegExp, allowed?: RegExp): readonly string[] {
  return imports
    .filter(
      ([importer, imported]) => from.test(importer) && forbidden.test(imported) && !(allowed?.test(imported) ?? false),
    )
    .map(([importer, imported]) => `${importer} → ${imported}`);
}

test('there are imports to look at', () => {
  assert.ok(imports.length > 100);
});

test('emitters see the model and the platform, never YAML, spans, phases or diagnostics', () => {
  assert.equal(violations(/^emitters\//, /^compiler\//, /^compiler\/(model|platform)\//), []);
});

test('the model knows neither phases nor sources', () => {
  assert.equal(
    violations(/^compiler\/(model|platform)\//, /^(emitters\/|compiler\/(source|phases|diagnostics|cli)\/)/),
    [],
  );
});

test('a phase never imports a later one', () => {
  const late = imports.filter(([importer, imported]) => {
    const from = /^compiler\/phases\/(\d)-/.exec(importer);
    const to = /^compiler\/phases\/(\d)-/.exec(imported);
    return from !== null && to !== null && Number(to[1]) > Number(from[1]);
  });
  assert.equal(late, []);
});

test('nothing but the command line imports the command line', () => {
  assert.equal(violations(/^(compiler\/(?!cli\/)|emitters\/)/, /^compiler\/cli\//), []);
});

test('files and processes are reached through the host only', () => {
  const direct = project
    .getSourceFiles()
    .filter((file) =>
      file.getImportDeclarations().some(
        (d) =>
          /^(node:)?(fs|child_process|net|https?|dgram)(\/|$)/.test(d.getModuleSpecifierValue()) &&
          // Reading an address out of a text reaches nothing.
          !d.getNamedImports().every((name) => /^isIP/.test(name.getName())),
      ),
    )
    .map((file) => relative('.', file.getFilePath()))
    .filter((path) => !path.startsWith('compiler/codegen/'));
  assert.equal(
    direct.filter((path) => !HOST.includes(path) && !READERS_OF_THE_PACKAGE.includes(path)),
    [],
  );
});

const HOST = ['compiler/host.ts', 'compiler/host-files.ts', 'compiler/host-lock.ts', 'compiler/host-programs.ts'];

/** What reads what ships with the package (schemas, templates, pages), never the user's files. */
const READERS_OF_THE_PACKAGE = ['compiler/package-files.ts'];

test.run();
