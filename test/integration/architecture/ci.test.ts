/** `.ci/run` installs every program that a native test asks for: one that only this machine has would be missed there. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const answer = (command: string): string => spawnSync('sh', ['-c', command], { encoding: 'utf8' }).stdout.trim();

/** Names in the lists of programs of `nativeTest`, written there or in constants. */
function programs(): readonly string[] {
  const files = (readdirSync('test/native', { recursive: true }) as string[]).filter((path) =>
    path.endsWith('.test.ts'),
  );
  const lists = files.flatMap((path) => {
    const text = readFileSync(join('test/native', path), 'utf8');
    return [...text.matchAll(/(?:nativeTest\(\s*\w+,\s*|(?:TOOLS|PROGRAMS) = )\[([^\]]*)\]/g)].map(([, list]) => list!);
  });
  return [...new Set(lists.flatMap((list) => [...list.matchAll(/'([^'$]+)'/g)].map(([, name]) => name!)))].sort();
}

/** The packages that programs came with, by program; asked once for all. A program may lie where `/bin` leads to. */
function packagesOf(names: readonly string[]): ReadonlyMap<string, string> {
  const where = `for name in ${names.join(' ')}; do PATH=$PATH:/usr/sbin:/sbin command -v "$name" || echo -; done`;
  const paths = answer(where)
    .split('\n')
    .map((path) => (path.startsWith('/') ? [path, realpathSync(path)].flatMap((one) => [one, `/usr${one}`]) : []));
  const owners = new Map(
    answer(`dpkg -S ${paths.flat().join(' ')} 2>/dev/null`)
      .split('\n')
      .map((line) => [line.replace(/^.*: /, ''), line.replace(/[:,].*/, '')] as const),
  );
  return new Map(names.map((name, at) => [name, paths[at]!.map((path) => owners.get(path)).find(Boolean) ?? '']));
}

test('.ci/run names the packages of all programs that tests ask for', () => {
  if (answer('command -v dpkg apt-cache') === '') return console.log('skip: packages of .ci/run: no dpkg');
  const names = /^packages=\(([^)]*)\)/m.exec(readFileSync('.ci/run', 'utf8'))![1]!.trim().split(/\s+/);
  assert.ok(names.length > 30);
  const options =
    '--recurse --installed --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances';
  const closure = new Set(answer(`apt-cache depends ${options} ${names.join(' ')} | grep '^[a-z0-9]'`).split('\n'));
  const essential = new Set(
    answer(
      `dpkg-query -W -f '\${Package} \${Essential} \${Priority}\\n' | awk '/ yes | required$/ { print $1 }'`,
    ).split('\n'),
  );
  const asked = programs();
  assert.ok(asked.length > 20, asked.join(' '));
  const missing = [...packagesOf(asked)].flatMap(([program, own]) =>
    own === '' || closure.has(own) || essential.has(own) ? [] : [`${program} of ${own}`],
  );
  assert.equal(missing, []);
});

test.run();
