/**
 * What the program reads of its own package (schemas, templates, scripts, pages, data), in one file: a line of JSON, path → [start, length],
 * then the texts. It is made together with the bundle, so that code and templates are always of the same build.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const DIRECTORIES = ['compiler', 'emitters', 'schemas'];
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
  return Buffer.concat([Buffer.from(`${JSON.stringify(index)}\n`, 'latin1'), ...texts]);
}
