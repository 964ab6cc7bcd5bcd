/**
 * What the program reads of its own package (schemas, templates, scripts, pages, data), in one file: how long the index is, the index
 * as JSON, path → [start, length], then the texts. A run reads the index and the few texts it needs. It is made together with the
 * bundle, so that code and templates are always of the same build.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const DIRECTORIES = ['compiler', 'emitters', 'schemas'];
/** Digits of the number in front of the index, as compiler/package/package-files.ts reads it. */
const HEAD = 8;
const CODE = /\.ts$|\.gen\.js$/;

/** Paths of all files the program may read, relative to the root of the package. */
export function shippedFiles(root) {
  return DIRECTORIES.flatMap((directory) =>
    readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !CODE.test(entry.name))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(join(root, '/').length)),
  ).sort();
}

export function archiveOf(root) {
  const index = {};
  const texts = [];
  let start = 0;
  for (const path of shippedFiles(root)) {
    const text = readFileSync(join(root, path));
    index[path] = [start, text.length];
    texts.push(text);
    start += text.length;
  }
  const head = Buffer.from(JSON.stringify(index), 'latin1');
  return Buffer.concat([Buffer.from(String(head.length).padStart(HEAD), 'latin1'), head, ...texts]);
}
